// The lab's virtual machines: some that run, one that does not, and a template, in every cluster.
import type { VmNetwork } from '../../../shared/domain/vm.ts';
import type { LabDistributedSwitch } from './distributed-switch.ts';
import type { LabCluster } from './model.ts';
import type { LabVm } from './virtual-machine.ts';

/** Machines of a cluster with more hosts than this leave the other hosts empty. */
const HOSTS_MOST = 16;
const VM_NETWORK: VmNetwork = { kind: 'standard', name: 'VM Network' };

/** For cluster-a: web-a-01 and app-a-01 on the first host, and so on; batch-a is off, template-a is no machine. */
export function createVms(clusters: LabCluster[], dvs: LabDistributedSwitch | undefined): LabVm[] {
  const vms: LabVm[] = [];
  const add = (cluster: LabCluster, name: string, more: Partial<LabVm> & { networks: VmNetwork[] }) => {
    const number = 1001 + vms.length;
    const { networks, ...about } = more;
    vms.push({
      moref: { type: 'VirtualMachine', value: `vm-${number}` },
      name,
      host: cluster.hosts[0]?.name ?? '',
      isPoweredOn: true,
      isTemplate: false,
      memoryMb: 4096,
      nics: networks.map((network, index) => ({
        label: `Network adapter ${index + 1}`,
        mac: `00:50:56:8${index}:${hexByte(number >> 8)}:${hexByte(number)}`,
        network,
        isConnected: true,
      })),
      ...about,
    });
  };
  for (const cluster of clusters) {
    const suffix = cluster.name.replace(/^cluster-/, '');
    const isMember = cluster.hosts.some(({ network }) => network.proxies.length > 0);
    const distributed = isMember ? machineNetwork(dvs) : [];
    for (const host of cluster.hosts.slice(0, HOSTS_MOST)) {
      const number = String(host.index + 1).padStart(2, '0');
      add(cluster, `web-${suffix}-${number}`, { host: host.name, networks: [VM_NETWORK] });
      add(cluster, `app-${suffix}-${number}`, {
        host: host.name,
        memoryMb: 16_384,
        networks: [...distributed, VM_NETWORK],
      });
    }
    add(cluster, `batch-${suffix}`, { isPoweredOn: false, networks: [VM_NETWORK] });
    add(cluster, `template-${suffix}`, { isPoweredOn: false, isTemplate: true, networks: [VM_NETWORK] });
  }
  return vms;
}

function machineNetwork(dvs: LabDistributedSwitch | undefined): VmNetwork[] {
  const portGroup = dvs?.portGroups.find(({ name }) => name === 'dv-VM-Network');
  if (dvs === undefined || portGroup === undefined) return [];
  return [{ kind: 'distributed', switchUuid: dvs.uuid, portGroupKey: portGroup.key }];
}

const hexByte = (value: number) => (value & 255).toString(16).padStart(2, '0');
