// Checks, trials and evidence on the simulated vCenter, over its own protocol.
import { describe, expect, it } from 'vitest';
import { LAB_CLUSTERS } from '../../infra/lab/vcenter/topology.ts';
import type { Job } from '../../shared/domain/job.ts';
import { createWorld, type World } from '../support/world.ts';

const TRIAL = 'trial cluster-a --vm app-a-01 --from esx01 --to esx02';
const vmHost = async (world: World, name: string) => {
  const vm = world.lab.model.vms.find((one) => one.name === name);
  if (vm === undefined) throw new Error(`no VM ${name}`);
  return vm.host;
};
const codesOf = (job: Job) => (job.plan?.findings ?? []).map((finding) => finding.code);
const boundOf = (job: Job) =>
  (job.trial?.evidence?.bound ?? []).map((one) => `${one.host.split('.')[0]} ${one.device} ${one.address}`);

describe('a trial', () => {
  it('on the enabled cluster is proven over both adapters of both hosts, and back', async () => {
    const world = createWorld();
    await world.run('enable cluster-a');
    const job = await world.run(`${TRIAL} --return`);
    expect(job).toMatchObject({ state: 'done', trial: { evidence: { verdict: 'proven' }, back: { state: 'moved' } } });
    expect(boundOf(job)).toEqual([
      'esx01 vmk2 172.16.1.51',
      'esx01 vmk3 172.16.2.51',
      'esx02 vmk2 172.16.1.52',
      'esx02 vmk3 172.16.2.52',
    ]);
    expect(await vmHost(world, 'app-a-01')).toBe('esx01.lab.local');
    expect((await world.run('evidence cluster-a')).evidence?.migrations).toHaveLength(2);
    expect(world.lab.sessions()).toBe(0);
  });

  it('before anything was enabled uses the old adapter, which then is the planned one', async () => {
    const world = createWorld();
    const job = await world.run(TRIAL);
    expect(job).toMatchObject({ state: 'done', trial: { evidence: { verdict: 'proven' } } });
    expect(boundOf(job)).toEqual(['esx01 vmk1 192.168.40.51', 'esx02 vmk1 192.168.40.52']);
    expect(await vmHost(world, 'app-a-01')).toBe('esx02.lab.local');
  });

  it('crosses subnets where every host has its own', async () => {
    const world = createWorld();
    await world.run('enable cluster-l3');
    const host = (index: number) =>
      world.lab.model.clusters.find((one) => one.name === 'cluster-l3')?.hosts[index]?.name;
    const vm = world.lab.model.vms.find((one) => one.host === host(0) && one.isPoweredOn)?.name;
    const job = await world.run(`trial cluster-l3 --vm ${vm} --from ${host(0)} --to ${host(1)} --return`);
    expect(job).toMatchObject({ state: 'done', trial: { evidence: { verdict: 'proven' } } });
  });

  it("to a host without the VM's network is refused before anybody is asked", async () => {
    const world = createWorld({ scenarios: ['vm-network-missing'] });
    const job = await world.run('trial cluster-a --vm app-a-01 --from esx01 --to esx03');
    expect(job).toMatchObject({ state: 'invalid', failure: { code: 'trial-refused' } });
    expect(codesOf(job)).toContain('vm-network-missing');
    expect(await vmHost(world, 'app-a-01')).toBe('esx01.lab.local');
  });

  it('survives expired sessions', async () => {
    const world = createWorld({ scenarios: ['session-expires'] });
    await world.run('enable cluster-a');
    expect(await world.run(`${TRIAL} --return`)).toMatchObject({ state: 'done' });
    expect(await vmHost(world, 'app-a-01')).toBe('esx01.lab.local');
  });
});

describe('a check', () => {
  it.each([
    { scenario: 'vm-network-missing', state: 'done', code: 'vm-network-missing' },
    { scenario: 'no-privilege', state: 'invalid', code: 'privilege-missing' },
    { scenario: 'vmotion-off-on-one', state: 'done', code: 'vmotion-switched-off' },
    { scenario: 'host-down', state: 'partial', code: 'host-not-connected' },
  ] as const)('under $scenario ends $state and names $code', async ({ scenario, state, code }) => {
    const world = createWorld({ scenarios: [scenario] });
    const job = await world.run('check cluster-a');
    expect(job.state).toBe(state);
    expect(codesOf(job)).toContain(code);
  });

  it.each(['cluster-a', 'cluster-l3', 'cluster-dvs', 'cluster-v6'])(
    'of %s in good order has nothing against it',
    async (cluster) => {
      const world = createWorld({ clusters: LAB_CLUSTERS });
      const job = await world.run(`check ${cluster}`);
      expect(job).toMatchObject({ state: 'done' });
    },
  );
});

it('a check warns of a cluster whose hosts a configuration profile manages', async () => {
  const world = createWorld();
  expect(codesOf(await world.run('check cluster-a'))).not.toContain('config-managed');
  for (const cluster of world.lab.model.clusters) cluster.isConfigManaged = true;
  const job = await world.run('check cluster-a');
  expect(job.state).toBe('done');
  expect(codesOf(job)).toContain('config-managed');
});
