import type { KnownBlock } from '@slack/types';
import type { Job } from '../../domain/job.ts';
import { actions, button, confirmation, context } from '../blocks.ts';
import { isApproved } from '../../domain/decide.ts';
import { code, mention } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { counted } from '../step-text.ts';
import { dateText } from '../time-text.ts';
import { plannedHosts, title } from './headline.ts';

export const APPROVE_ACTION = 'approve-plan';
export const REJECT_ACTION = 'reject-plan';

/** Who has to say yes, who has said it, and how: buttons, and the same as commands to paste. */
export function approvalBlocks(job: Job): KnownBlock[] {
  if (job.state === 'approved') return [context([approvedText(job)])];
  if (job.state !== 'awaiting-approval' && job.state !== 'planned') return [];
  const apply = `Approval alone changes nothing. To carry the plan out afterwards: ${code(`/vmotion apply ${job.id}`)}`;
  return [
    context([policyText(job)]),
    ...(isApproved(job) ? [] : [buttons(job), context([commandsText(job)])]),
    ...(job.start === 'on-apply' ? [context([apply])] : []),
  ];
}

/** Who approved and when, in one line; empty when nobody did. */
export function approvers(job: Job): string {
  return (job.approval?.approvedBy ?? [])
    .slice(0, 10)
    .map((one) => `${mention(one.user)} ${dateText(one.at)}`)
    .join(', ');
}

function policyText(job: Job): string {
  const { approval } = job;
  if (approval === undefined) return 'Needs an approval.';
  const given = approval.approvedBy.length === 0 ? '' : ` Approved so far by ${approvers(job)}.`;
  const needs = `Needs ${counted(approval.required, 'approval')}, not from ${mention(approval.requestedBy)}, who asked.`;
  return `${needs}${given} Until then nothing changes. Expires ${dateText(approval.expiresAt)}.`;
}

function approvedText(job: Job): string {
  const by = approvers(job);
  return `${by === '' ? 'No approval needed.' : `Approved by ${by}.`} It starts by itself.`;
}

function buttons(job: Job): KnownBlock {
  const digest = (job.plan?.digest ?? '').slice(0, 12);
  // The button carries the digest, so that what was read is what gets approved.
  const value = `${job.id}|${digest}`;
  const hosts = counted(plannedHosts(job).length, 'host');
  const what = `${cutPlain(title(job), 200)}: ${hosts}, plan ${digest}.`;
  return actions(`job-${job.id}-${job.version}`, [
    button({
      actionId: APPROVE_ACTION,
      label: 'Approve',
      value,
      style: 'primary',
      confirm: confirmation({ title: 'Approve this plan?', text: what, yes: 'Approve', no: 'Go back' }),
    }),
    button({
      actionId: REJECT_ACTION,
      label: 'Reject',
      value,
      style: 'danger',
      confirm: confirmation({
        title: 'Reject this plan?',
        text: `${what} Nothing changes.`,
        yes: 'Reject',
        no: 'Go back',
      }),
    }),
  ]);
}

function commandsText(job: Job): string {
  const approve = code(`/vmotion approve ${job.id}`);
  return `or type ${approve} or ${code(`/vmotion reject ${job.id} the reason`)}`;
}
