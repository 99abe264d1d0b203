import type { ModalView } from '@slack/types';
import { section } from '../blocks.ts';
import { code } from '../escape-mrkdwn.ts';
import { modal, plain } from './modal.ts';

export const REJECT_CALLBACK = 'reject-reason';
/** The id of the block and of the input in it: errors are shown there. */
export const REASON_INPUT = 'reason';
export const REASON_CHARS_MIN = 10;
export const REASON_CHARS_MAX = 500;

/** Asks why. Whoever asked for the change reads the reason in the channel. */
export function renderRejectModal(plan: { jobId: string; digest: string; channel: string }): ModalView {
  return modal({
    callbackId: REJECT_CALLBACK,
    title: 'Reject this plan',
    submit: 'Reject',
    close: 'Go back',
    metadata: plan,
    blocks: [
      section(`${code(plan.jobId)}, plan ${code(plan.digest)}. The job ends and nothing changes.`),
      {
        type: 'input',
        block_id: REASON_INPUT,
        label: plain('Why?', 100),
        hint: plain('Shown in the channel with your name.', 150),
        element: {
          type: 'plain_text_input',
          action_id: REASON_INPUT,
          multiline: true,
          min_length: REASON_CHARS_MIN,
          max_length: REASON_CHARS_MAX,
          focus_on_load: true,
        },
      },
    ],
  });
}
