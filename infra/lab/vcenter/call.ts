import type { Moref } from '../../../shared/domain/inventory.ts';
import type { Alarms } from './alarms.ts';
import type { Inventory, ManagedObject } from './inventory.ts';
import type { Latency } from './latency.ts';
import type { LabHost, LabModel } from './model.ts';
import type { LabSession, Sessions } from './sessions.ts';
import type { Switches } from './switches.ts';
import type { LabClock } from './system-clock.ts';
import type { Tasks } from './tasks.ts';

export type LabAccount = { user: string; password: string };

/** Everything that an operation may read or change. */
export type LabWorld = {
  model: LabModel;
  switches: Switches;
  seed: number;
  clock: LabClock;
  latency: Latency;
  inventory: Inventory;
  tasks: Tasks;
  alarms: Alarms;
  sessions: Sessions;
  credentials: LabAccount;
  /** Everybody else who may log in. */
  others: readonly LabAccount[];
};

/** One decoded request. `parameters` have passed strict decoding, so their types are those of the schema. */
export type LabCall = {
  world: LabWorld;
  operation: string;
  target: Moref;
  object: ManagedObject;
  parameters: Record<string, unknown>;
  session: LabSession | undefined;
};

/** A call that is known to be on a host and in a session. */
export type HostCall = LabCall & { host: LabHost };

/** `value`: to be encoded by the schema. `xml`: the content of the response element, already encoded. */
export type LabAnswer = { value?: unknown; xml?: string; login?: LabSession; logout?: true };
