// From a Slack payload to a use case and back to an answer. Nothing in here throws.
import type { PlainTextOption } from '@slack/types';
import type { EdgeUseCases } from '../app/edge-use-cases.ts';
import {
  parseDecisionValue,
  parseSlackClick,
  parseSlackCommand,
  parseSlackHomeOpened,
  parseSlackSubmission,
  parseSlackSuggestion,
  type SlackClick,
  type SlackSubmission,
  type SlackView,
} from '../contracts/slack-input.ts';
import { parseMetadata } from '../contracts/view-metadata.ts';
import { OpsError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock, OnceStore, Views } from '../ports.ts';
import { commandOfClick, PLAN_ENABLE_ACTION, RETEST_ACTION } from './click-command.ts';
import { COMMAND } from './command-name.ts';
import { publishHome, publishRefusal, reviewJob } from './home.ts';
import { inTime } from './in-time.ts';
import { type PickerVerb, toCommandText } from './picked.ts';
import { openPicker, refreshPicker, submitPicker } from './picker.ts';
import { isFirstPress } from './first-press.ts';
import { askReason, submitReason } from './reject.ts';
import type { Respond } from './respond.ts';
import type { SubmissionAnswer } from './submission-answer.ts';
import { suggestOptions } from './suggestions.ts';
import { APPROVE_ACTION, REJECT_ACTION } from './views/approval.ts';
import { renderFailure } from './views/failure.ts';
import { HOME_REFRESH_ACTION, HOME_REVIEW_ACTION } from './views/home.ts';
import { renderAnswerModal } from './views/modal.ts';
import { PICKER_CALLBACK } from './views/picker.ts';
import { REJECT_CALLBACK } from './views/reject-modal.ts';
import { type Answer, renderRefusal, renderReply } from './views/reply.ts';

export type AnswerParts = EdgeUseCases & {
  views: Views;
  respond: Respond;
  once: OnceStore;
  clock: Pick<Clock, 'now'>;
  log: Log;
};

/** The private answer to a slash command; undefined where a modal has opened instead. */
export async function answerCommand(
  parts: AnswerParts,
  body: unknown,
  fallbackId: string,
): Promise<Answer | undefined> {
  return orFailure(parts.log, fallbackId, async () => {
    const command = parseSlackCommand(body, fallbackId);
    if (command.command !== COMMAND) return unknownCommand(command.command);
    const stranger = await parts.findStranger(command);
    if (stranger !== undefined) return renderReply(stranger);
    if (command.text.trim() === '' && (await isOpened(parts, () => openPicker(parts, command)))) return undefined;
    const { requestId, text, user, channel } = command;
    return renderReply(await parts.receiveCommand({ requestId, text, user, channel }));
  });
}

/** The picker is a help among others: without it the answer is the help. */
async function isOpened({ log }: Pick<AnswerParts, 'log'>, open: () => Promise<boolean>): Promise<boolean> {
  try {
    return await open();
  } catch (error) {
    log.warn('picker-not-opened', { error });
    return false;
  }
}

/** Carries out a click and answers it in private. An answer that does not arrive changes nothing about the click. */
export async function answerClick(parts: AnswerParts, body: unknown): Promise<void> {
  let click: SlackClick | undefined;
  const answer = await orFailure(parts.log, 'of a click', async () => {
    click = parseSlackClick(body);
    return press(parts, click);
  });
  if (click === undefined || answer === undefined) return;
  try {
    await tell(parts, click, answer);
  } catch (error) {
    parts.log.warn('click-answer-lost', { error });
  }
}

/** What the click does; undefined where there is nothing more to say about it. */
async function press(parts: AnswerParts, click: SlackClick): Promise<Answer | undefined> {
  const stranger = await parts.findStranger(click);
  if (stranger !== undefined) return renderReply(stranger);
  if (await pressInView(parts, click)) return undefined;
  const { requestId, actionId, user } = click;
  const channel = channelOf(click);
  const about = CLUSTER_COMMANDS.get(actionId);
  const text = about === undefined ? commandOfClick(actionId, click.value) : await aboutCluster(parts, click, about);
  if (text !== undefined) {
    if (!(await isFirstPress(parts, click))) return undefined;
    return renderReply(await parts.receiveCommand({ requestId, text, user, channel }));
  }
  const plan = parseDecisionValue(click.value);
  if (plan === undefined || (actionId !== APPROVE_ACTION && actionId !== REJECT_ACTION)) return unknownButton();
  if (actionId === REJECT_ACTION) return askReason(parts, click, channel);
  return renderReply(await parts.decideApproval({ requestId, ...plan, decision: 'approve', user, channel }));
}

/** Whether it was of the picker or of the Home tab, which show by themselves what came of it. */
async function pressInView(parts: AnswerParts, click: SlackClick): Promise<boolean> {
  const { view, actionId, user } = click;
  if (view === undefined) return false;
  const seen = { ...click, view };
  if (view.callbackId === PICKER_CALLBACK) await refreshPicker(parts, seen);
  else if (actionId === HOME_REFRESH_ACTION) await publishHome(parts, user, view.hash);
  else if (actionId === HOME_REVIEW_ACTION) await reviewJob(parts, seen);
  else return false;
  return true;
}

/** Buttons that carry a job and mean its cluster. */
const CLUSTER_COMMANDS: ReadonlyMap<string, PickerVerb> = new Map([
  [RETEST_ACTION, 'test'],
  [PLAN_ENABLE_ACTION, 'plan enable'],
]);

async function aboutCluster(
  { findCluster }: AnswerParts,
  { value }: SlackClick,
  verb: PickerVerb,
): Promise<string | undefined> {
  const cluster = await findCluster(value);
  return cluster === undefined ? undefined : toCommandText({ verb, values: new Map([['cluster', cluster]]) });
}

/** In a modal, the channel that it was opened for, as the product wrote it there. */
function channelOf({ channel, view }: SlackClick): string {
  return view === undefined ? channel : (parseMetadata(view.metadata)?.channel ?? '');
}

/** To the one who pressed, where they pressed. */
async function tell(parts: AnswerParts, click: SlackClick, answer: Answer): Promise<void> {
  const { respond, views } = parts;
  const { view, responseUrl, user } = click;
  if (view?.kind === 'modal') await views.update({ viewId: view.viewId }, renderAnswerModal(answer, channelOf(click)));
  else if (view?.kind === 'home') await publishRefusal(parts, user, answer, view.hash);
  else if (responseUrl !== undefined) await respond(responseUrl, answer);
}

/** What becomes of a modal that was sent. Undefined closes it. */
export async function answerSubmission(parts: AnswerParts, body: unknown): Promise<SubmissionAnswer> {
  let view: SlackView | undefined;
  try {
    const submission = parseSlackSubmission(body);
    view = submission.view;
    if (submission.kind === 'closed') return undefined;
    return await inTime(() => submit(parts, submission));
  } catch (error) {
    const requestId = `view-${view?.viewId ?? 'unknown'}`;
    logFailure(parts.log, requestId, error);
    return { response_action: 'update', view: renderAnswerModal(renderFailure(error, requestId), '') };
  }
}

async function submit(parts: AnswerParts, submission: SlackSubmission): Promise<SubmissionAnswer> {
  const stranger = await parts.findStranger(submission);
  if (stranger !== undefined) return { response_action: 'update', view: renderAnswerModal(renderReply(stranger), '') };
  const { callbackId } = submission.view;
  if (callbackId === PICKER_CALLBACK) return submitPicker(parts, submission);
  return callbackId === REJECT_CALLBACK ? submitReason(parts, submission) : undefined;
}

/** The options of a menu; none where something failed, because Slack shows nothing else there. */
export async function answerSuggestion(parts: AnswerParts, body: unknown): Promise<PlainTextOption[]> {
  try {
    return await inTime(async () => {
      const asked = parseSlackSuggestion(body);
      return (await parts.findStranger(asked)) === undefined ? suggestOptions(parts, asked) : [];
    });
  } catch (error) {
    logFailure(parts.log, 'of a menu', error);
    return [];
  }
}

/** Shows the Home tab to whoever opened it. */
export async function answerHomeOpened(parts: AnswerParts, body: unknown): Promise<void> {
  try {
    const opened = parseSlackHomeOpened(body);
    if (opened.tab !== 'home') return;
    const stranger = await parts.findStranger(opened);
    if (stranger === undefined) await publishHome(parts, opened.user);
    else await publishRefusal(parts, opened.user, renderReply(stranger));
  } catch (error) {
    logFailure(parts.log, 'of a Home tab', error);
  }
}

async function orFailure<T>(log: Log, requestId: string, work: () => Promise<T>): Promise<T | Answer> {
  try {
    return await inTime(work);
  } catch (error) {
    logFailure(log, requestId, error);
    return renderFailure(error, requestId);
  }
}

function logFailure(log: Log, requestId: string, error: unknown): void {
  log.error('slack-request-failed', { requestId, code: error instanceof OpsError ? error.code : 'defect', error });
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
