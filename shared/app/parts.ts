// What the use cases are built from. Each takes only the parts it needs.
import type { Settings } from '../domain/settings.ts';
import type { Log } from '../log.ts';
import type { Clock, Groups, Ids, Queue, Sha256, Store, Vsphere } from '../ports.ts';

export type Parts = {
  settings: Settings;
  store: Store;
  queue: Queue;
  vsphere: Vsphere;
  clock: Clock;
  ids: Ids;
  sha256: Sha256;
  log: Log;
  /** Absent where Slack is out of reach: then nobody is known to be in any group. */
  groups?: Groups | undefined;
};

/** What a function at the edge has: never vCenter. */
export type EdgeParts = Omit<Parts, 'vsphere'>;
