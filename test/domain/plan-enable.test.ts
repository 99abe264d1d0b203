import { describe, expect, it } from 'vitest';
import type { Host, HostNetwork } from '../../shared/domain/inventory.ts';
import { planCluster } from '../../shared/domain/plan-cluster.ts';
import { aGroup, aHost, aNetwork, aProfile, aVmk, managementVmk, oldVmotionVmk } from '../support/builders.ts';
import { applySteps } from '../support/apply-steps.ts';

const planOf = (host: Host, profile = aProfile()) => {
  const [plan] = planCluster([host], profile);
  if (plan === undefined) throw new Error('no plan');
  return plan;
};
const hostWith = (network: Partial<HostNetwork>) => aHost(1, { network: aNetwork(network) });

describe('planEnable', () => {
  it('adds port groups first, then the adapters, and removes the old adapter last', () => {
    const plan = planOf(aHost());
    expect(plan.kind).toBe('change');
    expect(plan.steps.map((step) => step.kind)).toEqual([
      'add-port-group',
      'add-port-group',
      'add-vmk',
      'add-vmk',
      'remove-vmk',
    ]);
  });

  it('finds nothing left to do on a host that its own plan was applied to', () => {
    const host = aHost();
    const after = applySteps(host.network ?? aNetwork(), planOf(host).steps);
    expect(planOf({ ...host, network: after })).toMatchObject({ kind: 'in-place', steps: [] });
  });

  it('leaves the gateway that a DHCP server gave where the profile wants none, and clears one without DHCP', () => {
    const withGateway = (profile = aProfile()) => {
      const host = aHost();
      const network = applySteps(host.network ?? aNetwork(), planOf(host, profile).steps);
      const stack = network.netstacks.find(({ key }) => key === 'vmotion');
      if (stack !== undefined) stack.settings = { ...stack.settings, gateway: '172.16.1.1' };
      return planOf({ ...host, network }, profile);
    };
    const dhcp = aProfile({ adapters: aProfile().adapters.map((one) => ({ ...one, ipv4: { kind: 'dhcp' } })) });
    expect(withGateway(dhcp)).toMatchObject({ kind: 'in-place', steps: [] });
    expect(withGateway().steps).toMatchObject([{ kind: 'set-netstack', to: { gateway: undefined } }]);
  });

  it('gives each port group one active uplink and leaves the others unused, never standby', () => {
    const groups = planOf(aHost()).steps.flatMap((step) => (step.kind === 'add-port-group' ? [step.portGroup] : []));
    expect(groups.map((group) => [group.name, group.uplinks])).toEqual([
      ['vMotion-A', { active: ['vmnic2'], standby: [] }],
      ['vMotion-B', { active: ['vmnic3'], standby: [] }],
    ]);
  });

  it('sets the gateway of the stack only after the stack has an adapter', () => {
    const profile = aProfile({ stack: { gateway: { kind: 'first-address' } } });
    const kinds = planOf(aHost(), profile).steps.map((step) => step.kind);
    expect(kinds.indexOf('set-netstack')).toBeGreaterThan(kinds.lastIndexOf('add-vmk'));
  });

  it('makes room first when the old adapter has the wanted address, since a stack can not be changed', () => {
    const old = oldVmotionVmk(1, { ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 } });
    const { steps, untouched } = planOf(hostWith({ vmks: [managementVmk(), old] }));
    const kinds = steps.map((step) => step.kind);
    expect(kinds.indexOf('remove-vmk')).toBeLessThan(kinds.indexOf('add-vmk'));
    expect(steps.filter((step) => step.kind === 'remove-vmk')).toMatchObject([
      { device: 'vmk1', services: ['vmotion'] },
    ]);
    expect(untouched.map((one) => one.what)).toEqual(['vmk0']);
  });

  it('makes room once for two adapters, one of which has the old address and the other the old port group', () => {
    const old = oldVmotionVmk(1, {
      ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 },
      attachment: { kind: 'standard', portGroup: 'vMotion-B' },
    });
    const portGroups = [aGroup('vMotion-B', { vlanId: 102 })];
    const { steps } = planOf(hostWith({ vmks: [managementVmk(), old], portGroups }));
    expect(steps.filter((step) => step.kind === 'remove-vmk')).toHaveLength(1);
  });

  it('takes the address back from an adapter of the vMotion stack in a port group that is not declared', () => {
    const other = aVmk('vmk5', {
      netstack: 'vmotion',
      ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 },
    });
    const plan = planOf(hostWith({ vmks: [managementVmk(), other] }));
    expect(plan.steps.map((step) => step.kind)).toEqual([
      'add-port-group',
      'add-port-group',
      'remove-vmk',
      'add-vmk',
      'add-vmk',
    ]);
    expect(plan.findings).toEqual([]);
  });

  it('keeps an old adapter that carries another service, and says so', () => {
    const shared = oldVmotionVmk(1, { services: ['faultToleranceLogging', 'vmotion'] });
    const plan = planOf(hostWith({ vmks: [managementVmk(), shared] }));
    expect(plan.steps.some((step) => step.kind === 'remove-vmk')).toBe(false);
    expect(plan.findings).toContainEqual(
      expect.objectContaining({ code: 'adapter-kept-for-services', severity: 'note' }),
    );
    expect(plan.untouched).toEqual([
      { what: 'vmk0', why: 'carries management' },
      { what: 'vmk1', why: 'carries faultToleranceLogging' },
    ]);
  });

  it.each([
    { to: 'its gateway', settings: { gateway: '192.168.40.1' } },
    { to: 'the next hop of a route', settings: { routes: [{ network: '10.9.0.0/16', gateway: '192.168.40.1' }] } },
  ])('keeps the old adapter that is the default stack’s only way to $to', ({ settings }) => {
    const host = hostWith({ netstacks: [{ key: 'defaultTcpipStack', isLive: true, settings }] });
    const plan = planOf(host);
    expect(plan.steps.some((step) => step.kind === 'remove-vmk')).toBe(false);
    expect(plan.findings).toContainEqual(expect.objectContaining({ code: 'adapter-kept-for-gateway' }));
    // Where another adapter of the stack gets there too, nobody needs the old one.
    const [management, old] = host.network?.vmks ?? [];
    if (management === undefined || old === undefined) throw new Error('no adapters');
    const near = { ...management, ipv4: { dhcp: false, address: '192.168.40.9', prefixLength: 24 } };
    const again = planOf(hostWith({ ...host.network, vmks: [near, old] }));
    expect(again.steps.filter((step) => step.kind === 'remove-vmk')).toHaveLength(1);
  });

  it('keeps the old adapter on an opaque network, and does not let one make room: it could not be made again', () => {
    const attachment = { kind: 'opaque', network: 'segment-1' } as const;
    const kept = planOf(hostWith({ vmks: [managementVmk(), oldVmotionVmk(1, { attachment })] }));
    expect(kept.steps.map(({ kind }) => kind)).not.toContain('remove-vmk');
    expect(kept.findings).toMatchObject([
      { code: 'adapter-kept-on-opaque', severity: 'note', message: expect.stringContaining('segment-1') },
    ]);
    const ipv4 = { dhcp: false, address: '172.16.1.51', prefixLength: 24 };
    const inTheWay = planOf(hostWith({ vmks: [managementVmk(), oldVmotionVmk(1, { attachment, ipv4 })] }));
    expect(inTheWay).toMatchObject({ kind: 'blocked', findings: [{ code: 'address-in-use' }, {}] });
    expect(inTheWay.findings[0]?.message).toContain('is on opaque network segment-1, so it can');
  });

  it.each([
    { switchTeaming: 'loadbalance_srcid', teaming: 'loadbalance_ip', codes: ['ip-hash-teaming'] },
    { switchTeaming: 'loadbalance_ip', teaming: 'loadbalance_ip', codes: ['ip-hash-teaming'] },
    { switchTeaming: 'loadbalance_srcid', teaming: 'failover_explicit', codes: [] },
  ])('gives no port group with $teaming, on a switch with $switchTeaming, one uplink: $codes', (row) => {
    const standardSwitches = aNetwork().standardSwitches.map((one) => ({ ...one, teaming: row.switchTeaming }));
    const portGroups = [aGroup('vMotion-A', { vlanId: 101, teaming: row.teaming })];
    const [first] = aProfile().adapters;
    const profile = aProfile({ adapters: first === undefined ? [] : [first] });
    const { findings } = planOf(hostWith({ standardSwitches, portGroups }), profile);
    expect(findings.filter(({ severity }) => severity === 'blocking').map(({ code }) => code)).toEqual(row.codes);
  });

  it('does not let the default stack’s only way out make room', () => {
    const old = oldVmotionVmk(1, { ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 } });
    const netstacks = [{ key: 'defaultTcpipStack', isLive: true, settings: { gateway: '172.16.1.1' } }];
    const plan = planOf(hostWith({ vmks: [managementVmk(), old], netstacks }));
    expect(plan.kind).toBe('blocked');
    expect(plan.findings).toContainEqual(expect.objectContaining({ code: 'gateway-lost', severity: 'blocking' }));
  });

  it('names as untouched what is on other stacks or carries nothing, and never what is on the vMotion stack', () => {
    const idle = aVmk('vmk4', { netstack: 'vSphereProvisioning' });
    const onStack = aVmk('vmk7', { netstack: 'vmotion', attachment: { kind: 'standard', portGroup: 'extra' } });
    expect(planOf(hostWith({ vmks: [managementVmk(), idle, onStack] })).untouched).toEqual([
      { what: 'vmk0', why: 'carries management' },
      { what: 'vmk4', why: 'is on stack vSphereProvisioning without vMotion' },
    ]);
  });

  it('keeps old adapters where the profile says so, and tells that they lose vMotion', () => {
    const plan = planOf(aHost(), aProfile({ oldAdapters: 'keep' }));
    expect(plan.steps.some((step) => step.kind === 'remove-vmk')).toBe(false);
    expect(plan.findings).toMatchObject([
      { code: 'vmotion-leaves-adapter', message: expect.stringContaining('vmk1 (192.168.40.51)') },
    ]);
    expect(plan.untouched).toEqual([{ what: 'vmk0', why: 'carries management' }]);
    const leaseless = oldVmotionVmk(1, { ipv4: { dhcp: true } });
    const other = planOf(hostWith({ vmks: [managementVmk(), leaseless] }), aProfile({ oldAdapters: 'keep' }));
    expect(other.findings[0]?.message).toContain('vmk1 (no address)');
  });

  it('tells nobody that a kept adapter loses vMotion where the new stack is live already', () => {
    const profile = aProfile({ oldAdapters: 'keep' });
    const after = applySteps(aNetwork(), planOf(aHost(), profile).steps);
    // It may stay selected, and carries nothing all the same.
    const vmks = after.vmks.map((vmk) => (vmk.device === 'vmk1' ? { ...vmk, services: ['vmotion'] } : vmk));
    expect(planOf(hostWith({ ...after, vmks }), profile)).toMatchObject({ kind: 'in-place', findings: [] });
  });

  it('mends an adapter of the stack in place when only its MTU or address differs', () => {
    const half = applySteps(aNetwork(), planOf(aHost()).steps);
    const vmks = half.vmks.map((vmk) => (vmk.device === 'vmk2' ? { ...vmk, mtuBytes: 1500 } : vmk));
    const plan = planOf(hostWith({ ...half, vmks }));
    expect(plan.steps).toMatchObject([
      { kind: 'update-vmk', device: 'vmk2', from: { mtuBytes: 1500 }, to: { mtuBytes: 9000 } },
    ]);
  });

  it('leaves an adapter of the stack that is not in the profile, and warns', () => {
    const extra = aVmk('vmk7', { netstack: 'vmotion', attachment: { kind: 'standard', portGroup: 'extra' } });
    const plan = planOf(hostWith({ vmks: [managementVmk(), oldVmotionVmk(), extra] }));
    expect(plan.findings).toMatchObject([
      { code: 'adapter-on-stack-kept', severity: 'warning', message: expect.stringContaining('vmk7 (10.0.0.51)') },
    ]);
    expect(plan.steps.some((step) => step.kind === 'remove-vmk' && step.device === 'vmk7')).toBe(false);
    const leaseless = planOf(hostWith({ vmks: [managementVmk(), { ...extra, ipv4: { dhcp: true } }] }));
    expect(leaseless.findings[0]?.message).toContain('vmk7 (no address)');
  });

  it('says of no adapter that it stays on the stack if it is kept as declared', () => {
    const after = applySteps(aNetwork(), planOf(aHost()).steps);
    expect(planOf(hostWith(after)).findings).toEqual([]);
  });

  it('narrows the uplinks of a port group that is there, and leaves its way of balancing', () => {
    const there = aGroup('vMotion-A', { vlanId: 101, teaming: 'failover_explicit' });
    const uplinks = { active: ['vmnic2'], standby: [] };
    const [step] = planOf(hostWith({ portGroups: [there] })).steps;
    const to = { ...there, uplinks, overridesUplinks: true };
    expect(step).toEqual({ kind: 'update-port-group', from: there, to });
  });

  it.each([
    { what: 'inherits that order from its switch', change: { overridesUplinks: false }, first: 'update-port-group' },
    {
      what: 'keeps another uplink on standby',
      change: { uplinks: { active: ['vmnic2'], standby: ['vmnic3'] } },
      first: 'update-port-group',
    },
    { what: 'is as declared', change: {}, first: 'add-port-group' },
  ])('a port group with the wanted active uplink that $what: first comes $first', ({ change, first }) => {
    const there = { vlanId: 101, uplinks: { active: ['vmnic2'], standby: [] }, overridesUplinks: true };
    const plan = planOf(hostWith({ portGroups: [aGroup('vMotion-A', { ...there, ...change })] }));
    expect(plan.steps[0]?.kind).toBe(first);
  });

  describe('where the profile names no uplink', () => {
    const [first] = aProfile().adapters;
    if (first?.attach.kind !== 'standard') throw new Error('a standard port group');
    const profile = aProfile({ adapters: [{ ...first, attach: { ...first.attach, activeUplink: undefined } }] });

    it('a new port group takes the order of its switch', () => {
      const [step] = planOf(aHost(), profile).steps;
      const uplinks = { active: ['vmnic2', 'vmnic3'], standby: [] };
      expect(step).toMatchObject({ kind: 'add-port-group', portGroup: { uplinks, overridesUplinks: false } });
    });

    it.each([
      {
        what: 'a switch that has none',
        change: { standardSwitches: [{ name: 'vSwitch1', mtuBytes: 9000, uplinks: [] }] },
        code: 'uplink-missing',
      },
      {
        what: 'a switch none of which has a link',
        change: { pnics: [{ device: 'vmnic2' }, { device: 'vmnic0', linkSpeedMb: 10_000 }] },
        code: 'uplink-down',
      },
      {
        what: 'a port group of its own order, all of it down',
        change: {
          portGroups: [
            aGroup('vMotion-A', { vlanId: 101, uplinks: { active: ['vmnic3'], standby: [] }, overridesUplinks: true }),
          ],
          pnics: [{ device: 'vmnic2', linkSpeedMb: 10_000 }, { device: 'vmnic3' }],
        },
        code: 'uplink-down',
      },
      {
        what: 'a port group that uses none of them',
        change: {
          portGroups: [
            aGroup('vMotion-A', { vlanId: 101, uplinks: { active: [], standby: [] }, overridesUplinks: true }),
          ],
        },
        code: 'uplink-missing',
      },
    ])('$what blocks the host: nothing would leave it', ({ change, code }) => {
      const plan = planOf(hostWith(change), profile);
      expect(plan.findings.map((finding) => [finding.code, finding.severity])).toEqual([[code, 'blocking']]);
    });

    it('one link of several is enough', () => {
      const pnics = [{ device: 'vmnic2' }, { device: 'vmnic3', linkSpeedMb: 10_000 }];
      expect(planOf(hostWith({ pnics }), profile).kind).toBe('change');
    });

    it.each([true, false])('one that is there keeps its order, its own or not: %s', (overridesUplinks) => {
      const there = aGroup('vMotion-A', {
        vlanId: 101,
        uplinks: { active: ['vmnic3'], standby: ['vmnic2'] },
        overridesUplinks,
      });
      const plan = planOf(hostWith({ portGroups: [there] }), profile);
      expect(plan.steps.map((step) => step.kind)).toEqual(['add-vmk', 'remove-vmk']);
    });
  });

  it.each([
    {
      what: 'can not reach',
      change: { connection: 'not-responding' as const, network: undefined },
      code: 'host-not-connected',
      says: 'is not-responding: nothing is known',
    },
    {
      what: 'reached before, whatever it showed',
      change: { connection: 'disconnected' as const },
      code: 'host-not-connected',
      says: 'is disconnected: nothing is known',
    },
    {
      what: 'shows without a network',
      change: { network: undefined },
      code: 'network-unknown',
      says: 'is connected, but gives no',
    },
  ])('leaves a host alone that vCenter $what, and blocks nobody for it', ({ change, code, says }) => {
    const host = aHost(2, change);
    const [first, second] = planCluster([aHost(1), host], aProfile());
    expect(first?.kind).toBe('change');
    expect(second).toEqual({
      host: { moref: host.moref, name: host.name },
      kind: 'skipped',
      steps: [],
      findings: [
        expect.objectContaining({ code, severity: 'warning', host: host.name, message: expect.stringContaining(says) }),
      ],
      untouched: [],
    });
  });

  it('leaves out hosts that are not meant: they have nothing to do and block nobody, and skipped ones stay so', () => {
    const old = aHost(2, { esxiVersion: '5.5.0' });
    const gone = aHost(3, { connection: 'not-responding', network: undefined });
    const plans = planCluster([aHost(1), old, gone], aProfile(), { isMeant: (host) => host.name === aHost(1).name });
    expect(plans.map(({ kind, steps, findings }) => [kind, steps.length, findings.length])).toEqual([
      ['change', 5, 0],
      ['in-place', 0, 0],
      ['skipped', 0, 1],
    ]);
  });

  it('goes on to hosts of ESXi 6.0, the first with the stack', () => {
    expect(planOf(aHost(1, { esxiVersion: '6.0.0' })).kind).toBe('change');
  });

  it.each([
    { vlanId: 0, says: 'is untagged' },
    { vlanId: 4095, says: 'is a trunk' },
  ])('advises a VLAN for a standard port group with $vlanId', ({ vlanId, says }) => {
    const [first] = aProfile().adapters;
    if (first?.attach.kind !== 'standard') throw new Error('a standard port group');
    const adapter = { ...first, attach: { ...first.attach, vlanId } };
    expect(planOf(aHost(), aProfile({ adapters: [adapter] })).findings).toMatchObject([
      { code: 'vlan-advised', message: expect.stringContaining(says) },
    ]);
  });

  it.each([
    { what: 'ESXi 5.5', host: aHost(1, { esxiVersion: '5.5.0' }), code: 'esxi-too-old' },
    {
      what: 'no such switch',
      host: hostWith({ standardSwitches: [] }),
      code: 'switch-missing',
      says: 'There are: none.',
    },
    {
      what: 'only other switches',
      host: hostWith({ standardSwitches: [{ name: 'vSwitch0', mtuBytes: 9000, uplinks: [] }] }),
      code: 'switch-missing',
      says: 'no standard switch "vSwitch1" for vMotion-A. There are: vSwitch0.',
    },
    {
      what: 'a switch without any uplink',
      host: hostWith({ standardSwitches: [{ name: 'vSwitch1', mtuBytes: 9000, uplinks: [] }] }),
      code: 'uplink-missing',
      says: 'vmnic2 is not an uplink of vSwitch1 (none)',
    },
    {
      what: 'a switch with a smaller MTU',
      host: hostWith({ standardSwitches: [{ name: 'vSwitch1', mtuBytes: 1500, uplinks: ['vmnic2', 'vmnic3'] }] }),
      code: 'switch-mtu-too-small',
    },
    {
      what: "an uplink that is not the switch's",
      host: hostWith({ standardSwitches: [{ name: 'vSwitch1', mtuBytes: 9000, uplinks: ['vmnic2'] }] }),
      code: 'uplink-missing',
      says: 'vmnic3 is not an uplink of vSwitch1 (vmnic2)',
    },
    {
      what: 'an uplink without link',
      host: hostWith({ pnics: [{ device: 'vmnic2', linkSpeedMb: 10_000 }, { device: 'vmnic3' }] }),
      code: 'uplink-down',
      says: 'vmnic3, the only active uplink of vMotion-B, has no link',
    },
    {
      what: 'IP hash teaming',
      host: hostWith({
        standardSwitches: [
          { name: 'vSwitch1', mtuBytes: 9000, uplinks: ['vmnic2', 'vmnic3'], teaming: 'loadbalance_ip' },
        ],
      }),
      code: 'ip-hash-teaming',
    },
    {
      what: 'a port group of that name in another VLAN',
      host: hostWith({ portGroups: [aGroup('vMotion-A', { vlanId: 7 })] }),
      code: 'port-group-differs',
    },
    {
      what: 'a port group of that name on another switch',
      host: hostWith({ portGroups: [aGroup('vMotion-A', { vlanId: 101, switchName: 'vSwitch0' })] }),
      code: 'port-group-differs',
    },
    {
      what: 'an uplink that the host has no pnic for',
      host: hostWith({ pnics: [{ device: 'vmnic2', linkSpeedMb: 10_000 }] }),
      code: 'uplink-down',
    },
    {
      what: 'the address on an idle adapter of another stack',
      host: hostWith({
        vmks: [
          managementVmk(),
          aVmk('vmk3', {
            netstack: 'vSphereProvisioning',
            ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 },
          }),
        ],
      }),
      code: 'address-in-use',
      says: 'vmk3 has the address 172.16.1.51 and is on stack vSphereProvisioning',
    },
    {
      what: 'the address on an idle adapter of the default stack',
      host: hostWith({
        vmks: [managementVmk(), aVmk('vmk3', { ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 } })],
      }),
      code: 'address-in-use',
    },
    {
      what: 'the address on an adapter that carries vMotion and another service',
      host: hostWith({
        vmks: [
          managementVmk(),
          oldVmotionVmk(1, {
            ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 },
            services: ['vmotion', 'vsan'],
          }),
        ],
      }),
      code: 'address-in-use',
    },
    {
      what: "a port group that another service's adapter has",
      host: hostWith({
        vmks: [
          managementVmk(),
          aVmk('vmk3', { attachment: { kind: 'standard', portGroup: 'vMotion-A' }, services: ['vsan'] }),
        ],
      }),
      code: 'port-group-taken',
      says: 'vmk3 has the port group vMotion-A and carries vsan',
    },
    {
      what: 'the address on an adapter of another service',
      host: hostWith({
        vmks: [
          managementVmk(),
          aVmk('vmk3', { ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 }, services: ['vsan'] }),
        ],
      }),
      code: 'address-in-use',
    },
    {
      what: 'no management adapter to derive its addresses from',
      host: hostWith({ vmks: [oldVmotionVmk()] }),
      code: 'no-address-for-host',
    },
  ])('blocks a host with $what, and plans no step', ({ host, code, says = '' }) => {
    const plan = planOf(host);
    expect(plan).toMatchObject({ kind: 'blocked', steps: [] });
    expect(plan.findings.filter((finding) => finding.severity === 'blocking').map((finding) => finding.code)).toContain(
      code,
    );
    expect(plan.findings.find((finding) => finding.code === code)?.message).toContain(says);
    expect(
      plan.findings.every((finding) => finding.severity !== 'blocking' || finding.message.includes(host.name)),
    ).toBe(true);
  });

  it("blocks a gateway that is the default stack's", () => {
    const profile = aProfile({ stack: { gateway: { kind: 'address', address: '10.0.0.1' } } });
    expect(planOf(aHost(), profile).findings.map((finding) => finding.code)).toContain('gateway-equals-default-stack');
  });

  it('blocks an address that another host of the cluster has', () => {
    const taker = aHost(2, {
      network: aNetwork({
        vmks: [managementVmk(2), aVmk('vmk5', { ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 } })],
      }),
    });
    const [plan] = planCluster([aHost(1), taker], aProfile());
    expect(plan?.findings).toContainEqual(expect.objectContaining({ code: 'address-in-use', severity: 'blocking' }));
  });
});
