import type { ModalView } from '@slack/types';

/** What Slack does with a modal that was sent: undefined closes it; `errors` are by block id; `update` shows another. */
export type SubmissionAnswer =
  | { response_action: 'errors'; errors: Record<string, string> }
  | { response_action: 'update'; view: ModalView }
  | undefined;
