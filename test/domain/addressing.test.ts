import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveAddresses } from '../../shared/domain/addressing.ts';
import { contains, unusableBecause } from '../../shared/domain/ip-network.ts';
import type { AddressRule, GatewayRule, Profile } from '../../shared/domain/profile.ts';

function aProfile(rules: AddressRule[], gateway: GatewayRule = { kind: 'none' }): Profile {
  return {
    stack: { gateway },
    adapters: rules.map((ipv4, index) => ({
      label: 'abcd'[index] ?? 'z',
      attach: { kind: 'standard', switchName: 'vSwitch1', portGroup: `vMotion-${index}`, vlanId: 101 + index },
      mtuBytes: 9000,
      ipv4,
    })),
    oldAdapters: 'remove',
    reach: 'routed',
    rollout: { canary: 1, wave: 2, pingGateway: true },
  };
}

const host = (name: string, managementAddress?: string) => ({ name, managementAddress });
const perHost = (addresses: Record<string, string>): AddressRule => ({ kind: 'per-host', addresses });
const octet: AddressRule = { kind: 'management-octet', network: '172.16.1.0', prefixLength: 24 };
const slash30s: AddressRule = {
  kind: 'subnet-per-host',
  network: '172.17.8.0',
  prefixLength: 22,
  subnetPrefixLength: 30,
};
const range = (from: string, to: string): AddressRule => ({ kind: 'range', from, to, prefixLength: 24 });

/** host -> "address/prefix" of each adapter. */
function addresses(profile: Profile, hosts: ReturnType<typeof host>[]): Record<string, string[]> {
  const wanted = resolveAddresses(profile, hosts);
  return Object.fromEntries(
    [...wanted].map(([name, one]) => [name, one.adapters.map((a) => `${a.address}/${a.prefixLength}`)]),
  );
}

function findings(profile: Profile, hosts: ReturnType<typeof host>[]) {
  return [...resolveAddresses(profile, hosts).values()].flatMap((one) => one.findings);
}

const codes = (profile: Profile, hosts: ReturnType<typeof host>[]) => findings(profile, hosts).map((one) => one.code);

describe('addresses by host', () => {
  it('are found by full name or first label, in any case, the full name first', () => {
    const rule = perHost({
      ESX01: '10.0.1.1/24',
      'esx02.lab.local': '10.0.1.2/24',
      esx02: '10.0.1.99/24',
    });
    expect(addresses(aProfile([rule]), [host('esx01.lab.local'), host('esx02.LAB.local')])).toEqual({
      'esx01.lab.local': ['10.0.1.1/24'],
      'esx02.LAB.local': ['10.0.1.2/24'],
    });
  });

  it('are not guessed from the first number of a host known by its address', () => {
    expect(codes(aProfile([perHost({ 10: '10.0.1.1/24' })]), [host('10.0.0.51')])).toEqual(['no-address-for-host']);
  });

  it('say which host is missing and where to add it', () => {
    expect(findings(aProfile([perHost({ esx01: '10.0.1.1/24' })]), [host('esx02.lab.local')])).toEqual([
      {
        code: 'no-address-for-host',
        severity: 'blocking',
        host: 'esx02.lab.local',
        message: 'esx02.lab.local gets no address: it is not among the hosts listed.',
        remedy: 'Add esx02.lab.local under profile.adapters[0].ipv4.hosts in vmotion.yaml.',
      },
    ]);
  });

  it('refuse the network address of a /30 and name the place', () => {
    const [finding] = findings(aProfile([perHost({ 'esx01.lab.local': '172.17.12.104/30' })]), [
      host('esx01.lab.local'),
    ]);
    expect(finding?.code).toBe('address-not-usable');
    expect(finding?.message).toBe(
      "esx01.lab.local can't have 172.17.12.104/30: it is the network address of 172.17.12.104/30.",
    );
    expect(finding?.remedy).toContain('profile.adapters[0].ipv4.hosts["esx01.lab.local"]');
  });

  it.each(['172.17.12.107/30', 'nonsense', '10.0.0.1', '2001:db8::1/64'])('refuse %s', (value) => {
    expect(codes(aProfile([perHost({ esx01: value })]), [host('esx01')])).toEqual(['address-not-usable']);
  });
});

describe('a range', () => {
  it('is handed out in the natural order of names, however they arrive', () => {
    const hosts = [host('esx10'), host('esx9'), host('esx1')];
    expect(addresses(aProfile([range('172.16.1.10', '172.16.1.80')]), hosts)).toEqual({
      esx1: ['172.16.1.10/24'],
      esx9: ['172.16.1.11/24'],
      esx10: ['172.16.1.12/24'],
    });
  });

  it('that runs out leaves the last hosts without an address', () => {
    const found = findings(aProfile([range('172.16.1.10', '172.16.1.11')]), [host('esx3'), host('esx1'), host('esx2')]);
    expect(found.map((one) => [one.code, one.host])).toEqual([['no-address-for-host', 'esx3']]);
    expect(found[0]?.message).toContain('172.16.1.10-172.16.1.11 is used up before host number 3');
  });

  it('never leaves its subnet', () => {
    const hosts = ['a', 'b', 'c', 'd'].map((name) => host(name));
    expect(codes(aProfile([range('172.16.1.253', '172.16.2.10')]), hosts)).toEqual([
      'address-not-usable', // c: .255, the broadcast address
      'address-outside-subnet', // d: .0 of the next subnet
    ]);
  });

  it('gives each host its own address, whatever the order of arrival', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^esx[0-9]{1,3}$/), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(names, fc.nat(), (all, seed) => {
        const profile = aProfile([range('172.16.1.10', '172.16.1.80')]);
        const shuffled = all.toSorted((a, b) => ((a.length * 31 + seed) % 7) - ((b.length * 17 + seed) % 5) || -1);
        const given = addresses(
          profile,
          shuffled.map((name) => host(name)),
        );
        expect(given).toEqual(
          addresses(
            profile,
            all.map((name) => host(name)),
          ),
        );
        expect(new Set(Object.values(given).flat()).size).toBe(all.length);
      }),
    );
  });
});

describe('the management octet', () => {
  it('gives 172.16.N.51 to the host whose management address ends in .51', () => {
    const profile = aProfile([octet, { ...octet, network: '172.16.2.0' }]);
    expect(addresses(profile, [host('esx01', '10.0.0.51')])).toEqual({ esx01: ['172.16.1.51/24', '172.16.2.51/24'] });
  });

  it.each([undefined, 'fd00::51'])('gives nothing to a host whose management address is %s', (managementAddress) => {
    expect(codes(aProfile([octet]), [host('esx01', managementAddress)])).toEqual(['no-address-for-host']);
  });

  it('refuses an octet that the subnet has not got', () => {
    const rule: AddressRule = { kind: 'management-octet', network: '172.16.1.128', prefixLength: 25 };
    const [finding] = findings(aProfile([rule]), [host('esx01', '10.0.0.51')]);
    expect(finding?.code).toBe('address-outside-subnet');
    expect(finding?.message).toBe('esx01: 172.16.1.51 lies outside 172.16.1.128/25.');
  });

  it('refuses the octets 0 and 255', () => {
    expect(codes(aProfile([octet]), [host('esx01', '10.0.1.0'), host('esx02', '10.0.0.255')])).toEqual([
      'address-not-usable',
      'address-not-usable',
    ]);
  });

  it('shows both hosts when two management addresses end alike', () => {
    const found = findings(aProfile([octet]), [host('esx01', '10.0.0.51'), host('esx02', '10.0.9.51')]);
    expect(found.map((one) => [one.code, one.host])).toEqual([
      ['duplicate-address', 'esx01'],
      ['duplicate-address', 'esx02'],
    ]);
    expect(found[0]?.message).toBe('172.16.1.51 is the address of adapter a of esx01 and also of adapter a of esx02.');
  });
});

describe('a subnet per host', () => {
  it('gives host i the second address of subnet i and leaves the first to its gateway', () => {
    const wanted = resolveAddresses(aProfile([slash30s], { kind: 'first-address' }), [host('esx12'), host('esx11')]);
    const seen = [...wanted].map(([name, one]) => [name, one.adapters[0]?.address, one.gateway, one.findings.length]);
    expect(seen).toEqual([
      ['esx11', '172.17.8.2', '172.17.8.1', 0],
      ['esx12', '172.17.8.6', '172.17.8.5', 0],
    ]);
  });

  it('runs out after the last subnet', () => {
    const rule: AddressRule = { ...slash30s, prefixLength: 29 };
    const found = findings(aProfile([rule]), [host('a'), host('b'), host('c')]);
    expect(found.map((one) => [one.code, one.host])).toEqual([['no-address-for-host', 'c']]);
    expect(found[0]?.message).toContain('172.17.8.0/29 has no /30 left for host number 3');
  });

  it('has no room in a /32', () => {
    expect(codes(aProfile([{ ...slash30s, subnetPrefixLength: 32 }]), [host('a')])).toEqual(['no-address-for-host']);
  });

  it('gives every host a usable address with a gateway of its own beside it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 24, max: 31 }), fc.integer({ min: 1, max: 20 }), (subnetPrefixLength, count) => {
        const rule: AddressRule = {
          kind: 'subnet-per-host',
          network: '10.0.0.0',
          prefixLength: 16,
          subnetPrefixLength,
        };
        const hosts = Array.from({ length: count }, (_, index) => host(`esx${index}`));
        const wanted = resolveAddresses(aProfile([rule], { kind: 'first-address' }), hosts);
        for (const { adapters, gateway, findings } of wanted.values()) {
          const { address = '', prefixLength = 0 } = adapters[0] ?? {};
          const own = { address, prefixLength };
          expect(findings).toEqual([]);
          expect(unusableBecause(own)).toBeUndefined();
          expect(contains(own, gateway ?? '')).toBe(true);
        }
        expect(new Set([...wanted.values()].map((one) => one.gateway)).size).toBe(count);
      }),
    );
  });
});

describe('the gateway', () => {
  const one = perHost({ esx01: '172.17.8.2/30' });

  it.each<{ gateway: GatewayRule; address: string | undefined; expected: string[] }>([
    { gateway: { kind: 'none' }, address: undefined, expected: [] },
    { gateway: { kind: 'first-address' }, address: '172.17.8.1', expected: [] },
    { gateway: { kind: 'address', address: '172.17.8.1' }, address: '172.17.8.1', expected: [] },
    {
      gateway: { kind: 'address', address: '172.17.9.1' },
      address: '172.17.9.1',
      expected: ['gateway-outside-subnet'],
    },
    {
      gateway: { kind: 'address', address: '172.17.8.2' },
      address: '172.17.8.2',
      expected: ['gateway-is-own-address'],
    },
    { gateway: { kind: 'address', address: '172.17.8.3' }, address: '172.17.8.3', expected: ['address-not-usable'] },
    { gateway: { kind: 'address', address: '172.17.8.0' }, address: '172.17.8.0', expected: ['address-not-usable'] },
    { gateway: { kind: 'address', address: 'router' }, address: 'router', expected: ['gateway-outside-subnet'] },
    { gateway: { kind: 'per-host', addresses: { esx01: '172.17.8.1' } }, address: '172.17.8.1', expected: [] },
    { gateway: { kind: 'per-host', addresses: {} }, address: undefined, expected: ['no-gateway-for-host'] },
  ])('by $gateway is $address with $expected', ({ gateway, address, expected }) => {
    const wanted = resolveAddresses(aProfile([one], gateway), [host('esx01')]).get('esx01');
    expect(wanted?.gateway).toBe(address);
    expect(wanted?.findings.map((finding) => finding.code)).toEqual(expected);
  });

  it('names the subnets it is not in and the line to mend', () => {
    const gateway: GatewayRule = { kind: 'per-host', addresses: { esx01: '172.17.8.99' } };
    expect(findings(aProfile([one], gateway), [host('esx01')])).toMatchObject([
      {
        message: "esx01: the gateway 172.17.8.99 lies outside every adapter's subnet (172.17.8.0/30).",
        remedy: 'Correct profile.stack.gateway.esx01 in vmotion.yaml.',
      },
    ]);
  });

  it("may lie in the second adapter's subnet", () => {
    const profile = aProfile([one, perHost({ esx01: '10.0.2.5/24' })], { kind: 'address', address: '10.0.2.1' });
    expect(codes(profile, [host('esx01')])).toEqual([]);
  });

  it('of the first address is not asked for when the first adapter has none', () => {
    const profile = aProfile([perHost({}), perHost({ esx01: '10.0.2.5/24' })], { kind: 'first-address' });
    const wanted = resolveAddresses(profile, [host('esx01')]).get('esx01');
    expect(wanted?.gateway).toBeUndefined();
    expect(wanted?.adapters.map((adapter) => adapter.label)).toEqual(['b']);
    expect(wanted?.findings.map((finding) => finding.code)).toEqual(['no-address-for-host']);
  });

  it('of the first address is refused to the host that has it as its own', () => {
    const profile = aProfile([perHost({ esx01: '10.0.2.1/24' })], { kind: 'first-address' });
    expect(codes(profile, [host('esx01')])).toEqual(['gateway-is-own-address']);
  });

  it('may be shared, but not with an adapter of another host', () => {
    const rule = perHost({ esx01: '10.0.2.1/24', esx02: '10.0.2.2/24', esx03: '10.0.2.3/24' });
    const gateway: GatewayRule = {
      kind: 'per-host',
      addresses: { esx01: '10.0.2.254', esx02: '10.0.2.254', esx03: '10.0.2.1' },
    };
    const found = findings(aProfile([rule], gateway), [host('esx01'), host('esx02'), host('esx03')]);
    expect(found.map((one) => [one.code, one.message])).toEqual([
      ['duplicate-address', '10.0.2.1 is the address of adapter a of esx01 and also of the gateway of esx03.'],
      ['duplicate-address', '10.0.2.1 is the address of the gateway of esx03 and also of adapter a of esx01.'],
    ]);
  });
});

describe('the same address twice', () => {
  it('is seen between two adapters of one host', () => {
    const rule = perHost({ esx01: '10.0.2.1/24' });
    const found = findings(aProfile([rule, rule]), [host('esx01')]);
    expect(found.map((one) => one.code)).toEqual(['duplicate-address', 'duplicate-address']);
    expect(found[0]?.message).toContain('adapter a of esx01 and also of adapter b of esx01');
  });

  it('names three and counts the rest', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const rule = perHost(Object.fromEntries(names.map((name) => [name, '10.0.2.1/24'])));
    const [first] = findings(
      aProfile([rule]),
      names.map((name) => host(name)),
    );
    expect(first?.message).toContain('adapter a of b, adapter a of c, adapter a of d, 2 more');
  });

  it('is always a finding for each of its holders, and only then', () => {
    const hostCount = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(
        hostCount,
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 8, maxLength: 8 }),
        (count, octets) => {
          const names = Array.from({ length: count }, (_, index) => `esx${index}`);
          const rule = perHost(Object.fromEntries(names.map((name, index) => [name, `10.0.2.${octets[index]}/24`])));
          const wanted = resolveAddresses(
            aProfile([rule]),
            names.map((name) => host(name)),
          );
          for (const [index, name] of names.entries()) {
            const isShared = octets.slice(0, count).filter((octet) => octet === octets[index]).length > 1;
            expect(wanted.get(name)?.findings.map((one) => one.code)).toEqual(isShared ? ['duplicate-address'] : []);
          }
        },
      ),
    );
  });
});
