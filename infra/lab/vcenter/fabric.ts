// The physical network under the hosts: leaf switches, the VLANs they carry, gateways, and devices that are not hosts.

/** VLANs in `localVlans` end at this leaf; all others run across the fabric of that name. */
export type Leaf = { name: string; fabric: string; localVlans: number[] };

/** Where a physical NIC is plugged in. `vlans`: what the port carries. `nativeVlan`: where untagged frames go. */
export type LeafPort = {
  host: string;
  pnic: string;
  leaf: string;
  vlans: 'all' | number[];
  nativeVlan: number;
  mtuBytes: number;
};

/** A router's interface. Gateways of one `vrf` route to each other's subnets. */
export type Gateway = {
  address: string;
  prefixLength: number;
  leaf: string;
  vlanId: number;
  vrf: string;
  mtuBytes: number;
  isUp: boolean;
  /** Smaller for what it forwards out of its own network than for what it delivers there. */
  forwardMtuBytes?: number | undefined;
  /** The link-local address from which an IPv6 router tells its network, so that adapters can make their own addresses. */
  advertisesFrom?: string | undefined;
};

/** Gives out `size` addresses from `first`, of the family of `first`. */
export type DhcpServer = {
  leaf: string;
  vlanId: number;
  first: string;
  size: number;
  prefixLength: number;
  gateway?: string | undefined;
  isUp: boolean;
  leases: { mac: string; address: string }[];
};

/** Anything else with an address, which answers pings up to its own MTU. Without a gateway of its own it has no way back
 * to whoever asks through a router. */
export type Device = {
  name: string;
  address: string;
  leaf: string;
  vlanId: number;
  mtuBytes: number;
  gateway?: string | undefined;
};

/** Drops echo requests from one host's vMotion networks to another's, and nothing in the other direction. */
export type Acl = { fromHost: string; toHost: string; vlans: number[] };

export type Fabric = {
  leaves: Leaf[];
  ports: LeafPort[];
  gateways: Gateway[];
  devices: Device[];
  acls: Acl[];
  dhcp: DhcpServer[];
};

/** A name for the broadcast domain that a VLAN forms at a leaf: equal names can reach each other directly. */
export function domainOf(fabric: Fabric, leafName: string, vlanId: number): string {
  const leaf = fabric.leaves.find((one) => one.name === leafName);
  if (leaf === undefined) throw new Error(`the fabric has no leaf ${leafName}`);
  return leaf.localVlans.includes(vlanId) ? `${leaf.name}/${vlanId}` : `${leaf.fabric}/${vlanId}`;
}

export function findPort(fabric: Fabric, host: string, pnic: string): LeafPort | undefined {
  return fabric.ports.find((port) => port.host === host && port.pnic === pnic);
}

/** The VLAN a frame travels in behind the port, or `undefined` where the port does not carry it. */
export function wireVlan(port: LeafPort, vlanId: number): number | undefined {
  const wire = vlanId === 0 || vlanId === 4095 ? port.nativeVlan : vlanId;
  return port.vlans === 'all' || port.vlans.includes(wire) ? wire : undefined;
}
