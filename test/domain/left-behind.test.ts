import { expect, it } from 'vitest';
import type { JournalEntry } from '../../shared/domain/record.ts';
import { leftBehind } from '../../shared/domain/left-behind.ts';
import type { Step } from '../../shared/domain/step.ts';
import { aGroup } from '../support/builders.ts';

const STEPS: Step[] = [
  { kind: 'remove-port-group', portGroup: aGroup('vMotion-A') },
  { kind: 'remove-port-group', portGroup: aGroup('vMotion-B') },
  { kind: 'remove-switch', standardSwitch: { name: 'vSwitch2', mtuBytes: 9000, uplinks: ['vmnic6'] } },
  { kind: 'await-dormant', netstack: 'vmotion' },
];
const entry = (index: number, isLeft?: boolean): JournalEntry => {
  return { index, state: 'done', at: '2026-01-02T03:04:05.000Z', isLeft };
};

it.each([
  { what: 'nothing that was removed', journal: [entry(0), entry(1, false), entry(2)], left: [] },
  {
    what: 'a port group and a switch in use',
    journal: [entry(0), entry(1, true), entry(2, true)],
    left: ['vMotion-B', 'vSwitch2'],
  },
  { what: 'nothing without a name', journal: [entry(3, true)], left: [] },
])('names what was to go and stays: $what', ({ journal, left }) => {
  expect(leftBehind(STEPS, journal)).toEqual(left);
});
