// The properties of a VirtualMachine.
import type { VimInput } from '../../../shared/vsphere/vim.ts';
import { allHosts, type LabModel } from './model.ts';
import type { Lazy } from './property-path.ts';
import type { LabVm, LabVmNic } from './virtual-machine.ts';

/** No tools run in the lab's machines, so nothing is known of what is inside. */
const GUEST = {
  guestId: 'otherLinux64Guest',
  guestFullName: 'Other Linux (64-bit)',
  toolsRunningStatus: 'guestToolsNotRunning',
};
const FIRST_NIC = 4000;
const MODIFIED = '2026-01-06T07:08:09Z';

/** VirtualMachine, apart from what every entity has. */
export function virtualMachine(model: LabModel, vm: LabVm): Lazy {
  const cluster = model.clusters.find(({ hosts }) => hosts.some((host) => host.name === vm.host));
  const host = allHosts(model).find((one) => one.name === vm.host)?.moref;
  const runtime = (): VimInput<'VirtualMachineRuntimeInfo'> => ({
    host,
    connectionState: 'connected',
    powerState: vm.isPoweredOn ? 'poweredOn' : 'poweredOff',
    faultToleranceState: 'notConfigured',
    toolsInstallerMounted: false,
    numMksConnections: 0,
    recordReplayState: 'inactive',
    onlineStandby: false,
    consolidationNeeded: false,
  });
  return {
    runtime,
    config: () => config(vm),
    summary: () => ({
      vm: vm.moref,
      runtime: runtime(),
      guest: GUEST,
      config: configSummary(vm),
      quickStats: { guestHeartbeatStatus: 'gray' },
      overallStatus: 'green',
    }),
    network: () => networksOf(vm),
    datastore: () => [],
    resourcePool: () =>
      cluster === undefined || vm.isTemplate
        ? undefined
        : { type: 'ResourcePool', value: `resgroup-${cluster.moref.value.slice('domain-c'.length)}` },
  };
}

function config(vm: LabVm): VimInput<'VirtualMachineConfigInfo'> {
  return {
    changeVersion: MODIFIED,
    modified: MODIFIED,
    name: vm.name,
    guestFullName: 'Other Linux (64-bit)',
    version: 'vmx-21',
    uuid: uuidOf(vm),
    instanceUuid: uuidOf(vm),
    template: vm.isTemplate,
    guestId: 'otherLinux64Guest',
    hardware: {
      numCPU: 2,
      numCoresPerSocket: 1,
      memoryMB: vm.memoryMb,
      device: vm.nics.map(toDevice),
    },
  };
}

function configSummary(vm: LabVm): VimInput<'VirtualMachineConfigSummary'> {
  return {
    name: vm.name,
    template: vm.isTemplate,
    vmPathName: `[datastore1] ${vm.name}/${vm.name}.vmx`,
    memorySizeMB: vm.memoryMb,
    numCpu: 2,
    numEthernetCards: vm.nics.length,
    uuid: uuidOf(vm),
    guestId: 'otherLinux64Guest',
    guestFullName: 'Other Linux (64-bit)',
  };
}

function toDevice(nic: LabVmNic, index: number) {
  const { network } = nic;
  return {
    _type: 'VirtualVmxnet3',
    key: FIRST_NIC + index,
    deviceInfo: {
      _type: 'Description',
      label: nic.label,
      summary: network.kind === 'standard' ? network.name : 'DVSwitch',
    },
    backing: toBacking(network),
    connectable: { startConnected: true, allowGuestControl: true, connected: nic.isConnected, status: 'ok' },
    controllerKey: 100,
    unitNumber: 7 + index,
    addressType: 'assigned',
    macAddress: nic.mac,
    wakeOnLanEnabled: true,
  };
}

function toBacking(network: LabVmNic['network']) {
  if (network.kind === 'distributed') {
    const port = { switchUuid: network.switchUuid, portgroupKey: network.portGroupKey };
    return { _type: 'VirtualEthernetCardDistributedVirtualPortBackingInfo', port };
  }
  if (network.kind === 'other') {
    const opaque = { opaqueNetworkId: network.name, opaqueNetworkType: 'nsx.LogicalSwitch' };
    return { _type: 'VirtualEthernetCardOpaqueNetworkBackingInfo', ...opaque };
  }
  return { _type: 'VirtualEthernetCardNetworkBackingInfo', deviceName: network.name, network: STANDARD };
}

const STANDARD = { type: 'Network', value: 'network-10' };

function networksOf(vm: LabVm) {
  return vm.nics.flatMap(({ network }) => {
    if (network.kind === 'standard') return [STANDARD];
    return network.kind === 'distributed' ? [{ type: 'DistributedVirtualPortgroup', value: network.portGroupKey }] : [];
  });
}

function uuidOf(vm: LabVm): string {
  return `42000000-0000-4000-8000-${vm.moref.value.replace(/\D/g, '').padStart(12, '0')}`;
}
