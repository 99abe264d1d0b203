// What happened in vCenter, as its event manager tells it.
import type { Moref } from './inventory.ts';

/** `type`: the event's class ("TaskEvent"), or its own id where it has one ("esx.problem.net.vmknic.ip.duplicate").
 * `user` is absent where nobody did it. `task`: of a TaskEvent, what was called, for example
 * "host.NetworkSystem.updateVirtualNic". `at` is vCenter's own time, ISO 8601. */
export type VcenterEvent = {
  key: number;
  type: string;
  at: string;
  user?: string | undefined;
  host?: { name: string; moref: Moref } | undefined;
  task?: string | undefined;
  message: string;
};
