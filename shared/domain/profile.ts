// What a cluster's vMotion network should be, as declared in vmotion.yaml: rules, not yet a host's own values.
import type { Route } from './inventory.ts';

/** How an adapter's IPv4 address follows from the host. Addresses of `per-host` are in CIDR form, keyed by host name. */
export type AddressRule =
  | { kind: 'per-host'; addresses: Record<string, string> }
  | { kind: 'range'; from: string; to: string; prefixLength: number }
  /** `network` with the last octet of the host's management address: 172.16.1.0, 24 and 10.0.0.51 give 172.16.1.51/24. */
  | { kind: 'management-octet'; network: string; prefixLength: number }
  /** `network`/`prefixLength` is cut into subnets of `subnetPrefixLength`; host number i, in the natural order of the
   * names, gets the second usable address of subnet number i. The first is left for its gateway. */
  | { kind: 'subnet-per-host'; network: string; prefixLength: number; subnetPrefixLength: number }
  | { kind: 'dhcp' };

/** How an adapter gets IPv6 addresses besides its link-local one. `addresses` as in an AddressRule. */
export type Ipv6Rule =
  | { kind: 'dhcpv6' }
  | { kind: 'router-advertisement' }
  | { kind: 'per-host'; addresses: Record<string, string> };

/** The stack's own default gateway. `first-address`: the first usable address of the first adapter's subnet. */
export type GatewayRule =
  | { kind: 'none' }
  | { kind: 'address'; address: string }
  | { kind: 'per-host'; addresses: Record<string, string> }
  | { kind: 'first-address' };

/** A port group of a standard switch; it is created where it is missing, and with `create` so is the switch. With
 * `activeUplink`, the switch's other uplinks are unused: never standby. */
export type StandardAttachRule = {
  kind: 'standard';
  switchName: string;
  portGroup: string;
  vlanId: number;
  activeUplink?: string | undefined;
  create?: { pnics: string[]; mtuBytes: number } | undefined;
};

/** An existing port group of a distributed switch. `activeUplink` in the switch's own words: "Uplink 1". */
export type DistributedAttachRule = {
  kind: 'distributed';
  switchName: string;
  portGroup: string;
  activeUplink?: string | undefined;
};

export type AttachRule = StandardAttachRule | DistributedAttachRule;

/** Without `ipv6`, an adapter's IPv6 is left as it is. Without `gatewayOverride` it has none. */
export type AdapterProfile = {
  label: string;
  attach: AttachRule;
  mtuBytes: number;
  ipv4: AddressRule;
  ipv6?: Ipv6Rule | undefined;
  gatewayOverride?: GatewayRule | undefined;
};

/** What is absent is left as it is; `gateway` alone is always set or cleared. */
export type StackProfile = {
  gateway: GatewayRule;
  ipv6Gateway?: string | undefined;
  dns?: { servers: string[]; searchDomains: string[]; domainName?: string | undefined } | undefined;
  /** All static routes of the stack. */
  routes?: Route[] | undefined;
  congestionControl?: 'newreno' | 'cubic' | undefined;
  connections?: number | undefined;
};

/** `islands`: adapter 1 talks to adapter 1, adapter 2 to adapter 2, and never across. */
export type Reach = 'routed' | 'islands';

/** `holdDrs`: DRS is set to manual during a change and put back afterwards. `canary`: hosts of the first wave; `wave`: of each later one. `pingGateway`: a first wave that has no other host to
 * ping must reach its gateway; off for gateways that answer no ping. */
export type RolloutProfile = { canary: number; wave: number; pingGateway: boolean; holdDrs?: boolean | undefined };

export type Profile = {
  stack: StackProfile;
  /** In order: the first adapter is island 1. */
  adapters: AdapterProfile[];
  /** What becomes of adapters that carried vMotion on the default stack. Those with another service always stay. */
  oldAdapters: 'remove' | 'keep';
  reach: Reach;
  rollout: RolloutProfile;
};
