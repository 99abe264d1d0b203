import type { App } from '@slack/bolt';
import {
  answerClick,
  answerCommand,
  answerHomeOpened,
  type AnswerParts,
  answerSubmission,
  answerSuggestion,
} from './answer.ts';

// Bolt runs every listener that matches, and answers 404 where none does: so each kind of request has exactly one, and
// what it does not know is answered by the routes behind it.
const ANY = /[^]*/;

/** The same listeners for every way that requests come in. Slack's answer goes out only after a listener has returned,
 * so each does its row and its message first and acknowledges last; and none ever throws, because after that the person
 * would see a failure. `fallbackId` of the context stands in for a request that brings no id of its own. */
export function listen(app: App, parts: AnswerParts): void {
  app.command(ANY, async ({ body, ack, context }) => {
    const answer = await answerCommand(parts, body, String(context['fallbackId']));
    if (answer === undefined) await ack();
    else await ack({ response_type: 'ephemeral', ...answer });
  });
  app.action(ANY, async ({ body, ack }) => {
    await answerClick(parts, body);
    await ack();
  });
  app.options(ANY, async ({ body, ack }) => {
    await ack({ options: await answerSuggestion(parts, body) });
  });
  for (const type of ['view_submission', 'view_closed'] as const) {
    app.view({ type, callback_id: ANY }, async ({ body, ack }) => {
      const answer = await answerSubmission(parts, body);
      if (answer === undefined) await ack();
      else await ack(answer);
    });
  }
  app.shortcut(ANY, async ({ ack }) => {
    await ack();
  });
  app.event('app_home_opened', async ({ body }) => {
    await answerHomeOpened(parts, body);
  });
  app.error(async (error) => {
    parts.log.error('bolt-listener-failed', { error });
  });
}
