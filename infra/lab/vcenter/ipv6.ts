// IPv6 arithmetic of the lab, on big integers: kept apart from the product's own, as that for IPv4 is.

const GROUPS = 8;

/** The address as a number, or `undefined` for anything else. Without zones and without dotted decimal. */
export function parseIpv6(text: string): bigint | undefined {
  const halves = text.toLowerCase().split('::');
  if (halves.length > 2 || !text.includes(':')) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = GROUPS - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** The one spelling of RFC 5952. */
export function toIpv6(value: bigint): string {
  const groups = Array.from({ length: GROUPS }, (_, index) =>
    ((value >> BigInt(16 * (GROUPS - 1 - index))) & 0xffffn).toString(16),
  );
  const runs = [...groups.join(':').matchAll(/(?:^|(?<=:))0(?::0)+(?=$|:)/g)];
  const longest = runs.toSorted((a, b) => b[0].length - a[0].length)[0];
  const text = groups.join(':');
  if (longest === undefined) return text;
  const head = text.slice(0, longest.index).replace(/:$/, '');
  return `${head}::${text.slice(longest.index + longest[0].length).replace(/^:/, '')}`;
}

export function isOnLink6(address: string, of: string, prefixLength: number): boolean {
  const [candidate, own] = [parseIpv6(address), parseIpv6(of)];
  if (candidate === undefined || own === undefined) return false;
  const shift = BigInt(128 - prefixLength);
  return candidate >> shift === own >> shift;
}

/** The first address of the network that `address` lies in. */
export function toNetwork6(address: string, prefixLength: number): string {
  const value = parseIpv6(address);
  if (value === undefined) throw new Error(`${address} is not an IPv6 address`);
  const shift = BigInt(128 - prefixLength);
  return toIpv6((value >> shift) << shift);
}

/** `text` plus `offset` addresses. Throws on what is not an address. */
export function ipv6Plus(text: string, offset: number): string {
  const value = parseIpv6(text);
  if (value === undefined) throw new Error(`${text} is not an IPv6 address`);
  return toIpv6(value + BigInt(offset));
}

/** The address that an adapter makes from its MAC in a network of 64 bits. */
export function fromMac(network: string, mac: string): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  const value = parseIpv6(network);
  if (value === undefined) throw new Error(`${network} is not an IPv6 network`);
  const id = [a ^ 2, b, c, 0xff, 0xfe, d, e, f].reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return toIpv6(((value >> 64n) << 64n) | id);
}

/** The link-local address that every adapter gives itself. */
export function linkLocal(mac: string): string {
  return fromMac('fe80::', mac);
}
