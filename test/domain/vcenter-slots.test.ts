import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findTurns,
  leaveSlot,
  LOGINS_REFUSED_MAX,
  markLoggedIn,
  noSlots,
  removeWaiter,
  takeSlot,
  type VcenterSlots,
} from '../../shared/domain/vcenter-slots.ts';

const START = Date.parse('2026-01-02T03:04:05.000Z');
const after = (seconds: number) => new Date(START + seconds * 1000);
const want = (job: string, untilSeconds = 130) => ({
  holder: `slice-of-${job}`,
  jobId: job,
  cluster: `cluster-of-${job}`,
  cursor: 0,
  until: after(untilSeconds),
});

/** The row after these jobs have asked, one a second, for two slots; whoever got one is logged in. */
function asked(jobs: string[], workers = 2): VcenterSlots {
  return jobs.reduce((slots, job, second) => {
    const answer = takeSlot(slots, want(job), workers, after(second));
    if (answer.kind === 'taken') return markLoggedIn(answer.slots, `slice-of-${job}`);
    if (answer.kind === 'busy') return answer.slots;
    throw new Error(answer.kind);
  }, noSlots('vc'));
}

describe('slots of a vCenter', () => {
  it('go to as many as there are, and the next one waits', () => {
    expect(takeSlot(asked(['a']), want('b'), 2, after(1)).kind).toBe('taken');
    expect(takeSlot(asked(['a', 'b']), want('c'), 2, after(2))).toMatchObject({ kind: 'busy', busy: 2, ahead: 0 });
  });

  it('go to whoever has waited longest, not to whoever comes by', () => {
    const free = leaveSlot(asked(['a', 'b', 'c', 'd']), 'slice-of-a', false, after(10));
    expect(findTurns(free, 2, after(10)).map(({ jobId }) => jobId)).toEqual(['c']);
    expect(takeSlot(free, want('e'), 2, after(11))).toMatchObject({ kind: 'busy', busy: 1, ahead: 2 });
    expect(takeSlot(free, want('d'), 2, after(11)).kind).toBe('busy');
    expect(takeSlot(free, want('c'), 2, after(11)).kind).toBe('taken');
  });

  it('free themselves when their time is over', () => {
    const full = asked(['a', 'b', 'c']);
    expect(takeSlot(full, want('c', 300), 2, after(129)).kind).toBe('busy');
    expect(takeSlot(full, want('c', 300), 2, after(130)).kind).toBe('taken');
  });

  it('are not held up by a job that has stopped asking', () => {
    const free = leaveSlot(asked(['a', 'b', 'gone']), 'slice-of-a', false, after(10));
    expect(takeSlot(free, want('late'), 2, after(20)).kind).toBe('busy');
    expect(takeSlot(free, want('late', 400), 2, after(160)).kind).toBe('taken');
    expect(takeSlot(removeWaiter(free, 'gone'), want('late'), 2, after(20)).kind).toBe('taken');
  });

  it('pass from a dead slice to the next one of its job', () => {
    const again = { ...want('a'), holder: 'second-slice' };
    const answer = takeSlot(asked(['a', 'b']), again, 2, after(5));
    expect(answer).toMatchObject({ kind: 'taken' });
    if (answer.kind !== 'taken') return;
    // What the dead one still says has no effect.
    const left = leaveSlot(answer.slots, 'slice-of-a', false, after(6));
    expect(left.holders.map(({ holder }) => holder).toSorted()).toEqual(['second-slice', 'slice-of-b']);
  });
});

describe('logins', () => {
  it('are begun three at a time until vCenter has taken one', () => {
    let slots = noSlots('vc');
    for (const job of ['a', 'b', 'c']) {
      const answer = takeSlot(slots, want(job), 8, after(0));
      if (answer.kind !== 'taken') throw new Error(answer.kind);
      slots = answer.slots;
    }
    expect(takeSlot(slots, want('d'), 8, after(0)).kind).toBe('logins-pending');
    expect(takeSlot(markLoggedIn(slots, 'slice-of-b'), want('d'), 8, after(0)).kind).toBe('taken');
  });

  it('are not tried again for six minutes after three refusals, and then one at a time', () => {
    let slots = noSlots('vc');
    for (let second = 0; second < LOGINS_REFUSED_MAX; second += 1) {
      const answer = takeSlot(slots, want(`j${second}`), 8, after(second));
      if (answer.kind !== 'taken') throw new Error(answer.kind);
      slots = leaveSlot(answer.slots, `slice-of-j${second}`, true, after(second));
    }
    expect(takeSlot(slots, want('x'), 8, after(361))).toMatchObject({ kind: 'logins-refused', count: 3 });
    const probe = takeSlot(slots, want('x', 500), 8, after(362));
    if (probe.kind !== 'taken') throw new Error(probe.kind);
    expect(takeSlot(probe.slots, want('y', 500), 8, after(363)).kind).toBe('logins-pending');
    const refused = leaveSlot(probe.slots, 'slice-of-x', true, after(364));
    expect(takeSlot(refused, want('y', 900), 8, after(365)).kind).toBe('logins-refused');
    const good = leaveSlot(markLoggedIn(probe.slots, 'slice-of-x'), 'slice-of-x', false, after(364));
    expect(takeSlot(good, want('y', 900), 8, after(365)).kind).toBe('taken');
  });
});

describe('whatever happens in whatever order', () => {
  const event = fc.record({
    job: fc.integer({ min: 0, max: 11 }),
    does: fc.constantFrom('asks', 'asks', 'logs in', 'leaves', 'is refused', 'dies'),
    seconds: fc.integer({ min: 0, max: 20 }),
  });

  it('no more slices than slots are alive, and no more than three logins are in doubt', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (events, workers) => {
        let slots = noSlots('vc');
        let second = 0;
        for (const { job, does, seconds } of events) {
          second += seconds;
          const at = after(second);
          const holder = `slice-of-j${job}`;
          const isHolding = slots.holders.some((one) => one.holder === holder && one.until > at.toISOString());
          if (does === 'asks' && !isHolding) {
            const answer = takeSlot(slots, want(`j${job}`, second + 130), workers, at);
            if (answer.kind === 'taken' || answer.kind === 'busy') slots = answer.slots;
          }
          if (does === 'logs in' && isHolding) slots = markLoggedIn(slots, holder);
          if (does === 'leaves' && isHolding) slots = leaveSlot(slots, holder, false, at);
          if (does === 'is refused' && isHolding) slots = leaveSlot(slots, holder, true, at);
          const alive = slots.holders.filter(({ until }) => until > at.toISOString());
          expect(alive.length).toBeLessThanOrEqual(workers);
          expect(alive.filter(({ isLoggedIn }) => !isLoggedIn).length).toBeLessThanOrEqual(LOGINS_REFUSED_MAX);
          expect(new Set(slots.waiting.map(({ jobId }) => jobId)).size).toBe(slots.waiting.length);
          expect(findTurns(slots, workers, at).length).toBeLessThanOrEqual(workers - alive.length);
        }
      }),
    );
  });
});
