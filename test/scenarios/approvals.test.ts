// Who may ask, who may approve, and when a change may start: each refusal with its message and exit code.
import { describe, expect, it } from 'vitest';
import { createDecideApproval } from '../../shared/app/decide-approval.ts';
import { createReceiveCommand } from '../../shared/app/receive-command.ts';
import type { Job } from '../../shared/domain/job.ts';
import { parseCommand } from '../../shared/domain/parse-command.ts';
import type { Refusal, Reply } from '../../shared/domain/reply.ts';
import type { ClusterSettings } from '../../shared/domain/settings.ts';
import { ANN, BOB, CHANNEL, createWorld, DAN, EVE, type World } from '../support/world.ts';

const GROUP = 'S0NETONCALL';

/** A world whose cluster-a is declared as `change` leaves it. */
function aWorld(change: (cluster: ClusterSettings) => void = () => undefined): World {
  return createWorld({
    settings: ({ clusters }) => {
      const cluster = clusters['cluster-a'];
      if (cluster === undefined) throw new Error('the lab has no cluster-a');
      cluster.access = { ...cluster.access, approvers: [ANN, BOB, DAN] };
      change(cluster);
    },
  });
}

/** Asks, and waits until people decide. */
async function ask(world: World, text = 'enable cluster-a', user = ANN): Promise<Job> {
  const reply = await world.type(text, user);
  if (reply.kind !== 'queued') throw new Error(`not queued: ${JSON.stringify(reply)}`);
  await world.settle();
  return world.job(reply.job.id);
}

const approve = (world: World, { id }: Job, user: string) => world.press({ jobId: id, decision: 'approve', user });

/** The refusal, whose fix is a command of this grammar or a sentence. */
function refused(reply: Reply): Refusal {
  if (reply.kind !== 'refused') throw new Error(`accepted: ${reply.kind}`);
  for (const line of [reply.what, reply.why, reply.fix]) {
    expect(line).not.toBe('');
    expect(line).not.toContain('\n');
  }
  const command = /\/vmotion .*$/.exec(reply.fix)?.[0];
  if (command !== undefined) expect(parseCommand(command, { clusters: ['cluster-a'] })).toHaveProperty('verb');
  return reply;
}

const writes = (world: World) =>
  world.lab.calls().filter(({ operation }) => /^(Add|Update|Remove|Select)/.test(operation));
const messageOf = (world: World) =>
  JSON.stringify(world.chat.messages().find(({ threadTs }) => threadTs === undefined));

describe('two approvers', () => {
  it('are both needed, and both counted from the row', async () => {
    const world = aWorld(({ approval }) => Object.assign(approval, { required: 2 }));
    const job = await ask(world);
    expect(await approve(world, job, BOB)).toMatchObject({ kind: 'decided', decision: 'approved', remaining: 1 });
    await world.settle();
    expect(await world.job(job.id)).toMatchObject({ state: 'awaiting-approval' });
    expect(refused(await approve(world, job, BOB))).toMatchObject({ code: 'already-approved', exitCode: 3 });
    expect(await approve(world, job, DAN)).toMatchObject({ kind: 'decided', remaining: 0 });
    await world.settle();
    const after = await world.job(job.id);
    expect(after).toMatchObject({ state: 'done' });
    expect(after.approval?.approvedBy.map(({ user }) => user)).toEqual([BOB, DAN]);
  });

  it('are needed for one kind of change and not for another', async () => {
    const world = aWorld(({ approval }) =>
      Object.assign(approval, { kinds: { revert: { required: 2, approvers: [BOB, GROUP] } } }),
    );
    await world.run('enable cluster-a');
    const job = await ask(world, 'revert cluster-a');
    expect(job.approval).toMatchObject({ required: 2 });
    await approve(world, job, BOB);
    expect(await world.job(job.id)).toMatchObject({ state: 'awaiting-approval' });
    await approve(world, job, DAN);
    await world.settle();
    expect(await world.job(job.id)).toMatchObject({ state: 'done' });
  });

  it('count down again when one of them withdraws', async () => {
    const world = aWorld(({ approval }) => Object.assign(approval, { required: 2 }));
    const job = await ask(world);
    await approve(world, job, BOB);
    await world.settle();
    expect(messageOf(world)).toContain('WAITING 1/2');
    expect(await world.type(`withdraw ${job.id}`, BOB)).toMatchObject({
      kind: 'decided',
      decision: 'withdrawn',
      remaining: 2,
    });
    await world.settle();
    expect(messageOf(world)).toContain('WAITING 0/2');
    expect(refused(await world.type(`withdraw ${job.id}`, BOB))).toMatchObject({
      code: 'no-approval-given',
      exitCode: 2,
    });
    expect(await approve(world, job, DAN)).toMatchObject({ remaining: 1 });
    expect(await world.job(job.id)).toMatchObject({ state: 'awaiting-approval' });
    expect(writes(world)).toEqual([]);
  });
});

it('an approval of an approved plan can be taken back until the plan is applied', async () => {
  const world = aWorld();
  const job = await ask(world, 'plan enable cluster-a');
  await approve(world, job, BOB);
  await world.type(`withdraw ${job.id}`, BOB);
  expect(refused(await world.type(`apply ${job.id}`))).toMatchObject({ code: 'not-approved', exitCode: 3 });
  await approve(world, job, BOB);
  await world.type(`apply ${job.id}`);
  await world.settle();
  expect(await world.job(job.id)).toMatchObject({ state: 'done' });
  expect(refused(await world.type(`withdraw ${job.id}`, BOB))).toMatchObject({ code: 'not-waiting' });
});

describe('the requester', () => {
  it('is never counted', async () => {
    const world = aWorld();
    const job = await ask(world);
    const reply = refused(await approve(world, job, ANN));
    expect(reply).toMatchObject({ code: 'own-request', exitCode: 3 });
    expect(reply.why).toContain('clusters.cluster-a.approval.selfApproval');
    expect((await world.job(job.id)).approval?.approvedBy).toEqual([]);
  });

  it('is counted where the policy says so', async () => {
    const world = aWorld(({ approval }) => Object.assign(approval, { selfApproval: true }));
    const job = await ask(world);
    expect(await approve(world, job, ANN)).toMatchObject({ kind: 'decided', remaining: 0 });
    await world.settle();
    expect(await world.job(job.id)).toMatchObject({ state: 'done' });
  });
});

describe('an extra approver', () => {
  const extra = (rule: object) => (cluster: ClusterSettings) =>
    Object.assign(cluster.approval, { extra: [{ name: 'net-oncall', from: [GROUP], ...rule }] });

  it.each([
    { what: 'for a risk of the plan', rule: { risks: ['removes-adapters'] }, why: 'removes VMkernel adapters' },
    { what: 'above a number of hosts', rule: { hostsAbove: 3 }, why: 'changes 4 hosts, more than 3' },
    { what: 'always', rule: {}, why: '' },
  ])('is needed $what, whatever others have said', async ({ rule, why }) => {
    const world = aWorld(extra(rule));
    const job = await ask(world);
    expect(job.approval?.extra).toEqual([{ name: 'net-oncall', from: [GROUP], why }]);
    expect(await approve(world, job, BOB)).toMatchObject({ kind: 'decided', remaining: 1 });
    await world.settle();
    expect(await world.job(job.id)).toMatchObject({ state: 'awaiting-approval' });
    expect(refused(await world.type(`apply ${job.id}`)).code).toBe('not-waiting');
    expect(await approve(world, job, DAN)).toMatchObject({ remaining: 0 });
    await world.settle();
    const after = await world.job(job.id);
    expect(after).toMatchObject({ state: 'done' });
    expect(after.approval?.approvedBy).toMatchObject([{ user: BOB }, { user: DAN, as: ['net-oncall'] }]);
  });

  it.each([
    { what: 'a risk that the plan has not', rule: { risks: ['new-switch'] } },
    { what: 'more hosts than it changes', rule: { hostsAbove: 4 } },
  ])('is not needed for $what', async ({ rule }) => {
    const world = aWorld(extra(rule));
    const job = await ask(world);
    expect(job.approval?.extra).toBeUndefined();
    expect(await approve(world, job, BOB)).toMatchObject({ remaining: 0 });
  });

  it('counts among the required ones, and may approve though the approvers are others', async () => {
    const world = aWorld((cluster) => {
      extra({})(cluster);
      cluster.access.approvers = [BOB];
    });
    const job = await ask(world);
    expect(await approve(world, job, DAN)).toMatchObject({ remaining: 0 });
    await world.settle();
    expect(await world.job(job.id)).toMatchObject({ state: 'done' });
  });

  it('is who they are at the press: somebody who has left the group does not satisfy it', async () => {
    const world = aWorld(extra({}));
    const job = await ask(world);
    world.groups.set(GROUP, []);
    expect(await approve(world, job, DAN)).toMatchObject({ kind: 'decided', remaining: 1 });
    expect(await world.job(job.id)).toMatchObject({ state: 'awaiting-approval' });
  });

  it('is nobody while Slack does not tell who is in the group', async () => {
    const world = aWorld(extra({}));
    const job = await ask(world);
    world.groups.delete(GROUP);
    const reply = refused(await approve(world, job, DAN));
    expect(reply).toMatchObject({ code: 'groups-unknown', exitCode: 3 });
    expect(reply.why).toContain(GROUP);
    expect((await world.job(job.id)).approval?.approvedBy).toEqual([]);
  });
});

describe('grounds', () => {
  const strict = (cluster: ClusterSettings) =>
    Object.assign(cluster.approval, { reason: true, ticket: { pattern: 'CHG\\d{3,}' } });

  it.each([
    {
      text: 'enable cluster-a',
      code: 'reason-missing',
      fix: '/vmotion enable cluster-a --reason "the reason" --ticket ID',
      rule: 'clusters.cluster-a.approval.reason',
    },
    {
      text: 'repair cluster-a --host esx01 --reason "new racks"',
      code: 'ticket-missing',
      fix: '/vmotion repair cluster-a --host esx01 --reason "new racks" --ticket ID',
      rule: 'clusters.cluster-a.approval.ticket.pattern',
    },
    {
      text: 'revert cluster-a --reason x --ticket INC12',
      code: 'ticket-malformed',
      fix: '/vmotion revert cluster-a --reason "x" --ticket ID',
      rule: 'CHG\\d{3,}',
    },
    {
      text: 'trial cluster-a --vm web01 --from esx01 --to esx02 --ticket CHG123',
      code: 'reason-missing',
      fix: '/vmotion trial cluster-a --vm web01 --from esx01 --to esx02 --reason "the reason" --ticket CHG123',
      rule: 'clusters.cluster-a.approval.reason',
    },
    { text: 'enable cluster-a --reason x --ticket XCHG123', code: 'ticket-malformed', fix: '', rule: 'CHG' },
  ])('are asked for at once: $text', async ({ text, code, fix, rule }) => {
    const world = aWorld(strict);
    const reply = refused(await world.type(text));
    expect(reply).toMatchObject({ code, exitCode: 2 });
    expect(reply.fix).toContain(fix);
    expect(reply.why).toContain(rule);
  });

  it('are kept with the job', async () => {
    const world = aWorld(strict);
    const job = await ask(world, 'enable cluster-a --reason "new racks" --ticket CHG123');
    expect(job).toMatchObject({ reason: 'new racks', ticket: 'CHG123' });
  });

  it('are not needed to plan, but to carry the plan out', async () => {
    const world = aWorld(strict);
    const job = await ask(world, 'plan enable cluster-a');
    for (const reply of [await approve(world, job, BOB), await world.type(`apply ${job.id}`)]) {
      expect(refused(reply)).toMatchObject({
        code: 'reason-missing',
        fix: '/vmotion plan enable cluster-a --reason "the reason" --ticket ID',
      });
    }
  });
});

describe('a plan', () => {
  it('expires, and says so to who comes late', async () => {
    const world = aWorld();
    const job = await ask(world, 'enable cluster-a --reason "new racks"');
    await world.clock.advance(241 * 60_000);
    expect(refused(await approve(world, job, BOB))).toMatchObject({
      code: 'expired',
      exitCode: 7,
      fix: '/vmotion enable cluster-a --reason "new racks"',
    });
    expect(writes(world)).toEqual([]);
  });

  it('is approved as it was read: a button of another plan does not count', async () => {
    const world = aWorld();
    const { id } = await ask(world);
    const reply = await world.press({ jobId: id, decision: 'approve', user: BOB, digest: 'abcdefabcdef' });
    expect(refused(reply)).toMatchObject({ code: 'digest-differs', exitCode: 6 });
  });

  it('becomes stale when a host changes after the approval was asked for', async () => {
    const world = aWorld();
    const job = await ask(world);
    world.lab.setScenario('config-drift', true);
    await approve(world, job, BOB);
    await world.settle();
    const after = await world.job(job.id);
    expect(after).toMatchObject({ state: 'stale', failure: { code: 'stale' } });
    expect(after.failure?.what).toMatch(/esx0\d.*changed/);
  });

  it('is rejected with a reason, and not without', async () => {
    const world = aWorld();
    const job = await ask(world);
    const silent = refused(await world.press({ jobId: job.id, decision: 'reject', user: BOB, reason: ' ' }));
    expect(silent).toMatchObject({ code: 'reason-missing', exitCode: 2 });
    expect(refused(await world.type(`reject ${job.id}`, BOB))).toMatchObject({
      code: 'reason-missing',
      fix: silent.fix,
    });
    await world.type(`reject ${job.id} wrong VLAN`, BOB);
    await world.settle();
    expect(await world.job(job.id)).toMatchObject({
      state: 'rejected',
      failure: { code: 'rejected', what: '<@U0BOB> rejected the plan: wrong VLAN' },
    });
    expect(refused(await approve(world, job, DAN))).toMatchObject({ code: 'not-waiting', exitCode: 2 });
  });

  it('is approved once by a hundred concurrent clicks of one person', async () => {
    const world = aWorld();
    const job = await ask(world);
    const replies = await Promise.all(Array.from({ length: 100 }, () => approve(world, job, BOB)));
    expect(replies.filter(({ kind }) => kind === 'decided')).toHaveLength(1);
    expect((await world.job(job.id)).approval?.approvedBy).toHaveLength(1);
    await world.settle();
    expect(await world.job(job.id)).toMatchObject({ state: 'done' });
    expect((await world.parts.store.jobs.listByCluster('cluster-a', 10)).length).toBe(1);
  });

  it('is started once by a hundred concurrent clicks of a hundred people', async () => {
    const people = Array.from({ length: 100 }, (_, index) => `U0P${index}`);
    const world = aWorld((cluster) => {
      cluster.approval.required = 3;
      cluster.access.approvers = people;
    });
    const job = await ask(world);
    const replies = await Promise.all(people.map((user) => approve(world, job, user)));
    expect(replies.filter(({ kind }) => kind === 'decided')).toHaveLength(3);
    expect(replies.filter((reply) => reply.kind === 'refused' && reply.code === 'not-waiting')).toHaveLength(97);
    expect((await world.job(job.id)).approval?.approvedBy).toHaveLength(3);
    await world.settle();
    expect(await world.job(job.id)).toMatchObject({ state: 'done' });
  });
});

describe('access', () => {
  it.each([
    { text: 'enable cluster-a', rule: 'clusters.cluster-a.access.operators' },
    { text: 'test cluster-a', rule: 'clusters.cluster-a.access.operators' },
    { text: 'freeze cluster-a --reason x', rule: 'clusters.cluster-a.access.admins' },
  ])('is refused to somebody who is named nowhere: $text', async ({ text, rule }) => {
    const reply = refused(await aWorld().type(text, EVE));
    expect(reply).toMatchObject({ code: 'denied', exitCode: 3 });
    expect(reply.why).toContain(rule);
  });

  it('to approve is refused to who may only look, by button and by command', async () => {
    const world = aWorld();
    const job = await ask(world);
    for (const reply of [await approve(world, job, EVE), await world.type(`approve ${job.id}`, EVE)]) {
      expect(refused(reply)).toMatchObject({ code: 'denied', exitCode: 3 });
      expect(refused(reply).why).toContain('clusters.cluster-a.access.approvers');
    }
  });

  it('to read is everybody’s in the channel, and nobody’s elsewhere', async () => {
    const world = aWorld();
    expect(await world.type('status cluster-a', EVE)).toMatchObject({ kind: 'queued' });
    const reply = refused(await world.type('status cluster-a', ANN, 'C0GENERAL'));
    expect(reply).toMatchObject({ code: 'denied', exitCode: 3 });
    expect(reply.what).toBe('"cluster-a" can\'t be named in this channel.');
    expect(reply.why).toContain('clusters.cluster-a.channel');
  });

  it('lets other channels read where the cluster says so', async () => {
    const world = aWorld(({ access }) => Object.assign(access, { readChannels: ['C0GENERAL'] }));
    expect(await world.type('status cluster-a', EVE, 'C0GENERAL')).toMatchObject({ kind: 'queued' });
    const reply = refused(await world.type('enable cluster-a', ANN, 'C0GENERAL'));
    expect(reply.why).toContain('clusters.cluster-a.access.readChannels');
  });

  it('to a single verb can be for others than its role, and for a group', async () => {
    const world = aWorld(({ access }) => Object.assign(access, { verbs: { test: 'any', status: [GROUP] } }));
    expect(await world.type('test cluster-a', EVE)).toMatchObject({ kind: 'queued' });
    expect(await world.type('status cluster-a', DAN)).toMatchObject({ kind: 'queued' });
    expect(refused(await world.type('status cluster-a', EVE)).why).toContain('clusters.cluster-a.access.verbs.status');
    world.groups.delete(GROUP);
    expect(refused(await world.type('status cluster-a', DAN))).toMatchObject({ code: 'groups-unknown', exitCode: 3 });
  });

  it('proposes no cluster of another channel', async () => {
    const world = aWorld();
    const reply = refused(await world.type('status cluster-x', ANN, 'C0GENERAL'));
    expect(JSON.stringify(reply)).not.toMatch(/cluster-(a|l3|dvs|v6)/);
  });
});

describe('windows', () => {
  // The world begins on Friday, 2 January 2026, at 03:04 UTC.
  const nights = (cluster: ClusterSettings) => {
    cluster.windows = [{ days: ['sat'], from: '22:00', to: '05:00', timeZone: 'Europe/Zurich' }];
    cluster.approval.expiresMinutes = 3000;
  };

  it('let approvals count, and refuse the one that would start the change', async () => {
    const world = aWorld((cluster) => {
      nights(cluster);
      cluster.approval.required = 2;
    });
    const job = await ask(world);
    expect(await approve(world, job, BOB)).toMatchObject({ kind: 'decided', remaining: 1 });
    const reply = refused(await approve(world, job, DAN));
    expect(reply).toMatchObject({ code: 'outside-window', exitCode: 3 });
    expect(reply.what).toContain('2026-01-03T21:00:00.000Z');
    expect(reply.why).toBe('sat 22:00 to 05:00 Europe/Zurich (rule clusters.cluster-a.windows).');
    expect(reply.fix).toContain('/vmotion plan enable cluster-a');
    await world.clock.advance(42 * 3_600_000);
    expect(await approve(world, job, DAN)).toMatchObject({ kind: 'decided', remaining: 0 });
    await world.settle();
    expect(await world.job(job.id)).toMatchObject({ state: 'done' });
  });

  it('let a plan be made and approved before, and applied within', async () => {
    const world = aWorld(nights);
    const job = await ask(world, 'plan enable cluster-a');
    expect(await approve(world, job, BOB)).toMatchObject({ kind: 'decided', remaining: 0 });
    expect(refused(await world.type(`apply ${job.id}`))).toMatchObject({
      code: 'outside-window',
      fix: `Then type: /vmotion apply ${job.id}`,
    });
    await world.clock.advance(42 * 3_600_000);
    expect(await world.type(`apply ${job.id}`)).toMatchObject({ kind: 'decided', decision: 'applied' });
    await world.settle();
    expect(await world.job(job.id)).toMatchObject({ state: 'done' });
  });

  it('say so when the request is over before the next one opens', async () => {
    const world = aWorld((cluster) => {
      nights(cluster);
      cluster.approval.expiresMinutes = 60;
    });
    const job = await ask(world);
    expect(refused(await approve(world, job, BOB)).fix).toContain('expires before that');
  });
});

describe('a freeze', () => {
  it('lets nothing start, and everything else go on', async () => {
    const world = aWorld();
    const waiting = await ask(world);
    const reply = await world.type('freeze cluster-a --reason "quarter end" --until 4h');
    expect(reply).toMatchObject({ kind: 'frozen', clusters: ['cluster-a'], running: [] });
    for (const text of ['enable cluster-a', 'repair cluster-a', 'revert cluster-a']) {
      const no = refused(await world.type(text));
      expect(no).toMatchObject({ code: 'frozen', exitCode: 3, fix: '/vmotion list freezes' });
      expect(no.what).toContain('quarter end');
    }
    expect(refused(await approve(world, waiting, BOB))).toMatchObject({ code: 'frozen', exitCode: 3 });
    expect((await world.job(waiting.id)).approval?.approvedBy).toEqual([]);
    for (const text of ['test cluster-a', 'plan enable cluster-a', `reject ${waiting.id} not now`]) {
      expect((await world.type(text, BOB)).kind).not.toBe('refused');
    }
    await world.settle();
    expect(await world.type('enable cluster-l3')).toMatchObject({ kind: 'queued' });
  });

  it('ends by itself', async () => {
    const world = aWorld();
    await world.type('freeze cluster-a --reason x --until 90m');
    await world.clock.advance(89 * 60_000);
    expect(refused(await world.type('enable cluster-a')).code).toBe('frozen');
    await world.clock.advance(60_000);
    expect(await world.type('enable cluster-a')).toMatchObject({ kind: 'queued' });
    expect(await world.type('list freezes')).toEqual({ kind: 'list', what: 'freezes', freezes: [] });
  });

  it('ends at a moment of the clock on the wall of its cluster', async () => {
    const world = aWorld((cluster) => {
      cluster.windows = [{ days: ['mon'], from: '22:00', to: '05:00', timeZone: 'America/New_York' }];
    });
    const reply = await world.type('freeze cluster-a --reason x --until 2026-01-05T06:00');
    expect(reply).toMatchObject({ freeze: { until: '2026-01-05T11:00:00.000Z' } });
    const past = refused(await world.type('freeze cluster-a --reason x --until 2026-01-01'));
    expect(past).toMatchObject({ code: 'not-a-time', exitCode: 2 });
  });

  it('is lifted by an admin, and only where there is one', async () => {
    const world = aWorld();
    await world.type('freeze cluster-a --reason x');
    expect(refused(await world.type('unfreeze cluster-a', EVE)).code).toBe('denied');
    expect(await world.type('unfreeze cluster-a')).toMatchObject({ kind: 'unfrozen', left: [] });
    expect(refused(await world.type('unfreeze cluster-a'))).toMatchObject({ code: 'not-frozen', exitCode: 2 });
    expect(await world.type('enable cluster-a')).toMatchObject({ kind: 'queued' });
  });

  it('of all takes an admin of every cluster of the channel, and holds each of them', async () => {
    const world = createWorld({
      settings: ({ clusters }) => {
        for (const cluster of Object.values(clusters)) cluster.access.admins = [ANN];
        if (clusters['cluster-l3'] !== undefined) clusters['cluster-l3'].access.admins = [ANN, BOB];
      },
    });
    const no = refused(await world.type('freeze all --reason x', BOB));
    expect(no).toMatchObject({ code: 'denied', exitCode: 3 });
    expect(no.what).toContain('every cluster of this channel');
    expect(await world.type('freeze all --reason "quarter end"')).toMatchObject({ kind: 'frozen' });
    expect(refused(await world.type('enable cluster-l3')).code).toBe('frozen');
    expect(refused(await world.type('unfreeze cluster-a'))).toMatchObject({
      code: 'not-frozen',
      fix: '/vmotion unfreeze all',
    });
    await world.type('freeze cluster-a --reason more');
    expect(await world.type('unfreeze all')).toMatchObject({ kind: 'unfrozen', left: [] });
    expect(await world.type('enable cluster-a')).toMatchObject({ kind: 'queued' });
  });

  it('stops an approved change before its first write', async () => {
    const world = aWorld();
    const job = await ask(world);
    await approve(world, job, BOB);
    await world.type('freeze cluster-a --reason "storage failure"');
    await world.settle();
    expect(await world.job(job.id)).toMatchObject({ state: 'aborted', failure: { code: 'frozen' } });
    expect(writes(world)).toEqual([]);
    expect(await world.parts.store.leases.find('cluster-a')).toBeUndefined();
  });

  it('is made once by the second copy of its request', async () => {
    const world = aWorld();
    const receiveCommand = createReceiveCommand(world.parts);
    const request = { requestId: 'same', text: 'freeze cluster-a --reason x', user: ANN, channel: CHANNEL };
    const replies = await Promise.all([receiveCommand(request), receiveCommand(request)]);
    expect(replies.map(({ kind }) => kind)).toEqual(['frozen', 'frozen']);
    expect(await world.parts.store.freezes.list()).toHaveLength(1);
    await world.type('unfreeze cluster-a');
    await receiveCommand(request);
    expect(await world.type('enable cluster-a')).toMatchObject({ kind: 'queued' });
  });
});

describe('whoami', () => {
  it('tells each person what they may do, and by which rule', async () => {
    const world = aWorld(({ approval }) => Object.assign(approval, { extra: [{ name: 'net-oncall', from: [GROUP] }] }));
    const rights = async (user: string) => {
      const reply = await world.type('whoami cluster-a', user);
      if (reply.kind !== 'whoami') throw new Error(`no rights: ${reply.kind}`);
      return reply.clusters[0];
    };
    const ann = await rights(ANN);
    expect(ann?.rights.find(({ verbs }) => verbs.includes('enable'))).toMatchObject({
      may: 'yes',
      rule: 'clusters.cluster-a.access.operators',
    });
    expect(ann?.extra).toEqual([{ name: 'net-oncall', people: [GROUP], may: 'no' }]);
    const eve = await rights(EVE);
    expect(eve?.rights.find(({ verbs }) => verbs.includes('freeze'))).toMatchObject({
      may: 'no',
      rule: 'clusters.cluster-a.access.admins',
    });
    expect(eve?.rights.find(({ verbs }) => verbs.includes('status'))).toMatchObject({ may: 'yes' });
    expect(eve?.approvals).toMatchObject([{ may: 'no', kinds: ['enable', 'repair', 'revert', 'trial'], required: 1 }]);
    expect((await rights(DAN))?.extra).toEqual([{ name: 'net-oncall', people: [GROUP], may: 'yes' }]);
  });

  it('says that a group is not known', async () => {
    const world = aWorld(({ access }) => Object.assign(access, { operators: [GROUP] }));
    world.groups.delete(GROUP);
    expect(await world.type('whoami cluster-a', DAN)).toMatchObject({
      clusters: [{ rights: expect.arrayContaining([expect.objectContaining({ may: 'unknown' })]) }],
    });
  });
});

describe('list', () => {
  it('names the clusters of the channel, with who has them and what holds them', async () => {
    const world = aWorld();
    const job = await ask(world);
    await approve(world, job, BOB);
    const lease = {
      cluster: 'cluster-a',
      jobId: job.id,
      holder: 'one',
      now: world.clock.now(),
      until: world.clock.now(),
    };
    await world.parts.store.leases.acquire(lease);
    await world.type('freeze cluster-a --reason x');
    expect(await world.type('list')).toMatchObject({
      clusters: [{ cluster: 'cluster-a', heldBy: { id: job.id }, freeze: { reason: 'x' } }, {}, {}, {}, {}],
    });
    expect(await world.type('list locks')).toMatchObject({ locks: [{ cluster: 'cluster-a', job: { id: job.id } }] });
    expect(await world.type('list jobs')).toMatchObject({ jobs: [{ id: job.id }] });
    expect(await world.type('list freezes')).toMatchObject({ freezes: [{ scope: 'cluster-a' }] });
    expect(await world.type('list clusters', ANN, 'C0GENERAL')).toMatchObject({ clusters: [] });
  });
});

it('a place that can’t ask Slack takes nobody for a member', async () => {
  const world = aWorld(({ access }) => Object.assign(access, { approvers: [GROUP] }));
  const job = await ask(world);
  const { groups: _, ...parts } = world.parts;
  const decide = createDecideApproval(parts);
  const reply = await decide({ requestId: 'r', jobId: job.id, decision: 'approve', user: DAN, channel: CHANNEL });
  expect(refused(reply)).toMatchObject({ code: 'groups-unknown' });
});
