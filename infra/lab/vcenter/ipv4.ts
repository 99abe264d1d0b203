// IPv4 arithmetic of the lab, on numbers: kept apart from the product's own, so that one can prove the other wrong.

/** Dotted decimal to a number, or `undefined` for anything else. */
export function parseIpv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const octets = match.slice(1).map(Number);
  if (octets.some((octet) => octet > 255)) return undefined;
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

export function toIpv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

/** `text` plus `offset` addresses. Throws on what is not an address. */
export function ipv4Plus(text: string, offset: number): string {
  return toIpv4(getIpv4(text) + offset);
}

export function toMask(prefixLength: number): string {
  return toIpv4(maskOf(prefixLength));
}

/** The prefix length of a contiguous mask such as 255.255.255.252, or `undefined`. */
export function parseMask(text: string): number | undefined {
  const value = parseIpv4(text);
  if (value === undefined) return undefined;
  for (let prefixLength = 0; prefixLength <= 32; prefixLength += 1) {
    if (maskOf(prefixLength) === value) return prefixLength;
  }
  return undefined;
}

export function toNetwork(address: string, prefixLength: number): string {
  return toIpv4(networkOf(getIpv4(address), prefixLength));
}

/** Whether `address` lies in the subnet of `of`/`prefixLength`. */
export function isOnLink(address: string, of: string, prefixLength: number): boolean {
  const candidate = parseIpv4(address);
  const own = parseIpv4(of);
  if (candidate === undefined || own === undefined) return false;
  return networkOf(candidate, prefixLength) === networkOf(own, prefixLength);
}

/** Whether a host may have this address: no network or broadcast address, no multicast, loopback or reserved one. */
export function isHostAddress(address: string, prefixLength: number): boolean {
  const value = parseIpv4(address);
  if (value === undefined || prefixLength < 1 || prefixLength > 32) return false;
  const first = value >>> 24;
  if (first === 0 || first === 127 || first >= 224) return false;
  if (prefixLength >= 31) return true;
  const network = networkOf(value, prefixLength);
  return value !== network && value !== network + 2 ** (32 - prefixLength) - 1;
}

function maskOf(prefixLength: number): number {
  return prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
}

function networkOf(value: number, prefixLength: number): number {
  return (value & maskOf(prefixLength)) >>> 0;
}

function getIpv4(text: string): number {
  const value = parseIpv4(text);
  if (value === undefined) throw new Error(`${text} is not an IPv4 address`);
  return value;
}
