import type { LabHost, LabModel } from './model.ts';
import type { Switches } from './switches.ts';

/** What an operation on one host works with. */
export type HostContext = { model: LabModel; host: LabHost; switches: Switches; seed: number; now: Date };

/** Adds to the events that people would find in vCenter. */
export function recordEvent(context: HostContext, id: string, message: string): void {
  context.model.events.push({ at: context.now, host: context.host.name, id, message });
}
