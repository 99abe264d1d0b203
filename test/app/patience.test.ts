import { expect, it } from 'vitest';
import { withPatience } from '../../shared/app/patience.ts';
import { OpsError } from '../../shared/errors.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';

const toWait = (retryAfterMs: number | undefined) =>
  new OpsError('slack-rate-limited', 'Slack asks to wait.', { retry: 'later', remedy: 'Wait.', retryAfterMs });

/** A call that fails with these, one after another, and then answers. */
async function patiently(...errors: unknown[]) {
  const clock = createVirtualClock();
  const begin = clock.now().getTime();
  let calls = 0;
  const ended = await withPatience(clock, async () => {
    calls += 1;
    const error = errors.shift();
    if (error !== undefined) throw error;
    return 'taken';
  }).catch((error: unknown) => error);
  return { ended, calls, waitedMs: clock.now().getTime() - begin };
}

it('waits as long as Slack asks, up to five seconds, and calls again', async () => {
  expect(await patiently(toWait(1000), toWait(5000))).toEqual({ ended: 'taken', calls: 3, waitedMs: 6000 });
});

it('gives up after three calls: the notice comes again', async () => {
  const { ended, calls } = await patiently(toWait(1), toWait(1), toWait(1));
  expect({ ended, calls }).toMatchObject({ ended: { code: 'slack-rate-limited' }, calls: 3 });
});

it.each([
  ['Slack asks to wait longer than a function can', toWait(5001)],
  ['Slack does not say how long', toWait(undefined)],
  ['it is no word of Slack', new Error('socket hang up')],
])('does not call again where %s', async (_, error) => {
  expect(await patiently(error)).toEqual({ ended: error, calls: 1, waitedMs: 0 });
});
