import { describe, expect, it } from 'vitest';
import { withActualDevice } from '../../shared/domain/actual-device.ts';
import type { JournalEntry } from '../../shared/domain/record.ts';
import type { Step } from '../../shared/domain/step.ts';
import { toSpec } from '../../shared/domain/vmk-spec.ts';
import { oldVmotionVmk } from '../support/builders.ts';

const select: Step = { kind: 'select-service', device: 'vmk1', service: 'vmotion' };
const steps: Step[] = [{ kind: 'add-vmk', spec: toSpec(oldVmotionVmk(1)), device: 'vmk1' }, select];
const journal = (device?: string): JournalEntry[] => [
  { index: 0, state: 'done', at: '2026-01-02T03:04:05.000Z', device },
];

describe('the number of an adapter that a plan makes and uses', () => {
  it.each([
    { what: 'is the one vCenter gave', entries: journal('vmk3'), device: 'vmk3' },
    { what: 'is the expected one where vCenter gave that', entries: journal('vmk1'), device: 'vmk1' },
    { what: 'is the expected one where nobody learnt another', entries: journal(), device: 'vmk1' },
    { what: 'is the expected one before it was made', entries: [], device: 'vmk1' },
  ])('$what', ({ entries, device }) => {
    expect(withActualDevice(select, steps, entries)).toEqual({ ...select, device });
  });

  it('is not touched for adapters that were there before', () => {
    const other: Step = { ...select, device: 'vmk2' };
    expect(withActualDevice(other, steps, journal('vmk3'))).toEqual(other);
  });
});
