// The plan as a person approves it: what changes, on which hosts, in which order, and what is left alone.
import type { KnownBlock } from '@slack/types';
import type { Job } from '../../domain/job.ts';
import type { HostRecord } from '../../domain/record.ts';
import { context, fields, header, type ListRoom, preformatted, section } from '../blocks.ts';
import { code, escapeMrkdwn, mention } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { counted, renderCounts, renderStep } from '../step-text.ts';
import { dateText } from '../time-text.ts';
import { approvalBlocks } from './approval.ts';
import { findingBlocks } from './findings.ts';
import { headline, plannedHosts, title } from './headline.ts';
import { inOrder } from './in-order.ts';
import type { JobSeen } from './job-seen.ts';
import { otherHostBlocks } from './other-hosts.ts';
import { trialPlanBlocks } from './trial.ts';
import { untouchedBlocks } from './untouched.ts';

/** The message of a job that has a plan and has not begun. Records may be missing: then the hosts stand without diff. */
export function planBlocks(job: Job, { records, isFull = false }: JobSeen): KnownBlock[] {
  if (job.kind === 'trial') return trialPlanBlocks(job);
  const changing = inOrder(job, records).filter((record) => record.plan.kind === 'change');
  // What somebody asked to see in full may take many sections; the channel's message stays short.
  const room: ListRoom = { more: moreOf(job), ...(isFull ? { charsMax: 2900, blocksMax: 6 } : {}) };
  return [
    header(headline(job)),
    planFields(job),
    ...summaryBlocks(job, room),
    ...firstHostBlocks(changing[0], { charsMax: 2400, ...room }),
    ...otherHostBlocks(job, changing, room),
    ...findingBlocks(job.plan?.findings ?? []),
    ...untouchedBlocks(records),
    ...approvalBlocks(job),
    ...(job.plan === undefined ? [context([`Job ${code(job.id)}`])] : []),
  ];
}

function planFields(job: Job): KnownBlock {
  const digest = job.plan === undefined ? [] : [['Plan', code(job.plan.digest.slice(0, 12))] as [string, string]];
  const undoes = job.undoes === undefined ? [] : [['Undoes', code(job.undoes)] as [string, string]];
  const expires: [string, string][] =
    job.approval === undefined || job.state === 'approved' ? [] : [['Expires', dateText(job.approval.expiresAt)]];
  return fields([
    ['Change', escapeMrkdwn(title(job))],
    ['vCenter', code(job.vcenter)],
    ['Requested by', mention(job.requestedBy)],
    ['Hosts', `${plannedHosts(job).length} of ${job.hosts.length}, in ${counted(job.plan?.waves ?? 1, 'wave')}`],
    ...digest,
    ...expires,
    ...undoes,
  ]);
}

function summaryBlocks(job: Job, room: ListRoom): KnownBlock[] {
  const lines = renderCounts(job.plan?.counts ?? {});
  return lines.length === 0 ? [] : preformatted('*What changes, over all hosts*', lines, room);
}

function firstHostBlocks(first: HostRecord | undefined, room: ListRoom): KnownBlock[] {
  if (first === undefined) return [];
  const lines = first.plan.steps.flatMap(renderStep);
  if (lines.length === 0) return [section(`*First host: ${code(cutPlain(first.host.name, 100))}*`)];
  return preformatted(`*First host, step by step:* ${code(cutPlain(first.host.name, 100))}`, lines, room);
}

function moreOf(job: Job): (left: number) => string {
  return (left) => `... and ${left} more: /vmotion show ${job.id}`;
}
