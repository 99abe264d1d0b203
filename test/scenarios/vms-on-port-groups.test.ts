// VMs on the port groups of vMotion: told before their uplinks change, and never in the way of a revert.
import { describe, expect, it } from 'vitest';
import type { Job } from '../../shared/domain/job.ts';
import { createWorld, type World } from '../support/world.ts';

const CLUSTER = 'cluster-a';

/** Plugs a machine of the first host into one of its port groups. */
function plugIn(world: World, portGroup: string, isPoweredOn = true): string {
  const vm = world.lab.model.vms.find((one) => one.host === 'esx01.lab.local' && one.isPoweredOn);
  const [nic] = vm?.nics ?? [];
  if (vm === undefined || nic === undefined) throw new Error('no machine on esx01');
  nic.network = { kind: 'standard', name: portGroup };
  vm.isPoweredOn = isPoweredOn;
  return vm.name;
}

const namesOn = async (world: World, host = 0): Promise<{ groups: string[]; switches: string[] }> => {
  const { network } = (await world.read(CLUSTER)).hosts[host] ?? {};
  return {
    groups: network?.portGroups.map(({ name }) => name) ?? [],
    switches: network?.standardSwitches.map(({ name }) => name) ?? [],
  };
};
const said = (job: Job, code: string) => (job.plan?.findings ?? []).filter((finding) => finding.code === code);
/** Adapter a on a switch that the product makes, where nothing else stands. */
const onNewSwitch = (world: World): void => {
  const [adapter] = world.parts.settings.clusters[CLUSTER]?.profile.adapters ?? [];
  if (adapter?.attach.kind !== 'standard') throw new Error('no standard switch');
  const { portGroup, vlanId } = adapter.attach;
  const create = { pnics: ['vmnic3'], mtuBytes: 9000 };
  adapter.attach = { kind: 'standard', switchName: 'vSwitch2', portGroup, vlanId, create };
  const others = world.parts.settings.clusters[CLUSTER]?.profile;
  others?.adapters.splice(1);
  for (const { network } of world.lab.model.clusters.flatMap(({ hosts }) => hosts))
    for (const one of network.switches)
      if (one.name === 'vSwitch1') {
        one.pnics = ['vmnic2'];
        one.policy.nicTeaming = { ...one.policy.nicTeaming, nicOrder: { activeNic: ['vmnic2'], standbyNic: [] } };
      }
};

describe('a plan that changes the uplinks of a port group', () => {
  it('counts the running VMs on it and names some', async () => {
    const world = createWorld({ scenarios: ['config-drift'] });
    const host = world.lab.model.clusters[0]?.hosts.find(({ isUnlucky }) => isUnlucky);
    const vms = world.lab.model.vms.filter((one) => one.host === host?.name && one.isPoweredOn);
    for (const { nics } of vms) for (const nic of nics) nic.network = { kind: 'standard', name: 'vMotion-A' };
    const job = await world.run(`enable ${CLUSTER}`);
    const [finding, ...more] = said(job, 'vms-on-port-group');
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: 'warning' });
    expect(finding?.message).toBe(
      '2 VMs on port group vMotion-A (app-a-03 and web-a-03): its active uplinks become vmnic2 under them.',
    );
  });

  it('says the same of a distributed one, and nothing where no VM is on it', async () => {
    const world = createWorld({ clusters: ['cluster-dvs'] });
    const { model } = world.lab;
    const [dvs] = model.distributedSwitches;
    const key = dvs?.portGroups.find(({ name }) => name === 'dv-vMotion-A')?.key;
    const [vm] = model.vms;
    const [nic] = vm?.nics ?? [];
    if (dvs === undefined || key === undefined || nic === undefined) throw new Error('no DVS1');
    nic.network = { kind: 'distributed', switchUuid: dvs.uuid, portGroupKey: key };
    const job = await world.run('enable cluster-dvs');
    expect(said(job, 'vms-on-port-group').map(({ message }) => message)).toEqual([
      `1 VM on port group dv-vMotion-A (${vm?.name}): its active uplinks become Uplink 1 under them.`,
    ]);
  });
});

describe('a port group that the product made, with a VM in it by now', () => {
  it('stays with its switch when everything else is reverted, and the plan says so', async () => {
    const world = createWorld({ hosts: 2 });
    onNewSwitch(world);
    expect((await world.run(`enable ${CLUSTER}`)).state).toBe('done');
    plugIn(world, 'vMotion-A');
    const job = await world.run(`revert ${CLUSTER}`);
    expect(job).toMatchObject({ state: 'done', hosts: [{ outcome: 'put-back' }, { outcome: 'put-back' }] });
    expect(said(job, 'cannot-restore').map(({ message }) => message)).toEqual([
      'esx01.lab.local: port group vMotion-A stays: a running VM is in it.',
      'esx01.lab.local: switch vSwitch2 stays: vMotion-A is on it.',
    ]);
    expect(job.hosts[0]?.note).toContain('could not restore');
    const [first, second] = [await namesOn(world, 0), await namesOn(world, 1)];
    expect([first.groups.includes('vMotion-A'), first.switches.includes('vSwitch2')]).toEqual([true, true]);
    expect([second.groups.includes('vMotion-A'), second.switches.includes('vSwitch2')]).toEqual([false, false]);
  });

  it.each([
    { what: 'one that was plugged in after the plan', isPoweredOn: true },
    { what: 'one that is off, which vCenter does not show', isPoweredOn: false },
  ])('stays for $what, and the revert goes on', async ({ isPoweredOn }) => {
    const world = createWorld({ hosts: 2, switches: { stoppedVmHoldsPortGroup: true } });
    onNewSwitch(world);
    await world.run(`enable ${CLUSTER}`);
    let isPlugged = false;
    // Between the last look at the host and the call.
    const { handle } = world.lab;
    world.lab.handle = async (request) => {
      if (!isPlugged && request.body.includes('<RemovePortGroup')) {
        isPlugged = true;
        plugIn(world, 'vMotion-A', isPoweredOn);
      }
      return handle(request);
    };
    const job = await world.run(`revert ${CLUSTER}`);
    expect(isPlugged).toBe(true);
    expect(job).toMatchObject({ state: 'done', hosts: [{ outcome: 'put-back' }, { outcome: 'put-back' }] });
    expect(job.hosts[0]?.note).toContain('could not restore');
    const { groups, switches } = await namesOn(world);
    expect([groups.includes('vMotion-A'), switches.includes('vSwitch2')]).toEqual([true, true]);
  });

  it('stays where its host is put back, which needs no hands', async () => {
    const world = createWorld({
      hosts: 1,
      scenarios: ['fails-midway'],
      switches: { stoppedVmHoldsPortGroup: true },
    });
    onNewSwitch(world);
    const stack = world.parts.settings.clusters[CLUSTER]?.profile.stack;
    if (stack !== undefined) stack.gateway = { kind: 'address', address: '172.16.1.1' };
    const { handle } = world.lab;
    world.lab.handle = async (request) => {
      const isOn = world.lab.model.vms.some((vm) => vm.host === 'esx01.lab.local' && vm.isPoweredOn);
      if (request.body.includes('<AddVirtualNic') && isOn) plugIn(world, 'vMotion-A', false);
      return handle(request);
    };
    const job = await world.run(`enable ${CLUSTER}`);
    expect(job).toMatchObject({ state: 'rolled-back', hosts: [{ outcome: 'put-back' }] });
    expect(job.hosts[0]?.note).toContain('put back, but for: ');
  });
});
