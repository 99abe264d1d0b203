import type { ScheduledEvent, SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createClockFunction } from '../../functions/clock.ts';
import { silentLog } from '../../shared/log.ts';
import type { JobMessage } from '../../shared/ports.ts';

function setup(fails = false) {
  const seen = { ticks: 0, abandoned: [] as JobMessage[] };
  const tick = {
    async tick() {
      seen.ticks++;
    },
    async abandon(message: JobMessage) {
      if (fails) throw new Error('the table is away');
      seen.abandoned.push(message);
    },
  };
  return { clock: createClockFunction({ tick, log: silentLog }), seen };
}

const scheduled = { source: 'aws.scheduler' } as ScheduledEvent;
const message: JobMessage = { jobId: 'j1', cluster: 'cluster-a', cursor: 4, attempt: 2 };

function dead(...bodies: string[]): SQSEvent {
  const Records = bodies.map((body, index) => ({ messageId: `m${index + 1}`, body, attributes: {} }));
  return { Records } as unknown as SQSEvent;
}

describe('the clock', () => {
  it('ticks when the scheduler says so', async () => {
    const { clock, seen } = setup();
    await clock(scheduled);
    expect(seen).toEqual({ ticks: 1, abandoned: [] });
  });

  it('lets a failing tick fail, so that AWS counts it', async () => {
    const log = silentLog;
    const tick = { tick: async () => Promise.reject(new Error('away')), abandon: async () => undefined };
    await expect(createClockFunction({ tick, log })(scheduled)).rejects.toThrow('away');
  });

  it('ends the job of a dead letter', async () => {
    const { clock, seen } = setup();
    expect(await clock(dead(JSON.stringify(message)))).toEqual({ batchItemFailures: [] });
    expect(seen).toEqual({ ticks: 0, abandoned: [message] });
  });

  it('keeps a dead letter whose job could not be ended', async () => {
    const { clock } = setup(true);
    const answer = await clock(dead(JSON.stringify(message)));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  });

  it('is not held up by a dead letter that names no job', async () => {
    const { clock, seen } = setup();
    expect(await clock(dead('rubbish', JSON.stringify(message)))).toEqual({ batchItemFailures: [] });
    expect(seen.abandoned).toEqual([message]);
  });
});
