// Every write of a session, each as it is made on a host of the lab.
import type { Cluster, Host } from '../../shared/domain/inventory.ts';
import type { HostRef, VsphereSession } from '../../shared/ports.ts';
import type { Vm } from '../../shared/domain/vm.ts';

export type Known = { cluster: Cluster; host: Host; other: Host; ref: HostRef; vm: Vm };
/** `operation`: what goes over the wire. `prepare`: what has to be there before. */
export type Write = {
  operation: string;
  prepare?(session: VsphereSession, known: Known): Promise<unknown>;
  make(session: VsphereSession, known: Known): Promise<unknown>;
};

const UPLINKS = { active: ['vmnic2'], standby: ['vmnic3'] };
const PORT_GROUP = {
  name: 'vMotion-new',
  switchName: 'vSwitch1',
  vlanId: 41,
  uplinks: UPLINKS,
  overridesUplinks: true,
};
const VMK = {
  netstack: 'vmotion',
  attachment: { kind: 'standard', portGroup: PORT_GROUP.name },
  ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 },
  mtuBytes: 9000,
} as const;
const addPortGroup = (session: VsphereSession, { ref }: Known) => session.addPortGroup(ref, PORT_GROUP);
const addVmk = async (session: VsphereSession, known: Known) => {
  await addPortGroup(session, known);
  return session.addVmk(known.ref, VMK);
};

export const WRITES: Record<string, Write> = {
  'a new VMkernel adapter': {
    operation: 'AddVirtualNic',
    prepare: addPortGroup,
    make: (session, { ref }) => session.addVmk(ref, VMK),
  },
  'a changed VMkernel adapter': {
    operation: 'UpdateVirtualNic',
    prepare: addVmk,
    make: (session, { ref }) => session.updateVmk(ref, 'vmk2', { ...VMK, mtuBytes: 1500 }),
  },
  'a removed VMkernel adapter': {
    operation: 'RemoveVirtualNic',
    prepare: addVmk,
    make: (session, { ref }) => session.removeVmk(ref, 'vmk2'),
  },
  "a stack's settings": {
    operation: 'UpdateNetworkConfig',
    prepare: addVmk,
    make: (session, { ref }) => session.setNetstack(ref, 'vmotion', { gateway: '172.16.1.1' }),
  },
  'a new port group': { operation: 'AddPortGroup', make: addPortGroup },
  'a changed port group': {
    operation: 'UpdatePortGroup',
    prepare: addPortGroup,
    make: (session, { ref }) => session.updatePortGroup(ref, PORT_GROUP.name, { ...PORT_GROUP, vlanId: 42 }),
  },
  'a removed port group': {
    operation: 'RemovePortGroup',
    prepare: addPortGroup,
    make: (session, { ref }) => session.removePortGroup(ref, PORT_GROUP.name),
  },
  'a new switch': {
    operation: 'AddVirtualSwitch',
    make: (session, { ref }) => session.addSwitch(ref, { name: 'vSwitch9', mtuBytes: 9000, uplinks: [] }),
  },
  'a removed switch': {
    operation: 'RemoveVirtualSwitch',
    prepare: (session, { ref }) => session.addSwitch(ref, { name: 'vSwitch9', mtuBytes: 9000, uplinks: [] }),
    make: (session, { ref }) => session.removeSwitch(ref, 'vSwitch9'),
  },
  'a deselected service': {
    operation: 'DeselectVnicForNicType',
    make: (session, { ref }) => session.deselectService(ref, 'vmk1', 'vmotion'),
  },
  'a selected service': {
    operation: 'SelectVnicForNicType',
    make: (session, { ref }) => session.selectService(ref, 'vmk0', 'vmotion'),
  },
  'a distributed port group': {
    operation: 'ReconfigureDVPortgroup_Task',
    make(session, { host }) {
      const portGroup = host.network?.distributedPortGroups?.[0];
      if (portGroup === undefined) throw new Error('the lab has no distributed port group');
      const uplinks = { active: ['Uplink 2'], standby: [] };
      return session.updateDistributedPortGroup({ ...portGroup, uplinks, overridesUplinks: true });
    },
  },
  'a change of DRS': {
    operation: 'ReconfigureComputeResource_Task',
    make: (session, { cluster }) => session.setDrs(cluster.moref, 'partiallyAutomated'),
  },
  'a moved machine': {
    operation: 'RelocateVM_Task',
    make: (session, { vm, host, other }) =>
      session.relocate(vm.moref, vm.host.value === host.moref.value ? other.moref : host.moref, FAR),
  },
};

const FAR = new Date('2040-01-01T00:00:00Z');

export async function know(session: VsphereSession, cluster: string): Promise<Known> {
  const read = await session.readCluster(`/DC1/host/${cluster}`);
  const [host, other] = read.hosts;
  const vms = await session.listVms(read.hosts.map(({ moref }) => moref));
  const vm = vms.find((one) => one.isPoweredOn);
  if (host?.networkSystem === undefined || host.virtualNicManager === undefined || other === undefined) {
    throw new Error('the lab has not two hosts');
  }
  if (vm === undefined) throw new Error('the lab has no machine that runs');
  const { moref, name, networkSystem, virtualNicManager } = host;
  return { cluster: read, host, other, ref: { moref, name, networkSystem, virtualNicManager }, vm };
}
