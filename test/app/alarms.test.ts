import { expect, it } from 'vitest';
import { renderText } from '../../infra/lab/slack/render-text.ts';
import { createReceiveAlarm } from '../../shared/app/receive-alarm.ts';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import { BOB, SLICE_MS } from '../support/world.ts';
import { type AlarmWorld, aPolicy, aRule, aSignal, createAlarmWorld } from '../support/alarm-world.ts';

const HOST = 'esx02.lab.local';

/** cluster-a on its stack, and then one host's adapter with a wrong MTU. */
async function drifted(world: AlarmWorld): Promise<void> {
  await enabled(world);
  await breakHost(world, HOST);
}

async function enabled(world: AlarmWorld): Promise<void> {
  const job = await world.run('/vmotion enable cluster-a');
  expect(job.state).toBe('done');
}

async function breakHost(world: AlarmWorld, name: string, mtuBytes = 1500): Promise<void> {
  const { path } = world.parts.settings.clusters['cluster-a'] ?? { path: '' };
  await world.parts.vsphere.withSession('lab', 'test-break', async (session) => {
    const host = (await session.readCluster(path)).hosts.find((one) => one.name === name);
    const vmk = host?.network?.vmks.find((one) => one.netstack === 'vmotion');
    if (host?.networkSystem === undefined || host.virtualNicManager === undefined || vmk === undefined) {
      throw new Error(`${name} has no adapter to break`);
    }
    const { moref, networkSystem, virtualNicManager } = host;
    const { device, services: _, ...spec } = vmk;
    await session.updateVmk({ moref, name, networkSystem, virtualNicManager }, device, { ...spec, mtuBytes });
  });
}

it('mends a host by itself where a rule says so, and the card is resolved by the job', async () => {
  const world = createAlarmWorld({ policy: aPolicy([aRule()]) });
  await drifted(world);
  await world.receive(aSignal());
  await world.settleAll();
  const card = await world.card();
  expect(card).toMatchObject({
    state: 'resolved',
    cluster: 'cluster-a',
    rule: 'mend',
    job: { kind: 'repair', end: 'done' },
  });
  const job = await world.job(card.job?.id ?? '');
  expect(job).toMatchObject({ requestedBy: 'policy:mend', onlyHost: HOST, approval: { required: 0, approvedBy: [] } });
  expect(job.hosts.filter((host) => host.outcome === 'kept').map((host) => host.name)).toEqual([HOST]);
  expect(job.matrix).toMatchObject({ unexpected: 0 });
  expect(world.chat.messages().filter((message) => message.text.includes('RESOLVED'))).toHaveLength(1);
});

it('shows on the card what the job has changed, field by field', async () => {
  const world = createAlarmWorld({ policy: aPolicy([aRule()]) });
  await drifted(world);
  await world.receive(aSignal());
  await world.settleAll();
  const [message] = world.chat.messages().filter(({ text }) => text.includes('RESOLVED'));
  const text = renderText(message ?? { text: '', blocks: [] });
  expect(text).toMatch(/Before -> after, on esx02\.lab\.local\s+vmk\d MTU 1500 -> 9000/);
});

it('shows on the card which steps wait for approval', async () => {
  const world = createAlarmWorld({ policy: aPolicy([aRule({ mode: 'ask' })]) });
  await drifted(world);
  await world.receive(aSignal());
  await world.settleAll();
  // What was planned after the card was shown stands there with its next report.
  await world.passMinutes(2);
  await world.receive(aSignal());
  await world.settleAll();
  const [message] = world.chat.messages().filter(({ text }) => text.startsWith('ASK'));
  expect(renderText(message ?? { text: '', blocks: [] })).toMatch(
    /The fix esx02\.lab\.local\s+~ vmk\d\s+mtu: 1500 -> 9000/,
  );
});

it('closes what nobody says the end of, a day after its last report, and raises it anew after that', async () => {
  const world = createAlarmWorld({ policy: aPolicy() });
  await world.run('/vmotion status cluster-a');
  const fromLogs = aSignal({ source: 'logs', alarm: 'vMotion migration failed' });
  await world.receive(fromLogs);
  await world.receive(aSignal({ alarm: 'Host connection and power state' }));
  await world.settleAll();
  const stateOf = async (alarm: string) => (await world.cards()).find((card) => card.alarm === alarm)?.state;
  const [shown] = world.chat.messages().filter(({ text }) => text.includes('migration failed'));
  expect(renderText(shown ?? { text: '', blocks: [] })).toContain('closed 24 hours after the last report');
  await world.passMinutes(23 * 60);
  await world.receive(fromLogs);
  await world.passMinutes(23 * 60);
  await world.settleAll();
  expect(await stateOf(fromLogs.alarm)).toBe('new');
  await world.passMinutes(61);
  await world.settleAll();
  expect(await stateOf(fromLogs.alarm)).toBe('resolved');
  // Whoever can say that it is over is waited for.
  expect(await stateOf('Host connection and power state')).toBe('new');
  await world.receive(fromLogs);
  await world.settleAll();
  expect(await stateOf(fromLogs.alarm)).toBe('new');
});

it('asks where the rule says so, and acts once a person approves', async () => {
  const world = createAlarmWorld({ policy: aPolicy([aRule({ mode: 'ask' })]) });
  await drifted(world);
  await world.receive(aSignal());
  await world.settleAll();
  const asked = await world.card();
  expect(asked.state).toBe('ask');
  const waiting = await world.job(asked.job?.id ?? '');
  expect(waiting.state).toBe('awaiting-approval');
  await world.press({ jobId: waiting.id, decision: 'approve', digest: waiting.plan?.digest.slice(0, 12), user: BOB });
  await world.settleAll();
  expect(await world.card()).toMatchObject({ state: 'resolved', job: { id: waiting.id, end: 'done' } });
});

it('does nothing about a host that was never enabled, and says why', async () => {
  const world = createAlarmWorld({ policy: aPolicy([aRule()]) });
  await world.run('/vmotion status cluster-a');
  await world.receive(aSignal());
  await world.settleAll();
  expect(await world.card()).toMatchObject({ state: 'new', held: { verdict: 'not-enabled' } });
});

it('lets a freeze win against an automatic rule', async () => {
  const world = createAlarmWorld({ policy: aPolicy([aRule()]) });
  await drifted(world);
  const at = world.clock.now().toISOString();
  await world.parts.store.freezes.put({
    id: 'f-1',
    scope: 'all',
    channel: 'C0VSPHERE',
    reason: 'quarter end',
    by: 'U0ANN',
    at,
  });
  await world.receive(aSignal());
  await world.settleAll();
  expect(await world.card()).toMatchObject({ state: 'limited', held: { verdict: 'frozen' } });
  expect(await world.card()).not.toHaveProperty('job');
});

it('lets a freeze win also against a job of a rule that is planned already, before its first write', async () => {
  const world = createAlarmWorld({ policy: aPolicy([aRule()]) });
  await drifted(world);
  const { parts, clock } = world;
  await world.receive(aSignal());
  const message = world.queue.takeJob();
  if (message === undefined) throw new Error('the rule made no job');
  await createRunSlice(parts)(message, new Date(clock.now().getTime() + SLICE_MS));
  expect((await world.job(message.jobId)).state).toBe('approved');
  const at = clock.now().toISOString();
  const freeze = { id: 'f-1', scope: 'all', channel: 'C0VSPHERE', reason: 'quarter end', by: 'U0ANN', at };
  await parts.store.freezes.put(freeze);
  await world.settleAll();
  expect(await world.job(message.jobId)).toMatchObject({ state: 'aborted', failure: { code: 'frozen' } });
  const { hosts } = await world.read('cluster-a');
  const adapters = hosts.find(({ name }) => name === HOST)?.network?.vmks ?? [];
  expect(adapters.filter(({ netstack, mtuBytes }) => netstack === 'vmotion' && mtuBytes === 1500)).toHaveLength(1);
});

it('tests, and never repairs, what configuration can not mend', async () => {
  const world = createAlarmWorld({ policy: aPolicy([aRule()]) });
  await drifted(world);
  await world.receive(aSignal({ alarm: 'Network uplink redundancy lost', event: 'esx.problem.net.redundancy.lost' }));
  await world.settleAll();
  const card = await world.card();
  expect(card).toMatchObject({ action: 'test', job: { kind: 'test' } });
  expect(card.state).toBe('new');
});

it('makes one job and one card of any number of copies', async () => {
  const world = createAlarmWorld({ policy: aPolicy([aRule()]) });
  await drifted(world);
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => world.receive(aSignal())));
  expect(outcomes.filter((one) => one.kind === 'taken')).toHaveLength(1);
  await world.settleAll();
  const jobs = await world.parts.store.jobs.listByCluster('cluster-a', 50);
  expect(jobs.filter((job) => job.origin !== undefined)).toHaveLength(1);
  expect(await world.card()).toMatchObject({ count: 1, state: 'resolved' });
});

it('shows what it can not place, and drops nothing', async () => {
  const world = createAlarmWorld({ policy: aPolicy([aRule()], { channel: 'C0ELSEWHERE' }) });
  await world.receive(aSignal({ host: { name: 'unknown.example.com' } }));
  await world.settleAll();
  expect(await world.card()).toMatchObject({
    channel: 'C0ELSEWHERE',
    unplaced: { why: expect.stringContaining('unknown.example.com') },
  });
  expect(world.chat.messages().map((message) => message.text)).toEqual([expect.stringContaining('NOT PLACED')]);
});

it('resolves by an edit, without another message in the channel', async () => {
  const world = createAlarmWorld({ policy: aPolicy() });
  await enabled(world);
  const before = world.chat.messages().length;
  await world.receive(aSignal());
  await world.settleAll();
  await world.receive(aSignal({ state: 'cleared', severity: 'info' }));
  await world.settleAll();
  expect(world.chat.messages()).toHaveLength(before + 1);
  expect(world.chat.messages().at(-1)).toMatchObject({ text: expect.stringMatching(/^RESOLVED/), edits: 1 });
  expect(world.chat.replies().map((reply) => reply.isBroadcast)).not.toContain(true);
});

it('tells a rise in severity once to the whole channel', async () => {
  const world = createAlarmWorld({ policy: aPolicy() });
  await enabled(world);
  await world.receive(aSignal({ severity: 'warning' }));
  await world.settleAll();
  await world.receive(aSignal({ severity: 'critical' }));
  await world.receive(aSignal({ severity: 'critical' }));
  await world.settleAll();
  const broadcasts = world.chat.replies().filter((reply) => reply.isBroadcast === true);
  expect(broadcasts.map((reply) => reply.text)).toEqual([expect.stringContaining('now critical')]);
});

it('suppresses what flaps, with one note, and does nothing about it until it is calm', async () => {
  const world = createAlarmWorld({ policy: aPolicy([aRule({ action: 'notify' })]) });
  await enabled(world);
  for (let change = 0; change < 10; change += 1) {
    await world.receive(aSignal({ state: change % 2 === 0 ? 'raised' : 'cleared', occurrence: `change ${change}` }));
    await world.settleAll();
  }
  const card = await world.card();
  expect(card).toMatchObject({ state: 'suppressed', count: 5 });
  expect(card.history.filter((entry) => entry.kind === 'suppressed')).toHaveLength(1);
  await world.passMinutes(11);
  await world.settleAll();
  expect(await world.card()).toMatchObject({ state: 'resolved' });
});

it('keeps to the limits, however many hosts raise alarms', async () => {
  const rule = aRule({ action: 'test', limits: { perObject: 1, perCluster: 2, total: 3 } });
  const world = createAlarmWorld({ policy: aPolicy([rule]), hosts: 6 });
  await enabled(world);
  await Promise.all(
    [1, 2, 3, 4, 5, 6].map((number) => world.receive(aSignal({ host: { name: `esx0${number}.lab.local` } }))),
  );
  await world.settleAll();
  const jobs = await world.parts.store.jobs.listByCluster('cluster-a', 50);
  expect(jobs.filter((job) => job.origin !== undefined)).toHaveLength(2);
  const held = (await world.cards()).filter((card) => card.held?.verdict === 'limited');
  expect(held).toHaveLength(4);
});

it('takes the end of an alarm whose sender’s clock was a day ahead when it was raised', async () => {
  const world = createAlarmWorld({ policy: aPolicy() });
  const receive = createReceiveAlarm(world.parts);
  const now = world.clock.now();
  const tomorrow = new Date(now.getTime() + 24 * 3_600_000).toISOString();
  await receive(aSignal({ at: tomorrow }));
  expect(await receive(aSignal({ state: 'cleared', severity: 'info', at: now.toISOString() }))).toMatchObject({
    kind: 'taken',
  });
  expect(await world.card()).toMatchObject({ state: 'resolved', isRaised: false });
});
