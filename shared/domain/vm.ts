// A virtual machine as far as a migration of it depends on networks.
import type { Moref } from './inventory.ts';

/** What a virtual network adapter is plugged into. `other`: an opaque or a vanished network. */
export type VmNetwork =
  | { kind: 'distributed'; switchUuid: string; portGroupKey: string }
  | { kind: 'standard'; name: string }
  | { kind: 'other'; name: string };

/** `label`: "Network adapter 1". */
export type VmNic = { label: string; network: VmNetwork };

export type Vm = { moref: Moref; name: string; host: Moref; isPoweredOn: boolean; nics: VmNic[] };
