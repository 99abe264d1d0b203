// What vmotion.yaml's rules give beside plain IPv4: DHCP, IPv6, gateways of single adapters, and where a refusal points to.
import { describe, expect, it } from 'vitest';
import { resolveAddresses, type WantedHost } from '../../shared/domain/addressing.ts';
import { isLinkLocal } from '../../shared/domain/ipv6-rule.ts';
import type { AdapterProfile, AddressRule, Profile } from '../../shared/domain/profile.ts';
import { aProfile } from '../support/builders.ts';

const DHCP: AddressRule = { kind: 'dhcp' };
const perHost = (addresses: Record<string, string>): AddressRule => ({ kind: 'per-host', addresses });

function profileOf(adapters: Partial<AdapterProfile>[], stack: Partial<Profile['stack']> = {}): Profile {
  return aProfile({
    stack: { gateway: { kind: 'none' }, ...stack },
    adapters: adapters.map((change, index) => ({
      label: 'abc'[index] ?? 'z',
      attach: { kind: 'standard', switchName: 'vSwitch1', portGroup: `vMotion-${index}`, vlanId: 101 },
      mtuBytes: 9000,
      ipv4: DHCP,
      ...change,
    })),
  });
}

function resolve(profile: Profile, managementAddress = '10.0.0.51', name = 'esx01'): WantedHost {
  const wanted = resolveAddresses(profile, [{ name, managementAddress }]).get(name);
  if (wanted === undefined) throw new Error('no such host');
  return wanted;
}

const told = ({ findings }: WantedHost) => findings.map(({ code, severity }) => [code, severity]);

describe('an address by DHCP', () => {
  it('is nobody’s to declare: the adapter has none, and nothing is wrong with it', () => {
    const { adapters, findings } = resolve(profileOf([{}]));
    expect(adapters).toStrictEqual([
      {
        label: 'a',
        attach: { kind: 'standard', switchName: 'vSwitch1', portGroup: 'vMotion-0', vlanId: 101 },
        mtuBytes: 9000,
      },
    ]);
    expect(findings).toEqual([]);
  });

  it('may lie in any gateway’s subnet, the host’s own or the adapter’s', () => {
    const gateway = { kind: 'address' as const, address: '10.9.9.1' };
    expect(told(resolve(profileOf([{}], { gateway })))).toEqual([]);
    expect(told(resolve(profileOf([{ ipv4: perHost({ esx01: '10.0.1.1/24' }) }, {}], { gateway })))).toEqual([]);
    const override = resolve(profileOf([{ gatewayOverride: gateway }]));
    expect(override.adapters[0]?.gatewayOverride).toBe('10.9.9.1');
    expect(told(override)).toEqual([]);
  });

  it('of every adapter still needs a gateway that is an address', () => {
    expect(told(resolve(profileOf([{}], { gateway: { kind: 'address', address: 'router' } })))).toEqual([
      ['gateway-outside-subnet', 'blocking'],
    ]);
  });
});

describe('the gateway of a single adapter', () => {
  it('is judged by that adapter’s subnet, and named where it stands', () => {
    const ipv4 = perHost({ esx01: '10.0.1.5/24' });
    const good = resolve(profileOf([{ ipv4, gatewayOverride: { kind: 'address', address: '10.0.1.1' } }]));
    expect([good.adapters[0]?.gatewayOverride, good.findings]).toEqual(['10.0.1.1', []]);
    const other = perHost({ esx01: '10.0.2.5/24' });
    const bad = resolve(
      profileOf([{ ipv4: other }, { ipv4, gatewayOverride: { kind: 'address', address: '10.0.2.1' } }]),
    );
    expect(told(bad)).toEqual([['gateway-outside-subnet', 'blocking']]);
    expect(bad.findings[0]?.remedy).toBe('Correct profile.adapters[1].gatewayOverride in vmotion.yaml.');
  });

  it('is not told where none is declared', () => {
    expect(resolve(profileOf([{}])).adapters[0]).not.toHaveProperty('gatewayOverride');
  });

  it('must not be an adapter’s address on another host', () => {
    const ipv4 = perHost({ esx01: '10.0.1.5/24', esx02: '10.0.1.6/24' });
    const gatewayOverride = { kind: 'per-host' as const, addresses: { esx01: '10.0.1.6', esx02: '10.0.1.1' } };
    const hosts = ['esx01', 'esx02'].map((name) => ({ name, managementAddress: undefined }));
    const wanted = [...resolveAddresses(profileOf([{ ipv4, gatewayOverride }]), hosts).values()];
    expect(wanted.map(told)).toEqual([[['duplicate-address', 'blocking']], [['duplicate-address', 'blocking']]]);
  });
});

describe('IPv6', () => {
  it.each([
    { ipv6: { kind: 'dhcpv6' as const }, config: { dhcp: true, autoconfiguration: false, addresses: [] } },
    {
      ipv6: { kind: 'router-advertisement' as const },
      config: { dhcp: false, autoconfiguration: true, addresses: [] },
    },
    {
      ipv6: { kind: 'per-host' as const, addresses: { esx01: 'FD00:12::51/64' } },
      config: { dhcp: false, autoconfiguration: false, addresses: [{ address: 'fd00:12::51', prefixLength: 64 }] },
    },
  ])('by $ipv6.kind is what the host gets', ({ ipv6, config }) => {
    const { adapters, findings } = resolve(profileOf([{ ipv6 }]));
    expect([adapters[0]?.ipv6, findings]).toEqual([config, []]);
  });

  it.each([
    { what: 'a host that is not listed', addresses: {}, code: 'no-address-for-host', place: '' },
    { what: 'IPv4', addresses: { esx01: '10.0.0.1/24' }, code: 'address-not-usable', place: '.esx01' },
    { what: 'no prefix length', addresses: { esx01: 'fd00::1' }, code: 'address-not-usable', place: '.esx01' },
    { what: 'the network itself', addresses: { esx01: 'fd00::/64' }, code: 'address-not-usable', place: '.esx01' },
    { what: 'multicast', addresses: { esx01: 'ff02::1/64' }, code: 'address-not-usable', place: '.esx01' },
  ])('is refused for $what, and says where to mend it', ({ addresses, code, place }) => {
    const wanted = resolve(profileOf([{}, { ipv6: { kind: 'per-host', addresses } }]));
    expect(told(wanted)).toEqual([[code, 'blocking']]);
    expect(wanted.findings[0]?.remedy).toContain(`profile.adapters[1].ipv6.hosts${place} in vmotion.yaml`);
    expect(wanted.adapters[1]).not.toHaveProperty('ipv6');
  });

  it('has no address that two adapters have', () => {
    const ipv6 = { kind: 'per-host' as const, addresses: { esx01: 'fd00:12::51/64', esx02: 'fd00:12:0::51/64' } };
    const hosts = ['esx01', 'esx02'].map((name) => ({ name, managementAddress: undefined }));
    const wanted = [...resolveAddresses(profileOf([{ ipv6 }]), hosts).values()];
    expect(wanted.map(told)).toEqual([[['duplicate-address', 'blocking']], [['duplicate-address', 'blocking']]]);
    expect(wanted[0]?.findings[0]?.message).toContain('fd00:12::51 is the address of adapter a of esx01');
  });

  const fixed = { ipv6: { kind: 'per-host' as const, addresses: { esx01: 'fd00:12::51/64' } } };
  it.each([
    { what: 'within the subnet', adapters: [fixed], ipv6Gateway: 'fd00:12::1', codes: [] },
    { what: 'a link-local one', adapters: [fixed], ipv6Gateway: 'fe80::1', codes: [] },
    {
      what: 'within the subnet of the second adapter',
      adapters: [fixed, { ipv6: { kind: 'per-host' as const, addresses: { esx01: 'fd00:13::51/64' } } }],
      ipv6Gateway: 'fd00:13::1',
      codes: [],
    },
    { what: 'outside of it', adapters: [fixed], ipv6Gateway: 'fd00:13::1', codes: ['gateway-outside-subnet'] },
    { what: 'the adapter itself', adapters: [fixed], ipv6Gateway: 'fd00:12::51', codes: ['gateway-is-own-address'] },
    {
      what: 'outside, beside an adapter by DHCP',
      adapters: [fixed, { ipv6: { kind: 'dhcpv6' as const } }],
      ipv6Gateway: 'fd00:13::1',
      codes: [],
    },
    {
      what: 'outside, beside an adapter by router advertisement',
      adapters: [fixed, { ipv6: { kind: 'router-advertisement' as const } }],
      ipv6Gateway: 'fd00:13::1',
      codes: [],
    },
    { what: 'of a host without IPv6', adapters: [{}], ipv6Gateway: 'fd00:13::1', codes: [] },
  ])('has a gateway $what: $codes', ({ adapters, ipv6Gateway, codes }) => {
    const { findings } = resolve(profileOf(adapters, { ipv6Gateway }));
    expect(findings.map(({ code }) => code)).toEqual(codes);
    for (const { remedy } of findings) expect(remedy).toBe('Correct profile.stack.ipv6Gateway in vmotion.yaml.');
  });

  it.each([
    { address: 'fe80::1', expected: true },
    { address: 'febf::1', expected: true },
    { address: 'fec0::1', expected: false },
    { address: '169.254.0.1', expected: false },
  ])('$address is link-local: $expected', ({ address, expected }) => {
    expect(isLinkLocal(address)).toBe(expected);
  });
});

describe('the same address twice', () => {
  const resolveAll = (profile: Profile, names: string[]) =>
    [
      ...resolveAddresses(
        profile,
        names.map((name) => ({ name, managementAddress: undefined })),
      ).values(),
    ].map(({ findings }) => findings.map(({ code, message }) => ({ code, message })));

  it('is told of gateways only against adapters: hosts may share a gateway', () => {
    const ipv4 = perHost({ esx01: '10.0.1.1/24', esx02: '10.0.1.2/24', esx03: '10.0.1.3/24' });
    const gateway = {
      kind: 'per-host' as const,
      addresses: { esx01: '10.0.1.3', esx02: '10.0.1.3', esx03: '10.0.1.254' },
    };
    expect(
      resolveAll(profileOf([{ ipv4 }], { gateway }), ['esx01', 'esx02', 'esx03']).map((one) => one[0]?.message),
    ).toEqual([
      '10.0.1.3 is the address of the gateway of esx01 and also of adapter a of esx03.',
      '10.0.1.3 is the address of the gateway of esx02 and also of adapter a of esx03.',
      '10.0.1.3 is the address of adapter a of esx03 and also of the gateway of esx01, the gateway of esx02.',
    ]);
  });

  it('names three others without counting none', () => {
    const names = ['a', 'b', 'c', 'd'];
    const ipv4 = perHost(Object.fromEntries(names.map((name) => [name, '10.0.2.1/24'])));
    expect(resolveAll(profileOf([{ ipv4 }]), names)[0]?.[0]?.message).toBe(
      '10.0.2.1 is the address of adapter a of a and also of adapter a of b, adapter a of c, adapter a of d.',
    );
  });

  it('is told once where the gateway is the host’s own second adapter', () => {
    const adapters = [{ ipv4: perHost({ esx01: '10.0.1.1/24' }) }, { ipv4: perHost({ esx01: '10.0.2.1/24' }) }];
    const profile = profileOf(adapters, { gateway: { kind: 'address', address: '10.0.2.1' } });
    expect(resolveAll(profile, ['esx01'])).toMatchObject([[{ code: 'gateway-is-own-address' }]]);
  });
});

it('a host without a gateway of its own is told so, and where to add it', () => {
  const gateway = { kind: 'per-host' as const, addresses: {} };
  expect(resolve(profileOf([{}], { gateway })).findings).toMatchObject([
    {
      code: 'no-gateway-for-host',
      message: 'esx01 gets no gateway: it is not among the hosts listed.',
      remedy: 'Add esx01 under profile.stack.gateway in vmotion.yaml.',
    },
  ]);
});

describe('a refusal points to the rule that has to change', () => {
  const noHost: AddressRule = { kind: 'management-octet', network: '172.16.1.0', prefixLength: 24 };
  it.each<{ ipv4: AddressRule; management?: string; code: string; remedy: string }>([
    {
      ipv4: { kind: 'range', from: '10.0.1.2', to: '10.0.1.1', prefixLength: 24 },
      code: 'no-address-for-host',
      remedy: 'Widen profile.adapters[0].ipv4.range in vmotion.yaml.',
    },
    {
      ipv4: { kind: 'range', from: '255.255.255.255', to: '255.255.255.255', prefixLength: 24 },
      code: 'address-not-usable',
      remedy: 'Choose another address at profile.adapters[0].ipv4.range in vmotion.yaml.',
    },
    {
      ipv4: noHost,
      management: 'fd00::51',
      code: 'no-address-for-host',
      remedy:
        "Give the host's address by name (ipv4: hosts) instead of profile.adapters[0].ipv4.managementOctet in vmotion.yaml.",
    },
    {
      ipv4: { ...noHost, network: '172.16.1.128', prefixLength: 25 },
      code: 'address-outside-subnet',
      remedy: 'Correct profile.adapters[0].ipv4.managementOctet in vmotion.yaml.',
    },
    {
      ipv4: { kind: 'subnet-per-host', network: '10.0.0.0', prefixLength: 16, subnetPrefixLength: 32 },
      code: 'no-address-for-host',
      remedy: 'Give profile.adapters[0].ipv4.subnetPerHost.prefix in vmotion.yaml at most /31 (IPv4).',
    },
  ])('$ipv4.kind: $remedy', ({ ipv4, management, code, remedy }) => {
    const { findings } = resolve(profileOf([{ ipv4 }]), management);
    expect(findings).toMatchObject([{ code, remedy, severity: 'blocking' }]);
  });

  it('of a management address says which one vCenter shows', () => {
    const shown = resolve(profileOf([{ ipv4: noHost }]), 'fd00::51').findings[0]?.message;
    expect(shown).toContain('vCenter shows fd00::51');
    const wanted = resolveAddresses(profileOf([{ ipv4: noHost }]), [{ name: 'esx01', managementAddress: undefined }]);
    expect(wanted.get('esx01')?.findings[0]?.message).toContain('vCenter shows none');
  });
});
