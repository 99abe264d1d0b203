// What follows from each event: whether a worker is sent for, whether the channel is told, whether the cluster is free.
import { describe, expect, it } from 'vitest';
import { decide, RUNNING } from '../../shared/domain/decide.ts';
import type { AuditSummary, Drift } from '../../shared/domain/drift.ts';
import { END_STATES } from '../../shared/domain/exit-code.ts';
import type { HostSummary, Job, JobState } from '../../shared/domain/job.ts';
import type { JobEvent } from '../../shared/domain/job-event.ts';
import type { JobDecision, JobEffect } from '../../shared/domain/job-move.ts';
import { aJob } from '../support/builders.ts';

const DIGEST = 'a'.repeat(64);
const AT = new Date('2026-01-02T03:05:00.000Z');
const CLUSTER = { type: 'ClusterComputeResource', value: 'domain-c8' };
const EARLIER = '2026-01-02T03:04:00.000Z';
const STATES: JobState[] = [...RUNNING, 'planned', 'awaiting-approval', 'paused', ...END_STATES];

const hostOf = (number: number, change: Partial<HostSummary> = {}): HostSummary => ({
  name: `esx0${number}`,
  moref: `host-${number}`,
  wave: 0,
  outcome: 'pending',
  steps: 2,
  stepsDone: 0,
  ...change,
});
const hosts = [hostOf(1), hostOf(2, { wave: 1 })];
const withSkipped = [hostOf(1), hostOf(2, { wave: undefined, outcome: 'skipped' })];
const plan = { digest: DIGEST, counts: {}, findings: [], waves: 2 };
const policy = { required: 1, expiresMinutes: 60 };
const failure = { code: 'gate-failed', what: 'no ping', remedy: 'mend' };
const matrix = { pairs: 1, ok: 1, failed: 0, unexpected: 0, verdict: [], failures: [] };
const trial = { request: { vm: 'web01', from: 'esx01', to: 'esx02', isReturning: false } };
const evidence = { migrations: [], gaps: [] };
const audit: AuditSummary = { drifts: [], more: 0, hostsAdded: [], hostsRemoved: [], unread: [], alarms: [] };
const asked = { digest: DIGEST, required: 1, requestedBy: 'U0ANN', expiresAt: AT.toISOString(), approvedBy: [] };
const approval = { ...asked, approvedBy: [{ user: 'U0BOB', at: EARLIER }] };

const job = (state: JobState, change: Partial<Job> = {}) =>
  aJob({ state, hosts, plan, cursor: 4, attempt: 2, updatedAt: EARLIER, ...change });

const told: JobEffect[] = [{ kind: 'notify' }];
const sentFor: JobEffect[] = [{ kind: 'nudge' }, { kind: 'notify' }];
const freed: JobEffect[] = [{ kind: 'release-lease' }, { kind: 'notify' }];

type Row = { event: JobEvent; from: Job; to: JobState; effects: JobEffect[]; change?: Partial<Job> };

const ROWS: Row[] = [
  { event: { kind: 'planning-started' }, from: job('queued'), to: 'planning', effects: told },
  {
    event: { kind: 'planned', hosts, plan, policy },
    from: job('planning'),
    to: 'awaiting-approval',
    effects: told,
    change: { cursor: 5, attempt: 0, hosts, plan },
  },
  {
    event: { kind: 'planned', hosts, plan, policy, trial },
    from: job('planning', { start: 'on-apply', trial: { request: { ...trial.request, vm: 'old' } } }),
    to: 'planned',
    effects: told,
    change: { cursor: 5, trial },
  },
  {
    event: { kind: 'planned', hosts, plan, policy: { ...policy, required: 0 } },
    from: job('planning', { trial }),
    to: 'approved',
    effects: sentFor,
    change: { cursor: 5, trial },
  },
  {
    event: { kind: 'found-in-place', hosts: [hostOf(3, { outcome: 'in-place' })], plan },
    from: job('planning'),
    to: 'in-place',
    effects: freed,
    change: { plan, hosts: [hostOf(3, { outcome: 'in-place' })] },
  },
  {
    event: { kind: 'found-in-place', hosts: withSkipped, plan },
    from: job('planning'),
    to: 'partial',
    effects: freed,
  },
  {
    event: { kind: 'blocked', hosts, plan, failure },
    from: job('planning', { plan: undefined }),
    to: 'invalid',
    effects: freed,
    change: { failure, plan },
  },
  {
    event: { kind: 'probing-started', hosts: [hostOf(3)] },
    from: job('planning'),
    to: 'verifying',
    effects: sentFor,
    change: { cursor: 5, hosts: [hostOf(3)] },
  },
  { event: { kind: 'read', hosts: withSkipped }, from: job('planning'), to: 'partial', effects: freed },
  {
    event: { kind: 'read', hosts: [hostOf(3, { outcome: 'in-place' })] },
    from: job('planning'),
    to: 'done',
    effects: freed,
    change: { hosts: [hostOf(3, { outcome: 'in-place' })] },
  },
  {
    event: { kind: 'checked', hosts, plan, failure },
    from: job('planning', { plan: undefined }),
    to: 'invalid',
    effects: freed,
    change: { plan, failure },
  },
  { event: { kind: 'checked', hosts: withSkipped, plan }, from: job('planning'), to: 'partial', effects: freed },
  { event: { kind: 'checked', hosts, plan }, from: job('planning', { plan: undefined }), to: 'done', effects: freed },
  {
    event: { kind: 'evidence-read', hosts, evidence },
    from: job('planning'),
    to: 'done',
    effects: freed,
    change: { evidence },
  },
  {
    event: { kind: 'evidence-read', hosts: withSkipped, evidence },
    from: job('planning'),
    to: 'partial',
    effects: freed,
    change: { evidence },
  },
  { event: { kind: 'trial-moved', trial }, from: job('applying'), to: 'applying', effects: told, change: { trial } },
  { event: { kind: 'tried', trial }, from: job('applying'), to: 'done', effects: freed, change: { trial } },
  {
    event: { kind: 'tried', trial, failure },
    from: job('applying'),
    to: 'partial',
    effects: freed,
    change: { trial, failure },
  },
  {
    event: { kind: 'reject', by: 'U0BOB', reason: 'not this week' },
    from: job('planned', { approval: asked }),
    to: 'rejected',
    effects: freed,
    change: {
      failure: {
        code: 'rejected',
        what: '<@U0BOB> rejected the plan: not this week',
        remedy: '/vmotion enable cluster-a',
      },
    },
  },
  {
    event: { kind: 'withdraw', by: 'U0BOB' },
    from: job('planned', { approval }),
    to: 'planned',
    effects: told,
    change: { approval: asked },
  },
  {
    event: { kind: 'apply', by: 'U0ANN' },
    from: job('planned', { approval }),
    to: 'approved',
    effects: sentFor,
    change: { cursor: 4 },
  },
  {
    event: { kind: 'host-begun', moref: 'host-1' },
    from: job('applying', { hosts: [hostOf(1, { stepsDone: 1, outcome: 'pending' }), hostOf(2)] }),
    to: 'applying',
    effects: told,
    change: { hosts: [hostOf(1, { outcome: 'applying' }), hostOf(2)] },
  },
  { event: { kind: 'wave-started', fence: 1 }, from: job('approved'), to: 'applying', effects: told },
  {
    event: { kind: 'wave-passed', wave: 0 },
    from: job('applying', { hosts: [hostOf(1, { outcome: 'applied' }), hostOf(2, { wave: 1, outcome: 'applied' })] }),
    to: 'applying',
    effects: sentFor,
    change: { wave: 1, cursor: 5, hosts: [hostOf(1, { outcome: 'kept' }), hostOf(2, { wave: 1, outcome: 'applied' })] },
  },
  {
    event: { kind: 'wave-passed', wave: 1 },
    from: job('applying', { kind: 'revert', wave: 1, hosts: [hostOf(2, { wave: 1, outcome: 'applied' })] }),
    to: 'verifying',
    effects: sentFor,
    change: { cursor: 5, hosts: [hostOf(2, { wave: 1, outcome: 'put-back' })] },
  },
  {
    event: { kind: 'wave-passed', wave: 1 },
    from: job('applying', { wave: 1, control: { want: 'pause', by: 'U0ANN', at: EARLIER } }),
    to: 'verifying',
    effects: sentFor,
  },
  {
    event: { kind: 'troubled', failure },
    from: job('applying', { stalledSince: EARLIER }),
    to: 'applying',
    effects: [],
    change: { trouble: failure, stalledSince: EARLIER, updatedAt: EARLIER, cursor: 4, attempt: 2 },
  },
  {
    event: { kind: 'drs-held', cluster: CLUSTER, was: 'fullyAutomated' },
    from: job('applying'),
    to: 'applying',
    effects: told,
    change: { drs: { cluster: CLUSTER, was: 'fullyAutomated', isReleased: false } },
  },
  {
    event: { kind: 'drs-released' },
    from: job('done', {
      drs: { cluster: CLUSTER, was: 'partiallyAutomated', isReleased: false },
      stalledSince: EARLIER,
    }),
    to: 'done',
    effects: told,
    change: {
      drs: { cluster: CLUSTER, was: 'partiallyAutomated', isReleased: true },
      updatedAt: EARLIER,
      stalledSince: EARLIER,
    },
  },
  {
    event: { kind: 'settled' },
    from: job('done', { stalledSince: EARLIER }),
    to: 'done',
    effects: [],
    change: { settledAt: AT.toISOString(), updatedAt: EARLIER, stalledSince: EARLIER },
  },
  {
    event: { kind: 'unsettled' },
    from: job('done', { settledAt: EARLIER, stalledSince: EARLIER }),
    to: 'done',
    effects: [],
    change: { settledAt: undefined, updatedAt: EARLIER, stalledSince: EARLIER },
  },
  {
    event: { kind: 'slice-over' },
    from: job('verifying', { stalledSince: EARLIER }),
    to: 'verifying',
    effects: sentFor,
    change: { cursor: 5, attempt: 0, stalledSince: undefined, updatedAt: AT.toISOString() },
  },
  {
    event: { kind: 'waits', busy: 2, workers: 2 },
    from: job('applying'),
    to: 'applying',
    effects: told,
    change: {
      waits: { since: AT.toISOString(), busy: 2, workers: 2 },
      heartbeatAt: AT.toISOString(),
      updatedAt: EARLIER,
    },
  },
  {
    event: { kind: 'waits', busy: 3, workers: 3 },
    from: job('applying', { waits: { since: EARLIER, busy: 2, workers: 2 } }),
    to: 'applying',
    effects: [],
    change: { waits: { since: EARLIER, busy: 2, workers: 2 }, heartbeatAt: AT.toISOString() },
  },
  {
    event: { kind: 'waits', busy: 2, workers: 2 },
    from: job('applying', { waits: { since: EARLIER, busy: 2, workers: 2 }, stalledSince: EARLIER }),
    to: 'applying',
    effects: told,
    change: { stalledSince: undefined },
  },
  {
    event: { kind: 'turn-came' },
    from: job('applying', { waits: { since: EARLIER, busy: 2, workers: 2 } }),
    to: 'applying',
    effects: told,
    change: { waits: undefined },
  },
  {
    event: { kind: 'stopped', state: 'rolled-back', failure, matrix },
    from: job('applying', { waits: { since: EARLIER, busy: 2, workers: 2 } }),
    to: 'rolled-back',
    effects: freed,
    change: { failure, matrix, waits: undefined, endedAt: AT.toISOString(), cursor: 5 },
  },
  { event: { kind: 'proven', matrix }, from: job('verifying'), to: 'done', effects: freed, change: { matrix } },
  {
    event: { kind: 'proven', matrix: { ...matrix, unexpected: 1 } },
    from: job('verifying'),
    to: 'partial',
    effects: freed,
  },
  {
    event: { kind: 'proven', matrix: { ...matrix, apart: 1 } },
    from: job('verifying'),
    to: 'partial',
    effects: freed,
  },
  {
    event: { kind: 'proven', matrix, failure },
    from: job('verifying'),
    to: 'partial',
    effects: freed,
    change: { failure },
  },
  {
    event: { kind: 'proven', matrix },
    from: job('verifying', { hosts: withSkipped }),
    to: 'partial',
    effects: freed,
  },
  {
    event: { kind: 'stalled' },
    from: job('applying'),
    to: 'applying',
    effects: told,
    change: { stalledSince: AT.toISOString(), updatedAt: EARLIER },
  },
  {
    event: { kind: 'nudged-again' },
    from: job('applying', { stalledSince: EARLIER }),
    to: 'applying',
    // Its message went ahead.
    effects: [],
    change: {
      attempt: 3,
      cursor: 4,
      updatedAt: EARLIER,
      stalledSince: EARLIER,
      nudged: { since: EARLIER, count: 1, at: AT.toISOString() },
    },
  },
];

describe('what follows from an event', () => {
  it.each(ROWS)('$event.kind leads from $from.state to $to', ({ event, from, to, effects, change }) => {
    const decision = decide(from, event, AT);
    expect(decision).toMatchObject({ kind: 'moved', job: { state: to, version: from.version + 1, ...change } });
    expect(effectsOf(decision)).toEqual(effects);
  });

  it('an approval that completes what starts on approval sends for a worker, any other only tells', () => {
    const press: JobEvent = { kind: 'approve', by: 'U0CAT', digest: DIGEST };
    const before = (change: Partial<Job>, required = 1) =>
      job('awaiting-approval', { approval: { ...asked, expiresAt: '2026-01-03T00:00:00.000Z', required }, ...change });
    const starting = decide(before({}), press, AT);
    expect([stateOf(starting), effectsOf(starting)]).toEqual(['approved', sentFor]);
    const first = decide(before({}, 2), press, AT);
    expect([stateOf(first), effectsOf(first)]).toEqual(['awaiting-approval', told]);
    const later = decide({ ...before({ start: 'on-apply' }), state: 'planned' }, press, AT);
    expect([stateOf(later), effectsOf(later)]).toEqual(['planned', told]);
  });

  it('an approval that would start the change is refused where nothing may start now, and others are not', () => {
    const press: JobEvent = { kind: 'approve', by: 'U0CAT', digest: DIGEST, barred: 'frozen' };
    const expiresAt = '2026-01-03T00:00:00.000Z';
    const waiting = job('awaiting-approval', { approval: { ...asked, expiresAt } });
    expect(decide(waiting, press, AT)).toEqual({ kind: 'refused', reason: 'frozen' });
    const first = job('awaiting-approval', { approval: { ...asked, expiresAt, required: 2 } });
    expect(decide(first, press, AT).kind).toBe('moved');
    const planned = job('planned', { start: 'on-apply', approval: { ...asked, expiresAt } });
    expect(decide(planned, press, AT).kind).toBe('moved');
    const apply: JobEvent = { kind: 'apply', by: 'U0ANN', barred: 'outside-window' };
    expect(decide(job('planned', { approval }), apply, AT)).toEqual({ kind: 'refused', reason: 'outside-window' });
    for (const unapproved of [job('planned'), job('planned', { approval: asked })])
      expect(decide(unapproved, apply, AT)).toEqual({ kind: 'refused', reason: 'not-approved' });
  });

  it('an approval that nobody gave can’t be taken back', () => {
    const withdraw: JobEvent = { kind: 'withdraw', by: 'U0CAT' };
    expect(decide(job('planned', { approval }), withdraw, AT)).toEqual({
      kind: 'refused',
      reason: 'no-approval-given',
    });
    expect(decide(job('planned'), withdraw, AT)).toEqual({ kind: 'refused', reason: 'no-approval-given' });
  });

  it('a request expires at its moment, and says that nothing was changed', () => {
    const early = new Date(AT.getTime() - 1);
    expect(decide(job('planned', { approval: asked }), { kind: 'expire' }, early).kind).toBe('ignored');
    expect(decide(job('planned'), { kind: 'expire' }, AT)).toEqual({ kind: 'ignored', why: 'wrong-state' });
    const expired = decide(job('awaiting-approval', { approval: asked }), { kind: 'expire' }, AT);
    expect(expired).toMatchObject({ job: { state: 'expired', failure: { code: 'expired' } } });
    expect(effectsOf(expired)).toEqual(freed);
  });

  it('nobody approves what no plan asks for', () => {
    const press: JobEvent = { kind: 'approve', by: 'U0CAT', digest: DIGEST };
    expect(decide(job('planned'), press, AT)).toEqual({ kind: 'ignored', why: 'wrong-state' });
  });

  it('DRS is put back once', () => {
    const released = { cluster: CLUSTER, was: 'fullyAutomated' as const, isReleased: true };
    const again = { kind: 'ignored', why: 'wrong-state' };
    expect(decide(job('paused', { drs: released }), { kind: 'drs-released' }, AT)).toEqual(again);
    expect(decide(job('paused'), { kind: 'drs-released' }, AT)).toEqual(again);
  });

  it('that an earlier hold of DRS is over says nothing of the one that stands', () => {
    const hold: JobEvent = { kind: 'drs-held', cluster: CLUSTER, was: 'fullyAutomated' };
    const held = { cluster: CLUSTER, was: 'fullyAutomated' as const, isReleased: false };
    const twice = { ...held, holds: 2 };
    expect(decide(job('applying', { drs: held }), hold, AT)).toMatchObject({ job: { drs: twice } });
    const late = decide(job('applying', { drs: twice }), { kind: 'drs-released' }, AT);
    expect(late).toEqual({ kind: 'ignored', why: 'wrong-state' });
    const own = decide(job('applying', { drs: twice }), { kind: 'drs-released', holds: 2 }, AT);
    expect(own).toMatchObject({ job: { drs: { ...twice, isReleased: true } } });
  });

  it('a turn that nobody waited for is nothing new', () => {
    expect(decide(job('applying'), { kind: 'turn-came' }, AT)).toEqual({ kind: 'ignored', why: 'already' });
  });

  it('a host keeps what was said of it before, unless something newer is said', () => {
    const from = job('applying', { hosts: [hostOf(1, { note: 'vmk3 came back as vmk4', isProven: true }), hostOf(2)] });
    const moved: JobEvent = { kind: 'host-moved', moref: 'host-1', outcome: 'applied', stepsDone: 2 };
    expect(decide(from, moved, AT)).toMatchObject({
      job: { hosts: [{ note: 'vmk3 came back as vmk4', isProven: true, stepsDone: 2 }, hostOf(2)] },
    });
    expect(decide(from, { ...moved, note: 'new', isProven: false }, AT)).toMatchObject({
      job: { hosts: [{ note: 'new', isProven: false }, {}] },
    });
  });
});

describe('an audit', () => {
  const event = (change: Partial<AuditSummary>, isNews = true): JobEvent => ({
    kind: 'audited',
    hosts,
    plan,
    isNews,
    audit: { ...audit, ...change },
  });
  const drifts: Drift[] = ['esx01', 'esx02'].map((host) => ({ kind: 'changed', host, field: 'vmk2' }));
  it.each<{ what: string; change: Partial<AuditSummary>; state: JobState }>([
    { what: 'nothing', change: {}, state: 'in-place' },
    { what: 'changes', change: { drifts }, state: 'done' },
    { what: 'as many new hosts as gone ones', change: { hostsAdded: ['a'], hostsRemoved: ['b'] }, state: 'done' },
    { what: 'as many changes as gone hosts', change: { drifts, hostsRemoved: ['b', 'c'] }, state: 'done' },
    { what: 'as many changes as new hosts', change: { drifts, hostsAdded: ['b', 'c'] }, state: 'done' },
  ])('that finds $what ends $state', ({ change, state }) => {
    expect(stateOf(decide(job('planning'), event(change), AT))).toBe(state);
  });

  it('that could not read every host is partial, whatever it found', () => {
    const event: JobEvent = { kind: 'audited', hosts: withSkipped, plan, audit, isNews: true };
    expect(stateOf(decide(job('planning'), event, AT))).toBe('partial');
  });

  it('by schedule is quiet only where it has nothing new to tell', () => {
    const isQuiet = (from: Job, isNews: boolean) => {
      const decision = decide(from, event({ drifts }, isNews), AT);
      return decision.kind === 'moved' && decision.job.isQuiet;
    };
    const scheduled = job('planning', { isQuiet: true });
    expect([isQuiet(scheduled, false), isQuiet(scheduled, true), isQuiet(job('planning'), false)]).toEqual([
      true,
      undefined,
      undefined,
    ]);
  });

  it('that fails is quiet only by schedule, and only where the one before failed alike', () => {
    const isQuiet = (change: Partial<Job>) => {
      const decision = decide(job('planning', change), { kind: 'stopped', state: 'unreachable', failure }, AT);
      return decision.kind === 'moved' && decision.job.isQuiet;
    };
    expect(isQuiet({ isQuiet: true, knownFailure: 'gate-failed' })).toBe(true);
    expect(isQuiet({ isQuiet: true, knownFailure: 'host-not-connected' })).toBeUndefined();
    expect(isQuiet({ isQuiet: true })).toBeUndefined();
    expect(isQuiet({ knownFailure: 'gate-failed' })).toBeUndefined();
  });
});

describe('where an event may happen', () => {
  const PEOPLE: JobState[] = ['awaiting-approval', 'planned'];
  const UNDER_WAY: JobState[] = ['approved', 'applying', 'paused', 'verifying'];
  const BEFORE: JobState[] = ['queued', 'planning', ...PEOPLE];
  const wanted = { want: 'pause' as const, by: 'U0EVE', at: EARLIER };
  const given = { ...approval, expiresAt: EARLIER };
  it.each<{ what: string; event: JobEvent; states: JobState[]; change?: Partial<Job> }>([
    { what: 'planning begins', event: { kind: 'planning-started' }, states: ['queued'] },
    { what: 'a plan is there', event: { kind: 'planned', hosts, plan, policy }, states: ['planning'] },
    { what: 'there is nothing to do', event: { kind: 'found-in-place', hosts, plan }, states: ['planning'] },
    { what: 'something blocks', event: { kind: 'blocked', hosts, plan, failure }, states: ['planning'] },
    { what: 'only pings follow', event: { kind: 'probing-started', hosts }, states: ['planning'] },
    { what: 'a report was read', event: { kind: 'read', hosts }, states: ['planning'] },
    { what: 'a check is through', event: { kind: 'checked', hosts, plan }, states: ['planning'] },
    { what: 'logs were read', event: { kind: 'evidence-read', hosts, evidence }, states: ['planning'] },
    { what: 'an audit is through', event: { kind: 'audited', hosts, plan, audit, isNews: true }, states: ['planning'] },
    { what: 'a VM moves', event: { kind: 'trial-moved', trial }, states: ['applying'] },
    { what: 'a trial is over', event: { kind: 'tried', trial }, states: ['applying'] },
    { what: 'somebody rejects', event: { kind: 'reject', by: 'U0BOB', reason: 'no' }, states: PEOPLE },
    { what: 'somebody takes it back', event: { kind: 'withdraw', by: 'U0BOB' }, states: PEOPLE },
    { what: 'somebody applies', event: { kind: 'apply', by: 'U0ANN' }, states: ['planned'] },
    { what: 'time runs out', event: { kind: 'expire' }, states: PEOPLE },
    { what: 'a wave begins', event: { kind: 'wave-started', fence: 1 }, states: ['approved', 'applying'] },
    {
      what: 'a host begins',
      event: { kind: 'host-begun', moref: 'host-1' },
      states: ['applying'],
      change: { control: undefined },
    },
    {
      what: 'a host moves',
      event: { kind: 'host-moved', moref: 'host-1', outcome: 'applied', stepsDone: 2 },
      states: ['applying'],
    },
    { what: 'a wave is through', event: { kind: 'wave-passed', wave: 0 }, states: ['applying'] },
    {
      what: 'somebody pauses',
      event: { kind: 'pause', by: 'U0ANN' },
      states: ['approved', 'applying'],
      change: { control: undefined },
    },
    { what: 'somebody resumes', event: { kind: 'resume', by: 'U0ANN' }, states: UNDER_WAY },
    { what: 'somebody aborts', event: { kind: 'abort', by: 'U0ANN', isPuttingBack: true }, states: UNDER_WAY },
    { what: 'somebody cancels', event: { kind: 'cancel', by: 'U0ANN' }, states: BEFORE },
    { what: 'a worker holds', event: { kind: 'held' }, states: ['applying'] },
    { what: 'a worker lives', event: { kind: 'heartbeat' }, states: RUNNING },
    { what: 'a slice stops it', event: { kind: 'stopped', state: 'stale', failure }, states: RUNNING },
    { what: 'a slice fails', event: { kind: 'troubled', failure }, states: RUNNING },
    { what: 'nothing is owed', event: { kind: 'settled' }, states: END_STATES },
    {
      what: 'its message is written over',
      event: { kind: 'unsettled' },
      states: END_STATES,
      change: { settledAt: EARLIER },
    },
    {
      what: 'DRS is held',
      event: { kind: 'drs-held', cluster: CLUSTER, was: 'fullyAutomated' },
      states: ['applying'],
    },
    {
      what: 'DRS is put back',
      event: { kind: 'drs-released' },
      states: ['applying', 'paused', 'verifying', ...END_STATES],
      change: { drs: { cluster: CLUSTER, was: 'fullyAutomated', isReleased: false } },
    },
    { what: 'a slice is over', event: { kind: 'slice-over' }, states: RUNNING },
    { what: 'it waits', event: { kind: 'waits', busy: 1, workers: 1 }, states: RUNNING },
    {
      what: 'its turn comes',
      event: { kind: 'turn-came' },
      states: RUNNING,
      change: { waits: { since: EARLIER, busy: 1, workers: 1 } },
    },
    { what: 'all paths are proven', event: { kind: 'proven', matrix }, states: ['verifying'] },
    { what: 'it is silent', event: { kind: 'stalled' }, states: RUNNING },
    { what: 'the clock sends again', event: { kind: 'nudged-again' }, states: RUNNING },
  ])('$what', ({ event, states, change }) => {
    const at = (state: JobState) => job(state, { approval: given, control: wanted, updatedAt: EARLIER, ...change });
    const moved = STATES.filter((state) => decide(at(state), event, AT).kind === 'moved');
    expect(moved.toSorted()).toEqual(states.toSorted());
  });

  it('says of an ended job that it has ended', () => {
    expect(decide(job('done'), { kind: 'pause', by: 'U0ANN' }, AT)).toEqual({ kind: 'ignored', why: 'ended' });
    expect(decide(job('queued'), { kind: 'pause', by: 'U0ANN' }, AT)).toEqual({ kind: 'ignored', why: 'wrong-state' });
  });
});

describe('what people want of a running job', () => {
  const by = 'U0ANN';
  const control = { want: 'pause' as const, by, at: EARLIER };

  it('is told, and no worker is sent for who is at work anyhow', () => {
    const pausing = decide(job('applying'), { kind: 'pause', by }, AT);
    expect(pausing).toMatchObject({ job: { control: { want: 'pause', by, at: AT.toISOString() } }, effects: told });
    const resuming = decide(job('applying', { control }), { kind: 'resume', by }, AT);
    expect(resuming).toMatchObject({ job: { control: undefined, state: 'applying' }, effects: told });
  });

  it('is there already where it is paused, or goes on', () => {
    const already = { kind: 'ignored', why: 'already' };
    expect(decide(job('paused', { pausedBy: by }), { kind: 'pause', by: 'U0BOB' }, AT)).toEqual(already);
    expect(decide(job('applying'), { kind: 'resume', by }, AT)).toEqual(already);
  });

  it('goes on by a worker where it is paused', () => {
    const going = decide(job('paused', { pausedBy: by }), { kind: 'resume', by }, AT);
    expect(going).toMatchObject({ job: { state: 'applying', pausedBy: undefined, cursor: 5 }, effects: sentFor });
  });

  it('holds, told and without a worker; with a host that is changed and not proven a worker comes first', () => {
    expect(decide(job('applying', { control }), { kind: 'held' }, AT)).toMatchObject({
      job: { state: 'paused', cursor: 5 },
      effects: told,
    });
    const unproven = [
      hostOf(1, { outcome: 'applied', stepsDone: 2 }),
      hostOf(2, { outcome: 'applying', stepsDone: 1 }),
    ];
    expect(decide(job('applying', { control, hosts: unproven }), { kind: 'held' }, AT)).toMatchObject({
      job: {
        state: 'applying',
        cursor: 5,
        control,
        hosts: [{ outcome: 'applied' }, { outcome: 'pending', stepsDone: 0 }],
      },
      effects: sentFor,
    });
  });

  const putBack: JobEvent = { kind: 'abort', by, isPuttingBack: true };
  it.each([
    { what: 'an enable has kept', kind: 'enable', outcome: 'kept', to: 'applying' },
    { what: 'an enable has put back itself', kind: 'enable', outcome: 'put-back', to: 'aborted' },
    { what: 'a revert has restored', kind: 'revert', outcome: 'put-back', to: 'applying' },
    { what: 'nobody has changed', kind: 'enable', outcome: 'pending', to: 'aborted' },
  ] as const)('puts back what $what: $to', ({ kind, outcome, to }) => {
    const decision = decide(job('paused', { kind, hosts: [hostOf(1, { outcome })] }), putBack, AT);
    expect(stateOf(decision)).toBe(to);
    if (to === 'applying') expect(decision).toMatchObject({ job: { cursor: 5 } });
  });

  it('puts back nothing on hosts that were as they should be before', () => {
    const decision = decide(job('paused', { hosts: [hostOf(1, { wave: undefined, outcome: 'kept' })] }), putBack, AT);
    expect(stateOf(decision)).toBe('aborted');
  });

  it('is no put-back of a trial, which has changed no host', () => {
    expect(decide(job('applying', { kind: 'trial' }), putBack, AT)).toMatchObject({
      job: { control: { want: 'abort' } },
    });
    expect(decide(job('applying'), putBack, AT)).toMatchObject({ job: { control: { want: 'abort-and-put-back' } } });
  });

  it('is a cancellation before anything begins, with who did it', () => {
    const cancelled = decide(job('queued'), { kind: 'cancel', by }, AT);
    expect(cancelled).toMatchObject({ job: { failure: { code: 'cancelled', what: expect.stringContaining(by) } } });
  });

  it('a sign of life is written twenty seconds after the last one, not before', () => {
    const last = Date.parse(EARLIER);
    const after = (ms: number, change: Partial<Job> = {}) =>
      decide(job('applying', change), { kind: 'heartbeat' }, new Date(last + ms)).kind;
    expect([after(19_999), after(20_000)]).toEqual(['ignored', 'moved']);
    expect(decide(job('applying'), { kind: 'heartbeat' }, new Date(last))).toEqual({ kind: 'ignored', why: 'already' });
    const heartbeatAt = new Date(last + 10_000).toISOString();
    expect([after(29_999, { heartbeatAt }), after(30_000, { heartbeatAt })]).toEqual(['ignored', 'moved']);
    const older = { heartbeatAt: '2026-01-02T03:00:00.000Z' };
    expect([after(19_999, older), after(20_000, older)]).toEqual(['ignored', 'moved']);
  });
});

function effectsOf(decision: JobDecision): JobEffect[] {
  return decision.kind === 'moved' ? decision.effects : [];
}

function stateOf(decision: JobDecision): JobState | undefined {
  return decision.kind === 'moved' ? decision.job.state : undefined;
}
