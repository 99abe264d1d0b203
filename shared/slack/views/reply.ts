// What the person who typed or clicked is told at once, in private.
import type { KnownBlock } from '@slack/types';
import type { Job } from '../../domain/job.ts';
import type { Cell } from '../../domain/matrix.ts';
import type { HostRecord } from '../../domain/record.ts';
import type { ClusterOverview, Refusal, Reply } from '../../domain/reply.ts';
import { context, header, lines, section } from '../blocks.ts';
import { code, escapeMrkdwn, mention } from '../escape-mrkdwn.ts';
import { cutMrkdwn, cutPlain } from '../fit.ts';
import { fitBlocks } from '../fit-blocks.ts';
import { LIMITS } from '../limits.ts';
import { counted } from '../step-text.ts';
import { dateText } from '../time-text.ts';
import { headline, title } from './headline.ts';
import { helpBlocks } from './help.ts';
import { renderJob } from './job.ts';
import { outsideText, remedyText } from './outside-text.ts';

export type Answer = { text: string; blocks: KnownBlock[] };

/** The private answer to a command or a click. */
export function renderReply(reply: Reply): Answer {
  switch (reply.kind) {
    case 'help':
      return answer('How to use /vmotion', helpBlocks(reply));
    case 'overview':
      return overview(reply.clusters);
    case 'queued':
      return queued(reply.job);
    case 'job':
      return shown(reply.job, { records: reply.records ?? [], cells: reply.cells ?? [] });
    case 'history':
      return history(reply);
    case 'decided':
      return decided(reply);
    case 'refused':
      return renderRefusal(reply);
    default:
      throw new Error(`unknown reply ${reply satisfies never}`);
  }
}

/** Three lines: what, why, and what to type instead. */
export function renderRefusal(refusal: Pick<Refusal, 'what' | 'why' | 'fix'>): Answer {
  const what = `*${outsideText(cutPlain(refusal.what, 800)).replaceAll('*', '')}*`;
  const why = outsideText(cutPlain(refusal.why, 800));
  return answer(refusal.what, [section([what, why, fixText(refusal.fix)].filter((line) => line !== '').join('\n'))]);
}

function fixText(fix: string): string {
  return fix.startsWith('/vmotion') ? `Try ${remedyText(fix)}` : remedyText(fix);
}

/** `text` is raw and is escaped here. */
export function answer(text: string, blocks: KnownBlock[]): Answer {
  return { text: cutMrkdwn(escapeMrkdwn(text), LIMITS.messageTextChars), blocks: fitBlocks(blocks) };
}

function queued(job: Job): Answer {
  const where = /^[CG][A-Z0-9]{2,30}$/.test(job.channel) ? `<#${job.channel}>` : 'the channel of the cluster';
  const text = `Queued ${job.id}: ${title(job)}.`;
  const rest = `I report in ${where}. To see it here: ${code(`/vmotion show ${job.id}`)}`;
  return answer(text, [section(`*Queued* ${code(job.id)} ${escapeMrkdwn(cutPlain(title(job), 300))}\n${rest}`)]);
}

function shown(job: Job, seen: { records: HostRecord[]; cells: Cell[] }): Answer {
  const { text, blocks } = renderJob(job, { ...seen, isFull: true }, new Date(job.updatedAt));
  return { text, blocks: blocks as KnownBlock[] };
}

function decided(reply: Extract<Reply, { kind: 'decided' }>): Answer {
  const { job, remaining } = reply;
  const of = `${code(job.id)} ${escapeMrkdwn(cutPlain(title(job), 300))}`;
  return answer(`${reply.decision}: ${job.id}, ${title(job)}.`, [
    section(`${decidedSentence(reply, remaining)}\n${of}`),
  ]);
}

function decidedSentence({ decision, job }: Extract<Reply, { kind: 'decided' }>, remaining: number): string {
  if (decision === 'rejected') return '*Rejected.* Nothing was changed.';
  if (decision === 'applied') return '*Started.* The plan is being carried out.';
  if (remaining > 0) return `*Approved.* ${counted(remaining, 'approval')} still needed, from somebody else.`;
  if (job.start === 'on-apply') return `*Approved.* To carry it out: ${code(`/vmotion apply ${job.id}`)}`;
  return '*Approved.* The change starts by itself.';
}

function history({ cluster, jobs }: Extract<Reply, { kind: 'history' }>): Answer {
  const about = cluster === undefined ? 'all clusters' : cluster;
  if (jobs.length === 0)
    return answer(`No jobs yet for ${about}.`, [section(`No jobs yet for ${code(cutPlain(about, 80))}.`)]);
  const rows = jobs.map(
    (job) =>
      `${dateText(job.createdAt)} ${code(job.id)} ${escapeMrkdwn(cutPlain(headline(job), 160))} ${mention(job.requestedBy)}`,
  );
  const more = (left: number) => `... and ${left} older`;
  return answer(`The last ${counted(jobs.length, 'job')} of ${about}.`, [
    header(`History of ${about}`),
    lines(rows, more),
    context([`One of them in full: ${code('/vmotion show j-...')}`]),
  ]);
}

function overview(clusters: ClusterOverview[]): Answer {
  if (clusters.length === 0) {
    return answer('No cluster can be named here.', [section('No cluster can be named in this channel.')]);
  }
  return answer(`${counted(clusters.length, 'cluster')}.`, [
    header('Clusters'),
    lines(clusters.map(overviewLine), (left) => `... and ${left} more clusters`),
    context([`In full: ${code(`/vmotion status ${clusters[0]?.cluster ?? 'cluster-name'}`)}`]),
  ]);
}

function overviewLine(one: ClusterOverview): string {
  const parts = [
    ...(one.hosts === undefined ? [] : [counted(one.hosts, 'host')]),
    ...(one.running === undefined ? [] : [`now: ${jobText(one.running)}`]),
    one.lastChange === undefined ? 'never changed' : `last change: ${jobText(one.lastChange)}`,
    one.lastTest === undefined ? 'never tested' : `last test: ${jobText(one.lastTest)}`,
    ...(one.lastTrial === undefined ? [] : [`last trial: ${jobText(one.lastTrial)}`]),
  ];
  return `${code(cutPlain(one.cluster, 80))} ${parts.join(' · ')}`;
}

function jobText(job: Job): string {
  return `${escapeMrkdwn(cutPlain(headline(job), 120))} ${code(job.id)}`;
}
