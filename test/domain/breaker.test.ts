import { expect, it } from 'vitest';
import { afterJob, type Breaker, breakerState, CLOSED_BREAKER } from '../../shared/domain/breaker.ts';

const POLICY = { failures: 2, halfOpenAfterMinutes: 60 };
const at = (minute: number) => new Date(Date.parse('2026-01-02T03:00:00.000Z') + minute * 60_000);
const end = (breaker: Breaker, verdict: 'success' | 'failure' | 'neutral', minute: number, key = 'any') =>
  afterJob(breaker, { key, verdict }, POLICY, at(minute));

it('opens after so many failures in a row, asks once after its time, and closes when that one works', () => {
  let breaker = end(CLOSED_BREAKER, 'failure', 0);
  expect(breakerState(breaker, POLICY, at(0))).toBe('closed');
  breaker = end(breaker, 'failure', 1);
  expect(breakerState(breaker, POLICY, at(1))).toBe('open');
  expect(breakerState(breaker, POLICY, at(60))).toBe('open');
  expect(breakerState(breaker, POLICY, at(61))).toBe('half-open');
  const probing = { ...breaker, probe: 'probe' };
  expect(breakerState(probing, POLICY, at(61))).toBe('probing');
  expect(breakerState(end(probing, 'success', 62, 'probe'), POLICY, at(62))).toBe('closed');
});

it('opens again, for its whole time, when the one that it let through fails', () => {
  const probing = { failures: 2, openedAt: at(0).toISOString(), probe: 'probe' };
  const again = end(probing, 'failure', 70, 'probe');
  expect(breakerState(again, POLICY, at(71))).toBe('open');
  expect(breakerState(again, POLICY, at(130))).toBe('half-open');
});

it.each([
  { what: 'a success in between', verdicts: ['failure', 'success', 'failure'], expected: 'closed' },
  { what: 'people who end a job in between', verdicts: ['failure', 'neutral', 'failure'], expected: 'open' },
  { what: 'nothing but successes', verdicts: ['success', 'success'], expected: 'closed' },
] as const)('is $expected after $what', ({ verdicts, expected }) => {
  const breaker = verdicts.reduce((now: Breaker, verdict, minute) => end(now, verdict, minute), CLOSED_BREAKER);
  expect(breakerState(breaker, POLICY, at(5))).toBe(expected);
});

it('is not held open longer by a job from before it opened', () => {
  const open = { failures: 2, openedAt: at(0).toISOString() };
  const later = end(open, 'failure', 50, 'old');
  expect(breakerState(later, POLICY, at(59))).toBe('open');
  expect(breakerState(later, POLICY, at(60))).toBe('half-open');
});

it('is not closed by a job from before it opened', () => {
  const open = { failures: 2, openedAt: at(0).toISOString() };
  expect(breakerState(end(open, 'success', 1, 'old'), POLICY, at(2))).toBe('open');
});

it('asks again when people have turned down what it let through', () => {
  const probing = { failures: 2, openedAt: at(0).toISOString(), probe: 'probe' };
  expect(breakerState(end(probing, 'neutral', 70, 'probe'), POLICY, at(71))).toBe('half-open');
});
