import type { KnownBlock } from '@slack/types';
import type { Job } from '../../domain/job.ts';
import type { ListedCluster, ListedLock, Reply } from '../../domain/reply.ts';
import { context, header, linePages, lines, section } from '../blocks.ts';
import { code, escapeMrkdwn, mention } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { counted } from '../step-text.ts';
import { dateText } from '../time-text.ts';
import { freezeText, hoursText } from './freeze.ts';
import { headline } from './headline.ts';

type ListReply = Extract<Reply, { kind: 'list' }>;

const more = (left: number) => `... and ${left} more`;

/** One sentence, and the list itself. */
export function renderList(reply: ListReply): { text: string; blocks: KnownBlock[] } {
  switch (reply.what) {
    case 'clusters':
      return listOf('Clusters', 'cluster', reply.clusters.map(clusterLine), '/vmotion status cluster');
    case 'jobs':
      return jobList(reply);
    case 'locks':
      return listOf('Locks', 'lock', reply.locks.map(lockLine), '/vmotion show j-...');
    case 'freezes':
      return listOf('Freezes', 'freeze', reply.freezes.map(freezeText), '/vmotion unfreeze cluster');
    default:
      throw new Error(`unknown list ${String(reply satisfies never)}`);
  }
}

function listOf(title: string, noun: string, rows: string[], next: string): { text: string; blocks: KnownBlock[] } {
  if (rows.length === 0) return { text: `No ${noun} here.`, blocks: [section(`No ${noun} here.`)] };
  return {
    text: `${counted(rows.length, noun)} here.`,
    blocks: [header(title), lines(rows, more), context([`In full: ${code(next)}`])],
  };
}

/** An answer to one person, who may want all of them: as many as Slack takes in a message. */
const JOBS_BLOCKS_MAX = 6;

/** What does not fit is counted, with the command that has the rest. */
function jobList({ jobs, more: unread = 0, cluster }: Extract<ListReply, { what: 'jobs' }>) {
  const where = cluster === undefined ? 'here' : `of ${cluster}`;
  if (jobs.length === 0) {
    const text = `No open job ${where}.`;
    return { text, blocks: [section(escapeMrkdwn(text))] };
  }
  const rest = cluster === undefined ? `. Those of one cluster: ${code('/vmotion list jobs CLUSTER')}` : '';
  const left = (count: number) => `... and ${count + unread} older${rest}`;
  const isRead = unread === 0;
  const rows = [...jobs.map(jobLine), ...(isRead ? [] : [left(0)])];
  // The line about those that were not listed is one of the lines that may not fit.
  const blocks = linePages(rows, { blocksMax: JOBS_BLOCKS_MAX, more: (count) => left(isRead ? count : count - 1) });
  return {
    text: `${counted(jobs.length + unread, 'open job')} ${where}.`,
    blocks: [header('Jobs that have not ended'), ...blocks, context([`In full: ${code('/vmotion show j-...')}`])],
  };
}

function clusterLine({ cluster, vcenter, path, isReadOnly, heldBy, freeze, hours }: ListedCluster): string {
  const notes = [
    ...(isReadOnly ? ['read only here'] : []),
    ...(heldBy === undefined ? [] : [`changed by ${code(heldBy.id)}`]),
    ...(freeze === undefined ? [] : [freezeText(freeze)]),
    ...(hours === undefined ? [] : [hoursText(hours)]),
  ];
  const where = `on vCenter ${escapeMrkdwn(cutPlain(vcenter, 80))}, ${escapeMrkdwn(cutPlain(path, 160))}`;
  return [`${code(cutPlain(cluster, 80))} ${where}`, ...notes].join(' · ');
}

function jobLine(job: Job): string {
  const said = escapeMrkdwn(cutPlain(headline(job), 160));
  return `${code(job.id)} ${said} ${mention(job.requestedBy)} ${dateText(job.createdAt)}`;
}

function lockLine({ cluster, job }: ListedLock): string {
  return `${code(cutPlain(cluster, 80))} ${jobLine(job)}`;
}
