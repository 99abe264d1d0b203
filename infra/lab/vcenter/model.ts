// The truth of the lab: what its hosts are configured to be and what its physical network carries.
import type { Attachment, Ipv4Config, Ipv6Config, Moref } from '../../../shared/domain/inventory.ts';
import type { LabDistributedSwitch, LabProxySwitch } from './distributed-switch.ts';
import type { Fabric } from './fabric.ts';
import type { LabEvent } from './lab-event.ts';
import type { LabStorage } from './storage.ts';
import type { LabPrivileges } from './privileges.ts';
import type { LabVm } from './virtual-machine.ts';

/** An IPv6 address that nobody set by hand. `origin` as vim25 has it: "linklayer" from a router, "dhcp" from a
 * server. */
export type LearntAddress = { address: string; prefixLength: number; origin: 'linklayer' | 'dhcp' };

/** `portKey` is the adapter's port on its switch, made anew whenever it is plugged in. `learnt6`: what the network gave
 * it when it was plugged in. */
export type LabVmk = {
  device: string;
  netstack: string;
  attachment: Attachment;
  ipv4: Ipv4Config;
  ipv6: Ipv6Config;
  learnt6?: LearntAddress[] | undefined;
  learntGateway?: string | undefined;
  learntGateway6?: string | undefined;
  mtuBytes: number;
  mac: string;
  gatewayOverride?: string | undefined;
  portKey: string;
};

export type LabDns = {
  dhcp: boolean;
  virtualNicDevice?: string | undefined;
  hostName: string;
  domainName: string;
  address: string[];
  searchDomain: string[];
};

export type LabRoute = { network: string; prefixLength: number; gateway: string };

/** `deactivating`: the last adapter is gone and the kernel has not let go of the stack yet. */
export type LabNetstack = {
  key: string;
  state: 'dormant' | 'active' | 'deactivating';
  deactivatingReadsLeft: number;
  gateway?: string | undefined;
  ipv6Gateway?: string | undefined;
  /** Set by hand, with the destination as address and prefix length. */
  routes?: LabRoute[] | undefined;
  dns: LabDns;
  connections: number;
  congestionControl: string;
};

/** Sub-objects of HostNetworkPolicy, kept as they were sent: an absent one inherits from the switch. */
export type NetworkPolicy = {
  security?: Record<string, unknown> | undefined;
  nicTeaming?: TeamingPolicy | undefined;
  offloadPolicy?: Record<string, unknown> | undefined;
  shapingPolicy?: Record<string, unknown> | undefined;
};

export type TeamingPolicy = {
  policy?: string | undefined;
  reversePolicy?: boolean | undefined;
  notifySwitches?: boolean | undefined;
  rollingOrder?: boolean | undefined;
  failureCriteria?: Record<string, unknown> | undefined;
  nicOrder?: { activeNic?: string[] | undefined; standbyNic?: string[] | undefined } | undefined;
};

export type LabPortGroup = { name: string; switchName: string; vlanId: number; policy: NetworkPolicy };

export type LabSwitch = {
  name: string;
  mtuBytes: number;
  numPorts: number;
  pnics: string[];
  /** Whether the switch sends beacons, which port groups need for `checkBeacon`. */
  beaconSeconds?: number | undefined;
  policy: NetworkPolicy;
};

/** `speedMb` absent: the link is down. */
export type LabPnic = { device: string; mac: string; speedMb?: number | undefined };

export type LabHostNetwork = {
  vmks: LabVmk[];
  netstacks: LabNetstack[];
  portGroups: LabPortGroup[];
  switches: LabSwitch[];
  /** The host's parts of distributed switches. */
  proxies: LabProxySwitch[];
  pnics: LabPnic[];
  isIpv6Enabled: boolean;
  /** nicType to the devices selected for it. */
  services: Record<string, string[]>;
};

export type LabConnection = 'connected' | 'disconnected' | 'notResponding';

/** What the host's last published runtime information said, while a newer one is still on its way. */
export type PublishedStack = { key: string; state: string; devices: string[] };

export type LabHost = {
  moref: Moref;
  /** The number in all of the host's references: host-20, networkSystem-20. */
  number: number;
  name: string;
  /** Empty for a host that is in none. */
  cluster: string;
  /** Position in its cluster, from 0. */
  index: number;
  /** The one of its cluster that scenarios pick on. */
  isUnlucky: boolean;
  connection: LabConnection;
  /** Whether its kernel runs: a host that is off answers no ping either. */
  isRunning: boolean;
  isInMaintenance: boolean;
  esxiVersion: string;
  esxiBuild: string;
  network: LabHostNetwork;
  storage: LabStorage;
  published: { stacks: PublishedStack[]; readsBehind: number };
  /** Ports and MAC addresses handed out so far: neither is ever used twice. */
  portsMade: number;
  macsMade: number;
  /** vmkernel.log since it last began anew. */
  log: { lines: string[]; rotations: number };
};

/** `behavior`: DRS's, as vim25 has it. */
export type LabDrs = { enabled: boolean; behavior: 'manual' | 'partiallyAutomated' | 'fullyAutomated' };

/** `isConfigManaged`: a vSphere configuration profile looks after its hosts. */
export type LabCluster = { moref: Moref; name: string; hosts: LabHost[]; drs: LabDrs; isConfigManaged: boolean };

export type LabFolders = { root: Moref; vm: Moref; host: Moref; datastore: Moref; network: Moref };

/** Tests read it to know what is so, and change it to act behind the product's back. */
export type LabModel = {
  instanceUuid: string;
  datacenter: { moref: Moref; name: string };
  folders: LabFolders;
  clusters: LabCluster[];
  /** Hosts that are in no cluster. */
  standalone: LabHost[];
  distributedSwitches: LabDistributedSwitch[];
  vms: LabVm[];
  privileges: LabPrivileges;
  fabric: Fabric;
  events: LabEvent[];
};

export function allHosts(model: LabModel): LabHost[] {
  return [...model.clusters.flatMap((cluster) => cluster.hosts), ...model.standalone];
}

/** Throws for a name the lab has not got. */
export function getHost(model: LabModel, name: string): LabHost {
  const host = allHosts(model).find((one) => one.name === name);
  if (host === undefined) throw new Error(`the lab has no host ${name}`);
  return host;
}

export function findVmk(host: LabHost, device: string): LabVmk | undefined {
  return host.network.vmks.find((vmk) => vmk.device === device);
}

export function findNetstack(host: LabHost, key: string): LabNetstack | undefined {
  return host.network.netstacks.find((stack) => stack.key === key);
}

export function findPortGroup(host: LabHost, name: string): LabPortGroup | undefined {
  return host.network.portGroups.find((portGroup) => portGroup.name === name);
}

export function findSwitch(host: LabHost, name: string): LabSwitch | undefined {
  return host.network.switches.find((one) => one.name === name);
}
