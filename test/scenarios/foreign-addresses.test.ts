// Somebody who is no host has an address that the profile gives to one: it is not assigned where anybody could ask.
import { describe, expect, it } from 'vitest';
import { type Device, findPort } from '../../infra/lab/vcenter/fabric.ts';
import { layer3Addresses } from '../../infra/lab/vcenter/topology.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { createWorld, type World } from '../support/world.ts';

/** In cluster-l3, on the wire of the host of that index, behind its router. */
function addDevice({ lab }: World, index: number, change: Partial<Device> = {}): void {
  const { fabric } = lab.model;
  const leaf = findPort(fabric, `esx${11 + index}.lab.local`, 'vmnic2')?.leaf ?? '';
  const { address, gateway } = layer3Addresses(index);
  fabric.devices.push({ name: 'printer', address, leaf, vlanId: 200, mtuBytes: 1500, gateway, ...change });
}

/** What is written to a host, by its name. */
const writesTo = ({ lab }: World, name: string): string[] =>
  lab
    .calls()
    .filter(({ operation, host }) => /^(Add|Update|Remove)/.test(operation) && host === name)
    .map(({ operation }) => operation);

const outcomesOf = (job: Job) => job.hosts.map(({ outcome }) => outcome);

describe('an address of a host in a subnet of its own', () => {
  it.each([1, 2, 3])('is asked for through the router before host %i gets it', async (index) => {
    const world = createWorld({ clusters: ['cluster-l3'] });
    addDevice(world, index);
    const name = `esx${11 + index}.lab.local`;
    const job = await world.run('enable cluster-l3');
    expect(job).toMatchObject({ state: 'partial', failure: { code: 'address-answers' } });
    expect(job.failure?.what).toMatch(
      new RegExp(
        `${layer3Addresses(index).address}, wanted for ${name}, already answers a ping from esx1\\d.*, through its router`,
      ),
    );
    expect(outcomesOf(job)).toContain('kept');
    expect(outcomesOf(job)[index]).toBe('untouched');
    expect(writesTo(world, 'esx11.lab.local')).not.toEqual([]);
    expect(writesTo(world, name)).toEqual([]);
  });

  it('is asked for while the change is planned, where other hosts are on the stack already', async () => {
    const world = createWorld({ clusters: ['cluster-l3'] });
    addDevice(world, 1);
    expect(outcomesOf(await world.run('enable cluster-l3'))).toContain('kept');
    expect(await world.run('check cluster-l3')).toMatchObject({
      state: 'invalid',
      failure: { code: 'address-answers' },
    });
    const job = await world.run('enable cluster-l3');
    expect(job).toMatchObject({ state: 'invalid', failure: { code: 'address-answers' } });
    expect(writesTo(world, 'esx12.lab.local')).toEqual([]);
  });

  it('is not known to be taken where the device has no way back through a router: the gate finds it', async () => {
    const world = createWorld({ clusters: ['cluster-l3'] });
    addDevice(world, 2, { gateway: undefined });
    expect(await world.run('enable cluster-l3')).toMatchObject({ failure: { code: 'gate-failed' } });
  });
});

describe('an address in the network of a host’s present adapter', () => {
  it('is asked for by the host itself, though it is alone', async () => {
    const settings = (all: Settings) => {
      const [adapter] = all.clusters['cluster-a']?.profile.adapters ?? [];
      if (adapter !== undefined)
        adapter.ipv4 = { kind: 'range', from: '192.168.40.201', to: '192.168.40.204', prefixLength: 24 };
    };
    const world = createWorld({ clusters: ['cluster-a'], hosts: 1, settings });
    const device = { name: 'printer', address: '192.168.40.201', leaf: 'leaf-a', vlanId: 40, mtuBytes: 1500 };
    world.lab.model.fabric.devices.push(device);
    const job = await world.run('enable cluster-a');
    expect(job).toMatchObject({ state: 'invalid', failure: { code: 'address-answers' } });
    expect(job.failure?.what).toContain('already answers a ping from esx01.lab.local vmk1');
    expect(writesTo(world, 'esx01.lab.local')).toEqual([]);
  });
});

it('a plan names the addresses of the first host, which nobody can ask for, and none once somebody can', async () => {
  const world = createWorld({ clusters: ['cluster-l3'] });
  const findingsOf = async (text: string) =>
    (await world.run(text)).plan?.findings.map(({ code }) => code).filter((code) => code.startsWith('address'));
  addDevice(world, 1);
  expect(await findingsOf('enable cluster-l3')).toEqual(['address-not-asked']);
  world.lab.model.fabric.devices = [];
  expect(await findingsOf('enable cluster-l3')).toEqual([]);
});

const inOneWave = (settings: Settings) => {
  const { rollout } = settings.clusters['cluster-a']?.profile ?? {};
  if (rollout !== undefined) Object.assign(rollout, { canary: 1, wave: 64 });
};

it('a canary that could ask for a whole wave of 56 hosts leaves time to write it, and the plan says what stays unasked', async () => {
  const world = createWorld({ clusters: ['cluster-a'], hosts: 57, latency: 'real', settings: inOneWave });
  const job = await world.run('enable cluster-a');
  expect(job).toMatchObject({ state: 'done' });
  const said = job.plan?.findings.filter(({ code }) => code === 'address-not-asked').map(({ message }) => message);
  expect(said).toEqual([
    expect.stringContaining('No host has an adapter in these networks yet'),
    expect.stringMatching(/^So few hosts can ask .* and 60 more\.$/),
  ]);
});
