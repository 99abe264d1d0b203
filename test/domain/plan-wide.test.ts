// Distributed switches, new standard switches, DHCP, IPv6 and stack settings: what is planned, and what is refused.
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../shared/domain/finding.ts';
import type { Host, HostNetwork } from '../../shared/domain/inventory.ts';
import type { HostPlan } from '../../shared/domain/plan.ts';
import { planCluster } from '../../shared/domain/plan-cluster.ts';
import type { AdapterProfile, Profile } from '../../shared/domain/profile.ts';
import { applySteps } from '../support/apply-steps.ts';
import { aHost, aProfile, aVmk, managementVmk, oldVmotionVmk } from '../support/builders.ts';
import { aDistributedGroup, aWideNetwork, distributed, onDistributed, onNewSwitch } from './network-shapes.ts';

const anAdapter = (change: Partial<AdapterProfile> = {}): AdapterProfile => ({
  label: 'a',
  attach: onDistributed('A'),
  mtuBytes: 9000,
  ipv4: { kind: 'management-octet', network: '172.16.1.0', prefixLength: 24 },
  ...change,
});
const profileWith = (adapter: Partial<AdapterProfile>, stack: Partial<Profile['stack']> = {}): Profile =>
  aProfile({ adapters: [anAdapter(adapter)], stack: { gateway: { kind: 'none' }, ...stack } });
const aWideHost = (number = 1, network: Partial<HostNetwork> = {}, change: Partial<Host> = {}): Host =>
  aHost(number, {
    network: aWideNetwork({ vmks: [managementVmk(number), oldVmotionVmk(number)], ...network }),
    ...change,
  });
const planOf = (host: Host, profile: Profile): HostPlan => {
  const [plan] = planCluster([host], profile);
  if (plan === undefined) throw new Error('no plan');
  return plan;
};
const codesOf = (plan: HostPlan | undefined, severity: Finding['severity']) =>
  plan?.findings.filter((finding) => finding.severity === severity).map((finding) => finding.code);

describe('on a distributed switch', () => {
  it('the adapter plugs into the port group found by its name', () => {
    const [step] = planOf(aWideHost(), profileWith({})).steps;
    expect(step).toMatchObject({
      kind: 'add-vmk',
      spec: { attachment: { ...distributed('A'), name: 'dv-vMotion-A' } },
    });
  });

  it('a change of uplinks is one step of the first changing host, before its adapters, and says whom it touches', () => {
    const profile = profileWith({ attach: onDistributed('A', 'Uplink 2') });
    const inPlace = applySteps(aWideNetwork(), planOf(aWideHost(), profile).steps);
    const isDone = aWideHost(1, { ...inPlace, distributedPortGroups: [aDistributedGroup('A')] });
    const plans = planCluster([isDone, aWideHost(2), aWideHost(3)], profile);
    const owners = plans.map((plan) => plan.steps.map((step) => step.kind).indexOf('update-distributed-port-group'));
    expect(owners).toEqual([-1, 0, -1]);
    expect(codesOf(plans[1], 'warning')).toEqual(['touches-whole-switch']);
    expect(plans[1]?.steps[0]).toMatchObject({
      from: { uplinks: { active: ['Uplink 1', 'Uplink 2'] } },
      to: { uplinks: { active: ['Uplink 2'], standby: [] }, configVersion: '1' },
    });
  });

  it('a change of uplinks is made also where no adapter is left to create', () => {
    const before = applySteps(aWideNetwork(), planOf(aWideHost(), profileWith({})).steps);
    const plan = planOf(aWideHost(1, before), profileWith({ attach: onDistributed('A', 'Uplink 1') }));
    expect(plan.kind).toBe('change');
    expect(plan.steps.map((step) => step.kind)).toEqual(['update-distributed-port-group']);
  });

  it('nothing is changed at a port group whose uplinks are as wanted', () => {
    const narrow = aDistributedGroup('A', { uplinks: { active: ['Uplink 1'], standby: [] } });
    const host = aWideHost(1, { distributedPortGroups: [narrow] });
    const plan = planOf(host, profileWith({ attach: onDistributed('A', 'Uplink 1') }));
    expect(plan.steps.map((step) => step.kind)).toEqual(['add-vmk', 'remove-vmk']);
  });

  it('an order that is the switch’s becomes the port group’s own where it is another one, and stays where it is not', () => {
    const changesFrom = (active: string[]) => {
      const group = aDistributedGroup('A', { uplinks: { active, standby: [] }, overridesUplinks: false });
      const host = aWideHost(1, { distributedPortGroups: [group] });
      const { steps } = planOf(host, profileWith({ attach: onDistributed('A', 'Uplink 1') }));
      return steps.flatMap((step) => (step.kind === 'update-distributed-port-group' ? [step.to.overridesUplinks] : []));
    };
    expect(changesFrom(['Uplink 1', 'Uplink 2'])).toEqual([true]);
    expect(changesFrom(['Uplink 1'])).toEqual([]);
  });

  it('a change of uplinks is made once for two adapters of a port group, and once for each of two port groups', () => {
    const ipv4 = { kind: 'management-octet', network: '172.16.2.0', prefixLength: 24 } as const;
    const changesWith = (second: 'A' | 'B') => {
      const adapters = [
        anAdapter({ attach: onDistributed('A', 'Uplink 1') }),
        anAdapter({ label: 'b', attach: onDistributed(second, 'Uplink 1'), ipv4 }),
      ];
      return planOf(aWideHost(), aProfile({ adapters })).steps.flatMap((step) =>
        step.kind === 'update-distributed-port-group' ? [step.to.name] : [],
      );
    };
    expect(changesWith('A')).toEqual(['dv-vMotion-A']);
    expect(changesWith('B')).toEqual(['dv-vMotion-A', 'dv-vMotion-B']);
  });

  it('no host is given a change of uplinks where none is needed', () => {
    const profile = profileWith({});
    const after = applySteps(aWideNetwork(), planOf(aWideHost(), profile).steps);
    expect(planOf(aWideHost(1, after), profile)).toMatchObject({ kind: 'in-place', steps: [], findings: [] });
  });

  it('a change of uplinks is not made for a host that is not meant', () => {
    const profile = profileWith({ attach: onDistributed('A', 'Uplink 1') });
    const plans = planCluster([aWideHost(), aWideHost(2)], profile, { isMeant: (host) => host.name === aHost(2).name });
    expect(plans.map((plan) => plan.steps.map((step) => step.kind)[0])).toEqual([
      undefined,
      'update-distributed-port-group',
    ]);
  });

  it('switch and port group are found by name where others are there, and on the switch named', () => {
    const uuid = '50 2a 00 00 00 00 00 02-00 00 00 00 00 00 00 02';
    const network = {
      distributedSwitches: [{ uuid, name: 'DVS0', mtuBytes: 9000, uplinks: [] }, ...aWideNetwork().distributedSwitches],
      distributedPortGroups: [
        aDistributedGroup('A', { key: 'dvportgroup-other', switchUuid: uuid }),
        aDistributedGroup('B'),
        aDistributedGroup('A'),
      ],
    };
    const [step] = planOf(aWideHost(1, network), profileWith({})).steps;
    expect(step).toMatchObject({ spec: { attachment: distributed('A') } });
  });

  it('two adapters of one port group are told apart by their addresses', () => {
    const second = anAdapter({
      label: 'b',
      ipv4: { kind: 'management-octet', network: '172.16.2.0', prefixLength: 24 },
    });
    const profile = aProfile({ adapters: [anAdapter(), second] });
    const both = applySteps(aWideNetwork(), planOf(aWideHost(), profile).steps);
    expect(planOf(aWideHost(1, both), profile).kind).toBe('in-place');
    const vmks = both.vmks.filter((vmk) => vmk.ipv4.address !== '172.16.1.51');
    expect(planOf(aWideHost(1, { ...both, vmks }), profile).steps).toMatchObject([
      { kind: 'add-vmk', spec: { ipv4: { address: '172.16.1.51' } } },
    ]);
  });

  it('an adapter of another service in the port group is no obstacle', () => {
    const vsan = aVmk('vmk3', {
      attachment: distributed('A'),
      services: ['vsan'],
      ipv4: { dhcp: false, address: '10.9.0.51', prefixLength: 24 },
    });
    expect(planOf(aWideHost(1, { vmks: [managementVmk(), vsan] }), profileWith({})).kind).toBe('change');
  });

  const withLag = (lag: { name: string; pnic?: string }[]) =>
    aWideNetwork().distributedSwitches.map((one) => ({ ...one, uplinks: [...one.uplinks, ...lag] }));
  const LAG = [
    { name: 'lag1', pnic: 'vmnic6' },
    { name: 'lag1', pnic: 'vmnic7' },
  ];
  const onlyUp = (...up: string[]) =>
    aWideNetwork().pnics.map(({ device }) => (up.includes(device) ? { device, linkSpeedMb: 25_000 } : { device }));

  it.each([
    { what: 'one of the uplinks has a link', network: { pnics: onlyUp('vmnic5') }, codes: [] },
    { what: 'none of them has', network: { pnics: onlyUp('vmnic0', 'vmnic2', 'vmnic6') }, codes: ['uplink-down'] },
    {
      what: 'the one on standby has',
      network: {
        pnics: onlyUp('vmnic5'),
        distributedPortGroups: [aDistributedGroup('A', { uplinks: { active: ['Uplink 1'], standby: ['Uplink 2'] } })],
      },
      codes: [],
    },
    {
      what: 'only an unused one has',
      network: {
        pnics: onlyUp('vmnic5'),
        distributedPortGroups: [aDistributedGroup('A', { uplinks: { active: ['Uplink 1'], standby: [] } })],
      },
      codes: ['uplink-down'],
    },
    {
      what: 'no pnic is behind any',
      network: {
        distributedSwitches: aWideNetwork().distributedSwitches.map((one) => ({
          ...one,
          uplinks: one.uplinks.map(({ name }) => ({ name })),
        })),
      },
      codes: ['uplink-down'],
    },
    {
      what: 'it uses none of them',
      network: {
        distributedPortGroups: [
          aDistributedGroup('A', { uplinks: { active: [], standby: [] }, overridesUplinks: true }),
        ],
      },
      codes: ['uplink-missing'],
    },
    {
      what: 'the order is not known',
      network: { distributedPortGroups: [aDistributedGroup('A', { uplinks: { active: [], standby: [] } })] },
      codes: [],
    },
    {
      what: 'a link aggregation group has a link',
      network: {
        pnics: onlyUp('vmnic7'),
        distributedSwitches: withLag(LAG),
        distributedPortGroups: [aDistributedGroup('A', { uplinks: { active: ['lag1'], standby: [] } })],
      },
      codes: [],
    },
    {
      what: 'one uplink is not known here',
      network: {
        pnics: onlyUp(),
        distributedPortGroups: [aDistributedGroup('A', { uplinks: { active: ['lag9', 'Uplink 1'], standby: [] } })],
      },
      codes: [],
    },
  ])('is planned without a named uplink unless no uplink works; here $what: $codes', ({ network, codes }) => {
    const plan = planOf(aWideHost(1, network), profileWith({ attach: onDistributed('A') }));
    expect(codesOf(plan, 'blocking')).toEqual(codes);
  });

  it.each([
    { up: ['vmnic7'], teaming: 'loadbalance_ip', codes: [] },
    { up: [], teaming: 'loadbalance_srcid', codes: ['uplink-down'] },
  ])('may be a port group that has a link aggregation group alone, with $up up', ({ up, teaming, codes }) => {
    const group = aDistributedGroup('A', { uplinks: { active: ['lag1'], standby: [] }, teaming });
    const network = { pnics: onlyUp(...up), distributedSwitches: withLag(LAG), distributedPortGroups: [group] };
    const plan = planOf(aWideHost(1, network), profileWith({ attach: onDistributed('A', 'lag1') }));
    expect(codesOf(plan, 'blocking')).toEqual(codes);
    expect(plan.steps.map(({ kind }) => kind)).not.toContain('update-distributed-port-group');
  });

  const without = (uplink: string) => ({
    distributedSwitches: aWideNetwork().distributedSwitches.map((one) => ({
      ...one,
      uplinks: one.uplinks.map(({ name, pnic }) => ({ name, pnic: name === uplink ? undefined : pnic })),
    })),
  });
  it.each([
    {
      what: 'the host is not part of the switch',
      network: { distributedSwitches: [] },
      code: 'switch-missing',
      says: 'It is part of: none.',
    },
    { what: 'the port group is not there', network: { distributedPortGroups: [] }, code: 'port-group-missing' },
    { what: 'no port group was read', network: { distributedPortGroups: undefined }, code: 'port-group-missing' },
    {
      what: 'the port group balances by IP hash',
      network: { distributedPortGroups: [{ ...aDistributedGroup('A'), teaming: 'loadbalance_ip' }] },
      code: 'ip-hash-teaming',
    },
    {
      what: 'no pnic is behind the uplink',
      network: without('Uplink 1'),
      code: 'uplink-down',
      says: 'no pnic is behind Uplink 1',
    },
    {
      what: 'the pnic behind the uplink has no link',
      network: { pnics: [{ device: 'vmnic4' }, { device: 'vmnic5', linkSpeedMb: 25_000 }] },
      code: 'uplink-down',
      says: 'Uplink 1 (vmnic4), the only active uplink',
    },
    {
      what: 'the switch passes less',
      network: { distributedSwitches: aWideNetwork().distributedSwitches.map((one) => ({ ...one, mtuBytes: 1500 })) },
      code: 'switch-mtu-too-small',
    },
  ])('is refused where $what', ({ network, code, says = '' }) => {
    const plan = planOf(aWideHost(1, network), profileWith({ attach: onDistributed('A', 'Uplink 1') }));
    expect(plan).toMatchObject({ kind: 'blocked', steps: [] });
    expect(codesOf(plan, 'blocking')).toEqual([code]);
    expect(plan.findings[0]?.message).toContain(says);
  });

  it('is refused for an uplink that the switch does not have', () => {
    const plan = planOf(aWideHost(), profileWith({ attach: onDistributed('A', 'Uplink 9') }));
    expect(codesOf(plan, 'blocking')).toEqual(['uplink-missing']);
    expect(plan.findings[0]?.message).toContain('Uplink 1, Uplink 2');
  });
});

describe('a new standard switch', () => {
  it('comes before its port groups, once for all adapters on it', () => {
    const second = anAdapter({
      label: 'b',
      attach: onNewSwitch('B'),
      ipv4: { kind: 'management-octet', network: '172.16.2.0', prefixLength: 24 },
    });
    const profile = aProfile({ adapters: [anAdapter({ attach: onNewSwitch('A') }), second] });
    expect(planOf(aWideHost(), profile).steps.map((step) => step.kind)).toEqual([
      'add-switch',
      'add-port-group',
      'add-port-group',
      'add-vmk',
      'add-vmk',
      'remove-vmk',
    ]);
  });

  const standardSwitches = aWideNetwork().standardSwitches;
  it.each([
    {
      what: 'a pnic is not there',
      network: { pnics: aWideNetwork().pnics.filter((pnic) => pnic.device !== 'vmnic7') },
      codes: ['pnic-missing'],
      says: 'There are: vmnic0, vmnic1, vmnic2, vmnic3, vmnic4, vmnic5, vmnic6.',
    },
    {
      what: 'no pnic is there',
      network: { pnics: [] },
      codes: ['pnic-missing', 'pnic-missing'],
      says: 'There are: none.',
    },
    {
      what: "a pnic is another standard switch's",
      network: {
        standardSwitches: [...standardSwitches, { name: 'vSwitch9', mtuBytes: 1500, uplinks: ['vmnic7'] }],
      },
      codes: ['pnic-in-use'],
    },
    {
      what: "a pnic is a distributed switch's",
      network: {
        distributedSwitches: aWideNetwork().distributedSwitches.map((one) => ({
          ...one,
          uplinks: [
            { name: 'Uplink 1', pnic: 'vmnic5' },
            { name: 'Uplink 2', pnic: 'vmnic6' },
          ],
        })),
      },
      codes: ['pnic-in-use'],
    },
    {
      what: 'the name is taken by a switch with another MTU',
      network: {
        standardSwitches: [...standardSwitches, { name: 'vSwitch2', mtuBytes: 1500, uplinks: ['vmnic6', 'vmnic7'] }],
      },
      codes: ['switch-differs'],
    },
    {
      what: 'the name is taken by a switch with other pnics',
      network: {
        standardSwitches: [...standardSwitches, { name: 'vSwitch2', mtuBytes: 9000, uplinks: ['vmnic6'] }],
      },
      codes: ['switch-differs'],
      says: 'exists with vmnic6 and MTU 9000; the profile would create it with vmnic6, vmnic7 and MTU 9000',
    },
    {
      what: 'the name is taken by a switch without any pnic',
      network: { standardSwitches: [...standardSwitches, { name: 'vSwitch2', mtuBytes: 9000, uplinks: [] }] },
      codes: ['switch-differs'],
      says: 'exists with no pnic',
    },
  ])('is refused where $what', ({ network, codes, says = '' }) => {
    const plan = planOf(aWideHost(1, network), profileWith({ attach: onNewSwitch('A') }));
    expect(plan.kind).toBe('blocked');
    expect(codesOf(plan, 'blocking')).toEqual(codes);
    expect(plan.findings[0]?.message).toContain(says);
  });

  it('is refused where none of its pnics has a link, and not where one has', () => {
    const attach = { ...onNewSwitch('A'), activeUplink: undefined };
    const planWith = (...up: string[]) => {
      const pnics = aWideNetwork().pnics.map((pnic) => (up.includes(pnic.device) ? pnic : { device: pnic.device }));
      return planOf(aWideHost(1, { pnics }), profileWith({ attach }));
    };
    expect(codesOf(planWith('vmnic0'), 'blocking')).toEqual(['uplink-down']);
    expect(planWith('vmnic7').kind).toBe('change');
  });

  it('of which one uplink is named is refused once where no pnic has a link', () => {
    const pnics = aWideNetwork().pnics.map(({ device }) => ({ device }));
    expect(codesOf(planOf(aWideHost(1, { pnics }), profileWith({ attach: onNewSwitch('A') })), 'blocking')).toEqual([
      'uplink-down',
    ]);
  });

  it('says once what two adapters would stumble over', () => {
    const second = anAdapter({
      label: 'b',
      attach: onNewSwitch('B'),
      ipv4: { kind: 'management-octet', network: '172.16.2.0', prefixLength: 24 },
    });
    const profile = aProfile({ adapters: [anAdapter({ attach: onNewSwitch('A') }), second] });
    const pnics = aWideNetwork().pnics.filter((pnic) => pnic.device !== 'vmnic7');
    expect(codesOf(planOf(aWideHost(1, { pnics }), profile), 'blocking')).toEqual(['pnic-missing']);
  });

  it('that is there as declared is used as it is', () => {
    const there = { name: 'vSwitch2', mtuBytes: 9000, uplinks: ['vmnic7', 'vmnic6'] };
    const host = aWideHost(1, { standardSwitches: [...standardSwitches, there] });
    const kinds = planOf(host, profileWith({ attach: onNewSwitch('A') })).steps.map((step) => step.kind);
    expect(kinds).toEqual(['add-port-group', 'add-vmk', 'remove-vmk']);
  });
});

describe('addresses', () => {
  it('by DHCP ask for none, and a lease is no difference', () => {
    const profile = profileWith({ ipv4: { kind: 'dhcp' } });
    const plan = planOf(aWideHost(), profile);
    expect(plan.steps[0]).toMatchObject({ kind: 'add-vmk', spec: { ipv4: { dhcp: true } } });
    const after = applySteps(aWideNetwork(), plan.steps);
    const vmks = after.vmks.map((vmk) =>
      vmk.ipv4.dhcp ? { ...vmk, ipv4: { dhcp: true, address: '172.16.1.177', prefixLength: 24 } } : vmk,
    );
    expect(planOf(aWideHost(1, { ...after, vmks }), profile).kind).toBe('in-place');
  });

  it.each([
    { rule: { kind: 'dhcpv6' } as const, ipv6: { dhcp: true, autoconfiguration: false, addresses: [] } },
    { rule: { kind: 'router-advertisement' } as const, ipv6: { dhcp: false, autoconfiguration: true, addresses: [] } },
    {
      rule: { kind: 'per-host', addresses: { esx01: 'fd00:12::51/64' } } as const,
      ipv6: { dhcp: false, autoconfiguration: false, addresses: [{ address: 'fd00:12::51', prefixLength: 64 }] },
    },
  ])('of IPv6 by $rule.kind are set, and left alone when the profile is silent', ({ rule, ipv6 }) => {
    const after = applySteps(aWideNetwork(), planOf(aWideHost(), profileWith({ ipv6: rule })).steps);
    expect(after.vmks.find((vmk) => vmk.netstack === 'vmotion')?.ipv6).toEqual(ipv6);
    expect(planOf(aWideHost(1, after), profileWith({})).kind).toBe('in-place');
  });

  it('of IPv6 that another host has are refused', () => {
    const ipv6 = {
      kind: 'per-host',
      addresses: { esx01: 'fd00:12::51/64', esx02: 'fd00:12::52/64' },
    } as const;
    const taker = aVmk('vmk7', {
      ipv4: { dhcp: false, address: '10.3.0.2', prefixLength: 24 },
      ipv6: { dhcp: false, autoconfiguration: false, addresses: [{ address: 'fd00:12::51', prefixLength: 64 }] },
    });
    const other = aWideHost(2, { vmks: [managementVmk(2), taker] });
    const [plan] = planCluster([aWideHost(), other], profileWith({ ipv6 }));
    expect(codesOf(plan, 'blocking')).toEqual(['address-in-use']);
  });

  it('of IPv6 are refused on a host that has it switched off', () => {
    const host = aWideHost(1, { isIpv6Enabled: false });
    const one = profileWith({ ipv6: { kind: 'dhcpv6' } });
    const second = anAdapter({ label: 'b', attach: onDistributed('B'), ipv4: { kind: 'dhcp' } });
    const profiles = [
      one,
      { ...one, adapters: [...one.adapters, second] },
      profileWith({}, { ipv6Gateway: 'fd00::1' }),
    ];
    for (const profile of profiles) expect(codesOf(planOf(host, profile), 'blocking')).toEqual(['ipv6-disabled']);
    expect(planOf(host, profileWith({})).kind).toBe('change');
  });

  it.each([
    { esxiVersion: '6.0.0', codes: ['esxi-too-old'] },
    { esxiVersion: '6.5.0', codes: [] },
    { esxiVersion: '7.0.3', codes: [] },
    { esxiVersion: 'unknown', codes: [] },
  ])('have a gateway of their own from ESXi 6.5 on: $esxiVersion', ({ esxiVersion, codes }) => {
    const host = aWideHost(1, {}, { esxiVersion });
    const plan = planOf(host, profileWith({ gatewayOverride: { kind: 'first-address' } }));
    expect(codesOf(plan, 'blocking')).toEqual(codes);
    expect(planOf(host, profileWith({})).kind).toBe('change');
  });

  it('may come with a gateway for one adapter alone, which is removed when it is no longer declared', () => {
    const plan = planOf(aWideHost(), profileWith({ gatewayOverride: { kind: 'first-address' } }));
    expect(plan.steps[0]).toMatchObject({ kind: 'add-vmk', spec: { gatewayOverride: '172.16.1.1' } });
    const after = applySteps(aWideNetwork(), plan.steps);
    expect(planOf(aWideHost(1, after), profileWith({})).steps).toMatchObject([{ kind: 'update-vmk' }]);
  });
});

describe("the stack's own settings", () => {
  const settings = {
    ipv6Gateway: 'fe80::1',
    dns: { servers: ['10.0.0.53'], searchDomains: ['lab.local'] },
    routes: [
      { network: '172.20.0.0/16', gateway: '172.16.1.1' },
      { network: '172.18.0.0/16', gateway: '172.16.1.1' },
    ],
  };

  it('are one step after the adapters, and nothing is left to do then', () => {
    const profile = profileWith({}, settings);
    const plan = planOf(aWideHost(), profile);
    expect(plan.steps.map((step) => step.kind)).toEqual(['add-vmk', 'set-netstack', 'remove-vmk']);
    const dns = { hostName: '', domainName: '', ...settings.dns };
    expect(plan.steps[1]).toMatchObject({ netstack: 'vmotion', to: { ...settings, dns, connections: 11_000 } });
    expect(plan.findings).toEqual([]);
    const after = applySteps(aWideNetwork({ vmks: [managementVmk(), oldVmotionVmk()] }), plan.steps);
    for (const stack of after.netstacks) stack.settings.routes?.reverse();
    expect(planOf(aWideHost(1, after), profile).kind).toBe('in-place');
  });

  it("leave the host's own name on the stack, which is not the profile's to give", () => {
    const named = { hostName: 'esx01', domainName: 'old.local', servers: [], searchDomains: [] };
    const netstacks = aWideNetwork().netstacks.map((stack) => ({
      ...stack,
      settings: { ...stack.settings, dns: named },
    }));
    const plan = planOf(aWideHost(1, { netstacks }), profileWith({}, { dns: settings.dns }));
    const to = { dns: { hostName: 'esx01', domainName: '', ...settings.dns } };
    expect(plan.steps.find((step) => step.kind === 'set-netstack')).toMatchObject({ to });
  });

  it('say of another number of connections that it may take a reboot', () => {
    const plan = planOf(aWideHost(), profileWith({}, { connections: 12_000 }));
    expect(codesOf(plan, 'note')).toEqual(['connections-need-reboot']);
    expect(plan.steps[1]).toMatchObject({ kind: 'set-netstack', to: { connections: 12_000 } });
  });

  it('that the profile does not speak of stay', () => {
    const after = applySteps(aWideNetwork(), planOf(aWideHost(), profileWith({}, settings)).steps);
    expect(planOf(aWideHost(1, after), profileWith({})).kind).toBe('in-place');
  });

  it('are set again where the stack is emptied, but for what nobody declared and no adapter reaches', () => {
    const onOther = aVmk('vmk5', {
      netstack: 'vmotion',
      attachment: { kind: 'standard', portGroup: 'elsewhere' },
      ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 },
    });
    const own = {
      ipv6Gateway: 'fd00:9::1',
      routes: [
        { network: '10.1.0.0/16', gateway: '172.16.1.2' },
        { network: '10.9.0.0/16', gateway: '172.16.9.1' },
      ],
    };
    const netstacks = aWideNetwork().netstacks.map((stack) =>
      stack.key === 'vmotion' ? { ...stack, isLive: true, settings: { ...stack.settings, ...own } } : stack,
    );
    const host = aWideHost(1, { vmks: [managementVmk(), onOther], netstacks });
    const plan = planOf(host, profileWith({}));
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['remove-vmk', 'add-vmk', 'set-netstack']);
    expect(plan.steps[2]).toMatchObject({ to: { ipv6Gateway: undefined, routes: [own.routes[0]] } });
    expect(codesOf(plan, 'warning')).toEqual(['gateway-outside-subnet', 'gateway-outside-subnet']);
    const declared = planOf(host, profileWith({}, { routes: own.routes.slice(0, 1) }));
    expect(declared.steps[2]).toMatchObject({ to: { routes: own.routes.slice(0, 1) } });
  });

  it("can't be the default stack's IPv6 gateway, unless that is one of the link", () => {
    const netstacks = (ipv6Gateway: string) =>
      aWideNetwork().netstacks.map((stack) =>
        stack.key === 'vmotion' ? stack : { ...stack, settings: { ...stack.settings, ipv6Gateway } },
      );
    const ipv6 = { kind: 'per-host', addresses: { esx01: 'fd00:12::51/64' } } as const;
    const planWith = (ipv6Gateway: string) =>
      planOf(aWideHost(1, { netstacks: netstacks(ipv6Gateway) }), profileWith({ ipv6 }, { ipv6Gateway }));
    expect(codesOf(planWith('fd00:12::1'), 'blocking')).toEqual(['gateway-equals-default-stack']);
    expect(planWith('fe80::1').kind).toBe('change');
  });

  it.each([
    { what: 'an IPv6 gateway while no adapter gets IPv6', stack: { ipv6Gateway: 'fd00:12::1' }, isOut: true },
    { what: 'an IPv6 gateway on the link', stack: { ipv6Gateway: 'fe80::1' }, isOut: false },
    {
      what: 'a route by a router elsewhere',
      stack: { routes: [{ network: '10.9.0.0/16', gateway: '172.16.9.1' }] },
      isOut: true,
    },
    {
      what: 'a route by the adapter itself',
      stack: { routes: [{ network: '10.9.0.0/16', gateway: '172.16.1.51' }] },
      isOut: true,
    },
    {
      what: 'a route for IPv6 while no adapter gets it',
      stack: { routes: [{ network: 'fd00:9::/32', gateway: 'fd00:12::1' }] },
      isOut: true,
    },
    {
      what: 'a route by a router that DHCP may bring into reach',
      adapter: { ipv4: { kind: 'dhcp' } as const },
      stack: { routes: [{ network: '10.9.0.0/16', gateway: '172.16.9.1' }] },
      isOut: false,
    },
  ])('with $what: a host refuses what is out of reach: $isOut', ({ stack, adapter = {}, isOut }) => {
    const plan = planOf(aWideHost(), profileWith(adapter, stack));
    expect(codesOf(plan, 'blocking')).toEqual(isOut ? ['gateway-outside-subnet'] : []);
  });

  it('may name a router that an adapter reaches of which the profile says nothing', () => {
    const ipv6 = { dhcp: false, autoconfiguration: false, addresses: [{ address: 'fd00:12::7', prefixLength: 64 }] };
    const stack = { ipv6Gateway: 'fd00:12::1', routes: [{ network: '10.9.0.0/16', gateway: '172.16.9.1' }] };
    const extra = aVmk('vmk7', {
      netstack: 'vmotion',
      ipv4: { dhcp: false, address: '172.16.9.51', prefixLength: 24 },
      ipv6,
    });
    const plan = planOf(aWideHost(1, { vmks: [managementVmk(), extra] }), profileWith({}, stack));
    expect(codesOf(plan, 'blocking')).toEqual([]);
  });

  it('with a route for IPv6 are refused on a host that has it switched off', () => {
    const stack = { routes: [{ network: 'fd00:9::/32', gateway: 'fe80::1' }] };
    const plan = planOf(aWideHost(1, { isIpv6Enabled: false }), profileWith({}, stack));
    expect(codesOf(plan, 'blocking')).toEqual(['ipv6-disabled']);
  });
});

describe('advice', () => {
  it('asks for a VLAN once for the cluster', () => {
    const hosts = [1, 2].map((number) =>
      aWideHost(number, { distributedPortGroups: [aDistributedGroup('B'), aDistributedGroup('A', { vlanId: 0 })] }),
    );
    const plans = planCluster(hosts, profileWith({}));
    expect(plans.map((plan) => codesOf(plan, 'warning'))).toEqual([['vlan-advised'], []]);
  });

  it('mentions maintenance mode and a switch that passes more', () => {
    const plan = planOf(aWideHost(1, {}, { isInMaintenance: true }), profileWith({ mtuBytes: 1500 }));
    expect(plan.kind).toBe('change');
    expect(codesOf(plan, 'note')).toEqual(['host-in-maintenance', 'switch-mtu-larger']);
  });

  it('stops a host that would have more adapters than it takes', () => {
    const many = Array.from({ length: 256 }, (_, index) =>
      aVmk(`vmk${index}`, {
        attachment: distributed('B'),
        ipv4: { dhcp: false, address: `10.${index}.0.9`, prefixLength: 24 },
      }),
    );
    const planWith = (count: number, ...more: HostNetwork['vmks']) =>
      planOf(
        aWideHost(1, { vmks: [managementVmk(), ...many.slice(1, count - more.length), ...more] }),
        profileWith({}),
      );
    expect(codesOf(planWith(256), 'blocking')).toEqual(['too-many-adapters']);
    expect(planWith(255, oldVmotionVmk(1, { device: 'vmk300' })).kind).toBe('change');
    const ours = applySteps(aWideNetwork(), planOf(aWideHost(), profileWith({})).steps).vmks.at(-1);
    if (ours === undefined) throw new Error('an adapter of the plan');
    expect(planWith(257, { ...ours, device: 'vmk300' })).toMatchObject({ kind: 'in-place', findings: [] });
    // An adapter that makes room first leaves its place; one that goes last does not.
    const inTheWay = oldVmotionVmk(1, {
      device: 'vmk300',
      ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 },
    });
    expect(planWith(256, inTheWay).steps.map(({ kind }) => kind)).toEqual(['remove-vmk', 'add-vmk']);
    expect(codesOf(planWith(256, oldVmotionVmk(1, { device: 'vmk300' })), 'blocking')).toEqual(['too-many-adapters']);
  });
});
