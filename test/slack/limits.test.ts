import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { areBlocksTooLong, validateBlocks } from '../../infra/lab/slack/validate-blocks.ts';
import { VERBS } from '../../shared/domain/command.ts';
import { END_STATES } from '../../shared/domain/exit-code.ts';
import type { HostOutcome, Job, JobState } from '../../shared/domain/job.ts';
import type { Reply } from '../../shared/domain/reply.ts';
import { renderFailure } from '../../shared/slack/views/failure.ts';
import { renderJob } from '../../shared/slack/views/job.ts';
import { renderReply } from '../../shared/slack/views/reply.ts';
import { aHostSummary, aJob, aRecord, DIGEST, NOW, someCells } from './a-job.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_121);
const OPEN: JobState[] = ['queued', 'planning', 'planned', 'awaiting-approval', 'approved', 'applying', 'verifying'];
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

// Names as long as vCenter takes them and longer, with everything that mrkdwn and terminals trip over.
const text = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'grapheme', minLength: 80, maxLength: 400 }),
  fc.constantFrom(
    '🐝'.repeat(1500),
    '<!channel> & <@U1>'.repeat(200),
    'مضيف'.repeat(700),
    '`*_~'.repeat(800),
    '\u202Eevil\n\n'.repeat(300),
    'é&'.repeat(1500),
  ),
);
const name = fc.oneof(
  { weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 80 }) },
  { weight: 1, arbitrary: text },
);
const failure = fc.record({
  code: fc.constant('x'),
  what: text,
  why: fc.option(text, { nil: undefined }),
  remedy: text,
  commands: fc.option(fc.array(text, { maxLength: 40 }), { nil: undefined }),
});
const finding = fc.record({
  code: fc.constant('uplink-down' as const),
  severity: fc.constantFrom('blocking' as const, 'warning' as const, 'note' as const),
  host: fc.option(name, { nil: undefined }),
  message: text,
  remedy: fc.option(text, { nil: undefined }),
});
const matrix = fc.record({
  pairs: fc.nat(262_144),
  ok: fc.nat(262_144),
  failed: fc.nat(100),
  unexpected: fc.nat(100),
  verdict: fc.array(text, { minLength: 1, maxLength: 20 }),
  failures: fc.array(fc.record({ from: name, to: name, result: text, cause: text }), { maxLength: 20 }),
});

const seen = fc
  .record({
    hosts: fc.oneof(fc.integer({ min: 1, max: 16 }), fc.constantFrom(64, 512)),
    state: fc.constantFrom(...OPEN, ...END_STATES),
    kind: fc.constantFrom('status' as const, 'enable' as const, 'test' as const, 'revert' as const),
    cluster: name,
    hostName: name,
    notes: fc.option(text, { nil: undefined }),
    outcomes: fc.array(fc.constantFrom(...OUTCOMES), { minLength: 1, maxLength: 8 }),
    findings: fc.array(finding, { maxLength: 30 }),
    failure: fc.option(failure, { nil: undefined }),
    matrix: fc.option(matrix, { nil: undefined }),
    untouched: fc.array(fc.record({ what: text, why: text }), { maxLength: 5 }),
    approvers: fc.nat(30),
    stalled: fc.boolean(),
    isFull: fc.boolean(),
  })
  .map((given) => {
    const summaries = Array.from({ length: given.hosts }, (_, index) =>
      aHostSummary(index, {
        name: `${given.hostName}${index}`,
        note: given.notes,
        outcome: given.outcomes[index % given.outcomes.length] ?? 'kept',
      }),
    );
    const approvedBy = Array.from({ length: given.approvers }, (_, index) => ({
      user: `U0${index}`,
      at: NOW.toISOString(),
    }));
    const base = aJob();
    const job: Job = {
      ...base,
      state: given.state,
      kind: given.kind,
      cluster: given.cluster,
      vcenter: given.cluster,
      hosts: summaries,
      plan: { digest: DIGEST, counts: { 'add-vmk': given.hosts }, findings: given.findings, waves: 3 },
      approval: { digest: DIGEST, required: 1, requestedBy: given.cluster, expiresAt: NOW.toISOString(), approvedBy },
      failure: given.failure,
      trouble: given.failure,
      matrix: given.matrix,
      stalledSince: given.stalled ? NOW.toISOString() : undefined,
    };
    const records = summaries.map((host) => {
      const record = aRecord(host);
      return { ...record, plan: { ...record.plan, untouched: given.untouched } };
    });
    const cells =
      given.hosts > 16
        ? []
        : someCells(
            summaries.map((host) => host.name),
            () => ({ kind: 'lost' as const }),
          );
    return { job, records, cells, isFull: given.isFull };
  });

it('keeps every message of a job within Slack limits, for 1 to 512 hosts and any names', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(seen, ({ job, records, cells, isFull }) => {
      const message = renderJob(job, { records, cells, isFull }, NOW);
      expect(validateBlocks(message.blocks)).toEqual([]);
      expect(!isFull && areBlocksTooLong(message.blocks)).toBe(false);
      expect(message.text.length).toBeGreaterThan(0);
      expect(message.text.length).toBeLessThanOrEqual(3000);
      expectHarmless(message);
    }),
    { seed: SEED, numRuns: Number(process.env['RUNS'] ?? 300) },
  );
});

const reply: fc.Arbitrary<Reply> = fc.oneof(
  fc.record({
    kind: fc.constant('help' as const),
    verb: fc.option(fc.constantFrom(...VERBS), { nil: undefined }),
    clusters: fc.array(name, { maxLength: 60 }),
  }),
  fc.record({
    kind: fc.constant('refused' as const),
    code: name,
    what: text.map((one) => `No. ${one}`),
    why: text,
    fix: fc.oneof(
      text,
      text.map((one) => `/vmotion ${one}`),
    ),
    exitCode: fc.constant(2),
  }),
  fc.record({ kind: fc.constant('queued' as const), job: seen.map(({ job }) => job) }),
  seen.map(({ job, records, cells }) => ({ kind: 'job' as const, job, records, cells })),
  fc.record({
    kind: fc.constant('decided' as const),
    job: seen.map(({ job }) => job),
    decision: fc.constantFrom('approved' as const, 'rejected' as const, 'applied' as const),
    remaining: fc.nat(3),
  }),
  fc.record({
    kind: fc.constant('history' as const),
    cluster: fc.option(name, { nil: undefined }),
    jobs: fc.array(
      seen.map(({ job }) => job),
      { maxLength: 20 },
    ),
  }),
  fc.record({
    kind: fc.constant('overview' as const),
    clusters: fc.array(
      seen.map(({ job }) => ({ cluster: job.cluster, hosts: job.hosts.length, lastChange: job, running: job })),
      { maxLength: 20 },
    ),
  }),
);

it('keeps every private answer within Slack limits', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(reply, (one) => {
      const answer = renderReply(one);
      expect(validateBlocks(answer.blocks)).toEqual([]);
      expect(answer.text.length).toBeGreaterThan(0);
      expectHarmless(answer);
    }),
    { seed: SEED, numRuns: 200 },
  );
});

it('keeps a failure within Slack limits, whatever was thrown', () => {
  fc.assert(
    fc.property(fc.anything(), text, (thrown, requestId) => {
      expect(validateBlocks(renderFailure(thrown, requestId).blocks)).toEqual([]);
    }),
    { seed: SEED, numRuns: 100 },
  );
});

// Nothing from outside may call a whole channel, cut a character in half or leave monospace open.
function expectHarmless(message: { text: string; blocks: unknown[] }): void {
  expect(JSON.stringify(message)).not.toContain('\u202E');
  for (const one of [message.text, ...mrkdwnOf(message.blocks)]) {
    expect(one).not.toContain('<!channel');
    expect(one).not.toMatch(/&(?!amp;|lt;|gt;)/);
  }
  for (const one of textsOf(message)) {
    expect(one.isWellFormed()).toBe(true);
    expect((one.split('```').length - 1) % 2).toBe(0);
  }
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsOf);
}

// In plain text Slack reads no mentions.
function mrkdwnOf(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  const own = 'type' in value && value.type === 'mrkdwn' && 'text' in value ? [String(value.text)] : [];
  return [...own, ...Object.values(value).flatMap(mrkdwnOf)];
}
