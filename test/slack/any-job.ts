// Jobs as they could be at their worst: any size, any names, any words from outside, in any state.
import * as fc from 'fast-check';
import { END_STATES } from '../../shared/domain/exit-code.ts';
import type { HostOutcome, Job, JobState } from '../../shared/domain/job.ts';
import type { Cell } from '../../shared/domain/matrix.ts';
import type { HostRecord } from '../../shared/domain/record.ts';
import { aHostSummary, aJob, aRecord, DIGEST, NOW, someCells } from './a-job.ts';

export type AnyJob = { job: Job; records: HostRecord[]; cells: Cell[] };

const OPEN: JobState[] = [
  'queued',
  'planning',
  'planned',
  'awaiting-approval',
  'approved',
  'applying',
  'paused',
  'verifying',
];
const OUTCOMES: HostOutcome[] = [
  'pending',
  'applying',
  'applied',
  'in-place',
  'kept',
  'put-back',
  'untouched',
  'skipped',
  'needs-hands',
];

/** Words from outside, with everything that mrkdwn, JSON and terminals trip over. */
export const anyText = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'grapheme', minLength: 80, maxLength: 400 }),
  fc.constantFrom(
    '🐝'.repeat(1500),
    '<!channel> & <@U1> <!subteam^S1>'.repeat(200),
    'مضيف'.repeat(700),
    '`*_~'.repeat(800),
    '```\n```'.repeat(400),
    '\u202Eevil\n\n'.repeat(300),
    'é&'.repeat(1500),
    '\u0000\u0007\u001b[31m',
    ' ',
    '',
  ),
);

/** Names as long as vCenter takes them: 80 characters of anything, and longer. */
export const anyName = fc.oneof(
  { weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 80 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 80, maxLength: 120 }) },
  { weight: 1, arbitrary: anyText },
);

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const anyFailure = fc.record({
  code: fc.constant('x'),
  what: anyText,
  why: optional(anyText),
  remedy: anyText,
  commands: optional(fc.array(anyText, { maxLength: 40 })),
});
const anyFinding = fc.record({
  code: fc.constant('uplink-down' as const),
  severity: fc.constantFrom('blocking' as const, 'warning' as const, 'note' as const),
  host: optional(anyName),
  message: anyText,
  remedy: optional(anyText),
});
const anyMatrix = fc.record({
  pairs: fc.nat(262_144),
  ok: fc.nat(262_144),
  failed: fc.nat(100),
  unexpected: fc.nat(100),
  verdict: fc.array(anyText, { minLength: 1, maxLength: 20 }),
  failures: fc.array(fc.record({ from: anyName, to: anyName, result: anyText, cause: anyText }), { maxLength: 20 }),
});
const anyControl = fc.record({
  want: fc.constantFrom('pause' as const, 'abort' as const, 'abort-and-put-back' as const),
  by: anyName,
  at: fc.constant(NOW.toISOString()),
});
const anyOrigin = fc.record({
  rule: anyName,
  card: anyName,
  mode: fc.constantFrom('auto' as const, 'ask' as const),
  maxHosts: fc.nat(9),
});

// Ids as Slack makes them, and what else a row might hold.
const anyId = fc.oneof(fc.constantFrom('U0ANN', 'W0BOB', 'S0NETONCALL'), anyName);

/** A job of 1 to 512 hosts, with the records and cells that it would have. */
export const anyJob: fc.Arbitrary<AnyJob> = fc
  .record({
    hosts: fc.oneof(fc.integer({ min: 1, max: 16 }), fc.constantFrom(20, 21, 64, 512)),
    state: fc.constantFrom(...OPEN, ...END_STATES),
    kind: fc.constantFrom('status' as const, 'enable' as const, 'repair' as const, 'test' as const, 'revert' as const),
    cluster: anyName,
    hostName: anyName,
    note: optional(anyText),
    outcomes: fc.array(fc.constantFrom(...OUTCOMES), { minLength: 1, maxLength: 8 }),
    findings: fc.array(anyFinding, { maxLength: 30 }),
    failure: optional(anyFailure),
    matrix: optional(anyMatrix),
    untouched: fc.array(fc.record({ what: anyText, why: anyText }), { maxLength: 5 }),
    people: fc.array(anyName, { maxLength: 20 }),
    approvers: optional(fc.oneof(fc.constant('any' as const), fc.array(anyId, { maxLength: 30 }))),
    extra: optional(
      fc.array(fc.record({ name: anyName, why: anyText, from: fc.array(anyId, { maxLength: 9 }) }), { maxLength: 3 }),
    ),
    reason: optional(anyText),
    ticket: optional(anyName),
    control: optional(anyControl),
    origin: optional(anyOrigin),
    isStalled: fc.boolean(),
  })
  .map((given) => {
    const summaries = Array.from({ length: given.hosts }, (_, index) =>
      aHostSummary(index, {
        name: `${given.hostName}${index}`,
        note: given.note,
        outcome: given.outcomes[index % given.outcomes.length] ?? 'kept',
      }),
    );
    const at = NOW.toISOString();
    const approvedBy = given.people.map((user) => ({ user, at }));
    const job: Job = {
      ...aJob(),
      state: given.state,
      kind: given.kind,
      cluster: given.cluster,
      vcenter: given.cluster,
      hosts: summaries,
      plan: { digest: DIGEST, counts: { 'add-vmk': given.hosts }, findings: given.findings, waves: 3 },
      approval: {
        digest: DIGEST,
        required: 1,
        requestedBy: given.cluster,
        expiresAt: at,
        approvedBy,
        approvers: given.approvers,
        extra: given.extra,
        windows: given.people,
      },
      failure: given.failure,
      trouble: given.failure,
      matrix: given.matrix,
      control: given.control,
      reason: given.reason,
      ticket: given.ticket,
      origin: given.origin,
      pausedBy: given.people[0],
      stalledSince: given.isStalled ? at : undefined,
      heartbeatAt: given.isStalled ? at : undefined,
    };
    const records = summaries.map((host) => {
      const record = aRecord(host);
      const journal = record.plan.steps.map((_, index) => ({ index, state: 'done' as const, at, device: 'vmk7' }));
      return { ...record, journal, plan: { ...record.plan, untouched: given.untouched } };
    });
    const names = summaries.slice(0, 12).map((host) => host.name);
    return { job, records, cells: given.matrix === undefined ? [] : someCells(names, () => ({ kind: 'lost' })) };
  });
