// The lab's virtual machines: enough of them to be in the way, and to be moved.
import type { Moref } from '../../../shared/domain/inventory.ts';
import type { VmNetwork } from '../../../shared/domain/vm.ts';
import type { LabHost, LabModel } from './model.ts';

export type LabVmNic = { label: string; mac: string; network: VmNetwork; isConnected: boolean };

/** `host`: the name of the one it runs on, or is registered at. */
export type LabVm = {
  moref: Moref;
  name: string;
  host: string;
  isPoweredOn: boolean;
  isTemplate: boolean;
  memoryMb: number;
  nics: LabVmNic[];
};

export function findVm(model: LabModel, moref: Moref): LabVm | undefined {
  return model.vms.find((vm) => vm.moref.value === moref.value);
}

export function vmsOf(model: LabModel, host: LabHost): LabVm[] {
  return model.vms.filter((vm) => vm.host === host.name);
}
