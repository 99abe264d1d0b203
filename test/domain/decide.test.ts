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
      { kind: 'wave-started' },
      { kind: 'host-moved', moref: 'host-0', outcome: 'applied', stepsDone: 2 },
      { kind: 'wave-passed' },
      { kind: 'wave-passed' },
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
      { kind: 'wave-started' },
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
        { kind: 'wave-started' },
        { kind: 'wave-passed' },
        { kind: 'stopped', state: 'rolled-back', failure },
        { kind: 'slice-over' },
        { kind: 'proven', matrix },
        { kind: 'stalled' },
        { kind: 'nudged-again' },
        { kind: 'troubled', failure },
        { kind: 'settled' },
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
      planned(),
      planned({ start: 'on-apply' }),
      approved(planned()),
      approved(planned({ start: 'on-apply' })),
    ];
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
          seen.add(next.state);
          job = next;
        }
      }),
      { numRuns: 3000 },
    );
    expect([...seen].sort()).toEqual(
      expect.arrayContaining(['applying', 'approved', 'done', 'in-place', 'planned', 'rolled-back', 'verifying']),
    );
  });
});
