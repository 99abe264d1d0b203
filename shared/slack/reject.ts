// Reject asks for a reason in a modal; what was typed there decides as the typed command does.
import type { EdgeUseCases } from '../app/edge-use-cases.ts';
import { parseDecisionValue, type SlackClick, type SlackSubmission } from '../contracts/slack-input.ts';
import { parseMetadata } from '../contracts/view-metadata.ts';
import type { Views } from '../ports.ts';
import { say } from './picker.ts';
import type { SubmissionAnswer } from './submission-answer.ts';
import { REASON_CHARS_MAX, REASON_CHARS_MIN, REASON_INPUT, renderRejectModal } from './views/reject-modal.ts';
import { type Answer, renderRefusal } from './views/reply.ts';

export type RejectParts = Pick<EdgeUseCases, 'decideApproval'> & { views: Views };

/** Asks for the reason. Answers what to type instead where Slack opened no modal. */
export async function askReason(parts: RejectParts, click: SlackClick, channel: string): Promise<Answer | undefined> {
  const plan = parseDecisionValue(click.value);
  if (plan === undefined) throw new Error('the caller has checked the value');
  const view = renderRejectModal({ ...plan, channel });
  if (click.view?.kind === 'modal') {
    await parts.views.update({ viewId: click.view.viewId }, view);
    return undefined;
  }
  const opened = click.triggerId === undefined ? undefined : await parts.views.open(click.triggerId, view);
  return opened?.kind === 'opened' ? undefined : typeInstead(plan.jobId);
}

function typeInstead(jobId: string): Answer {
  return renderRefusal({
    what: 'Slack opened no window for the reason: the click was too long on its way.',
    why: 'Nothing was rejected.',
    fix: `/vmotion reject ${jobId} --reason "..."`,
  });
}

/** Rejects, or says at the input why not. */
export async function submitReason(parts: RejectParts, submission: SlackSubmission): Promise<SubmissionAnswer> {
  const { view, user } = submission;
  const about = parseMetadata(view.metadata);
  const reason = (view.values.get(REASON_INPUT) ?? '').trim();
  if (reason.length < REASON_CHARS_MIN || reason.length > REASON_CHARS_MAX) {
    return atReason(`A reason has ${REASON_CHARS_MIN} to ${REASON_CHARS_MAX} characters; this has ${reason.length}.`);
  }
  if (about?.jobId === undefined) return atReason('This window names no job. Close it and press Reject again.');
  const { channel, jobId, digest } = about;
  const requestId = `view-${view.viewId}`;
  const reply = await parts.decideApproval({ requestId, jobId, digest, decision: 'reject', reason, user, channel });
  return reply.kind === 'refused' ? atReason(say(reply)) : undefined;
}

function atReason(text: string): SubmissionAnswer {
  return { response_action: 'errors', errors: { [REASON_INPUT]: text } };
}
