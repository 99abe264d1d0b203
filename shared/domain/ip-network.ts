// Arithmetic on addresses, prefixes and subnets, the same for IPv4 and IPv6. Addresses are text everywhere else.
import ipaddr from 'ipaddr.js';

/** An address and the length of its subnet's prefix: what an adapter has, or, with a network address, a subnet. */
export type Cidr = { address: string; prefixLength: number };

// Asked for every address and route of every host that is read, where the library's own test took more than its parsing.
const OCTET = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const IPV4 = new RegExp(String.raw`^${OCTET}(?:\.${OCTET}){3}$`);

/** Four decimal parts, each 0 to 255: what vCenter takes. Not "10.1", not "010.0.0.1", not hexadecimal. */
export function isIpv4(text: string): boolean {
  return IPV4.test(text);
}

/** An IPv6 address without a zone. */
export function isIpv6(text: string): boolean {
  return !text.includes('%') && ipaddr.IPv6.isValid(text);
}

/** Whether this is an IPv4 or an IPv6 address, without a prefix length. */
export function isAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

/** True when `parseCidr` takes it: an address, a slash and a prefix length its family has. */
export function isCidr(text: string): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const isLength = /^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= bitsOf(address);
  return rest.length === 0 && isAddress(address) && isLength;
}

/** "172.17.8.2/30" -> address and prefix length, as written. Throws for anything that `isCidr` refuses. */
export function parseCidr(text: string): Cidr {
  if (!isCidr(text)) throw new Error(`not an address with a prefix length: ${text}`);
  const [address = '', prefix] = text.split('/');
  return { address: normalAddress(address), prefixLength: Number(prefix) };
}

/** An adapter's address with its subnet, in a list: empty where it has none, or none is known. */
export function toCidrs({
  address,
  prefixLength,
}: {
  address?: string | undefined;
  prefixLength?: number | undefined;
}): Cidr[] {
  return address === undefined || prefixLength === undefined ? [] : [{ address, prefixLength }];
}

/** The address with its prefix length, "172.17.8.2/30". */
export function cidrText(cidr: Cidr): string {
  return `${cidr.address}/${cidr.prefixLength}`;
}

/** The one spelling of an address, so that equal addresses are equal text. Throws for what is not an address. */
export function normalAddress(address: string): string {
  const parsed = ipaddr.parse(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.toRFC5952String() : parsed.toString();
}

/** The subnet's first address. */
export function networkAddress(cidr: Cidr): string {
  return toAddress(firstNumber(cidr), cidr.address);
}

/** The subnet in CIDR form, "172.17.8.0/30" for 172.17.8.2/30. */
export function subnetText(cidr: Cidr): string {
  return `${networkAddress(cidr)}/${cidr.prefixLength}`;
}

/** Whether `address` lies in the subnet that `subnet` stands in. False across families. */
export function contains(subnet: Cidr, address: string): boolean {
  if (bitsOf(subnet.address) !== bitsOf(address)) return false;
  return toNumber(address) >> hostBits(subnet) === toNumber(subnet.address) >> hostBits(subnet);
}

/**
 * Why no host may have this address in its subnet, as half a sentence; `undefined` when one may: both addresses of a /31,
 * the one of a /32, else neither the network's nor the broadcast address. Multicast, loopback and 0.0.0.0/8 are no host's.
 */
export function unusableBecause(cidr: Cidr): string | undefined {
  const range = ipaddr.parse(cidr.address).range();
  if (range === 'multicast' || range === 'loopback') return `it is a ${range} address`;
  if (range === 'unspecified' || range === 'broadcast') return 'it names no single host';
  const number = toNumber(cidr.address);
  if (number < firstUsableNumber(cidr)) return `it is the network address of ${subnetText(cidr)}`;
  if (number > lastUsableNumber(cidr)) return `it is the broadcast address of ${subnetText(cidr)}`;
  return undefined;
}

/** The usable address number `index` (from 0) of the subnet, or `undefined` past its end. */
export function usableAddress(subnet: Cidr, index: number): string | undefined {
  const number = firstUsableNumber(subnet) + BigInt(index);
  return number > lastUsableNumber(subnet) ? undefined : toAddress(number, subnet.address);
}

/** The first address of the subnet that a host may have: by habit its gateway. */
export function firstUsable(subnet: Cidr): string {
  return toAddress(firstUsableNumber(subnet), subnet.address);
}

/** The address `offset` after `address` (before it when negative), or `undefined` past the family's ends. */
export function addressAfter(address: string, offset: number): string | undefined {
  const number = toNumber(address) + BigInt(offset);
  const isAnAddress = number >= 0n && number < 1n << BigInt(bitsOf(address));
  return isAnAddress ? toAddress(number, address) : undefined;
}

/** The subnet number `index` (from 0) of the given prefix length inside `network`, or `undefined` past its end. */
export function nthSubnet(network: Cidr, prefixLength: number, index: number): Cidr | undefined {
  const size = 1n << BigInt(bitsOf(network.address) - prefixLength);
  const number = firstNumber(network) + BigInt(index) * size;
  return number > lastNumber(network) ? undefined : { address: toAddress(number, network.address), prefixLength };
}

/** 24 -> "255.255.255.0". */
export function toNetmask(prefixLength: number): string {
  return ipaddr.IPv4.subnetMaskFromPrefixLength(prefixLength).toString();
}

/** "255.255.255.0" -> 24, or `undefined` for a mask with holes. */
export function toPrefixLength(netmask: string): number | undefined {
  return isIpv4(netmask) ? (ipaddr.IPv4.parse(netmask).prefixLengthFromSubnetMask() ?? undefined) : undefined;
}

/** Negative, zero or positive, for sorting: by number, IPv4 before IPv6. */
export function compareAddresses(left: string, right: string): number {
  const byFamily = bitsOf(left) - bitsOf(right);
  if (byFamily !== 0) return byFamily;
  const difference = toNumber(left) - toNumber(right);
  return difference < 0n ? -1 : Number(difference > 0n);
}

function bitsOf(address: string): number {
  return address.includes(':') ? 128 : 32;
}

/** A matrix asks this some ten thousand times, so IPv4 does without the library's parser. */
function toNumber(address: string): bigint {
  if (bitsOf(address) === 32)
    return BigInt(address.split('.').reduce((number, part) => number * 256 + Number(part), 0));
  return ipaddr
    .parse(address)
    .toByteArray()
    .reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

/** `like`: an address of the wanted family. */
function toAddress(number: bigint, like: string): string {
  const count = bitsOf(like) / 8;
  const bytes = Array.from({ length: count }, (_, index) =>
    Number((number >> BigInt(8 * (count - 1 - index))) & 0xffn),
  );
  return normalAddress(ipaddr.fromByteArray(bytes).toString());
}

function hostBits(cidr: Cidr): bigint {
  return BigInt(bitsOf(cidr.address) - cidr.prefixLength);
}

function firstNumber(cidr: Cidr): bigint {
  return (toNumber(cidr.address) >> hostBits(cidr)) << hostBits(cidr);
}

function lastNumber(cidr: Cidr): bigint {
  return firstNumber(cidr) + (1n << hostBits(cidr)) - 1n;
}

function firstUsableNumber(cidr: Cidr): bigint {
  return hostBits(cidr) <= 1n ? firstNumber(cidr) : firstNumber(cidr) + 1n;
}

/** IPv6 has no broadcast address. */
function lastUsableNumber(cidr: Cidr): bigint {
  return hostBits(cidr) <= 1n || bitsOf(cidr.address) === 128 ? lastNumber(cidr) : lastNumber(cidr) - 1n;
}
