// vCenter numbers new adapters itself: later steps of a plan call one by the number that was expected.
import type { JournalEntry } from './record.ts';
import type { Step } from './step.ts';

/** The step with the number that vCenter gave, where the journal knows it and it is another than the plan expected. */
export function withActualDevice(step: Step, steps: Step[], journal: JournalEntry[]): Step {
  if (step.kind !== 'select-service' && step.kind !== 'deselect-service') return step;
  const made = steps.findIndex((one) => one.kind === 'add-vmk' && one.device === step.device);
  const device = journal.find((entry) => entry.index === made && entry.state === 'done')?.device;
  return device === undefined ? step : { ...step, device };
}
