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
    const kinds = planOf(hostWith({ vmks: [managementVmk(), old] })).steps.map((step) => step.kind);
    expect(kinds.indexOf('remove-vmk')).toBeLessThan(kinds.indexOf('add-vmk'));
  });

  it('keeps an old adapter that carries another service, and says so', () => {
    const shared = oldVmotionVmk(1, { services: ['faultToleranceLogging', 'vmotion'] });
    const plan = planOf(hostWith({ vmks: [managementVmk(), shared] }));
    expect(plan.steps.some((step) => step.kind === 'remove-vmk')).toBe(false);
    expect(plan.findings).toContainEqual(
      expect.objectContaining({ code: 'adapter-kept-for-services', severity: 'note' }),
    );
    expect(plan.untouched.map((one) => one.what)).toEqual(['vmk0', 'vmk1']);
  });

  it('keeps old adapters where the profile says so, and tells that they lose vMotion', () => {
    const plan = planOf(aHost(), aProfile({ oldAdapters: 'keep' }));
    expect(plan.steps.some((step) => step.kind === 'remove-vmk')).toBe(false);
    expect(plan.findings.map((finding) => finding.code)).toEqual(['vmotion-leaves-adapter']);
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
    expect(plan.findings.map((finding) => finding.code)).toContain('adapter-on-stack-kept');
    expect(plan.steps.some((step) => step.kind === 'remove-vmk' && step.device === 'vmk7')).toBe(false);
  });

  it('leaves a host alone that vCenter can not reach, and blocks nobody for it', () => {
    const plans = planCluster([aHost(1), aHost(2, { connection: 'not-responding', network: undefined })], aProfile());
    expect(plans.map((plan) => plan.kind)).toEqual(['change', 'skipped']);
  });

  it.each([
    { what: 'ESXi 5.5', host: aHost(1, { esxiVersion: '5.5.0' }), code: 'esxi-too-old' },
    { what: 'no such switch', host: hostWith({ standardSwitches: [] }), code: 'switch-missing' },
    {
      what: 'a switch with a smaller MTU',
      host: hostWith({ standardSwitches: [{ name: 'vSwitch1', mtuBytes: 1500, uplinks: ['vmnic2', 'vmnic3'] }] }),
      code: 'switch-mtu-too-small',
    },
    {
      what: "an uplink that is not the switch's",
      host: hostWith({ standardSwitches: [{ name: 'vSwitch1', mtuBytes: 9000, uplinks: ['vmnic2'] }] }),
      code: 'uplink-missing',
    },
    {
      what: 'an uplink without link',
      host: hostWith({ pnics: [{ device: 'vmnic2', linkSpeedMb: 10_000 }, { device: 'vmnic3' }] }),
      code: 'uplink-down',
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
      what: "a port group that another service's adapter has",
      host: hostWith({
        vmks: [
          managementVmk(),
          aVmk('vmk3', { attachment: { kind: 'standard', portGroup: 'vMotion-A' }, services: ['vsan'] }),
        ],
      }),
      code: 'port-group-taken',
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
  ])('blocks a host with $what, and plans no step', ({ host, code }) => {
    const plan = planOf(host);
    expect(plan).toMatchObject({ kind: 'blocked', steps: [] });
    expect(plan.findings.filter((finding) => finding.severity === 'blocking').map((finding) => finding.code)).toContain(
      code,
    );
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
