// The app's Home tab: published when somebody opens it or asks again, never by itself.
import type { EdgeUseCases } from '../app/edge-use-cases.ts';
import type { SlackClick, SlackView } from '../contracts/slack-input.ts';
import type { Clock, Views } from '../ports.ts';
import { ANSWER_MS_MAX, inTime } from './in-time.ts';
import { renderFailure } from './views/failure.ts';
import { renderHome, renderHomeFailure } from './views/home.ts';
import { renderAnswerModal } from './views/modal.ts';
import { type Answer, renderReply } from './views/reply.ts';

export type HomeParts = Pick<EdgeUseCases, 'home'> & { views: Views; clock: Pick<Clock, 'now'> };

/** Reading waits for Slack and for the table; what is left of ANSWER_MS_MAX is for showing it, or why it is not there. */
const READ_MS_MAX = 1300;

/** Shows the person their Home as it is now, or why it can't be read. `hash`: of the one they saw. Throws `answer-late`
 * where Slack takes longer to take it than it waits for an answer itself. */
export async function publishHome(parts: HomeParts, user: string, hash?: string): Promise<void> {
  const { views, home, clock } = parts;
  const startedMs = clock.now().getTime();
  const view = await inTime(() => home.readHome(user), READ_MS_MAX).then(
    (read) => renderHome(read, clock.now()),
    (error: unknown) => renderHomeFailure(renderFailure(error, `home-${user}`), clock.now()),
  );
  const leftMs = Math.max(ANSWER_MS_MAX - READ_MS_MAX, ANSWER_MS_MAX - (clock.now().getTime() - startedMs));
  await inTime(() => views.publish(user, view, hash), leftMs);
}

/** Says in place of the Home why there is none, or why nothing came of what was pressed there. */
export async function publishRefusal(
  { views, clock }: Pick<HomeParts, 'views' | 'clock'>,
  user: string,
  answer: Answer,
  hash?: string,
): Promise<void> {
  await inTime(() => views.publish(user, renderHomeFailure(answer, clock.now()), hash));
}

/** Opens the plan that waits, with its buttons. Their press counts in the cluster's channel, where the person is. */
export async function reviewJob(parts: HomeParts, click: SlackClick & { view: SlackView }): Promise<void> {
  const { views, home } = parts;
  if (click.triggerId === undefined) return;
  const { reply, channel } = await home.readJob(click.user, click.value);
  const opened = await views.open(click.triggerId, renderAnswerModal(renderReply(reply), channel));
  // Nothing was lost but three seconds: the Home with its button is still there.
  if (opened.kind === 'expired') await publishHome(parts, click.user);
}
