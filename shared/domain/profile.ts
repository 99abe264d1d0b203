// What a cluster's vMotion network should be, as declared in vmotion.yaml: rules, not yet a host's own values.

/** How an adapter's IPv4 address follows from the host. Addresses of `per-host` are in CIDR form, keyed by host name. */
export type AddressRule =
  | { kind: 'per-host'; addresses: Record<string, string> }
  | { kind: 'range'; from: string; to: string; prefixLength: number }
  /** `network` with the last octet of the host's management address: 172.16.1.0, 24 and 10.0.0.51 give 172.16.1.51/24. */
  | { kind: 'management-octet'; network: string; prefixLength: number }
  /** `network`/`prefixLength` is cut into subnets of `subnetPrefixLength`; host number i, in the natural order of the
   * names, gets the second usable address of subnet number i. The first is left for its gateway. */
  | { kind: 'subnet-per-host'; network: string; prefixLength: number; subnetPrefixLength: number };

/** The stack's own default gateway. `first-address`: the first usable address of the first adapter's subnet. */
export type GatewayRule =
  | { kind: 'none' }
  | { kind: 'address'; address: string }
  | { kind: 'per-host'; addresses: Record<string, string> }
  | { kind: 'first-address' };

/** A port group on a standard switch. With `activeUplink`, the switch's other uplinks are unused: never standby. */
export type AttachRule = {
  kind: 'standard';
  switchName: string;
  portGroup: string;
  vlanId: number;
  activeUplink?: string | undefined;
};

export type AdapterProfile = { label: string; attach: AttachRule; mtuBytes: number; ipv4: AddressRule };

export type StackProfile = {
  gateway: GatewayRule;
  congestionControl?: 'newreno' | 'cubic' | undefined;
  connections?: number | undefined;
};

/** `islands`: adapter 1 talks to adapter 1, adapter 2 to adapter 2, and never across. */
export type Reach = 'routed' | 'islands';

/** `canary`: hosts of the first wave; `wave`: of each later one. `pingGateway`: a first wave that has no other host to
 * ping must reach its gateway; off for gateways that answer no ping. */
export type RolloutProfile = { canary: number; wave: number; pingGateway: boolean };

export type Profile = {
  stack: StackProfile;
  /** In order: the first adapter is island 1. */
  adapters: AdapterProfile[];
  /** What becomes of adapters that carried vMotion on the default stack. Those with another service always stay. */
  oldAdapters: 'remove' | 'keep';
  reach: Reach;
  rollout: RolloutProfile;
};
