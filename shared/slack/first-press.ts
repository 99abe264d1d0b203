import { createHash } from 'node:crypto';
import type { SlackClick } from '../contracts/slack-input.ts';
import type { Clock, OnceStore } from '../ports.ts';
import { PLAN_ENABLE_ACTION, RETEST_ACTION } from './click-command.ts';

/** Buttons that make a job. All others find what the first press has done, and say so. */
const MAKE_JOBS: ReadonlySet<string> = new Set([
  RETEST_ACTION,
  PLAN_ENABLE_ACTION,
  'replan',
  'revert',
  'card-fix',
  'card-plan',
]);

/** As long as it takes until the first press is answered. */
const PRESS_SECONDS = 3;

/** False for the second press of a double click on a button that makes a job. To Slack they are two clicks, each with an
 * id of its own, so that they would make two jobs. */
export async function isFirstPress(
  { once, clock }: { once: OnceStore; clock: Pick<Clock, 'now'> },
  { user, channel, shownIn, actionId, value }: SlackClick,
): Promise<boolean> {
  if (!MAKE_JOBS.has(actionId)) return true;
  const button = JSON.stringify([user, channel, shownIn, actionId, value]);
  const key = createHash('sha256').update(button).digest('hex');
  return once.claim(`press-${key}`, clock.now(), PRESS_SECONDS);
}
