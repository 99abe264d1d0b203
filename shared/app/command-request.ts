/** `requestId`: the same for every copy of one request (Slack's trigger_id). `text`: what was typed after /vmotion.
 * `retryOf`: the job that is tried again. */
export type CommandRequest = {
  requestId: string;
  text: string;
  user: string;
  channel: string;
  retryOf?: string | undefined;
};
