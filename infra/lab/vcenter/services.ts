// HostVirtualNicManager: which adapters of the default stack carry which service.
import { DEFAULT_NETSTACK, VMOTION_NETSTACK, VMOTION_SERVICE } from '../../../shared/domain/inventory.ts';
import { findVmk, type LabHost } from './model.ts';
import { isStackLive } from './runtime.ts';
import type { Switches } from './switches.ts';
import { hostConfigFault, invalidArgument } from './vim-fault.ts';

/** The nicTypes of ESXi 8, in the order in which it lists them. */
export const NIC_TYPES: { nicType: string; multiSelectAllowed: boolean }[] = [
  { nicType: 'faultToleranceLogging', multiSelectAllowed: true },
  { nicType: 'management', multiSelectAllowed: true },
  { nicType: 'nvmeRdma', multiSelectAllowed: true },
  { nicType: 'nvmeTcp', multiSelectAllowed: true },
  { nicType: 'ptp', multiSelectAllowed: false },
  { nicType: 'vSphereBackupNFC', multiSelectAllowed: true },
  { nicType: 'vSphereProvisioning', multiSelectAllowed: true },
  { nicType: 'vSphereReplication', multiSelectAllowed: true },
  { nicType: 'vSphereReplicationNFC', multiSelectAllowed: true },
  { nicType: 'vmotion', multiSelectAllowed: true },
  { nicType: 'vsan', multiSelectAllowed: true },
  { nicType: 'vsanWitness', multiSelectAllowed: true },
];

/** HostVirtualNicManager.SelectVnicForNicType. */
export function selectVnicForNicType(
  host: LabHost,
  want: { nicType: string; device: string },
  switches: Switches,
): void {
  const type = getNicType(want.nicType);
  const vmk = findVmk(host, want.device);
  if (vmk === undefined) throw invalidArgument('device');
  if (vmk.netstack !== DEFAULT_NETSTACK) {
    throw hostConfigFault(`${want.device} is on netstack ${vmk.netstack}, where services can not be enabled`);
  }
  if (type.nicType === 'vsan') throw hostConfigFault('vSAN traffic is configured through the vSAN system');
  const isBarred = type.nicType === VMOTION_SERVICE && isStackLive(host, VMOTION_NETSTACK);
  if (isBarred && switches.selectVmotionWhileLive === 'fault') {
    throw hostConfigFault(`vMotion can not be enabled on ${want.device} while the vmotion TCP/IP stack is in use`);
  }
  const selected = host.network.services[type.nicType] ?? [];
  if (selected.includes(want.device)) return;
  host.network.services[type.nicType] = type.multiSelectAllowed ? [...selected, want.device] : [want.device];
}

/** HostVirtualNicManager.DeselectVnicForNicType. */
export function deselectVnicForNicType(host: LabHost, want: { nicType: string; device: string }): void {
  const { nicType } = getNicType(want.nicType);
  const selected = host.network.services[nicType] ?? [];
  if (!selected.includes(want.device)) throw invalidArgument('device');
  if (nicType === 'management' && selected.length === 1) {
    throw hostConfigFault(`${want.device} is the last adapter that carries management`);
  }
  if (nicType === 'vsan') throw hostConfigFault('vSAN traffic is configured through the vSAN system');
  host.network.services[nicType] = selected.filter((device) => device !== want.device);
}

/** A removed adapter leaves every selection. */
export function forgetDevice(host: LabHost, device: string): void {
  for (const [nicType, selected] of Object.entries(host.network.services)) {
    host.network.services[nicType] = selected.filter((one) => one !== device);
  }
}

/** Throws InvalidArgument for a nicType that ESXi has not got. */
export function getNicType(nicType: string): { nicType: string; multiSelectAllowed: boolean } {
  const type = NIC_TYPES.find((one) => one.nicType === nicType);
  if (type === undefined) throw invalidArgument('nicType');
  return type;
}
