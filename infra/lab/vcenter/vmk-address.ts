// Addresses of VMkernel adapters, of both families alike.
import { isOnLink } from './ipv4.ts';
import { isOnLink6, linkLocal, parseIpv6 } from './ipv6.ts';
import type { LabVmk } from './model.ts';

export type Cidr = { address: string; prefixLength: number };

export const isIpv6 = (address: string): boolean => address.includes(':');

/** Whether `address` lies in the network of `of`. */
export function isNeighbour(address: string, of: Cidr): boolean {
  if (isIpv6(address) !== isIpv6(of.address)) return false;
  return isIpv6(address)
    ? isOnLink6(address, of.address, of.prefixLength)
    : isOnLink(address, of.address, of.prefixLength);
}

export function isSameAddress(one: string, other: string): boolean {
  if (one === other) return true;
  return isIpv6(one) && isIpv6(other) && parseIpv6(one) === parseIpv6(other);
}

/** The adapter's addresses of one family. IPv6: set by hand first, then learnt ones, then its link-local one. */
export function addressesOf(vmk: LabVmk, family: 4 | 6): Cidr[] {
  const { address, prefixLength } = vmk.ipv4;
  if (family === 4) return address === undefined || prefixLength === undefined ? [] : [{ address, prefixLength }];
  return [...vmk.ipv6.addresses, ...(vmk.learnt6 ?? []), { address: linkLocal(vmk.mac), prefixLength: 64 }];
}

export function ownsAddress(vmk: LabVmk, address: string): boolean {
  if (!isIpv6(address)) return vmk.ipv4.address === address;
  return addressesOf(vmk, 6).some((one) => isSameAddress(one.address, address));
}

/** The adapter's own address towards `target`: one of its network, or else the first that is not link-local. */
export function sourceAddress(vmk: LabVmk, target: string): string | undefined {
  const own = addressesOf(vmk, isIpv6(target) ? 6 : 4);
  return (own.find((one) => isNeighbour(target, one)) ?? own[0])?.address;
}
