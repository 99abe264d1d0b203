// A job at work: how far it is, host by host, and how to stop it.
import type { KnownBlock } from '@slack/types';
import type { MessageStyle } from '../../app/report-show.ts';
import type { HostOutcome, HostSummary, Job } from '../../domain/job.ts';
import { context, header, lines, preformatted, section } from '../blocks.ts';
import { code } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { callout, planBlock, type Task } from '../rich-blocks.ts';
import { counted } from '../step-text.ts';
import { dateText, durationText } from '../time-text.ts';
import { approvers } from './approval.ts';
import { controlBlocks } from './control.ts';
import { headline, hostsThrough, plannedHosts } from './headline.ts';
import { alignRows } from './names.ts';
import { outsideText, remedyText } from './outside-text.ts';
import { requesterText } from './requester-text.ts';
import { trialStepBlocks } from './trial.ts';

const ROWS_MAX = 20;
const BAR_CELLS = 20;

/** The message of a job that is queued, reading, applying or verifying. */
export function progressBlocks(job: Job, now: Date, style: MessageStyle): KnownBlock[] {
  const isApplying = job.state === 'applying' || job.state === 'paused' || job.state === 'verifying';
  const hasHosts = isApplying && plannedHosts(job).length > 0;
  return [
    header(headline(job)),
    ...stalledBlocks(job, style),
    ...troubleBlocks(job, style),
    ...(isApplying ? trialStepBlocks(job) : []),
    ...(hasHosts ? [...turnBlocks(job), barBlock(job, now), ...hostsBlocks(job, style)] : [waitingBlock(job)]),
    ...controlBlocks(job),
    context([footer(job)]),
  ];
}

/** Says since when nothing has moved, and what happens by itself. Empty when the job moves. */
export function stalledBlocks(job: Job, style: MessageStyle): KnownBlock[] {
  if (job.stalledSince === undefined) return [];
  const since = `*STALLED* Nothing has moved since ${dateText(job.stalledSince)}.`;
  const text = `${since} It is sent again by itself; if it stays so: ${code(`/vmotion show ${job.id}`)}`;
  return [callout(style, 'warning', text)];
}

function troubleBlocks({ trouble }: Job, style: MessageStyle): KnownBlock[] {
  if (trouble === undefined) return [];
  const text = `*Tried again* after: ${outsideText(cutPlain(trouble.what, 500))}\n${remedyText(trouble.remedy)}`;
  return [callout(style, 'info', text)];
}

function waitingBlock(job: Job): KnownBlock {
  if (job.waits !== undefined) return section(turnText(job.vcenter, job.waits));
  if (job.state === 'queued') return section(`Waiting for its turn. One job at a time works on ${code(job.cluster)}.`);
  if (job.kind === 'trial' && job.state === 'applying')
    return section('vCenter moves the VM. What was begun is written down, so that nothing is moved twice.');
  if (job.kind === 'evidence') return section(`Reading the logs of the hosts of ${code(job.cluster)}.`);
  if (job.kind === 'audit')
    return section(`Comparing the hosts of ${code(job.cluster)} with what they were and should be.`);
  if (job.kind === 'test')
    return section('Every adapter that carries vMotion pings every other, at full MTU, unfragmented.');
  return section(`Reading the hosts of ${code(job.cluster)} from vCenter ${code(job.vcenter)}.`);
}

function turnBlocks({ vcenter, waits }: Job): KnownBlock[] {
  return waits === undefined ? [] : [section(turnText(vcenter, waits))];
}

/** Why nothing happens: as many workers are at the vCenter as it is to have. */
function turnText(vcenter: string, { since, busy, workers }: NonNullable<Job['waits']>): string {
  const all = `${busy} of ${counted(workers, 'worker')} ${busy === 1 ? 'is' : 'are'} busy there`;
  return `*Waiting for a turn* at vCenter ${code(vcenter)} since ${dateText(since)}: ${all}. It goes on by itself.`;
}

function barBlock(job: Job, now: Date): KnownBlock {
  const hosts = plannedHosts(job);
  const share = shareDone(job);
  const filled = Math.floor(share * BAR_CELLS);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR_CELLS - filled)}] ${Math.floor(share * 100)}%`;
  const elapsedMs = now.getTime() - Date.parse(startedAt(job));
  const wave = `wave ${job.wave + 1} of ${job.plan?.waves ?? 1}`;
  const times = [durationText(elapsedMs), ...leftText(elapsedMs, share)].join(', ');
  return section(`\`${bar}\`  ${hostsThrough(job)} of ${counted(hosts.length, 'host')}, ${wave}, ${times}`);
}

/** The part of all steps that is done, from 0 to 1. */
function shareDone(job: Job): number {
  const hosts = plannedHosts(job);
  const steps = hosts.reduce((sum, host) => sum + host.steps, 0);
  const done = hosts.reduce((sum, host) => sum + host.stepsDone, 0);
  return steps === 0 ? 0 : Math.min(1, done / steps);
}

// Before a tenth is done nobody can say.
const SHARE_TO_GUESS = 0.1;

function leftText(elapsedMs: number, share: number): string[] {
  if (share < SHARE_TO_GUESS || share >= 1 || elapsedMs < 10_000) return [];
  return [`about ${durationText((elapsedMs * (1 - share)) / share)} left`];
}

function hostsBlocks(job: Job, style: MessageStyle): KnownBlock[] {
  const hosts = plannedHosts(job);
  const more = (left: number) => `... and ${left} more: /vmotion show ${job.id}`;
  if (hosts.length <= ROWS_MAX) {
    if (style === 'rich') return [planBlock(`Hosts, in ${counted(job.plan?.waves ?? 1, 'wave')}`, tasks(job))];
    return preformatted(undefined, alignRows(hosts.map(hostRow)), { more });
  }
  // Of many hosts only those that something happens to are worth a line each.
  const active = hosts.filter((host) => host.outcome !== 'pending' && !isThrough(host.outcome));
  return [lines([countsText(hosts), ...active.map((host) => `${code(host.name)} ${hostRow(host)[0]}`)], more)];
}

function tasks(job: Job): Task[] {
  return plannedHosts(job).map((host) => {
    const [word = '', name = '', wave = '', rest = ''] = hostRow(host);
    const title = `${word} ${cutPlain(name, 80)}, ${wave}`;
    return { id: `${job.id}-${host.moref}`, title, detail: rest, status: STATUSES[host.outcome] };
  });
}

const STATUSES: Record<HostOutcome, Task['status']> = {
  pending: 'pending',
  applying: 'in_progress',
  applied: 'in_progress',
  'in-place': 'complete',
  kept: 'complete',
  'put-back': 'complete',
  untouched: 'pending',
  skipped: 'pending',
  'needs-hands': 'error',
};

const WORDS: Record<HostOutcome, string> = {
  pending: 'WAIT',
  applying: 'RUN',
  applied: 'CHANGED',
  'in-place': 'IN PLACE',
  kept: 'OK',
  'put-back': 'PUT BACK',
  untouched: 'UNTOUCHED',
  skipped: 'SKIPPED',
  'needs-hands': 'NEEDS HANDS',
};

function hostRow(host: HostSummary): string[] {
  const steps = host.outcome === 'applying' ? `step ${Math.min(host.stepsDone + 1, host.steps)}/${host.steps}` : '';
  const note = host.note ?? '';
  return [WORDS[host.outcome], host.name, `wave ${(host.wave ?? 0) + 1}`, [steps, note].filter(Boolean).join('  ')];
}

function isThrough(outcome: HostOutcome): boolean {
  return outcome === 'applied' || outcome === 'kept';
}

function countsText(hosts: HostSummary[]): string {
  const counts = new Map<string, number>();
  for (const host of hosts) counts.set(WORDS[host.outcome], (counts.get(WORDS[host.outcome]) ?? 0) + 1);
  return [...counts].map(([word, count]) => `*${word}* ${count}`).join('   ');
}

/** When the job's own work began: with the last approval, or when it was asked for. */
export function startedAt(job: Job): string {
  return job.approval?.approvedBy.at(-1)?.at ?? job.createdAt;
}

function footer(job: Job): string {
  const approved = approvers(job);
  const parts = [
    `Job ${code(job.id)}`,
    `asked for by ${requesterText(job)}`,
    ...(approved === '' ? [] : [`approved by ${approved}`]),
    `last moved ${dateText(job.updatedAt)}`,
    ...heartbeatText(job),
  ];
  return parts.join(' · ');
}

/** A sign of life that is newer than the last move. */
function heartbeatText({ heartbeatAt, updatedAt }: Job): string[] {
  return heartbeatAt === undefined || heartbeatAt <= updatedAt ? [] : [`heartbeat ${dateText(heartbeatAt)}`];
}
