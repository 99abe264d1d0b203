import type { JournalEntry } from './record.ts';
import type { Step } from './step.ts';

/** Names of the port groups and switches that were to be removed, and that the host has kept because they are in use. */
export function leftBehind(steps: readonly Step[], journal: readonly JournalEntry[]): string[] {
  const left = new Set(journal.filter(({ isLeft }) => isLeft === true).map(({ index }) => index));
  return steps.flatMap((step, index) => {
    if (!left.has(index)) return [];
    if (step.kind === 'remove-port-group') return [step.portGroup.name];
    return step.kind === 'remove-switch' ? [step.standardSwitch.name] : [];
  });
}
