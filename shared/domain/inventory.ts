// What vCenter answers about a cluster and its hosts, in the field's words. Every rule of the product reads these values.

/** A reference to an object of one vCenter: its type ("HostSystem") and its id there ("host-12"). */
export type Moref = { type: string; value: string };

export const VMOTION_NETSTACK = 'vmotion';
export const DEFAULT_NETSTACK = 'defaultTcpipStack';

/** A nicType of vCenter: "vmotion", "management", "vsan", "faultToleranceLogging", "vSphereProvisioning" and others. */
export type Service = string;
export const VMOTION_SERVICE: Service = 'vmotion';

/** Where a VMkernel adapter is plugged in. */
export type Attachment =
  | { kind: 'standard'; portGroup: string }
  /** `name`: the port group's, where a plan knows it; the key is what counts. */
  | { kind: 'distributed'; switchUuid: string; portGroupKey: string; name?: string | undefined }
  | { kind: 'opaque'; network: string };

/** `address` and `prefixLength` are absent while DHCP has not answered. */
export type Ipv4Config = {
  dhcp: boolean;
  address?: string | undefined;
  prefixLength?: number | undefined;
};

/** Only addresses set by hand (origin "manual"): what the network hands out is not configuration. */
export type Ipv6Config = {
  dhcp: boolean;
  autoconfiguration: boolean;
  addresses: { address: string; prefixLength: number }[];
};

/** What a VMkernel adapter is made of: everything needed to create it again as it was. */
export type VmkSpec = {
  netstack: string;
  attachment: Attachment;
  ipv4: Ipv4Config;
  ipv6?: Ipv6Config | undefined;
  mtuBytes: number;
  mac?: string | undefined;
  /** "Override default gateway for this adapter". */
  gatewayOverride?: string | undefined;
};

/** One VMkernel adapter as observed. `services` are the nicTypes it is selected for, sorted. `ipv6Learnt`: addresses
 * that DHCPv6 or a router gave it, link-local ones left out; no configuration, but pings can use them. */
export type VmkernelAdapter = VmkSpec & {
  device: string;
  services: Service[];
  ipv6Learnt?: { address: string; prefixLength: number }[] | undefined;
};

/** A static route of a stack. `network` in CIDR form. */
export type Route = { network: string; gateway: string };

/** The settings of a TCP/IP stack that vCenter lets one edit. `dns` and `routes`: only what is set by hand. `dnsDevice`: the
 * adapter whose DHCP gives the stack its DNS; absent where none does, and in rows of older versions. */
export type NetstackSettings = {
  gateway?: string | undefined;
  ipv6Gateway?: string | undefined;
  dns?: { hostName: string; domainName: string; servers: string[]; searchDomains: string[] } | undefined;
  dnsDevice?: string | undefined;
  congestionControl?: string | undefined;
  connections?: number | undefined;
  routes?: Route[] | undefined;
};

/** `isLive`: listed in the host's runtime information. A stack comes to life with its first adapter. */
export type Netstack = { key: string; isLive: boolean; settings: NetstackSettings };

/** The effective order of uplinks. An uplink of the switch in neither list is unused. */
export type UplinkOrder = { active: string[]; standby: string[] };

/** `overridesUplinks`: the order is the port group's own, not inherited from its switch. `teaming` is the policy's
 * name in vCenter ("loadbalance_srcid"); `vlanId` 0 is untagged, 4095 a trunk. */
export type PortGroup = {
  name: string;
  switchName: string;
  vlanId: number;
  uplinks: UplinkOrder;
  overridesUplinks: boolean;
  teaming?: string | undefined;
};

export type StandardSwitch = { name: string; mtuBytes: number; uplinks: string[]; teaming?: string | undefined };

/** A host's part of a distributed switch: its MTU and the pnics behind the uplinks' names. */
export type DistributedSwitchProxy = {
  uuid: string;
  name: string;
  mtuBytes: number;
  uplinks: { name: string; pnic?: string | undefined }[];
};

/** A port group of a distributed switch, as far as this host can use it. `uplinks` are the switch's own names ("Uplink 1"),
 * effective; `configVersion` must be sent back with a change. `vlanId` absent: a trunk or a private VLAN.
 * `overridesUplinks`, as for standard port groups; absent: not known, as in rows of older versions. */
export type DistributedPortGroup = {
  key: string;
  name: string;
  switchUuid: string;
  vlanId?: number | undefined;
  uplinks: UplinkOrder;
  overridesUplinks?: boolean | undefined;
  /** The policy's name in vCenter, as for standard port groups. */
  teaming?: string | undefined;
  configVersion: string;
};

/** `linkSpeedMb` absent: the link is down. */
export type Pnic = { device: string; linkSpeedMb?: number | undefined };

export type HostNetwork = {
  vmks: VmkernelAdapter[];
  netstacks: Netstack[];
  portGroups: PortGroup[];
  /** Standard port groups that running VMs have a port in, sorted; absent: none, or not known. */
  vmPortGroups?: string[] | undefined;
  standardSwitches: StandardSwitch[];
  distributedSwitches: DistributedSwitchProxy[];
  /** Absent where nobody has asked for them: rows of older versions. */
  distributedPortGroups?: DistributedPortGroup[] | undefined;
  pnics: Pnic[];
  isIpv6Enabled: boolean;
};

/** An address, or the name that people gave the server or target by. */
export type StorageServer = { kind: 'NFS' | 'iSCSI'; server: string };

/** What the host has datastores from by way of VMkernel adapters; no service of an adapter tells. `bound`: adapters that
 * people bound storage to, and to what. `unread`: what vCenter did not tell: unknown, never "none". */
export type HostStorage = {
  servers: StorageServer[];
  bound: { device: string; to: string }[];
  unread: ('NFS' | 'iSCSI' | 'iSCSI port binding')[];
};

/** `gone`: vCenter no longer has the host, or no longer shows it to the account. Nothing but its reference is known then. */
export type ConnectionState = 'connected' | 'disconnected' | 'not-responding' | 'gone';

/** `network` is absent where vCenter has none to give (a host it cannot reach): unknown, never "no adapters". */
export type Host = {
  moref: Moref;
  name: string;
  /** What holds the host in vCenter: its cluster, or a ComputeResource of its own. Absent where vCenter does not say. */
  parent?: Moref | undefined;
  connection: ConnectionState;
  isInMaintenance: boolean;
  esxiVersion: string;
  networkSystem?: Moref | undefined;
  virtualNicManager?: Moref | undefined;
  network?: HostNetwork | undefined;
  /** Absent where nobody has asked: only a plan that would remove an adapter of the default stack has to know. */
  storage?: HostStorage | undefined;
};

export type Cluster = { moref: Moref; name: string; path: string; hosts: Host[] };
