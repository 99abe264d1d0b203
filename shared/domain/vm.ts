// What vCenter answers about the VMs of a cluster, as far as a migration is concerned.
import type { Moref } from './inventory.ts';

/** What a VM's network card is plugged into. `other`: a network of another kind (an NSX segment), which can't be judged
 * from here. */
export type VmNetwork =
  | { kind: 'distributed'; switchUuid: string; portGroupKey: string }
  | { kind: 'standard'; name: string }
  | { kind: 'other'; name: string };

/** `label` as vCenter shows it: "Network adapter 1". */
export type VmNic = { label: string; network: VmNetwork };

/** `host`: where it runs, or is registered. Templates are no VMs here. */
export type Vm = { moref: Moref; name: string; host: Moref; isPoweredOn: boolean; nics: VmNic[] };
