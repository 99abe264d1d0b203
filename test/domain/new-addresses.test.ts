import { expect, it } from 'vitest';
import type { VmkSpec } from '../../shared/domain/inventory.ts';
import { newAddresses } from '../../shared/domain/new-addresses.ts';
import type { HostPlan } from '../../shared/domain/plan.ts';
import type { Step } from '../../shared/domain/step.ts';
import { toSpec } from '../../shared/domain/vmk-spec.ts';
import { aHost, aNetwork, aVmk, managementVmk } from '../support/builders.ts';

const specOf = (address: string | undefined, change: Partial<VmkSpec> = {}): VmkSpec => ({
  ...toSpec(aVmk('vmk9', { netstack: 'vmotion' })),
  ipv4: address === undefined ? { dhcp: true } : { dhcp: false, address, prefixLength: 24 },
  ...change,
});
const added = (spec: VmkSpec) => ({ kind: 'add-vmk', spec, expectedDevice: 'vmk9' }) as Step;
const updated = (device: string, to: VmkSpec) => ({ kind: 'update-vmk', device, from: to, to }) as Step;
const removed = (spec: VmkSpec) => ({ kind: 'remove-vmk', device: 'vmk2', spec }) as Step;
const planOf = (...steps: Step[]): HostPlan => {
  const { moref, name } = aHost();
  return { host: { moref, name }, kind: 'change', steps, findings: [], untouched: [] };
};
const onStack = (device: string, address: string) =>
  aVmk(device, { netstack: 'vmotion', ipv4: { dhcp: false, address, prefixLength: 24 } });
const there = aNetwork({ vmks: [managementVmk(), onStack('vmk10', '172.16.2.51'), onStack('vmk2', '172.16.1.51')] });

it('of a host that is new to the stack are those of its adapters, each an island in their order', () => {
  const old = specOf('10.9.9.9', { netstack: 'defaultTcpipStack' });
  const plan = planOf(added(old), added(specOf('172.16.1.51')), added(specOf('172.16.2.51')));
  expect(newAddresses(plan, aNetwork())).toEqual([
    expect.objectContaining({ address: '10.9.9.9', netstack: 'defaultTcpipStack' }),
    { host: 'esx01.lab.local', address: '172.16.1.51', netstack: 'vmotion', island: 1 },
    { host: 'esx01.lab.local', address: '172.16.2.51', netstack: 'vmotion', island: 2 },
  ]);
});

it('are none that the host has already, under whichever adapter', () => {
  expect(newAddresses(planOf(added(specOf('172.16.1.51')), updated('vmk2', specOf('172.16.2.51'))), there)).toEqual([]);
});

it('of a changed adapter belong to its place, and beside others of nobody knows which', () => {
  const plan = planOf(
    updated('vmk2', specOf('172.16.1.99')),
    updated('vmk10', specOf('172.16.2.99')),
    updated('vmk7', specOf('172.16.7.99')),
    added(specOf('172.16.3.99')),
  );
  expect(newAddresses(plan, there).map(({ address, island }) => [address, island])).toEqual([
    ['172.16.1.99', 1],
    ['172.16.2.99', 2],
    ['172.16.7.99', undefined],
    ['172.16.3.99', undefined],
  ]);
});

it('are none of what is removed, and none that DHCP gives', () => {
  const leased = { ipv4: { dhcp: true, address: '172.16.5.5', prefixLength: 24 } };
  const six = { dhcp: false, autoconfiguration: false, addresses: [{ address: 'fd00::5', prefixLength: 64 }] };
  const plan = planOf(removed(specOf('172.16.9.9')), added(specOf(undefined, { ...leased, ipv6: six })));
  expect(newAddresses(plan, undefined).map(({ address }) => address)).toEqual(['fd00::5']);
});
