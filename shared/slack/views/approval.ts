import type { KnownBlock } from '@slack/types';
import { missingExtra, type NeededExtra } from '../../domain/approval.ts';
import type { Job } from '../../domain/job.ts';
import type { People } from '../../domain/settings.ts';
import { actions, button, confirmation, context, section } from '../blocks.ts';
import { isApproved } from '../../domain/decide.ts';
import { code, escapeMrkdwn, mention, mentionAny } from '../escape-mrkdwn.ts';
import { cutMrkdwn, cutPlain } from '../fit.ts';
import { counted } from '../step-text.ts';
import { dateText } from '../time-text.ts';
import { headline, plannedHosts, title } from './headline.ts';
import { jobButton } from './job-actions.ts';

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
    .map(({ user, at, as = [] }) => `${mention(user)} ${dateText(at)}${as.length === 0 ? '' : ` (${rulesText(as)})`}`)
    .join(', ');
}

function rulesText(names: string[]): string {
  return escapeMrkdwn(cutPlain(names.join(', '), 100));
}

function policyText(job: Job): string {
  const { approval } = job;
  if (approval === undefined) return 'Needs an approval.';
  const { required, requestedBy, selfApproval, approvers: people, windows = [], expiresAt } = approval;
  const others = people === 'any' || selfApproval === true ? people : people?.filter((id) => id !== requestedBy);
  const from = others === undefined || others === 'any' ? '' : ` from ${peopleText(others)}`;
  // A rule of vmotion.yaml approves nothing anyway.
  const isOpen = selfApproval === true || requestedBy.startsWith('policy:');
  const self = isOpen ? '' : `, not from ${mention(requestedBy)}, who asked`;
  return [
    `Needs ${counted(required, 'approval')}${from}${self}.`,
    ...missingExtra(approval).map(extraText),
    ...(approval.approvedBy.length === 0 ? [] : [`Approved so far by ${approvers(job)}.`]),
    'Until then nothing changes.',
    ...(windows.length === 0 ? [] : [`It may start ${escapeMrkdwn(cutPlain(windows.join('; '), 300))}.`]),
    `Expires ${dateText(expiresAt)}.`,
  ].join(' ');
}

function extraText({ name, why, from }: NeededExtra): string {
  const because = why === '' ? '' : `, because it ${escapeMrkdwn(cutPlain(why, 300))}`;
  return `One of them from ${peopleText(from)} (rule ${escapeMrkdwn(cutPlain(name, 60))})${because}.`;
}

function peopleText(people: People): string {
  if (people === 'any') return "the cluster's channel";
  if (people.length === 0) return 'nobody, as vmotion.yaml stands';
  const named = people.slice(0, NAMED_MAX).map(mentionAny).join(', ');
  return people.length > NAMED_MAX ? `${named} and ${people.length - NAMED_MAX} more` : named;
}

const NAMED_MAX = 8;

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
    jobButton(job, 'cancel', {
      label: 'Cancel',
      ask: { title: 'Cancel this request?', text: `${what} Nothing changes.`, yes: 'Cancel the request' },
    }),
  ]);
}

function commandsText(job: Job): string {
  return `or type ${decisionsText(job)} or ${code(`/vmotion cancel ${job.id}`)}`;
}

function decisionsText({ id }: Job): string {
  return `${code(`/vmotion approve ${id}`)} or ${code(`/vmotion reject ${id} the reason`)}`;
}

/** Calls those who may approve, where the row says who they are. */
export function askReply(job: Job): { text: string; blocks: KnownBlock[] } | undefined {
  if (job.state !== 'awaiting-approval' || isApproved(job)) return undefined;
  const called = calledPeople(job).slice(0, NAMED_MAX);
  if (called.length === 0) return undefined;
  const text = cutMrkdwn(
    `${called.map(mentionAny).join(' ')} ${escapeMrkdwn(headline(job))}. Press a button above, or type ${decisionsText(job)}`,
    2000,
  );
  return { text, blocks: [section(text)] };
}

/** Nobody is called where everybody of the channel may approve. */
function calledPeople({ approval }: Job): string[] {
  if (approval === undefined) return [];
  const all = [approval.approvers, ...missingExtra(approval).map(({ from }) => from)];
  const ids = all.flatMap((people) => (people === undefined || people === 'any' ? [] : people));
  return [...new Set(ids)].filter((id) => id !== approval.requestedBy);
}
