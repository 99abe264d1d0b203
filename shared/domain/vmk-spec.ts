// What a VMkernel adapter should be, and whether it is that already.
import type { WantedAdapter } from './addressing.ts';
import { type Attachment, VMOTION_NETSTACK, type VmkernelAdapter, type VmkSpec } from './inventory.ts';
import { type Cidr, toCidrs } from './ip-network.ts';
import { ipv4Text, ipv6Text } from './network-fields.ts';

/** The adapter to create. */
export function toVmkSpec(adapter: WantedAdapter, attachment: Attachment): VmkSpec {
  const { address, prefixLength, ipv6, gatewayOverride, mtuBytes } = adapter;
  const ipv4 = address === undefined ? { dhcp: true } : { dhcp: false, address, prefixLength };
  return { netstack: VMOTION_NETSTACK, attachment, ipv4, ipv6, mtuBytes, gatewayOverride };
}

/** The existing adapter with what the profile wants of it. What the profile says nothing about stays. */
export function toChangedSpec(existing: VmkernelAdapter, wanted: VmkSpec): VmkSpec {
  const { ipv4, mtuBytes, gatewayOverride } = wanted;
  const spec = toSpec(existing);
  return { ...spec, ipv4, ipv6: wanted.ipv6 ?? spec.ipv6, mtuBytes, gatewayOverride };
}

/** The adapter without its device and services: what is needed to create it again. */
export function toSpec(vmk: VmkernelAdapter): VmkSpec {
  const { device: _device, services: _services, ipv6Learnt: _ipv6Learnt, ...spec } = vmk;
  return spec;
}

/** Everything of an adapter that can be changed while it exists, as text. A lease is not configuration. */
export function changeableText({ ipv4, ipv6, mtuBytes, gatewayOverride }: VmkSpec): string {
  return [ipv4Text(ipv4), ipv6Text(ipv6), mtuBytes, gatewayOverride ?? ''].join(', ');
}

/** Whether the adapter has one of the spec's own addresses. */
export function sharesAddress(vmk: VmkSpec, spec: VmkSpec): boolean {
  const taken = new Set(ownAddresses(spec));
  return ownAddresses(vmk).some((address) => taken.has(address));
}

/** IPv4 (also one that DHCP gave) and the IPv6 addresses set by hand. */
export function ownAddresses({ ipv4, ipv6 }: VmkSpec): string[] {
  const addresses = (ipv6?.addresses ?? []).map((one) => one.address);
  return ipv4.address === undefined ? addresses : [ipv4.address, ...addresses];
}

/** The subnets of the same addresses. */
export function ownSubnets({ ipv4, ipv6 }: VmkSpec): Cidr[] {
  return [...toCidrs(ipv4), ...(ipv6?.addresses ?? [])];
}

/** And those of addresses that the network gave it: all that is known to be on its link. */
export function linkSubnets(vmk: VmkSpec & Pick<VmkernelAdapter, 'ipv6Learnt'>): Cidr[] {
  return [...ownSubnets(vmk), ...(vmk.ipv6Learnt ?? [])];
}
