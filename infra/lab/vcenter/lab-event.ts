// What vCenter remembers to have happened. The newest events stand last, as they came.
import type { LabModel } from './model.ts';

/** The classes of vim25 that the lab tells of; what ESXi tells of comes as EventEx with an id of its own. */
export type LabEventClass =
  | 'EventEx'
  | 'TaskEvent'
  | 'HostAddedEvent'
  | 'HostRemovedEvent'
  | 'NetworkRollbackEvent'
  | 'AlarmStatusChangedEvent'
  | 'AlarmAcknowledgedEvent'
  | 'AlarmScriptCompleteEvent'
  | 'AlarmScriptFailedEvent';

/** `id`: an EventEx's own, else the class. `user`: empty where nobody did it. `entity`: the id of the object it is about
 * beside `host`, for example of a port group. `fields`: those of the class. */
export type LabEvent = {
  key: number;
  chainId: number;
  at: Date;
  class: LabEventClass;
  id: string;
  user: string;
  host?: string | undefined;
  cluster?: string | undefined;
  entity?: string | undefined;
  message: string;
  severity?: 'info' | 'warning' | 'error' | undefined;
  fields: Record<string, unknown>;
};

export type NewEvent = Omit<LabEvent, 'key' | 'chainId' | 'user' | 'fields' | 'id'> & {
  id?: string;
  user?: string;
  chainId?: number;
  fields?: Record<string, unknown>;
};

const KEPT = 50_000;
const DROPPED_AT_ONCE = 5_000;

/** Adds the event. Of very many the oldest are forgotten, as vCenter's own retention does. */
export function addEvent(model: LabModel, event: NewEvent): LabEvent {
  const key = (model.events.at(-1)?.key ?? 0) + 1;
  const added: LabEvent = {
    id: event.class,
    user: '',
    chainId: key,
    ...event,
    fields: event.fields ?? {},
    key,
  };
  model.events.push(added);
  if (model.events.length > KEPT) model.events.splice(0, DROPPED_AT_ONCE);
  return added;
}

/** Accounts as vCenter's events name them: "VSPHERE.LOCAL\svc-vmotion" for "svc-vmotion@vsphere.local". */
export function eventUser(account: string): string {
  const [name = '', domain] = account.split('@');
  return domain === undefined ? account : `${domain.toUpperCase()}\\${name}`;
}
