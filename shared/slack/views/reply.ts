// What the person who typed or clicked is told at once, in private.
import type { KnownBlock } from '@slack/types';
import { missingExtra } from '../../domain/approval.ts';
import type { Job } from '../../domain/job.ts';
import type { Cell } from '../../domain/matrix.ts';
import { namePeople } from '../../domain/name-people.ts';
import type { HostRecord } from '../../domain/record.ts';
import type { ClusterOverview, Refusal, Reply } from '../../domain/reply.ts';
import { context, header, lines, section } from '../blocks.ts';
import { code, escapeMrkdwn, mention } from '../escape-mrkdwn.ts';
import { cutMrkdwn, cutPlain } from '../fit.ts';
import { fitBlocks } from '../fit-blocks.ts';
import { LIMITS } from '../limits.ts';
import { counted } from '../step-text.ts';
import { dateText } from '../time-text.ts';
import { alarmsBlocks, explainedBlocks, explainedText, policyBlocks, subscribedText } from './alarm-replies.ts';
import { auditExportedBlocks, auditVerifiedBlocks, auditVerifiedText } from './audit-log.ts';
import { frozenBlocks, unfrozenBlocks } from './freeze.ts';
import { deadLetterBlocks, deadLettersText, letterLine } from './dead-letters.ts';
import { headline, title } from './headline.ts';
import { helpBlocks } from './help.ts';
import { renderJob } from './job.ts';
import { renderList } from './list.ts';
import { outsideText, remedyText } from './outside-text.ts';
import { rightsBlocks } from './rights.ts';

/** Only whoever asked sees it; with `response_type`, the name that Slack has for it, the whole channel does. */
export type Answer = { text: string; blocks: KnownBlock[]; response_type?: 'in_channel' };

/** The private answer to a command or a click. */
export function renderReply(reply: Reply): Answer {
  switch (reply.kind) {
    case 'help':
      return answer('How to use /vmotion', helpBlocks(reply));
    case 'version':
      return answer(`vmotion-ops ${reply.version}`, [section(`vmotion-ops ${code(reply.version)}`)]);
    case 'whoami':
      return answer('What you may do here.', rightsBlocks(reply));
    case 'list': {
      const { text, blocks } = renderList(reply);
      return answer(text, blocks);
    }
    case 'frozen':
      return toAll(answer(`Frozen: ${reply.clusters.join(', ')}.`, frozenBlocks(reply)));
    case 'unfrozen':
      return toAll(answer(`Lifted: ${reply.lifted.map(({ id }) => id).join(', ')}.`, unfrozenBlocks(reply)));
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
    case 'controlled':
      return answer(`${reply.says} ${reply.job.id}, ${title(reply.job)}.`, [
        section(
          `${outsideText(cutPlain(reply.says, 800))}\n${code(reply.job.id)} ${escapeMrkdwn(cutPlain(title(reply.job), 300))}`,
        ),
      ]);
    case 'dead-letters':
      return answer(deadLettersText(reply.letters), deadLetterBlocks(reply.letters));
    case 'redriven':
      return answer(`${reply.letter.id} was sent again.`, [section(`*Sent again.* ${letterLine(reply.letter)}`)]);
    case 'audit-verified':
      return answer(auditVerifiedText(reply), auditVerifiedBlocks(reply));
    case 'audit-exported':
      return answer(`The newest of ${reply.total} entries of the audit log.`, auditExportedBlocks(reply));
    case 'alarms':
      return answer(`${counted(reply.cards.length, 'open alarm')}.`, alarmsBlocks(reply));
    case 'alarm-ignored':
      return answer(`Ignored: ${reply.alarm} (${reply.card}).`, [
        section(
          `*Ignored* ${code(reply.card)} until ${dateText(reply.until)}. Nothing is done about it, and it pings nobody.`,
        ),
      ]);
    case 'policy':
      return answer(`${counted(reply.rules.length, 'rule')} for alarms.`, policyBlocks(reply));
    case 'policy-explained':
      return answer(`${explainedText(reply)}. ${reply.answer.why.at(-1) ?? ''}`, explainedBlocks(reply));
    case 'subscribed':
      return answer(subscribedText(reply), [section(escapeMrkdwn(subscribedText(reply)))]);
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

/** What stops others, or lets them go on, is no private matter: it is typed in the clusters' own channel. */
const toAll = (said: Answer): Answer => ({ ...said, response_type: 'in_channel' });

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
  if (decision === 'withdrawn') return '*Withdrawn.* Your approval does not count any more.';
  if (decision === 'applied') return '*Started.* The plan is being carried out.';
  if (remaining > 0) {
    const others = job.approval === undefined ? [] : missingExtra(job.approval);
    const extra = others.map(({ from }) => ` One of them from ${outsideText(namePeople(from))}.`).join('');
    return `*Approved.* ${counted(remaining, 'approval')} still needed, from somebody else.${extra}`;
  }
  if (job.start === 'on-apply') return `*Approved.* To carry it out: ${code(`/vmotion apply ${job.id}`)}`;
  return '*Approved.* The change starts by itself.';
}

function history({ cluster, jobs, hasOlder = false }: Extract<Reply, { kind: 'history' }>): Answer {
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
    context([`One of them in full: ${code('/vmotion show j-...')}`, ...(hasOlder ? [olderText(cluster)] : [])]),
  ]);
}

/** A Slack message is no place for years of jobs; the audit log has them all. */
function olderText(cluster: string | undefined): string {
  if (cluster === undefined) return `Older ones, of one cluster: ${code('/vmotion history CLUSTER')}`;
  return `Older ones stand in the audit log: ${code(`/vmotion audit-log export ${cluster}`)}`;
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
    ...lastTexts(one),
    ...(one.lastTrial === undefined ? [] : [`last trial: ${jobText(one.lastTrial)}`]),
  ];
  return `${code(cutPlain(one.cluster, 80))} ${parts.join(' · ')}`;
}

/** A change tests what it changed; then it stands there once. */
function lastTexts({ lastChange, lastTest }: ClusterOverview): string[] {
  if (lastChange !== undefined && lastChange.id === lastTest?.id)
    return [`last change and test: ${jobText(lastChange)}`];
  return [
    lastChange === undefined ? 'never changed' : `last change: ${jobText(lastChange)}`,
    lastTest === undefined ? 'never tested' : `last test: ${jobText(lastTest)}`,
  ];
}

function jobText(job: Job): string {
  return `${escapeMrkdwn(cutPlain(headline(job), 120))} ${code(job.id)}`;
}
