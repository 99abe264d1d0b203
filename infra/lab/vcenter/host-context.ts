import { addEvent } from './lab-event.ts';
import type { LabHost, LabModel } from './model.ts';
import type { Switches } from './switches.ts';

/** What an operation on one host works with. */
export type HostContext = { model: LabModel; host: LabHost; switches: Switches; seed: number; now: Date };

/** Adds to the events that people would find in vCenter. `id`: an EventEx's own, or the class that is told by vCenter. */
export function recordEvent(context: HostContext, id: string, message: string): void {
  const { model, host, now } = context;
  const at = { at: now, host: host.name, message, severity: 'error' as const };
  if (id !== 'NetworkRollbackEvent') addEvent(model, { ...at, class: 'EventEx', id });
  else addEvent(model, { ...at, class: id, fields: { methodName: message, transactionId: '' } });
}
