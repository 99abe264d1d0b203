// What stands in the thread about each host that is through: its steps, what changed, and what its pings said.
import type { KnownBlock } from '@slack/types';
import type { HostNetwork } from '../../domain/inventory.ts';
import type { HostOutcome, HostSummary, Job } from '../../domain/job.ts';
import { describeChange, differences } from '../../domain/network-fields.ts';
import type { HostRecord, JournalEntry } from '../../domain/record.ts';
import type { Step } from '../../domain/step.ts';
import { preformatted, section } from '../blocks.ts';
import { code, escapeMrkdwn } from '../escape-mrkdwn.ts';
import { cutMrkdwn, cutPlain } from '../fit.ts';
import { fitBlocks, textLength } from '../fit-blocks.ts';
import { counted, renderStep } from '../step-text.ts';
import { durationText } from '../time-text.ts';
import { outsideText } from './outside-text.ts';

export type HostReply = { keys: string[]; text: string; blocks: KnownBlock[] };

const WORDS: Partial<Record<HostOutcome, string>> = {
  kept: 'OK',
  'put-back': 'PUT BACK',
  'needs-hands': 'NEEDS HANDS',
};

/** When more than this many hosts wait for their reply, they share: Slack takes one new message a second. */
const ALONE_MAX = 3;
const TOGETHER_MAX = 12;
const TOGETHER_CHARS = 7000;

/** One reply a host, in the order of the job; where many hosts wait at once, one reply for several of them. */
export function hostReplies(job: Job, records: HostRecord[], isPosted: (key: string) => boolean): HostReply[] {
  const own = job.hosts
    .filter((host) => host.wave !== undefined && WORDS[host.outcome] !== undefined)
    .toSorted((left, right) => (left.wave ?? 0) - (right.wave ?? 0))
    .map((host) => ({ host, key: `host:${host.moref}:${host.outcome}` }))
    .filter(({ key }) => !isPosted(key));
  // Only as many as the next reply can hold are rendered: the others wait for their turn.
  const due = own.slice(0, own.length <= ALONE_MAX ? ALONE_MAX : TOGETHER_MAX);
  const replies = due.map(({ host, key }) => hostReply(host, key, findRecord(records, host)));
  return own.length <= ALONE_MAX ? replies : together(replies);
}

function together(replies: HostReply[]): HostReply[] {
  const taken: HostReply[] = [];
  let chars = 0;
  for (const reply of replies) {
    chars += textLength(reply.blocks);
    if (taken.length > 0 && chars > TOGETHER_CHARS) break;
    taken.push(reply);
  }
  return [
    {
      keys: taken.flatMap((reply) => reply.keys),
      text: cutMrkdwn(taken.map((reply) => reply.text).join(' '), 2900),
      blocks: fitBlocks(taken.flatMap((reply) => reply.blocks)),
    },
  ];
}

function findRecord(records: HostRecord[], host: HostSummary): HostRecord | undefined {
  return records.find((record) => record.host.moref.value === host.moref);
}

function hostReply(host: HostSummary, key: string, record: HostRecord | undefined): HostReply {
  const word = WORDS[host.outcome] ?? host.outcome;
  const name = cutPlain(host.name, 100);
  const { steps, journal } = workOf(host, record);
  const done = journal.filter((entry) => entry.state === 'done').length;
  const facts = [
    `wave ${(host.wave ?? 0) + 1}`,
    `${done} of ${counted(steps.length, 'step')}`,
    ...tookFact(journal),
    ...(host.note === undefined ? [] : [cutPlain(host.note, 400)]),
  ];
  const line = `*${word}* ${code(name)} · ${facts.map(outsideText).join(' · ')}`;
  const text = `${word}: ${name}, ${facts.join(', ')}.`;
  const blocks = [section(line), ...stepBlocks(steps, journal, record?.observed), ...changeBlocks(host, record)];
  return { keys: [key], text: cutMrkdwn(escapeMrkdwn(text), 1000), blocks: fitBlocks(blocks) };
}

type Work = { steps: Step[]; journal: JournalEntry[] };

/** A host that went back shows the way back; every other one the way it went. */
function workOf(host: HostSummary, record: HostRecord | undefined): Work {
  if (record === undefined) return { steps: [], journal: [] };
  const { restore, plan, journal } = record;
  if (restore !== undefined && host.outcome !== 'kept') return restore;
  return { steps: plan.steps, journal };
}

function stepBlocks(steps: Step[], journal: JournalEntry[], network: HostNetwork | undefined): KnownBlock[] {
  if (steps.length === 0) return [];
  const rows = steps.flatMap((step, index) => {
    const entry = journal.find((one) => one.index === index);
    const [first = '', ...rest] = renderStep(step, network);
    const device = entry?.device === undefined || step.kind !== 'add-vmk' ? '' : `, as ${entry.device}`;
    const pad = '       ';
    return [`${stepWord(entry).padEnd(pad.length)}${first}${device}`, ...rest.map((one) => `${pad}${one}`)];
  });
  return preformatted(undefined, rows, { more: (left) => `... and ${left} more lines`, charsMax: 1600 });
}

function stepWord(entry: JournalEntry | undefined): string {
  if (entry === undefined) return 'not';
  return entry.state === 'done' ? 'done' : 'begun';
}

function changeBlocks(host: HostSummary, record: HostRecord | undefined): KnownBlock[] {
  const { before, after } = record ?? {};
  if (before === undefined || after === undefined) return [];
  const changes = differences(before, after).map(describeChange);
  if (changes.length === 0) {
    return host.outcome === 'put-back' ? [section('Every field is as it was before the change.')] : [];
  }
  return preformatted('*Before -> after*', changes, { more: (left) => `... and ${left} more fields`, charsMax: 1400 });
}

function tookFact(journal: JournalEntry[]): string[] {
  const times = journal.map((entry) => Date.parse(entry.at)).filter((ms) => !Number.isNaN(ms));
  if (times.length < 2) return [];
  return [durationText(Math.max(...times) - Math.min(...times))];
}
