import type { ScheduledEvent, SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createClockFunction } from '../../functions/clock.ts';
import type { TakenLetter } from '../../shared/app/take-dead-letter.ts';
import { silentLog } from '../../shared/log.ts';
import type { JobMessage } from '../../shared/ports.ts';

function setup(fails = false) {
  const seen = { ticks: 0, taken: [] as TakenLetter[] };
  const tick = {
    async tick() {
      seen.ticks++;
    },
  };
  const takeDeadLetter = async (letter: TakenLetter) => {
    if (fails) throw new Error('the table is away');
    seen.taken.push(letter);
  };
  return { clock: createClockFunction({ tick, takeDeadLetter, log: silentLog }), seen };
}

const scheduled = { source: 'aws.scheduler' } as ScheduledEvent;
const message: JobMessage = { jobId: 'j1', cluster: 'cluster-a', cursor: 4, attempt: 2 };
const JOBS = 'arn:aws:sqs:eu-central-1:000000000000:vmotion-ops-prod-jobs-dead.fifo';
const NOTICES = 'arn:aws:sqs:local:000000000000:notices-dead.fifo';
const CARDS = 'arn:aws:sqs:eu-central-1:000000000000:vmotion-ops-prod-cards-dead.fifo';
const LOCAL_CARDS = 'arn:aws:sqs:local:000000000000:cards-dead.fifo';

function dead(eventSourceARN: string, ...bodies: string[]): SQSEvent {
  const attributes = { ApproximateReceiveCount: '3' };
  const Records = bodies.map((body, index) => ({ messageId: `m${index + 1}`, body, attributes, eventSourceARN }));
  return { Records } as unknown as SQSEvent;
}

describe('the clock', () => {
  it('ticks when the scheduler says so', async () => {
    const { clock, seen } = setup();
    await clock(scheduled);
    expect(seen).toEqual({ ticks: 1, taken: [] });
  });

  it('lets a failing tick fail, so that AWS counts it', async () => {
    const tick = { tick: async () => Promise.reject(new Error('away')) };
    const clock = createClockFunction({ tick, takeDeadLetter: async () => undefined, log: silentLog });
    await expect(clock(scheduled)).rejects.toThrow('away');
  });

  it.each([
    {
      what: 'work',
      arn: JOBS,
      body: JSON.stringify(message),
      taken: { queue: 'jobs', content: { kind: 'job', jobId: 'j1', cluster: 'cluster-a', cursor: 4 } },
    },
    {
      what: 'a notice',
      arn: NOTICES,
      body: '{"jobId":"j1","version":7,"attempt":0}',
      taken: { queue: 'notices', content: { kind: 'notice', jobId: 'j1', version: 7 } },
    },
    {
      what: 'a notice of a card',
      arn: CARDS,
      body: '{"card":"a-1","version":2,"attempt":0}',
      taken: { queue: 'cards', content: { kind: 'card', card: 'a-1', version: 2 } },
    },
    {
      what: 'a notice of a card, on one machine',
      arn: LOCAL_CARDS,
      body: '{"card":"a-1","version":2,"attempt":0}',
      taken: { queue: 'cards', content: { kind: 'card', card: 'a-1', version: 2 } },
    },
    {
      what: 'a notice of a card that was sent before cards had a queue of their own',
      arn: NOTICES,
      body: '{"card":"a-1","version":2,"attempt":0}',
      taken: { queue: 'notices', content: { kind: 'card', card: 'a-1', version: 2 } },
    },
    { what: 'rubbish among cards', arn: CARDS, body: 'rubbish', taken: { queue: 'cards' } },
    { what: 'rubbish', arn: JOBS, body: 'rubbish', taken: { queue: 'jobs', content: { kind: 'unreadable' } } },
    {
      what: 'work among notices',
      arn: NOTICES,
      body: JSON.stringify(message),
      taken: { content: { kind: 'unreadable' } },
    },
  ])('takes a dead letter that is $what', async ({ arn, body, taken }) => {
    const { clock, seen } = setup();
    expect(await clock(dead(arn, body))).toEqual({ batchItemFailures: [] });
    expect(seen.taken).toMatchObject([{ messageId: 'm1', body, receives: 3, ...taken }]);
  });

  it('keeps a dead letter that could not be taken', async () => {
    const { clock } = setup(true);
    const answer = await clock(dead(JOBS, JSON.stringify(message)));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  });

  it('is not held up by a dead letter that names no job', async () => {
    const { clock, seen } = setup();
    expect(await clock(dead(JOBS, 'rubbish', JSON.stringify(message)))).toEqual({ batchItemFailures: [] });
    expect(seen.taken).toMatchObject([{ content: { kind: 'unreadable' } }, { content: { kind: 'job', jobId: 'j1' } }]);
  });
});
