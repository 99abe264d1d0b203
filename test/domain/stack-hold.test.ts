import { describe, expect, it } from 'vitest';
import type { NetstackSettings, VmkernelAdapter } from '../../shared/domain/inventory.ts';
import { forgotten, mayForget, mayReach } from '../../shared/domain/stack-hold.ts';
import type { Step } from '../../shared/domain/step.ts';
import { toSpec } from '../../shared/domain/vmk-spec.ts';
import { aNetwork, aVmk, managementVmk } from '../support/builders.ts';

const dns = { hostName: 'esx01', domainName: '', servers: ['10.0.0.2'], searchDomains: [] };
const all: NetstackSettings = {
  gateway: '172.16.1.1',
  ipv6Gateway: 'fd00::1',
  dns,
  routes: [{ network: '10.9.0.0/16', gateway: '172.16.1.2' }],
};
const set = (to: NetstackSettings): Step => ({ kind: 'set-netstack', netstack: 'vmotion', from: to, to });
const networkWith = (settings: NetstackSettings, vmks = [managementVmk(), aVmk('vmk1', { netstack: 'vmotion' })]) =>
  aNetwork({ vmks, netstacks: [{ key: 'vmotion', isLive: true, settings }] });

describe('forgotten', () => {
  it.each([
    { what: 'nothing', now: all, lost: [] },
    { what: 'the gateway', now: { ...all, gateway: undefined }, lost: ['gateway 172.16.1.1'] },
    { what: 'the IPv6 gateway', now: { ...all, ipv6Gateway: undefined }, lost: ['IPv6 gateway fd00::1'] },
    { what: 'DNS', now: { ...all, dns: undefined }, lost: ['DNS'] },
    { what: 'routes', now: { ...all, routes: undefined }, lost: ['routes'] },
    { what: 'all', now: {}, lost: ['gateway 172.16.1.1', 'IPv6 gateway fd00::1', 'DNS', 'routes'] },
  ])('names what was set and is gone: $what', ({ now, lost }) => {
    expect(forgotten(networkWith(now), [set(all)])).toEqual(lost);
  });

  it('misses nothing that was not set, nor anything of a stack that has fallen asleep', () => {
    expect(forgotten(networkWith(all), [set({})])).toEqual([]);
    expect(forgotten(networkWith({}, [managementVmk()]), [set(all)])).toEqual([]);
    const other = { key: 'vSphereProvisioning', isLive: true, settings: {} };
    const two = aNetwork({ vmks: networkWith(all).vmks, netstacks: [other, ...networkWith(all).netstacks] });
    expect(forgotten(two, [set(all)])).toEqual([]);
    expect(forgotten(networkWith({}), [{ kind: 'await-dormant', netstack: 'vmotion' }])).toEqual([]);
  });
});

const six = (change: Partial<NonNullable<VmkernelAdapter['ipv6']>> = {}) => {
  return { dhcp: false, autoconfiguration: false, addresses: [], ...change };
};
const at = (device: string, address: string, change: Partial<VmkernelAdapter> = {}) =>
  aVmk(device, { netstack: 'vmotion', ipv4: { dhcp: false, address, prefixLength: 24 }, ...change });
const [one, two] = [at('vmk1', '172.16.1.51'), at('vmk2', '172.16.2.51')];
const twin = at('vmk3', '172.16.1.52');
const remove = (vmk: VmkernelAdapter): Step => ({
  kind: 'remove-vmk',
  device: vmk.device,
  spec: toSpec(vmk),
  services: [],
});
const add = (vmk: VmkernelAdapter): Step => ({ kind: 'add-vmk', spec: toSpec(vmk) });
const update = (vmk: VmkernelAdapter, change: Partial<VmkernelAdapter>): Step => ({
  kind: 'update-vmk',
  device: vmk.device,
  from: toSpec(vmk),
  to: toSpec({ ...vmk, ...change }),
});

describe('a stack may forget', () => {
  const gateway = { gateway: '172.16.1.1' };
  const linkLocal = { ipv6Gateway: 'fe80::1' };
  const routes = { routes: [{ network: '10.9.0.0/16', gateway: '172.16.1.2' }] };

  it.each<{ what: string; has: NetstackSettings; vmks: VmkernelAdapter[]; steps: Step[]; may: boolean }>([
    {
      what: 'a gateway while it is empty',
      has: gateway,
      vmks: [one, two],
      steps: [remove(one), remove(two), add(one)],
      may: true,
    },
    {
      what: 'any gateway then',
      has: { gateway: '172.16.9.1' },
      vmks: [one],
      steps: [remove(one), add(one)],
      may: true,
    },
    { what: 'DNS then', has: { dns }, vmks: [one], steps: [remove(one), add(one)], may: true },
    { what: 'routes then', has: routes, vmks: [one], steps: [remove(one), add(one)], may: true },
    {
      what: 'nothing that it has anyway',
      has: { connections: 1 },
      vmks: [one],
      steps: [remove(one), add(one)],
      may: false,
    },
    {
      what: 'nothing of DNS while one stays',
      has: { dns },
      vmks: [one, two],
      steps: [remove(one), add(twin)],
      may: false,
    },
    { what: 'a gateway whose last adapter leaves', has: gateway, vmks: [one, two], steps: [remove(one)], may: true },
    { what: 'the gateway of a route, likewise', has: routes, vmks: [one, two], steps: [remove(one)], may: true },
    {
      what: 'one of two gateways',
      has: { ...gateway, ipv6Gateway: 'fd00::1' },
      vmks: [one, two],
      steps: [remove(one)],
      may: true,
    },
    {
      what: 'no gateway that another adapter reaches',
      has: gateway,
      vmks: [one, twin, two],
      steps: [remove(one)],
      may: false,
    },
    { what: 'no gateway that it did not reach', has: gateway, vmks: [one, two], steps: [remove(two)], may: false },
    {
      what: 'no gateway of every link while one stays',
      has: linkLocal,
      vmks: [one, two],
      steps: [remove(one)],
      may: false,
    },
    { what: 'a gateway of every link with the last', has: linkLocal, vmks: [one], steps: [remove(one)], may: true },
    {
      what: 'a gateway whose adapter moves away',
      has: gateway,
      vmks: [one, two],
      steps: [update(one, { ipv4: { dhcp: true } })],
      may: true,
    },
    {
      what: 'one whose adapter changes IPv6 alone',
      has: gateway,
      vmks: [one, two],
      steps: [update(one, { ipv6: six({ dhcp: true }) })],
      may: true,
    },
    {
      what: 'none whose adapter gets another MTU',
      has: gateway,
      vmks: [one, two],
      steps: [update(one, { mtuBytes: 9000 })],
      may: false,
    },
    {
      what: 'nothing that would be set again where it falls asleep',
      has: { dns },
      vmks: [one],
      steps: [remove(one)],
      may: false,
    },
    {
      what: 'no DNS of an adapter that is changed',
      has: { dns },
      vmks: [one],
      steps: [update(one, { mtuBytes: 9000 }), add(two)],
      may: false,
    },
    {
      what: 'none for another adapter that moves',
      has: gateway,
      vmks: [one, two],
      steps: [update(two, { ipv4: { dhcp: true } })],
      may: false,
    },
    { what: 'none where nothing is done', has: gateway, vmks: [one], steps: [], may: false },
    { what: 'none for what is added beside', has: gateway, vmks: [one], steps: [add(two)], may: false },
    {
      what: 'none that is an adapter’s own address',
      has: { gateway: '172.16.1.51' },
      vmks: [one, two],
      steps: [remove(one)],
      may: false,
    },
    {
      what: 'one that an adapter reaches by what it learnt',
      has: { ipv6Gateway: 'fd00:9::1' },
      vmks: [at('vmk1', '172.16.1.51', { ipv6Learnt: [{ address: 'fd00:9::51', prefixLength: 64 }] }), two],
      steps: [remove(one)],
      may: true,
    },
  ])('$what: $may', ({ has, vmks, steps, may }) => {
    expect(mayForget(has, vmks, steps)).toBe(may);
  });
});

describe('an adapter may reach a gateway', () => {
  it.each<{ what: string; vmk: VmkernelAdapter; gateway: string; may: boolean }>([
    { what: 'in its subnet', vmk: one, gateway: '172.16.1.1', may: true },
    { what: 'in another', vmk: one, gateway: '172.16.9.1', may: false },
    { what: 'at its own address', vmk: one, gateway: '172.16.1.51', may: false },
    { what: 'of every link', vmk: one, gateway: 'fe80::1', may: true },
    { what: 'wherever DHCP puts it', vmk: { ...one, ipv4: { dhcp: true } }, gateway: '172.16.9.1', may: true },
    { what: 'of the other family than DHCP', vmk: { ...one, ipv4: { dhcp: true } }, gateway: 'fd00::1', may: false },
    { what: 'wherever DHCPv6 puts it', vmk: { ...one, ipv6: six({ dhcp: true }) }, gateway: 'fd00::1', may: true },
    {
      what: 'wherever a router puts it',
      vmk: { ...one, ipv6: six({ autoconfiguration: true }) },
      gateway: 'fd00::1',
      may: true,
    },
    {
      what: 'of the other family than DHCPv6',
      vmk: { ...one, ipv6: six({ dhcp: true }) },
      gateway: '172.16.9.1',
      may: false,
    },
    {
      what: 'of its IPv6 subnet',
      vmk: { ...one, ipv6: six({ addresses: [{ address: 'fd00::51', prefixLength: 64 }] }) },
      gateway: 'fd00::1',
      may: true,
    },
    { what: 'of no IPv6 subnet of its own', vmk: { ...one, ipv6: six() }, gateway: 'fd00::1', may: false },
  ])('$what: $may', ({ vmk, gateway, may }) => {
    expect(mayReach(vmk, gateway)).toBe(may);
  });
});
