// The plan as a person approves it: what changes, on which hosts, in which order, and what is left alone.
import type { KnownBlock } from '@slack/types';
import type { MessageStyle } from '../../app/report-show.ts';
import type { Job } from '../../domain/job.ts';
import type { HostRecord } from '../../domain/record.ts';
import { context, fields, header, type ListRoom, preformatted, section } from '../blocks.ts';
import { code, escapeMrkdwn } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { codeBlocks } from '../rich-blocks.ts';
import { counted, renderCounts, renderStep } from '../step-text.ts';
import { dateText } from '../time-text.ts';
import { approvalBlocks } from './approval.ts';
import { findingBlocks } from './findings.ts';
import { headline, plannedHosts, title } from './headline.ts';
import { inOrder } from './in-order.ts';
import type { JobSeen } from './job-seen.ts';
import { otherHostBlocks } from './other-hosts.ts';
import { requesterText } from './requester-text.ts';
import { riskText } from './risk-text.ts';
import { trialPlanBlocks } from './trial.ts';
import { untouchedBlocks } from './untouched.ts';

/** The message of a job that has a plan and has not begun. Records may be missing: then the hosts stand without diff. */
export function planBlocks(job: Job, { records, isFull = false }: JobSeen, style: MessageStyle): KnownBlock[] {
  if (job.kind === 'trial') return trialPlanBlocks(job, style);
  const changing = inOrder(job, records).filter((record) => record.plan.kind === 'change');
  // What somebody asked to see in full may take many sections; the channel's message stays short.
  const room: ListRoom = { more: moreOf(job), ...(isFull ? { charsMax: 2900, blocksMax: 6 } : {}) };
  return [
    header(headline(job)),
    planFields(job),
    ...summaryBlocks(job, room),
    ...firstHostBlocks(changing[0], { charsMax: 2400, ...room }, style),
    ...otherHostBlocks(job, changing, room, style),
    ...findingBlocks(job.plan?.findings ?? [], style),
    ...untouchedBlocks(records),
    ...approvalBlocks(job),
    ...(job.plan === undefined ? [context([`Job ${code(job.id)}`])] : []),
  ];
}

function planFields(job: Job): KnownBlock {
  const { plan, approval, undoes, state } = job;
  const waves = plan?.waves ?? 1;
  const expires = approval === undefined || state === 'approved' ? undefined : dateText(approval.expiresAt);
  const risk = riskText(job);
  const pairs: [string, string | undefined][] = [
    ['Change', escapeMrkdwn(cutPlain(title(job), 300))],
    ['vCenter', code(cutPlain(job.vcenter, 100))],
    ['Requested by', requesterText(job)],
    ['Reason', reasonText(job)],
    ['Hosts', `${plannedHosts(job).length} of ${job.hosts.length}, in ${counted(waves, 'wave')}`],
    ['Risk', risk === undefined ? undefined : escapeMrkdwn(risk)],
    ['Expires', expires],
    ['Plan', plan === undefined ? undefined : code(plan.digest.slice(0, 12))],
    ['Undoes', undoes === undefined ? undefined : code(undoes)],
  ];
  return fields(pairs.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]])));
}

function reasonText({ reason, ticket }: Job): string | undefined {
  const parts = [
    reason === undefined ? [] : [escapeMrkdwn(cutPlain(reason, 300))],
    ticket === undefined ? [] : [code(cutPlain(ticket, 60))],
  ];
  return parts.flat().join(' · ') || undefined;
}

function summaryBlocks(job: Job, room: ListRoom): KnownBlock[] {
  const lines = renderCounts(job.plan?.counts ?? {});
  return lines.length === 0 ? [] : preformatted('*What changes, over all hosts*', lines, room);
}

function firstHostBlocks(first: HostRecord | undefined, room: ListRoom, style: MessageStyle): KnownBlock[] {
  if (first === undefined) return [];
  const lines = first.plan.steps.flatMap((step) => renderStep(step, first.observed));
  if (lines.length === 0) return [section(`*First host: ${code(cutPlain(first.host.name, 100))}*`)];
  return codeBlocks(style, `*First host, step by step:* ${code(cutPlain(first.host.name, 100))}`, lines, room);
}

function moreOf(job: Job): (left: number) => string {
  return (left) => `... and ${left} more: /vmotion show ${job.id}`;
}
