// From a Slack payload to a use case and back to a private answer. Nothing in here throws.
import type { DecisionRequest } from '../app/decide-approval.ts';
import type { CommandRequest } from '../app/receive-command.ts';
import { parseDecisionValue, parseSlackClick, parseSlackCommand, type SlackClick } from '../contracts/slack-input.ts';
import type { Reply } from '../domain/reply.ts';
import { OpsError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Respond } from './respond.ts';
import { APPROVE_ACTION, REJECT_ACTION } from './views/approval.ts';
import { renderFailure } from './views/failure.ts';
import { type Answer, renderRefusal, renderReply } from './views/reply.ts';

export const COMMAND = '/vmotion';

export type AnswerParts = {
  receiveCommand: (request: CommandRequest) => Promise<Reply>;
  decideApproval: (request: DecisionRequest) => Promise<Reply>;
  respond: Respond;
  log: Log;
};

/** The private answer to a slash command. */
export async function answerCommand(parts: AnswerParts, body: unknown, fallbackId: string): Promise<Answer> {
  return orFailure(parts.log, fallbackId, async () => {
    const { requestId, command, text, user, channel } = parseSlackCommand(body, fallbackId);
    if (command !== COMMAND) return unknownCommand(command);
    return renderReply(await parts.receiveCommand({ requestId, text, user, channel }));
  });
}

/** Carries out a click and answers it in private. An answer that does not arrive changes nothing about the click. */
export async function answerClick(parts: AnswerParts, body: unknown): Promise<void> {
  let click: SlackClick | undefined;
  const answer = await orFailure(parts.log, 'of a click', async () => {
    click = parseSlackClick(body);
    return decide(parts, click);
  });
  if (click?.responseUrl === undefined) return;
  try {
    await parts.respond(click.responseUrl, answer);
  } catch (error) {
    parts.log.warn('click-answer-lost', { error });
  }
}

async function decide(parts: AnswerParts, click: SlackClick): Promise<Answer> {
  const { requestId, actionId, user, channel } = click;
  if (actionId !== APPROVE_ACTION && actionId !== REJECT_ACTION) return unknownButton();
  const plan = parseDecisionValue(click.value);
  if (plan === undefined) return unknownButton();
  const request = { requestId, ...plan, user, channel };
  const decision: DecisionRequest =
    actionId === APPROVE_ACTION
      ? { ...request, decision: 'approve' }
      : { ...request, decision: 'reject', reason: 'rejected with the button' };
  return renderReply(await parts.decideApproval(decision));
}

async function orFailure(log: Log, requestId: string, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    log.error('slack-request-failed', { requestId, code: error instanceof OpsError ? error.code : 'defect', error });
    return renderFailure(error, requestId);
  }
}

function unknownCommand(command: string): Answer {
  return renderRefusal({
    what: `This app does not know ${command}.`,
    why: `It answers ${COMMAND}; the app's settings in Slack send it other commands too.`,
    fix: `${COMMAND} help`,
  });
}

function unknownButton(): Answer {
  return renderRefusal({
    what: 'This button belongs to another version of the app. Nothing was done.',
    why: 'The job may have moved on since the message was posted.',
    fix: `${COMMAND} history`,
  });
}
