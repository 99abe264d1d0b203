// Modals and the Home tab: always what Slack takes, whatever the names and numbers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readView } from '../../infra/lab/slack/block-kit/view-schema.ts';
import { parseCommand } from '../../shared/domain/parse-command.ts';
import { fieldsOf, PICKER_VERBS, type PickerField, type PickerVerb, toCommandText } from '../../shared/slack/picked.ts';
import { renderHome } from '../../shared/slack/views/home.ts';
import { renderAnswerModal } from '../../shared/slack/views/modal.ts';
import { renderPicker } from '../../shared/slack/views/picker.ts';
import { renderRejectModal } from '../../shared/slack/views/reject-modal.ts';
import { renderRefusal } from '../../shared/slack/views/reply.ts';
import { aHostSummary, aJob } from './a-job.ts';

const LIMIT = 60_000;
const VERBS: PickerVerb[] = [...PICKER_VERBS.Look, ...PICKER_VERBS.Change];
const FIELDS: PickerField[] = ['cluster', 'job', 'host', 'vm', 'from', 'to', 'return', 'reason', 'ticket', 'output'];

/** Emoji, right-to-left, joiners, control characters, markup, and names as long as vCenter allows. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom(
    '👩‍🚀'.repeat(10),
    'שלום עולם',
    '\u202Eesx01',
    '<!channel> & "quoted" `code`',
    '*bold*',
    '\u0000\n\t',
  ),
  fc.integer({ min: 1, max: 80 }).map((length) => 'x'.repeat(length)),
);
const anyName = anyText.filter((text) => text.trim() !== '');

/** Nothing where Slack takes the view; otherwise what it says. */
function refusalOf(view: object): unknown {
  const read = readView(JSON.parse(JSON.stringify(view)));
  return 'error' in read ? { error: read.error, messages: read.messages } : undefined;
}

const anyPicked = fc.record({
  verb: fc.constantFrom(...VERBS),
  values: fc.array(fc.tuple(fc.constantFrom(...FIELDS), anyName), { maxLength: 6 }).map((pairs) => new Map(pairs)),
});

describe('the picker', () => {
  it('is taken with any choice, any names and any refusal', { timeout: LIMIT }, () => {
    const anyRefusal = fc.option(
      fc.record({ kind: fc.constant('refused' as const), code: anyText, what: anyName, why: anyText, fix: anyText }),
      { nil: undefined },
    );
    const property = fc.property(
      anyPicked,
      fc.uniqueArray(anyName, { minLength: 1, maxLength: 120 }),
      anyRefusal,
      (picked, clusters, refusal) => {
        const view = renderPicker({
          picked,
          channel: 'C0VSPHERE',
          clusters,
          outlook: refusal === undefined ? 'taken' : { ...refusal, exitCode: 2 },
        });
        expect(refusalOf(view)).toBeUndefined();
      },
    );
    fc.assert(property, { numRuns: 200 });
  });

  it('makes commands that the grammar takes as they were chosen', { timeout: LIMIT }, () => {
    // What a person can mean: no double quotes, which the grammar can't hold, and nothing invisible.
    const plain = fc
      .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 })
      .map((text) => text.replaceAll('"', ''));
    const word = plain.filter((text) => text.trim() === text && text !== '');
    const property = fc.property(word, word, word, (vm, from, reason) => {
      const values = new Map<PickerField, string>(
        Object.entries({ cluster: 'cluster-a', vm, from, to: 'esx2', reason }) as [PickerField, string][],
      );
      const parsed = parseCommand(toCommandText({ verb: 'trial', values }), { clusters: ['cluster-a'] });
      const code = 'kind' in parsed ? parsed.code : undefined;
      expect([undefined, 'same-host', 'flag-value', 'flag-missing']).toContain(code);
      if (!('kind' in parsed) && parsed.verb === 'trial') expect(parsed.reason).toBe(reason);
    });
    fc.assert(property, { numRuns: 200 });
  });

  it.each(VERBS)('%s shows only inputs that fit', (verb) => {
    const values = new Map(FIELDS.map((field) => [field, 'x'] as const));
    const view = renderPicker({ picked: { verb, values }, channel: 'C1', clusters: ['x'] });
    const inputs = view.blocks.filter((block) => block.type === 'input');
    expect(inputs).toHaveLength(fieldsOf(verb).length + 1);
    expect(refusalOf(view)).toBeUndefined();
  });
});

describe('the Home tab', () => {
  it('is taken with any number of clusters, plans and jobs, and any names', { timeout: LIMIT }, () => {
    const property = fc.property(
      fc.nat({ max: 60 }),
      fc.nat({ max: 40 }),
      fc.constantFrom(1, 2, 64, 512),
      anyName,
      (clusters, jobs, hosts, name) => {
        const job = (index: number) =>
          aJob({
            id: `j-${String(index).padStart(6, '0')}`,
            cluster: name,
            requestedBy: name,
            channel: 'C0VSPHERE',
            hosts: Array.from({ length: hosts }, (_, host) => aHostSummary(host)),
          });
        const all = Array.from({ length: jobs }, (_, index) => job(index));
        const freeze = {
          id: 'f-1',
          scope: 'all',
          channel: 'C1',
          reason: name,
          by: 'U1',
          at: '2026-11-21T10:00:00.000Z',
        };
        const cluster = {
          cluster: name,
          channel: 'C1',
          hosts,
          lastChange: job(1),
          lastTest: job(2),
          heldBy: job(3),
          freeze,
        };
        const home = { clusters: Array.from({ length: clusters }, () => cluster), pending: all, running: all };
        expect(refusalOf(renderHome(home, new Date('2026-11-21T10:00:00.000Z')))).toBeUndefined();
      },
    );
    fc.assert(property, { numRuns: 60 });
  });
});

describe('other modals', () => {
  it('are taken with any text', { timeout: LIMIT }, () => {
    const property = fc.property(anyName, anyText, (what, why) => {
      expect(refusalOf(renderAnswerModal(renderRefusal({ what, why, fix: '/vmotion help' }), 'C1'))).toBeUndefined();
    });
    fc.assert(property, { numRuns: 100 });
    expect(refusalOf(renderRejectModal({ jobId: 'j-7f3k9c', digest: 'ab12cd34ef56', channel: 'C1' }))).toBeUndefined();
  });
});
