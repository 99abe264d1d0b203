import { expect, it } from 'vitest';
import { createWorld, type World } from '../support/world.ts';
import { type VmPlace, withVms } from '../support/vm-place.ts';

async function place(options: Parameters<typeof createWorld>[0] = {}): Promise<{ world: World; place: VmPlace }> {
  const world = createWorld(options);
  return { world, place: await withVms(world) };
}

const writes = (world: World) =>
  world.lab.calls().filter((call) => /^(Add|Update|Remove|Select|Deselect|Relocate)/.test(call.operation)).length;
const codes = async (world: World) =>
  ((await world.run('check cluster-a')).plan?.findings ?? []).map((finding) => finding.code);

it('of a cluster in good order is done, and writes nothing', async () => {
  const { world } = await place();
  const job = await world.run('check cluster-a');
  expect(job).toMatchObject({ state: 'done', hosts: Array.from({ length: 4 }, () => ({ outcome: 'in-place' })) });
  expect(job.plan?.counts['add-vmk']).toBe(8);
  expect(writes(world)).toBe(0);
  expect(world.lab.sessions()).toBe(0);
});

it('names the machines that could not land, and goes on', async () => {
  const { world, place: vms } = await place();
  const [web01] = vms.vms;
  if (web01 !== undefined)
    web01.nics = [{ label: 'Network adapter 1', network: { kind: 'standard', name: 'VM-Prod' } }];
  const job = await world.run('check cluster-a');
  expect(job).toMatchObject({ state: 'done' });
  expect(job.plan?.findings.map((finding) => finding.message)).toContainEqual(
    'web01 could not land on esx02.lab.local, esx03.lab.local and esx04.lab.local: port group VM-Prod is missing there.',
  );
  expect(world.chat.messages().at(-1)?.text).toMatch(/^WARNINGS/);
});

it('is refused, with exit code 2, where the account may not change the hosts', async () => {
  const { world, place: vms } = await place();
  vms.missing = [{ name: 'esx01.lab.local', privileges: ['Host.Config.Network'] }];
  expect(await world.run('check cluster-a')).toMatchObject({
    state: 'invalid',
    failure: { code: 'privilege-missing', what: expect.stringContaining('esx01.lab.local') },
  });
  expect(world.chat.messages().at(-1)?.text).toMatch(/^NOT READY/);
});

it('only notes privileges that a trial or the evidence would need', async () => {
  const { world, place: vms } = await place();
  vms.missing = [{ name: 'the vCenter itself', privileges: ['Global.Diagnostics'] }];
  const job = await world.run('check cluster-a');
  expect(job.state).toBe('done');
  expect(job.plan?.findings).toMatchObject([{ code: 'privilege-missing', severity: 'note' }]);
});

it('shows running migrations and a DRS that would interfere', async () => {
  const { world, place: vms } = await place();
  vms.running = [{ vm: 'db01', host: 'esx02.lab.local', progress: 40 }];
  vms.drs = 'fullyAutomated';
  expect(await codes(world)).toEqual(['migration-running', 'drs-automated']);
});

it('gives the findings of the planner, and is refused by those that block', async () => {
  const { world } = await place({
    settings: (settings) => {
      const gateway = { kind: 'address', address: '10.9.9.9' } as const;
      const cluster = settings.clusters['cluster-a'];
      if (cluster !== undefined) cluster.profile.stack.gateway = gateway;
    },
  });
  const job = await world.run('check cluster-a');
  expect(job).toMatchObject({ state: 'invalid', failure: { code: 'gateway-outside-subnet' } });
});

it('is partial where a host can not be read', async () => {
  const { world } = await place({ scenarios: ['host-down'] });
  expect(await world.run('check cluster-a')).toMatchObject({ state: 'partial' });
});

it('the plan of a change names them too, and is blocked by a missing privilege', async () => {
  const { world, place: vms } = await place();
  vms.running = [{ vm: 'db01', host: 'esx02.lab.local' }];
  const enabled = await world.run('enable cluster-a');
  const findings = [{ code: 'migration-running' }, { code: 'address-not-asked' }];
  expect(enabled).toMatchObject({ state: 'done', plan: { findings } });
  expect(await world.run('revert cluster-a')).toMatchObject({ state: 'done' });
  vms.missing = [{ name: 'esx01.lab.local', privileges: ['Host.Config.Network'] }];
  const before = writes(world);
  expect(await world.run('enable cluster-a')).toMatchObject({
    state: 'invalid',
    failure: { code: 'privilege-missing' },
  });
  expect(writes(world)).toBe(before);
});
