import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, isApproved } from '../../shared/domain/decide.ts';
import type { JobEvent } from '../../shared/domain/job-event.ts';
import { isEnded } from '../../shared/domain/exit-code.ts';
import type { HostSummary, Job } from '../../shared/domain/job.ts';
import { aJob } from '../support/builders.ts';

const DIGEST = 'a'.repeat(64);
const AT = new Date('2026-01-02T03:05:00.000Z');
const hosts: HostSummary[] = ['esx01', 'esx02', 'esx03'].map((name, index) => ({
  name,
  moref: `host-${index}`,
  wave: index === 0 ? 0 : 1,
  outcome: 'pending',
  steps: 2,
  stepsDone: 0,
}));
const plan = { digest: DIGEST, counts: {}, findings: [], waves: 2 };
const trial = { request: { vm: 'web01', from: 'esx01', to: 'esx02', isReturning: false } };
const policy = { required: 1, expiresMinutes: 60 };
const failure = { code: 'gate-failed', what: 'no ping', remedy: 'mend' };
const matrix = { pairs: 1, ok: 1, failed: 0, unexpected: 0, verdict: [], failures: [] };

function play(job: Job, events: JobEvent[], at = AT): Job {
  return events.reduce((now, event) => {
    const decision = decide(now, event, at);
    return decision.kind === 'moved' ? decision.job : now;
  }, job);
}
/** The first wave's one host, through. */
const firstHostKept: JobEvent[] = [
  { kind: 'host-begun', moref: 'host-0' },
  { kind: 'host-moved', moref: 'host-0', outcome: 'kept', stepsDone: 2 },
  { kind: 'wave-passed', wave: 0 },
];
const planned = (change: Partial<Job> = {}) =>
  play(aJob(change), [{ kind: 'planning-started' }, { kind: 'planned', hosts, plan, policy }]);

describe('decide', () => {
  it('takes a change from the request to its end', () => {
    const states: string[] = [];
    let job = aJob();
    const events: JobEvent[] = [
      { kind: 'planning-started' },
      { kind: 'planned', hosts, plan, policy },
      { kind: 'approve', by: 'U0BOB', digest: DIGEST.slice(0, 12) },
      { kind: 'wave-started', fence: 1 },
      { kind: 'host-moved', moref: 'host-0', outcome: 'applied', stepsDone: 2 },
      { kind: 'wave-passed', wave: 0 },
      { kind: 'wave-passed', wave: 1 },
      { kind: 'proven', matrix },
    ];
    for (const event of events) {
      job = play(job, [event]);
      states.push(job.state);
    }
    expect(states).toEqual([
      'planning',
      'awaiting-approval',
      'approved',
      'applying',
      'applying',
      'applying',
      'verifying',
      'done',
    ]);
    expect(job.hosts[0]?.outcome).toBe('kept');
  });

  it.each([
    { by: 'U0ANN', digest: DIGEST, at: AT, reason: 'own-request', what: 'the requester' },
    { by: 'U0BOB', digest: 'b'.repeat(64), at: AT, reason: 'digest-differs', what: 'somebody who read another plan' },
    {
      by: 'U0BOB',
      digest: DIGEST.slice(0, 11),
      at: AT,
      reason: 'digest-differs',
      what: 'a digest too short to name a plan',
    },
    {
      by: 'U0BOB',
      digest: DIGEST,
      at: new Date('2026-01-02T05:00:00Z'),
      reason: 'expired',
      what: 'somebody who is too late',
    },
  ])('does not count an approval by $what', ({ by, digest, at, reason }) => {
    expect(decide(planned(), { kind: 'approve', by, digest }, at)).toEqual({ kind: 'refused', reason });
  });

  it('counts the same person once', () => {
    const twoNeeded = play(aJob(), [
      { kind: 'planning-started' },
      { kind: 'planned', hosts, plan, policy: { ...policy, required: 2 } },
    ]);
    const once = play(twoNeeded, [{ kind: 'approve', by: 'U0BOB', digest: DIGEST }]);
    expect(once.state).toBe('awaiting-approval');
    expect(decide(once, { kind: 'approve', by: 'U0BOB', digest: DIGEST }, AT)).toEqual({
      kind: 'refused',
      reason: 'already-approved',
    });
    expect(play(once, [{ kind: 'approve', by: 'U0CAT', digest: DIGEST }]).state).toBe('approved');
  });

  it('starts a plan made by "plan" only when it is approved and then applied', () => {
    const job = planned({ start: 'on-apply' });
    expect(decide(job, { kind: 'apply', by: 'U0ANN' }, AT)).toEqual({ kind: 'refused', reason: 'not-approved' });
    const approved = play(job, [{ kind: 'approve', by: 'U0BOB', digest: DIGEST }]);
    expect(approved.state).toBe('planned');
    expect(play(approved, [{ kind: 'apply', by: 'U0ANN' }]).state).toBe('approved');
  });

  it('leaves nothing pending at an end, and names what was left half way', () => {
    const job = play(planned(), [
      { kind: 'approve', by: 'U0BOB', digest: DIGEST },
      { kind: 'wave-started', fence: 1 },
      { kind: 'host-moved', moref: 'host-0', outcome: 'applying', stepsDone: 1 },
      { kind: 'stopped', state: 'needs-hands', failure },
    ]);
    expect(job.hosts.map((host) => host.outcome)).toEqual(['needs-hands', 'untouched', 'untouched']);
  });

  it('is partial, not done, when a host could not be reached', () => {
    const some = hosts.map((host, index) =>
      index === 2 ? { ...host, outcome: 'skipped' as const, wave: undefined } : host,
    );
    const job = play(aJob(), [{ kind: 'planning-started' }, { kind: 'found-in-place', hosts: some, plan }]);
    expect(job.state).toBe('partial');
  });

  it('expires only after the time that was shown', () => {
    expect(decide(planned(), { kind: 'expire' }, AT).kind).toBe('ignored');
    expect(play(planned(), [{ kind: 'expire' }], new Date('2026-01-02T04:05:00.000Z')).state).toBe('expired');
  });

  it('keeps its promises on every walk of events', () => {
    const event: fc.Arbitrary<JobEvent> = fc.oneof(
      fc.constantFrom<JobEvent>(
        { kind: 'planning-started' },
        { kind: 'planned', hosts, plan, policy },
        { kind: 'found-in-place', hosts, plan },
        { kind: 'blocked', hosts, plan, failure },
        { kind: 'probing-started', hosts },
        { kind: 'read', hosts },
        { kind: 'checked', hosts, plan },
        { kind: 'checked', hosts, plan, failure },
        { kind: 'evidence-read', hosts, evidence: { migrations: [], gaps: [] } },
        { kind: 'trial-moved', trial },
        { kind: 'tried', trial },
        { kind: 'reject', by: 'U0BOB', reason: 'no' },
        { kind: 'apply', by: 'U0ANN' },
        { kind: 'expire' },
        { kind: 'wave-started', fence: 1 },
        { kind: 'wave-passed', wave: 0 },
        { kind: 'wave-passed', wave: 1 },
        { kind: 'stopped', state: 'rolled-back', failure },
        { kind: 'slice-over' },
        { kind: 'proven', matrix },
        { kind: 'stalled' },
        { kind: 'nudged-again' },
        { kind: 'troubled', failure },
        { kind: 'settled' },
        { kind: 'unsettled' },
        { kind: 'held' },
        { kind: 'heartbeat' },
        { kind: 'resume', by: 'U0ANN' },
        { kind: 'cancel', by: 'U0BOB' },
      ),
      fc.constantFrom<JobEvent>(
        { kind: 'pause', by: 'U0ANN' },
        { kind: 'abort', by: 'U0BOB', isPuttingBack: false },
        { kind: 'abort', by: 'U0CAT', isPuttingBack: true },
        { kind: 'host-begun', moref: 'host-0' },
        { kind: 'host-begun', moref: 'host-2' },
      ),
      fc.record({
        kind: fc.constant('approve' as const),
        by: fc.constantFrom('U0ANN', 'U0BOB'),
        digest: fc.constantFrom(DIGEST, 'b'.repeat(64)),
      }),
      fc.record({
        kind: fc.constant('host-moved' as const),
        moref: fc.constantFrom('host-0', 'host-1'),
        outcome: fc.constantFrom('applying' as const, 'applied' as const),
        stepsDone: fc.nat(2),
      }),
    );
    const approved = (job: Job) => play(job, [{ kind: 'approve', by: 'U0BOB', digest: DIGEST }]);
    // Walks begin anywhere on the way, since few random ones would get far.
    const starts = [
      aJob(),
      aJob({ start: 'on-apply' }),
      play(aJob(), [{ kind: 'planning-started' }]),
      planned(),
      planned({ start: 'on-apply' }),
      approved(planned()),
      approved(planned({ start: 'on-apply' })),
      play(approved(planned()), [{ kind: 'wave-started', fence: 1 }, { kind: 'pause', by: 'U0ANN' }, { kind: 'held' }]),
      play(approved(planned()), [{ kind: 'wave-started', fence: 1 }, ...firstHostKept, { kind: 'pause', by: 'U0ANN' }]),
    ];
    const strength = { pause: 1, abort: 2, 'abort-and-put-back': 3 };
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), fc.constantFrom(...starts), (events, from) => {
        let job = from;
        for (const one of events) {
          const decision = decide(job, one, AT);
          if (decision.kind !== 'moved') continue;
          const next = decision.job;
          expect(next.version).toBe(job.version + 1);
          expect(next.cursor).toBeGreaterThanOrEqual(job.cursor);
          if (isEnded(job.state)) expect(next).toMatchObject({ state: job.state, endedAt: job.endedAt });
          if (['approved', 'applying'].includes(next.state)) expect(isApproved(next)).toBe(true);
          expect(next.approval?.approvedBy.some((press) => press.user === next.requestedBy) ?? false).toBe(false);
          if (isEnded(next.state))
            expect(next.hosts.some((host) => ['pending', 'applying', 'applied'].includes(host.outcome))).toBe(false);
          if (isEnded(next.state) && !isEnded(job.state))
            expect(decision.effects).toContainEqual({ kind: 'release-lease' });
          if (next.state === 'paused')
            expect(next.hosts.some((host) => ['applying', 'applied'].includes(host.outcome))).toBe(
              job.state === 'paused',
            );
          if (job.control !== undefined) expect(one.kind).not.toBe('host-begun');
          if (job.control !== undefined && next.control !== undefined)
            expect(strength[next.control.want]).toBeGreaterThanOrEqual(strength[job.control.want]);
          // Whoever pauses, resumes or stops moves the job's message on, so that no late copy of one counts.
          if (next.state !== job.state && [next.state, job.state].includes('paused'))
            expect(next.cursor).toBeGreaterThan(job.cursor);
          if (isEnded(next.state)) expect(next.control).toBeUndefined();
          if (one.kind === 'heartbeat')
            expect({ ...next, heartbeatAt: '', stalledSince: '', version: 0 }).toEqual({
              ...job,
              heartbeatAt: '',
              stalledSince: '',
              version: 0,
            });
          seen.add(next.state);
          job = next;
        }
      }),
      { numRuns: 3000 },
    );
    expect([...seen].sort()).toEqual(
      expect.arrayContaining([
        'aborted',
        'applying',
        'approved',
        'cancelled',
        'done',
        'in-place',
        'paused',
        'planned',
        'rolled-back',
        'verifying',
      ]),
    );
  });
});

describe('decide, when people control a running job', () => {
  const approve: JobEvent = { kind: 'approve', by: 'U0BOB', digest: DIGEST };
  const running = (more: JobEvent[] = []) => play(planned(), [approve, { kind: 'wave-started', fence: 1 }, ...more]);
  const pause: JobEvent = { kind: 'pause', by: 'U0ANN' };
  const abort: JobEvent = { kind: 'abort', by: 'U0BOB', isPuttingBack: false };
  const putBack: JobEvent = { kind: 'abort', by: 'U0CAT', isPuttingBack: true };

  it('begins no host any more once somebody wants it to stop', () => {
    const job = running([pause]);
    expect(decide(job, { kind: 'host-begun', moref: 'host-0' }, AT)).toEqual({ kind: 'ignored', why: 'held' });
    expect(play(job, [{ kind: 'held' }])).toMatchObject({ state: 'paused', pausedBy: 'U0ANN', control: undefined });
  });

  it('takes a host that was announced and not begun back to pending when it holds', () => {
    const job = running([{ kind: 'host-begun', moref: 'host-0' }, pause, { kind: 'held' }]);
    expect(job.hosts[0]).toMatchObject({ outcome: 'pending', stepsDone: 0 });
  });

  it.each([
    { first: pause, second: abort, want: 'abort' },
    { first: abort, second: pause, want: 'abort' },
    { first: putBack, second: abort, want: 'abort-and-put-back' },
    { first: abort, second: putBack, want: 'abort-and-put-back' },
  ])('lets $want win, whoever came first', ({ first, second, want }) => {
    expect(running([first, second]).control?.want).toBe(want);
  });

  it('says whether a wish was there before, or is outdone by another one', () => {
    expect(decide(running([pause]), pause, AT)).toEqual({ kind: 'ignored', why: 'already' });
    expect(decide(running([abort]), pause, AT)).toEqual({ kind: 'ignored', why: 'overruled' });
    expect(decide(running([abort]), { kind: 'resume', by: 'U0ANN' }, AT)).toEqual({
      kind: 'ignored',
      why: 'overruled',
    });
  });

  it('goes on where the wish was taken back before it was honoured', () => {
    const job = running([pause, { kind: 'resume', by: 'U0ANN' }]);
    expect(decide(job, { kind: 'held' }, AT)).toMatchObject({
      kind: 'moved',
      job: { state: 'applying', cursor: job.cursor + 1 },
      effects: [{ kind: 'nudge' }, { kind: 'notify' }],
    });
  });

  it('does not end a job by "held" whose hosts are to be put back: a worker does that first', () => {
    expect(play(running([putBack]), [{ kind: 'held' }])).toMatchObject({ state: 'applying', control: { by: 'U0CAT' } });
  });

  it('sends a paused job, and one that tests its paths, back to its hosts for a put-back', () => {
    const kept = running(firstHostKept);
    for (const job of [play(kept, [pause, { kind: 'held' }]), play(kept, [{ kind: 'wave-passed', wave: 1 }])])
      expect(decide(job, putBack, AT)).toMatchObject({
        job: { state: 'applying' },
        effects: [{ kind: 'nudge' }, { kind: 'notify' }],
      });
  });

  it.each([
    { what: 'approved', job: () => play(planned(), [approve]) },
    { what: 'paused', job: () => running([pause, { kind: 'held' }]) },
    { what: 'verifying', job: () => running([...firstHostKept, { kind: 'wave-passed', wave: 1 }]) },
  ])('aborts at once what is $what, and frees the cluster', ({ job }) => {
    const decision = decide(job(), abort, AT);
    expect(decision).toMatchObject({ kind: 'moved', job: { state: 'aborted', failure: { code: 'stopped' } } });
    expect(decision).toMatchObject({ effects: [{ kind: 'release-lease' }, { kind: 'notify' }] });
  });

  it('hears of a wave once, though the worker that was overtaken tells of it too', () => {
    const job = running(firstHostKept);
    expect(job).toMatchObject({ state: 'applying', wave: 1 });
    expect(decide(job, { kind: 'wave-passed', wave: 0 }, AT)).toEqual({ kind: 'ignored', why: 'already' });
  });

  it('ends aborted, and not verified, where the last hosts were through when somebody wanted to stop', () => {
    const job = running([...firstHostKept, abort, { kind: 'wave-passed', wave: 1 }]);
    expect(job).toMatchObject({ state: 'aborted', failure: { why: 'Kept: esx01. Untouched: esx02, esx03.' } });
  });

  it('writes a sign of life only where there was none for a while, and moves nothing by it', () => {
    const job = running();
    expect(decide(job, { kind: 'heartbeat' }, new Date(AT.getTime() + 19_000)).kind).toBe('ignored');
    const later = new Date(AT.getTime() + 21_000);
    expect(decide(job, { kind: 'heartbeat' }, later)).toMatchObject({
      job: { updatedAt: job.updatedAt, heartbeatAt: later.toISOString(), cursor: job.cursor },
      effects: [],
    });
    const stalled = play(job, [{ kind: 'stalled' }]);
    expect(decide(stalled, { kind: 'heartbeat' }, later)).toMatchObject({
      job: { stalledSince: undefined },
      effects: [{ kind: 'notify' }],
    });
  });

  it('cancels only what nobody has started', () => {
    expect(play(planned(), [{ kind: 'cancel', by: 'U0ANN' }])).toMatchObject({ state: 'cancelled' });
    expect(decide(running(), { kind: 'cancel', by: 'U0ANN' }, AT)).toEqual({ kind: 'ignored', why: 'wrong-state' });
  });
});
