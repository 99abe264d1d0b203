// What a job tried on its hosts, from their journals, in the order of time.
import type { HostNetwork } from './inventory.ts';
import type { HostRecord, JournalEntry } from './record.ts';
import type { Step } from './step.ts';

/** `way`: towards the plan, or back to the before-image. `isDone`: vCenter's answer came, or the effect was seen on the
 * host; otherwise the call failed, or nobody knows. `at`: of the outcome where there is one, of the intent otherwise. */
export type Tried = {
  at: string;
  host: string;
  way: 'there' | 'back';
  isDone: boolean;
  step: Step;
  device?: string | undefined;
  /** The host's, for names that the step does not have. */
  network?: HostNetwork | undefined;
};

/** The oldest first. Of a host that was put back in several rounds only the last round is known. */
export function triedSteps(records: readonly HostRecord[]): Tried[] {
  return records
    .flatMap((record) => {
      const { restore, plan, journal } = record;
      return [
        ...ofJournal(record, 'there', plan.steps, journal),
        ...(restore === undefined ? [] : ofJournal(record, 'back', restore.steps, restore.journal)),
      ];
    })
    .toSorted((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
}

function ofJournal(record: HostRecord, way: Tried['way'], steps: Step[], journal: JournalEntry[]): Tried[] {
  return journal.flatMap(({ index, state, at, device }) => {
    const step = steps[index];
    if (step === undefined) return [];
    const { host, observed } = record;
    return [{ at, host: host.name, way, isDone: state === 'done', step, device, network: observed }];
  });
}
