// The policy over time: breaker, tests that come first, freezes in the middle, and what people type.
import { expect, it } from 'vitest';
import { ANN, BOB, CHANNEL } from '../support/world.ts';
import { type AlarmWorld, aPolicy, aRule, aSignal, createAlarmWorld } from '../support/alarm-world.ts';

const hostNamed = (number: number) => `esx0${number}.lab.local`;

async function enabled(world: AlarmWorld): Promise<void> {
  expect((await world.run('/vmotion enable cluster-a')).state).toBe('done');
}

/** Another alarm of that host, so that it is another card. */
const alarmOf = (number: number, alarm = `vMotion adapter ${number}`) =>
  aSignal({ host: { name: hostNamed(number) }, alarm });

async function policyJobs(world: AlarmWorld) {
  const jobs = await world.parts.store.jobs.listByCluster('cluster-a', 100);
  return jobs.filter((job) => job.origin !== undefined).toReversed();
}

async function cardOf(world: AlarmWorld, number: number) {
  const cards = await world.cards();
  return cards
    .filter((card) => card.host?.name === hostNamed(number))
    .toSorted((a, b) => (a.firstSeenAt < b.firstSeenAt ? 1 : -1))[0];
}

it('opens the breaker after failures, asks once after its time, and closes when that one works', async () => {
  const rule = aRule({ action: 'test', cooldownMinutes: 0, breaker: { failures: 2, halfOpenAfterMinutes: 30 } });
  const world = createAlarmWorld({ policy: aPolicy([rule]) });
  await enabled(world);
  const { path } = world.parts.settings.clusters['cluster-a'] ?? { path: '' };
  const setPath = (to: string) => {
    const cluster = world.parts.settings.clusters['cluster-a'];
    if (cluster !== undefined) cluster.path = to;
  };
  setPath('/DC1/host/gone');
  for (const number of [1, 2]) {
    await world.receive(alarmOf(number));
    await world.settleAll();
  }
  expect((await policyJobs(world)).map((job) => job.state)).toEqual(['invalid', 'invalid']);
  await world.receive(alarmOf(3));
  await world.settleAll();
  expect(await cardOf(world, 3)).toMatchObject({ state: 'limited', held: { verdict: 'breaker-open' } });
  setPath(path);
  await world.passMinutes(31);
  await world.receive(alarmOf(4));
  await world.settleAll();
  expect(await cardOf(world, 4)).toMatchObject({ job: { mode: 'ask', end: 'done' } });
  // Closed again: what was held is acted on when it is reported once more.
  await world.receive(alarmOf(3));
  await world.settleAll();
  expect(await cardOf(world, 3)).toMatchObject({ job: { mode: 'auto', end: 'done' } });
});

it('runs a test first where the rule needs one, once for all hosts, and acts when the others are well', async () => {
  const rule = aRule({ action: 'repair', needsPassingTest: true, cooldownMinutes: 0 });
  const world = createAlarmWorld({ policy: aPolicy([rule]) });
  await enabled(world);
  await world.passMinutes(25 * 60);
  await Promise.all([world.receive(alarmOf(1)), world.receive(alarmOf(2))]);
  await world.settleAll();
  const jobs = await policyJobs(world);
  expect(jobs.map((job) => job.kind).toSorted()).toEqual(['repair', 'repair', 'test']);
  const testedAt = jobs.find((job) => job.kind === 'test')?.endedAt ?? '';
  expect(jobs.filter((job) => job.kind === 'repair' && job.createdAt < testedAt)).toEqual([]);
});

it.each([
  { what: 'has left vmotion.yaml', rules: [] },
  { what: 'asks now', rules: [aRule({ mode: 'ask' })] },
  { what: 'may change no host by itself any more', rules: [aRule({ maxHosts: 0 })] },
])('asks for an approval where the rule $what before its job was planned', async ({ rules }) => {
  const world = createAlarmWorld({ policy: aPolicy([aRule()]) });
  await enabled(world);
  const host = world.lab.model.clusters[0]?.hosts.find(({ name }) => name === hostNamed(2));
  const vmk = host?.network.vmks.find(({ netstack }) => netstack === 'vmotion');
  if (vmk === undefined) throw new Error('no adapter');
  vmk.mtuBytes = 1500;
  await world.receive(alarmOf(2));
  world.parts.settings.alarms = aPolicy(rules);
  await world.settleAll();
  expect(await policyJobs(world)).toMatchObject([{ kind: 'repair', state: 'awaiting-approval' }]);
  expect(vmk.mtuBytes).toBe(1500);
});

it('holds back an action while another freeze begins between alarm and job', async () => {
  const world = createAlarmWorld({ policy: aPolicy([aRule()]) });
  await enabled(world);
  const at = world.clock.now().toISOString();
  const freeze = { id: 'f-1', scope: 'cluster-a', channel: CHANNEL, reason: 'quarter end', by: ANN, at };
  await Promise.all([world.parts.store.freezes.put(freeze), world.receive(alarmOf(2))]);
  await world.settleAll();
  const writes = (await policyJobs(world)).flatMap((job) => job.hosts.filter((host) => host.outcome === 'kept'));
  expect(writes).toEqual([]);
});

it('explains the same as it does', async () => {
  const world = createAlarmWorld({ policy: aPolicy([aRule({ match: { alarm: ['vMotion *'] } })]) });
  await enabled(world);
  expect(await world.type('/vmotion policy explain "vMotion adapter 2" --on esx02')).toMatchObject({
    kind: 'policy-explained',
    place: { cluster: 'cluster-a' },
    answer: { verdict: 'act', action: 'repair', rule: { id: 'mend' } },
  });
  expect(await world.type('/vmotion policy explain "Network uplink redundancy lost" --on esx02')).toMatchObject({
    answer: { verdict: 'notify' },
  });
  await world.receive(alarmOf(2));
  await world.settleAll();
  expect(await world.type('/vmotion policy explain "vMotion adapter 2" --on esx02')).toMatchObject({
    answer: { verdict: 'cooling' },
  });
  expect(await world.type('/vmotion policy show')).toMatchObject({
    kind: 'policy',
    startsLastHour: 1,
    rules: [{ breaker: 'closed', startsLastHour: 1 }],
  });
});

it('proposes the host that may have been meant where it explains', async () => {
  const world = createAlarmWorld({ policy: aPolicy([aRule({ action: 'repair' })]) });
  await enabled(world);
  expect(await world.type('/vmotion policy explain "vMotion adapter 2" --on exs02')).toMatchObject({
    place: { kind: 'unplaced', why: expect.stringContaining('the nearest that is known here is "esx02.lab.local"') },
  });
});

it('lets a person fix, plan, ignore and explain, by the id of the card', async () => {
  const world = createAlarmWorld({ policy: aPolicy() });
  await enabled(world);
  await world.receive(alarmOf(2));
  await world.settleAll();
  const { id } = await world.card();
  expect(await world.type(`/vmotion alarm explain ${id}`)).toMatchObject({ answer: { verdict: 'notify' } });
  expect(await world.type(`/vmotion alarm ignore ${id} --for 2h`)).toMatchObject({ kind: 'alarm-ignored', card: id });
  expect(await world.card()).toMatchObject({ state: 'ignored', ignored: { by: ANN } });
  await world.passMinutes(121);
  await world.settleAll();
  expect(await world.card()).toMatchObject({ state: 'new' });
  const reply = await world.type(`/vmotion alarm fix ${id}`, BOB);
  expect(reply).toMatchObject({ kind: 'queued', job: { kind: 'repair', onlyHost: hostNamed(2), requestedBy: BOB } });
  expect(await world.type(`/vmotion alarm plan ${id}`)).toMatchObject({ kind: 'refused', code: 'card-busy' });
  await world.settleAll();
  expect(await world.card()).toMatchObject({ state: 'new', job: { end: 'in-place' } });
  expect(await world.type('/vmotion alarms')).toMatchObject({ kind: 'alarms', cards: [{ id }] });
  expect(await world.type('/vmotion alarm fix a-0000000000')).toMatchObject({ code: 'card-not-found' });
});

it('makes one job where several people press Run fix at the same moment, and tells the others who was first', async () => {
  const world = createAlarmWorld({ policy: aPolicy() });
  await enabled(world);
  await world.receive(alarmOf(2));
  await world.settleAll();
  const { id } = await world.card();
  const before = await world.parts.store.jobs.listByCluster('cluster-a', 100);
  const replies = await Promise.all(
    [ANN, BOB].flatMap((user) => ['fix', 'plan'].map((action) => world.type(`/vmotion alarm ${action} ${id}`, user))),
  );
  const made = (await world.parts.store.jobs.listByCluster('cluster-a', 100)).filter((job) =>
    before.every((one) => one.id !== job.id),
  );
  expect(made).toHaveLength(1);
  const first = made[0]?.requestedBy ?? '';
  const others = replies.filter((reply) => reply.kind === 'refused');
  expect(others.length).toBeGreaterThanOrEqual(2);
  for (const other of others)
    expect(other).toMatchObject({ code: 'card-busy', why: expect.stringContaining(`<@${first}>`) });
  const { history, job } = await world.card();
  expect(history.filter(({ kind }) => kind === 'started')).toHaveLength(1);
  expect(job).toMatchObject({ id: made[0]?.id });
});

it('makes another job for a card whose last one has ended', async () => {
  const world = createAlarmWorld({ policy: aPolicy() });
  await enabled(world);
  await world.receive(alarmOf(2));
  await world.settleAll();
  const { id } = await world.card();
  expect(await world.type(`/vmotion alarm fix ${id}`, ANN)).toMatchObject({ kind: 'queued' });
  const first = (await world.card()).job?.id;
  await world.settleAll();
  expect(await world.type(`/vmotion alarm fix ${id}`, BOB)).toMatchObject({ kind: 'queued' });
  const second = (await world.card()).job?.id;
  expect(second).not.toBe(first);
  expect(await world.job(second ?? '')).toMatchObject({ requestedBy: BOB });
});

it('tells a channel that has subscribed, in one line that is edited in place', async () => {
  const world = createAlarmWorld({ policy: aPolicy() });
  await enabled(world);
  const at = world.clock.now().toISOString();
  await world.parts.store.subscriptions.put({
    cluster: 'cluster-a',
    channel: 'C0OTHER',
    topics: ['alarms'],
    by: ANN,
    at,
  });
  await world.receive(alarmOf(2));
  await world.settleAll();
  await world.receive({ ...alarmOf(2), state: 'cleared', severity: 'info' });
  await world.settleAll();
  const copies = world.chat.messages().filter((message) => message.channel === 'C0OTHER');
  expect(copies.map((copy) => copy.text)).toEqual([expect.stringContaining('RESOLVED')]);
});

it('finds by an audit that an alarm is over, although the message that said so was lost', async () => {
  const world = createAlarmWorld({ policy: aPolicy() });
  await enabled(world);
  await world.receive(alarmOf(2));
  await world.receive({ ...alarmOf(3), source: 'alertmanager' });
  await world.settleAll();
  await world.passMinutes(5);
  await world.run('/vmotion audit cluster-a');
  await world.settleAll();
  expect(await cardOf(world, 2)).toMatchObject({ state: 'resolved', isRaised: false });
  expect(await cardOf(world, 3)).toMatchObject({ state: 'new', isRaised: true });
});

it('asks before it changes a distributed port group, which is that of hosts beyond the one it may change', async () => {
  const world = createAlarmWorld({ policy: aPolicy([aRule()]), clusters: ['cluster-dvs'] });
  expect((await world.run('enable cluster-dvs')).state).toBe('done');
  for (const group of world.lab.model.distributedSwitches.flatMap(({ portGroups }) => portGroups)) {
    const order = group.setting.uplinkTeamingPolicy?.uplinkPortOrder;
    if (group.name === 'dv-vMotion-A' && order !== undefined) order.activeUplinkPort = ['Uplink 1', 'Uplink 2'];
  }
  await world.receive(aSignal({ host: { name: 'esx22.lab.local' } }));
  await world.settleAll();
  const [job] = (await world.parts.store.jobs.listByCluster('cluster-dvs', 1)).filter(
    ({ origin }) => origin !== undefined,
  );
  expect(job).toMatchObject({ state: 'awaiting-approval', plan: { counts: { 'update-distributed-port-group': 1 } } });
});
