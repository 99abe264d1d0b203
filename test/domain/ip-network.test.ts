import * as fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import {
  addressAfter,
  compareAddresses,
  contains,
  firstUsable,
  isCidr,
  isIpv4,
  networkAddress,
  normalAddress,
  nthSubnet,
  parseCidr,
  subnetText,
  toNetmask,
  toPrefixLength,
  unusableBecause,
  usableAddress,
} from '../../shared/domain/ip-network.ts';

const anIpv4 = fc.ipV4();
function throws(act: () => unknown): boolean {
  try {
    act();
    return false;
  } catch {
    return true;
  }
}

const aCidr = fc.record({ address: anIpv4, prefixLength: fc.integer({ min: 0, max: 32 }) });

describe('reading', () => {
  it.each([
    { text: '172.17.8.2/30', expected: true },
    { text: '2001:db8::1/64', expected: true },
    { text: '0.0.0.0/0', expected: true },
    { text: '172.17.8.2', expected: false },
    { text: '172.17.8.2/', expected: false },
    { text: '172.17.8.2/33', expected: false },
    { text: '172.17.8.2/030', expected: false },
    { text: '172.17.8/24', expected: false },
    { text: '010.0.0.1/24', expected: false },
    { text: '0x0a.0.0.1/24', expected: false },
    { text: '10.0.0.256/24', expected: false },
    { text: '10.0.0.1/24/24', expected: false },
    { text: ' 10.0.0.1/24', expected: false },
    { text: 'fe80::1%vmk0/64', expected: false },
    { text: '2001:db8::1/129', expected: false },
    { text: '', expected: false },
  ])('says $expected to the CIDR "$text"', ({ text, expected }) => {
    expect(isCidr(text)).toBe(expected);
  });

  it('throws for what is no CIDR', () => {
    expect(() => parseCidr('esx01')).toThrow('not an address with a prefix length: esx01');
  });

  it('spells one IPv6 address in one way', () => {
    expect(parseCidr('2001:DB8:0:0::1/64')).toEqual({ address: '2001:db8::1', prefixLength: 64 });
    expect(normalAddress('2001:0db8::0001')).toBe('2001:db8::1');
  });

  it('agrees with its reader on any text', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9.:/a-f]{0,20}$/));
    fc.assert(
      fc.property(text, (text) => {
        const read = () => parseCidr(text).prefixLength >= 0;
        return isCidr(text) ? read() : throws(read);
      }),
    );
    expect(isIpv4('')).toBe(false);
  });

  it('are what the library takes for four decimal parts, whatever the text', () => {
    const part = fc.oneof(
      fc.nat(300).map(String),
      fc.constantFrom('', '00', '01', '1e1', '0x1', ' 1', '1\n', '-1', '١'),
    );
    const text = fc.oneof(
      fc.array(part, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.')),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (one) => {
        expect(isIpv4(one)).toBe(ipaddr.IPv4.isValidFourPartDecimal(one));
      }),
    );
  });
});

describe('subnets', () => {
  it.each([
    { cidr: '172.17.12.105/30', network: '172.17.12.104', last: '172.17.12.107', first: '172.17.12.105' },
    { cidr: '172.16.1.51/24', network: '172.16.1.0', last: '172.16.1.255', first: '172.16.1.1' },
    { cidr: '10.0.0.7/31', network: '10.0.0.6', last: '10.0.0.7', first: '10.0.0.6' },
    { cidr: '10.0.0.7/32', network: '10.0.0.7', last: '10.0.0.7', first: '10.0.0.7' },
    { cidr: '200.1.2.3/0', network: '0.0.0.0', last: '255.255.255.255', first: '0.0.0.1' },
    { cidr: '2001:db8::5/126', network: '2001:db8::4', last: '2001:db8::7', first: '2001:db8::5' },
  ])('knows the ends of $cidr', ({ cidr, network, last, first }) => {
    const parsed = parseCidr(cidr);
    expect([networkAddress(parsed), firstUsable(parsed)]).toEqual([network, first]);
    expect(contains(parsed, last)).toBe(true);
    const after = addressAfter(last, 1);
    expect(after !== undefined && contains(parsed, after)).toBe(false);
  });

  it.each([
    { cidr: '172.17.12.104/30', reason: 'it is the network address of 172.17.12.104/30' },
    { cidr: '172.17.12.107/30', reason: 'it is the broadcast address of 172.17.12.104/30' },
    { cidr: '172.17.12.105/30', reason: undefined },
    { cidr: '10.0.0.6/31', reason: undefined },
    { cidr: '10.0.0.7/31', reason: undefined },
    { cidr: '10.0.0.7/32', reason: undefined },
    { cidr: '224.0.0.5/24', reason: 'it is a multicast address' },
    { cidr: '127.0.0.1/8', reason: 'it is a loopback address' },
    { cidr: '0.0.0.5/24', reason: 'it names no single host' },
    { cidr: '2001:db8::/64', reason: 'it is the network address of 2001:db8::/64' },
    { cidr: '2001:db8::ffff:ffff:ffff:ffff/64', reason: undefined },
    { cidr: '2001:db8::/127', reason: undefined },
    { cidr: '255.255.255.255/32', reason: 'it names no single host' },
  ])('says why a host can or can not have $cidr', ({ cidr, reason }) => {
    expect(unusableBecause(parseCidr(cidr))).toBe(reason);
  });

  it('never contains an address of the other family', () => {
    expect(contains(parseCidr('0.0.0.0/0'), '::1')).toBe(false);
    expect(contains(parseCidr('::/0'), '10.0.0.1')).toBe(false);
  });

  it('contains its own ends and not their neighbours', () => {
    fc.assert(
      fc.property(aCidr, (cidr) => {
        expect(contains(cidr, networkAddress(cidr))).toBe(true);
        const size = 2 ** (32 - cidr.prefixLength);
        expect(contains(cidr, addressAfter(networkAddress(cidr), size - 1) ?? '')).toBe(true);
        const outside = [addressAfter(networkAddress(cidr), size), addressAfter(networkAddress(cidr), -1)];
        expect(outside.some((address) => address !== undefined && contains(cidr, address))).toBe(false);
      }),
    );
  });

  it('agrees with itself about who shares a subnet', () => {
    fc.assert(
      fc.property(aCidr, anIpv4, (cidr, address) => {
        expect(subnetText(cidr) === subnetText({ ...cidr, address })).toBe(contains(cidr, address));
      }),
    );
  });

  it('hands out usable addresses only, in order, and stops at the end', () => {
    const subnet = parseCidr('172.17.8.0/29');
    const all = Array.from({ length: 8 }, (_, index) => usableAddress(subnet, index));
    expect(all).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => `172.17.8.${n}`).concat([undefined as never, undefined as never]),
    );
    for (const address of all.slice(0, 6))
      expect(unusableBecause({ address: address ?? '', prefixLength: 29 })).toBeUndefined();
  });

  it('cuts a network into subnets that do not overlap', () => {
    const whole = parseCidr('172.17.8.0/22');
    expect(subnetText(nthSubnet(whole, 30, 1) ?? whole)).toBe('172.17.8.4/30');
    expect(subnetText(nthSubnet(whole, 30, 255) ?? whole)).toBe('172.17.11.252/30');
    expect(nthSubnet(whole, 30, 256)).toBeUndefined();
    const small = parseCidr('10.0.0.1/30');
    expect(nthSubnet(small, 32, 3)).toEqual({ address: '10.0.0.3', prefixLength: 32 });
    expect(nthSubnet(small, 32, 4)).toBeUndefined();
  });
});

describe('netmasks', () => {
  it('turns every prefix length into a mask and back', () => {
    for (let length = 0; length <= 32; length++) expect(toPrefixLength(toNetmask(length))).toBe(length);
  });

  it.each(['255.0.255.0', '0.0.0.255', 'mask', '255.255.255'])('takes no prefix length from %s', (mask) => {
    expect(toPrefixLength(mask)).toBeUndefined();
  });
});

describe('order', () => {
  it('ends at the first and at the last address of a family', () => {
    expect([addressAfter('0.0.0.1', -1), addressAfter('0.0.0.0', -1)]).toEqual(['0.0.0.0', undefined]);
    const last = '255.255.255.255';
    expect([addressAfter('255.255.255.254', 1), addressAfter(last, 1)]).toEqual([last, undefined]);
    expect(addressAfter('::', -1)).toBeUndefined();
  });

  it('is no order between an address and itself', () => {
    expect([compareAddresses('10.0.0.9', '10.0.0.9'), compareAddresses('fd00::9', 'fd00::9')]).toEqual([0, 0]);
  });

  it('is by number, IPv4 first', () => {
    const mixed = ['::1', '10.0.0.10', '10.0.0.9', '2.0.0.0'];
    expect(mixed.toSorted(compareAddresses)).toEqual(['2.0.0.0', '10.0.0.9', '10.0.0.10', '::1']);
  });

  it('is the order of adding', () => {
    fc.assert(
      fc.property(anIpv4, fc.integer({ min: 1, max: 100_000 }), (address, offset) => {
        const later = addressAfter(address, offset);
        fc.pre(later !== undefined);
        expect(compareAddresses(address, later)).toBeLessThan(0);
        expect(compareAddresses(later, address)).toBeGreaterThan(0);
        expect(addressAfter(later, -offset)).toBe(address);
      }),
    );
  });
});
