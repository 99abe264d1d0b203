import type { Side } from '../lab/slack/side.ts';
import { listScenarios, switchScenario } from '../lab/vcenter/scenario-switch.ts';
import { readSnapshot } from '../lab/vcenter/snapshot.ts';
import type { LabVcenterPlace } from './lab-vcenter-place.ts';

/** The lab's vCenter as the page of the lab's Slack shows it beside the channel. */
export function createLabSide({ lab, onCall }: Pick<LabVcenterPlace, 'lab' | 'onCall'>): Side {
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  onCall(tell);
  return {
    read: () => readSnapshot(lab),
    scenarios: () => listScenarios(lab),
    setScenario(name, on) {
      switchScenario(lab, name, on);
      tell();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
