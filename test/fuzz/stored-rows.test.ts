// Rows of other versions, of people who edited the table, and damaged ones; and messages of the queues. Each is read as
// what it says, or refused with a failure that names the row: never half, never without end.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAuditStateRow } from '../../shared/contracts/audit-state-rows.ts';
import { parseAutomationRow } from '../../shared/contracts/automation-rows.ts';
import { parseCardRow, parseShownCardRow } from '../../shared/contracts/card-rows.ts';
import { parseDeadLetterRow } from '../../shared/contracts/dead-letter-rows.ts';
import { parseJobMessage, parseNoticeMessage } from '../../shared/contracts/messages.ts';
import { parseFreezeRow, parseGroupRow } from '../../shared/contracts/people-rows.ts';
import {
  parseAuditRow,
  parseBaselineRow,
  parseCellsRow,
  parseHostRecordRow,
  parseJobRow,
  parseLeaseRow,
  parseNoticeRow,
} from '../../shared/contracts/rows.ts';
import { createDeadLetterStore } from '../../shared/aws/dead-letter-store.ts';
import { createFreezeStore } from '../../shared/aws/freeze-store.ts';
import { packBody, unpackBody } from '../../shared/aws/packed-body.ts';
import { createSubscriptionStore } from '../../shared/aws/subscription-store.ts';
import type { Item, Table } from '../../shared/aws/table.ts';
import { OpsError } from '../../shared/errors.ts';
import { aHostRecord, aJob } from '../ports/rows.ts';
import { aCard } from '../support/a-card.ts';
import { anyEdit, anyJson } from './any-json.ts';

const AT = '2026-01-05T08:00:00.000Z';
const ORIGIN = 'the-partition#1 the-row';
const RUNS = 150;

type RecordedRow = { pk: string; sk: string; body?: unknown };
const RECORDED = new URL('../contracts/recorded-rows/enable-under-way.json', import.meta.url);
const recorded = JSON.parse(readFileSync(RECORDED, 'utf8')) as RecordedRow[];
const bodyOf = (sk: string, pk = 'job#') => recorded.find((row) => row.pk.startsWith(pk) && row.sk === sk)?.body;

const end = {
  host: 'esx01',
  device: 'vmk2',
  address: '172.16.1.51',
  prefixLength: 24,
  netstack: 'vmotion',
  mtuBytes: 9000,
  island: 0,
};
const KINDS: { kind: string; parse: (value: unknown, origin: string) => unknown; good: unknown }[] = [
  { kind: 'job', parse: parseJobRow, good: aJob() },
  { kind: 'job of an earlier version', parse: parseJobRow, good: bodyOf('job') },
  { kind: 'host', parse: parseHostRecordRow, good: aHostRecord() },
  { kind: 'host of an earlier version', parse: parseHostRecordRow, good: bodyOf('host#host-20') },
  { kind: 'baseline of an earlier version', parse: parseBaselineRow, good: bodyOf('host#host-20', 'baseline#') },
  { kind: 'notice of an earlier version', parse: parseNoticeRow, good: bodyOf('notice') },
  {
    kind: 'matrix',
    parse: parseCellsRow,
    good: [
      {
        from: end,
        to: { ...end, host: 'esx02' },
        expected: 'reachable',
        result: { kind: 'lossy', received: 1, sent: 3 },
      },
    ],
  },
  {
    kind: 'lease',
    parse: parseLeaseRow,
    good: { cluster: 'cluster-a', jobId: 'j-1', fence: 3, holder: 'h', expiresAt: AT },
  },
  { kind: 'card', parse: parseCardRow, good: aCard() },
  {
    kind: 'shown card',
    parse: parseShownCardRow,
    good: {
      card: 'a-1',
      channel: 'C1',
      ts: '1.1',
      shownVersion: 1,
      shownSeq: 1,
      shownAt: AT,
      copies: { C2: '1.2' },
      seq: 2,
    },
  },
  {
    kind: 'audit log',
    parse: parseAuditRow,
    good: {
      schema: 1,
      chain: 'c',
      seq: 1,
      key: 'k',
      at: AT,
      actor: 'U1',
      action: 'requested',
      detail: { n: 1 },
      previous: '',
      hash: 'h',
    },
  },
  { kind: 'group', parse: parseGroupRow, good: { group: 'S1', members: ['U1'], readAt: AT } },
];
// Rows whose whole shape the stores' own suite tests: here only that nothing else than a refusal comes of others.
const OTHERS = { parseAuditStateRow, parseAutomationRow, parseDeadLetterRow, parseFreezeRow };

const anyValue = anyJson({
  keys: ['schema', 'id', 'kind', 'state', 'hosts', 'version', 'body', 'steps', 'journal', 'result'],
  leaves: [1, 2, 'done', 'applying', 'change', 'vmotion', AT],
});

/** The value, or the failure that a reader of rows may throw. */
function outcomeOf(work: () => unknown): { value: unknown } | { refused: OpsError } {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof OpsError) return { refused: error };
    throw error;
  }
}

/** Without "__proto__", which no version writes and zod leaves out. */
function asStored(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, one: unknown) => (key === '__proto__' ? undefined : one));
}

function expectRefusal(refused: OpsError): void {
  expect(refused).toMatchObject({ code: 'row-invalid', retry: 'never', remedy: expect.stringMatching(/./) });
  expect(refused.message).toContain(ORIGIN);
}

describe.each(KINDS)('a row: $kind', ({ parse, good }) => {
  const goodRow: unknown = JSON.parse(JSON.stringify(good));

  it('is read, and read again as it was', () => {
    const first = parse(goodRow, ORIGIN);
    expect(first).toEqual(goodRow);
    expect(parse(JSON.parse(JSON.stringify(first)), ORIGIN)).toEqual(first);
  });

  it('is read or refused by its name, with fields wrong, missing, unknown and strange', () => {
    const edits = fc.array(anyEdit(anyValue), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(edits, (all) => {
        const row = all.reduce((one, { edit }) => edit(one), goodRow);
        const outcome = outcomeOf(() => parse(row, ORIGIN));
        if ('refused' in outcome) expectRefusal(outcome.refused);
        // What only another version knows is kept, so that writing it back loses nothing.
        else expect(asStored(outcome.value)).toEqual(asStored(row));
      }),
      { numRuns: RUNS },
    );
  });
});

it.each(Object.entries(OTHERS))('%s refuses by its name what it does not know', (_, parse) => {
  let refused = 0;
  fc.assert(
    fc.property(anyValue, (row) => {
      const outcome = outcomeOf(() => parse(row, ORIGIN));
      if (!('refused' in outcome)) return;
      refused += 1;
      expectRefusal(outcome.refused);
    }),
    { numRuns: RUNS },
  );
  expect(refused).toBeGreaterThan(0);
});

describe('a body', () => {
  const large = { words: Array.from({ length: 20_000 }, (_, at) => `word ${at}`) };
  const packed = packBody(large, ORIGIN);

  it('cut off or garbled anywhere is read or refused by its row', () => {
    if (!(packed instanceof Uint8Array)) throw new Error('the body was not packed');
    const anyDamage = fc.record({
      at: fc.integer({ min: 0, max: packed.length - 1 }),
      bytes: fc.uint8Array({ maxLength: 4 }),
      isCut: fc.boolean(),
    });
    fc.assert(
      fc.property(anyDamage, ({ at, bytes, isCut }) => {
        const body = isCut ? packed.slice(0, at) : Uint8Array.from(packed);
        if (!isCut) body.set(bytes.slice(0, packed.length - at), at);
        const outcome = outcomeOf(() => unpackBody(body, ORIGIN));
        if ('refused' in outcome) expectRefusal(outcome.refused);
        else expect(outcome.value).toEqual(large);
      }),
      { numRuns: RUNS },
    );
  });

  it.each([
    { what: 'none', body: undefined },
    { what: 'a number', body: 7 },
    { what: 'no JSON', body: '{' },
    { what: 'no gzip', body: new Uint8Array([1, 2, 3]) },
    { what: 'gzip of no JSON', body: gzipSync('{') },
    { what: 'a bomb of 64 MB', body: gzipSync(Buffer.alloc(64 * 1024 * 1024, ' ')) },
  ])('is refused by its row: $what', ({ body }) => {
    const outcome = outcomeOf(() => unpackBody(body, ORIGIN));
    if (!('refused' in outcome)) throw new Error('it was taken');
    expect(outcome.refused.message).toContain('no readable body');
    expectRefusal(outcome.refused);
  });

  it('that could not be read again is not written', () => {
    const outcome = outcomeOf(() => packBody(' '.repeat(40 * 1024 * 1024), ORIGIN));
    expect('refused' in outcome && outcome.refused.code).toBe('table-failed');
  });
});

describe('of rows that share a partition, the damaged one is named', () => {
  const tableWith = (item: Item): Table => ({
    get: async () => item,
    getAll: async () => [item],
    put: async () => true,
    update: async () => item,
    remove: async () => undefined,
    list: async () => [item],
    range: async () => [item],
    listKeys: async () => [item],
  });
  it.each([
    { what: 'freezes', read: (table: Table) => createFreezeStore(table).list() },
    { what: 'dead letters', read: (table: Table) => createDeadLetterStore(table).list() },
    { what: 'subscriptions', read: (table: Table) => createSubscriptionStore(table).list('cluster-a') },
  ])('$what', async ({ read }) => {
    const damaged = { pk: 'the-partition', sk: 'the-row', body: '{' };
    await expect(read(tableWith(damaged))).rejects.toMatchObject({
      code: 'row-invalid',
      message: expect.stringContaining('the-partition the-row'),
    });
  });
});

describe('a message', () => {
  const anyMessage = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('['.repeat(100_000), 'null', '""', '{"__proto__":{"jobId":"j-1"}}'),
    anyJson({ keys: ['jobId', 'cluster', 'cursor', 'attempt', 'version', 'card'], leaves: ['j-1', 1, 0] }).map(
      (value) => JSON.stringify(value) ?? '',
    ),
    fc.array(anyEdit(anyValue), { maxLength: 2 }).map((all) => {
      const good: unknown = { jobId: 'j-1', cluster: 'cluster-a', cursor: 1, attempt: 0 };
      return JSON.stringify(all.reduce((one, { edit }) => edit(one), good));
    }),
  );
  it.each([
    { queue: 'job', parse: parseJobMessage },
    { queue: 'notice', parse: parseNoticeMessage },
  ])('of the $queue queue is read or refused', ({ parse }) => {
    fc.assert(
      fc.property(anyMessage, (body) => {
        const outcome = outcomeOf(() => parse(body));
        if ('refused' in outcome) expect(outcome.refused).toMatchObject({ code: 'message-invalid', retry: 'never' });
        else expect(outcome.value).toEqual(JSON.parse(body));
      }),
      { numRuns: 400 },
    );
  });
});
