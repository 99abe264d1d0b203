// The last lines of a job's journal, for whoever looks at a failure at night: what was tried, when, and how it came out.
import type { KnownBlock } from '@slack/types';
import type { MessageStyle } from '../../app/report-show.ts';
import { hostLabels } from '../../domain/host-names.ts';
import type { Job } from '../../domain/job.ts';
import { operationPrefix } from '../../domain/operation-id.ts';
import type { HostRecord } from '../../domain/record.ts';
import { type Tried, triedSteps } from '../../domain/tried.ts';
import { code } from '../escape-mrkdwn.ts';
import { codeBlocks } from '../rich-blocks.ts';
import { renderStep } from '../step-text.ts';
import { alignRows } from './names.ts';

const LINES_MAX = 8;
const CHARS_MAX = 1300;

/** Ends that leave a question open. */
const FAILED: Job['state'][] = ['rolled-back', 'needs-hands', 'aborted', 'partial', 'stale', 'unreachable'];

/** Nothing for a job that did not fail, or that wrote to no host. */
export function triedBlocks(job: Job, records: HostRecord[], style: MessageStyle): KnownBlock[] {
  const all = job.failure === undefined || !FAILED.includes(job.state) ? [] : triedSteps(records);
  if (all.length === 0) return [];
  const labels = hostLabels(all.map(({ host }) => host));
  const rows = chosen(all).map((one) => [time(one.at), labels.get(one.host) ?? one.host, word(one), what(one)]);
  const left = all.length - rows.length;
  const older = left === 0 ? '' : `, ${rows.length} of ${all.length}`;
  const title = `*Tried on the hosts* (UTC${older}; ${operationText(job)})`;
  return codeBlocks(style, title, alignRows(rows), {
    more: (rest) => `... and ${rest} more lines`,
    charsMax: CHARS_MAX,
  });
}

/** What had no outcome, and then the newest. */
function chosen(all: Tried[]): Tried[] {
  const open = all.filter(({ isDone }) => !isDone).slice(-LINES_MAX);
  const newest = all.filter(({ isDone }) => isDone).slice(-Math.max(1, LINES_MAX - open.length));
  const taken = new Set([...open.slice(-(LINES_MAX - 1)), ...newest]);
  return all.filter((one) => taken.has(one)).slice(-LINES_MAX);
}

/** Where the calls of the job stand in other logs. mrkdwn. */
export function operationText(job: Pick<Job, 'id'>): string {
  return `in the logs of vCenter and the hosts as opID ${code(`${operationPrefix(job)}-`)}`;
}

const time = (iso: string) => iso.slice(11, 19);

function word({ way, isDone }: Tried): string {
  if (way === 'there') return isDone ? 'done' : 'FAILED';
  return isDone ? 'put back' : 'NOT PUT BACK';
}

function what({ step, device, network }: Tried): string {
  const [first = '', ...changes] = renderStep(step, network);
  const named = device === undefined || step.kind !== 'add-vmk' ? '' : `, as ${device}`;
  const more = changes.length === 0 ? '' : `: ${changes.map((one) => one.trim()).join(', ')}`;
  return `${first.trim()}${named}${more}`;
}
