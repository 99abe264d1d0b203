// Every message that the channel gets, in both styles and with a picture, and every reply in its thread: always within
// Slack's limits, and never more than words whatever the words are.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { areBlocksTooLong, validateBlocks } from '../../infra/lab/slack/validate-blocks.ts';
import { heatMapInput } from '../../shared/slack/views/heat-map-input.ts';
import { renderJob } from '../../shared/slack/views/job.ts';
import { threadItems } from '../../shared/slack/views/thread.ts';
import { NOW } from './a-job.ts';
import { anyJob } from './any-job.ts';

const LOOKS = [
  { style: 'rich' as const },
  { style: 'rich' as const, picture: 'F1' },
  { style: 'classic' as const, picture: 'F1' },
];

it('keeps every message of a job within the limits, in each style, for 1 to 512 hosts', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(anyJob, fc.constantFrom(...LOOKS), ({ job, records, cells }, look) => {
      expect(wrongWith(renderJob(job, { records, cells }, NOW, look))).toEqual([]);
    }),
    { numRuns: Number(process.env['RUNS'] ?? 250) },
  );
});

it('keeps every reply of a thread within the limits, and each host in exactly one', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(anyJob, ({ job, records, cells }) => {
      const posted = new Set<string>();
      // Each reply holds a host at least.
      for (let round = 0; round < 600; round += 1) {
        const items = threadItems(job, { records, cells }, (key) => posted.has(key));
        const [next] = items.filter((item) => item.kind === 'reply');
        if (next?.kind !== 'reply') break;
        expect(wrongWith(next)).toEqual([]);
        for (const key of next.keys) {
          expect(posted.has(key)).toBe(false);
          posted.add(key);
        }
      }
      const finished = job.hosts.filter((host) => ['kept', 'put-back', 'needs-hands'].includes(host.outcome));
      const told = [...posted].filter((key) => key.startsWith('host:'));
      expect(told.toSorted()).toEqual(finished.map((host) => `host:${host.moref}:${host.outcome}`).toSorted());
    }),
    { numRuns: Number(process.env['RUNS'] ?? 60) },
  );
});

it('writes files that parse, whatever the names', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(anyJob, async ({ job, records, cells }) => {
      const files = threadItems(job, { records, cells }, () => false).filter((item) => item.kind === 'file');
      for (const item of files) {
        // Pictures have tests of their own, and take longer than all this.
        if (item.key === 'heat-map') continue;
        const { name, title, bytes, altText } = await item.make();
        const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
        expect(altText).toBeUndefined();
        expect(title).toContain(job.id);
        if (name.endsWith('.json')) expect(JSON.parse(text)).toHaveProperty('schema', 1);
        // A name can't begin a line of its own.
        if (name === 'plan.diff') expect(text.match(/^@@ /gm)).toHaveLength(job.hosts.length);
      }
    }),
    { numRuns: 40 },
  );
});

it('tells the whole result in the picture’s text', () => {
  fc.assert(
    fc.property(anyJob, ({ job, records, cells }) => {
      const input = heatMapInput(job, cells);
      const { blocks } = renderJob(job, { records, cells }, NOW, { style: 'rich', picture: 'F1' });
      const images = blocks.filter((block) => (block as { type: string }).type === 'image');
      expect(images).toHaveLength(input === undefined ? 0 : 1);
      if (input !== undefined) expect(images).toMatchObject([{ alt_text: expect.stringContaining(input.word) }]);
    }),
    { numRuns: 60 },
  );
});

type Message = { text: string; blocks: unknown[] };

/** Empty: Slack would take it, and it calls nobody whom nothing of ours has named. */
function wrongWith(message: Message): string[] {
  const mrkdwn = [message.text, ...mrkdwnOf(message.blocks)];
  const isOdd = (text: string, mark: string) => (text.split(mark).length - 1) % 2 !== 0;
  const checks: [problem: string, isWrong: boolean][] = [
    ['the blocks are too long', areBlocksTooLong(message.blocks)],
    ['the text is empty', message.text.trim() === ''],
    ['the text is too long', message.text.length > 3000],
    ['something turns the direction of the text', JSON.stringify(message).includes('\u202E')],
    // Groups are called by their id, which nothing from outside is taken for.
    ['somebody is called', mrkdwn.some((one) => /<!(?!date\^|subteam\^S0NETONCALL>)/.test(one))],
    ['something is not escaped', mrkdwn.some((one) => /&(?!amp;|lt;|gt;)/.test(one))],
    ['a fence or a code span stays open', mrkdwn.some((one) => isOdd(one, '```') || isOdd(one, '`'))],
    ['half a character is left', !textsOf(message).every((one) => one.isWellFormed())],
  ];
  return [...validateBlocks(message.blocks), ...checks.flatMap(([problem, isWrong]) => (isWrong ? [problem] : []))];
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsOf);
}

// In plain and raw text Slack reads no mentions.
function mrkdwnOf(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  const own = 'type' in value && value.type === 'mrkdwn' && 'text' in value ? [String(value.text)] : [];
  return [...own, ...Object.values(value).flatMap(mrkdwnOf)];
}
