import { describe, expect, it } from 'vitest';
import { decide } from '../../shared/domain/decide.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { JobDecision } from '../../shared/domain/job-move.ts';
import { isNudgeDue, reminderSeconds, withHeard } from '../../shared/domain/nudges.ts';
import { aJob } from '../support/builders.ts';

const START = Date.parse('2026-01-02T03:00:00.000Z');
const after = (seconds: number) => new Date(START + seconds * 1000);
const running = (change: Partial<Job> = {}) =>
  aJob({ state: 'applying', updatedAt: after(0).toISOString(), heartbeatAt: undefined, attempt: 0, ...change });

/** The seconds, a look each, at which a job of which nothing is heard is nudged. */
function nudgesWithin(job: Job, seconds: number, every = 1): number[] {
  const sent: number[] = [];
  let now = job;
  for (let second = 0; second <= seconds; second += every) {
    if (!isNudgeDue(now, after(second))) continue;
    const decision = decide(now, { kind: 'nudged-again' }, after(second));
    if (decision.kind !== 'moved') throw new Error(decision.kind);
    sent.push(second);
    now = decision.job;
  }
  return sent;
}

describe('a job of which nothing is heard', () => {
  it('is nudged with pauses that double, and at last every half an hour', () => {
    expect(nudgesWithin(running(), 7000)).toEqual([45, 90, 180, 360, 720, 1440, 2880, 4680, 6480]);
  });

  it('gets no more of them because it waits for a turn', () => {
    const waits = { since: after(0).toISOString(), busy: 8, workers: 8 };
    expect(nudgesWithin(running({ waits, attempt: 40 }), 800)).toEqual([45, 90, 180, 360, 720]);
  });

  it('is nudged once for any time in which nobody looked', () => {
    expect(nudgesWithin(running(), 7200, 3600)).toEqual([3600, 7200]);
  });

  it('is a new one once a slice had the newest message, under a number that the queue has not seen', () => {
    const heard = slicesTurn(nudgedTwice(), 2);
    expect([isNudgeDue(heard, after(144)), isNudgeDue(heard, after(145))]).toEqual([false, true]);
    expect(decide(heard, { kind: 'nudged-again' }, after(145))).toMatchObject({ job: { attempt: 3 } });
  });

  it('stays the same with a sign of life from an older message: the newer ones wait behind it', () => {
    const heard = slicesTurn(nudgedTwice(), 0);
    expect(nudgesWithin(heard, 1000)).toEqual([180, 360, 720]);
    expect(nudgesWithin(slicesTurn(nudgedTwice(), 1), 1000)).toEqual([180, 360, 720]);
    // The call of a free turn at vCenter, which has overtaken none of them.
    expect(nudgesWithin(slicesTurn(nudgedTwice(), START), 1000)).toEqual([180, 360, 720]);
  });

  it('is a new one with its next slice', () => {
    const next = decide(nudgedTwice(), { kind: 'slice-over' }, after(100));
    expect(next).toMatchObject({ job: { attempt: 0, nudged: undefined } });
  });

  it('was nudged by an older version: its last sign of life stands for when', () => {
    const nudged = { since: after(0).toISOString(), count: 2 };
    expect([isNudgeDue(running({ nudged }), after(89)), isNudgeDue(running({ nudged }), after(90))]).toEqual([
      false,
      true,
    ]);
  });
});

describe('what the clock reminds of', () => {
  it.each([
    { owed: 10, seconds: 50 },
    { owed: 60, seconds: 50 },
    { owed: 120, seconds: 70 },
    { owed: 300, seconds: 250 },
    { owed: 86_400, seconds: 300 },
    { owed: -60, seconds: 50 },
  ])('keeps other reminders away for $seconds s once it is owed for $owed s', ({ owed, seconds }) => {
    expect(reminderSeconds(owed * 1000)).toBe(seconds);
  });
});

/** At 45 and at 90 seconds. */
function nudgedTwice(): Job {
  return [45, 90].reduce((job, second) => moved(decide(job, { kind: 'nudged-again' }, after(second))), running());
}

/** A slice with the message of this attempt, which finds no turn ten seconds later. */
function slicesTurn(job: Job, attempt: number): Job {
  const waiting = moved(decide(job, { kind: 'waits', busy: 8, workers: 8 }, after(100)));
  return withHeard(waiting, job, { cursor: job.cursor, attempt });
}

function moved(decision: JobDecision): Job {
  if (decision.kind !== 'moved') throw new Error(decision.kind);
  return decision.job;
}
