import { describe, expect, it } from 'vitest';
import { decide } from '../../shared/domain/decide.ts';
import type { Job } from '../../shared/domain/job.ts';
import { isNudgeDue } from '../../shared/domain/nudges.ts';
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
  it('is nudged with pauses that double, and at last every five minutes', () => {
    expect(nudgesWithin(running(), 1600)).toEqual([45, 90, 180, 360, 660, 960, 1260, 1560]);
  });

  it('gets no more of them because it waits for a turn, nor because of what was sent before its last sign of life', () => {
    const waits = { since: after(0).toISOString(), busy: 8, workers: 8 };
    const earlier = { since: '2026-01-02T02:00:00.000Z', count: 9 };
    expect(nudgesWithin(running({ waits, attempt: 40, nudged: earlier }), 700)).toEqual([45, 90, 180, 360, 660]);
  });

  it('is nudged once for any time in which nobody looked', () => {
    expect(nudgesWithin(running(), 7200, 3600)).toEqual([3600, 7200]);
  });

  it('is a new one with its next sign of life, under a number that the queue has not seen', () => {
    const silent = running();
    const nudged = decide(silent, { kind: 'nudged-again' }, after(60));
    if (nudged.kind !== 'moved') throw new Error(nudged.kind);
    const asked = decide(nudged.job, { kind: 'waits', busy: 8, workers: 8 }, after(61));
    if (asked.kind !== 'moved') throw new Error(asked.kind);
    expect([isNudgeDue(asked.job, after(105)), isNudgeDue(asked.job, after(106))]).toEqual([false, true]);
    expect(decide(asked.job, { kind: 'nudged-again' }, after(106))).toMatchObject({ job: { attempt: 2 } });
  });
});
