// The checkers of the simulation, each shown what it is there to find: one that never fails proves nothing.
import { describe, expect, it } from 'vitest';
import type { ScenarioName } from '../../infra/lab/vcenter/scenarios.ts';
import { createLabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { getHost, type LabHost } from '../../infra/lab/vcenter/model.ts';
import { layer3Addresses } from '../../infra/lab/vcenter/topology.ts';
import { attachOf } from '../../infra/lab/vcenter/wire.ts';
import { checkApproved } from '../simulation/check-approved.ts';
import { checkRepeats } from '../simulation/check-channel.ts';
import { checkEffect, keepUntouchable } from '../simulation/check-effects.ts';
import { checkStrangers } from '../simulation/intruders.ts';
import { createFences } from '../simulation/check-fences.ts';
import { checkOutcomes, checkReverted } from '../simulation/check-hosts.ts';
import { checkImage } from '../simulation/check-images.ts';
import { checkPlanned, checkTurns } from '../simulation/check-writes.ts';
import { pictureOf } from '../simulation/lab-picture.ts';
import { imageChanges } from '../simulation/picture-changes.ts';
import { toldHosts } from '../simulation/told-hosts.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { createRandom } from '../support/random.ts';
import { createWorld, labSettings } from '../support/world.ts';

const CLUSTERS = ['cluster-a', 'cluster-l3', 'cluster-dvs', 'cluster-v6'] as const;
const NAMES = ['esx01.lab.local', 'esx02.lab.local'];

describe('the picture of the lab', () => {
  it.each(CLUSTERS)('is what the product reads of %s, before and after a change', async (cluster) => {
    const world = createWorld({ clusters: [cluster], hosts: 2 });
    for (const text of ['', `enable ${cluster}`]) {
      if (text !== '') expect(await world.run(text)).toMatchObject({ state: 'done' });
      const read = await world.read(cluster);
      const picture = pictureOf(world.lab.model, cluster);
      expect(read.hosts.map(({ name }) => name)).toEqual(picture.hosts.map(({ name }) => name));
      for (const [index, { network }] of picture.hosts.entries()) {
        const image = read.hosts[index]?.network;
        expect(image === undefined ? 'unread' : imageChanges(image, network)).toEqual([]);
      }
    }
  });
});

describe('what nobody may bring about', () => {
  const cases: { what: string; change: (host: LabHost, other: LabHost) => void; said: string }[] = [
    {
      what: 'a gateway of the default stack',
      change: (host) => void (defaultStack(host).gateway = '10.0.0.9'),
      said: 'default stack',
    },
    {
      what: 'management taken off its adapter',
      change: (host) => void (host.network.services['management'] = []),
      said: 'other services',
    },
    {
      what: 'the address of another host',
      change: (host, other) => {
        const [vmk, taken] = [host.network.vmks[1], other.network.vmks[1]];
        if (vmk !== undefined && taken !== undefined) vmk.ipv4 = { ...taken.ipv4 };
      },
      said: 'assigned twice',
    },
    {
      what: 'the adapter that storage is reached by',
      change: (host) => void host.network.vmks.splice(1, 1),
      said: 'way to storage',
    },
  ];
  it.each(cases)('$what is found', ({ change, said }) => {
    const scenarios: ScenarioName[] = ['storage-on-old-adapter'];
    const { model } = createLabVcenter({ clusters: ['cluster-a'], hosts: 2, scenarios });
    const [host, other] = NAMES.map((name) => getHost(model, name));
    if (host === undefined || other === undefined) throw new Error('no hosts');
    const before = keepUntouchable(host);
    expect(() => checkEffect(model, host, before, 'a write')).not.toThrow();
    change(host, other);
    expect(() => checkEffect(model, host, before, 'a write')).toThrow(said);
  });
});

describe('an address that a device had when the job began', () => {
  it.each([
    { what: 'a host that was through could have asked', isThrough: true, isKnown: true, isFound: true },
    { what: 'nobody could have asked', isThrough: false, isKnown: true, isFound: false },
    { what: 'the device came later', isThrough: true, isKnown: false, isFound: false },
  ])('is found where $what: $isFound', async ({ isThrough, isKnown, isFound }) => {
    const world = createWorld({ clusters: ['cluster-a'], hosts: 2 });
    await world.run('enable cluster-a');
    const { model } = world.lab;
    const [host, other] = NAMES.map((name) => getHost(model, name));
    const vmk = host?.network.vmks.find(({ netstack }) => netstack === 'vmotion');
    const wire = host === undefined || vmk === undefined ? undefined : attachOf(model, host, vmk);
    if (host === undefined || vmk === undefined || wire === undefined || other === undefined)
      throw new Error('not on the stack');
    const { leaf, vlanId } = wire;
    const device = { name: 'printer', address: vmk.ipv4.address ?? '', leaf, vlanId, mtuBytes: 1500 };
    model.fabric.devices.push(device);
    const about = { host, askers: isThrough ? [other] : [], devices: isKnown ? [device] : [] };
    const check = () => checkStrangers(model, about, 'j-1');
    if (isFound) expect(check).toThrow('no address that answers');
    else expect(check).not.toThrow();
  });
});

describe('an address that a device had when the job began, in a subnet of its own', () => {
  it.each([
    { what: 'the device answers beyond its router', gateway: layer3Addresses(0).gateway, isUp: true, isFound: true },
    { what: 'the device has no way back', gateway: undefined, isUp: true, isFound: false },
    { what: 'the router is down', gateway: layer3Addresses(0).gateway, isUp: false, isFound: false },
  ])('is found where $what: $isFound', async ({ gateway, isUp, isFound }) => {
    const world = createWorld({ clusters: ['cluster-l3'], hosts: 2 });
    await world.run('enable cluster-l3');
    const { model } = world.lab;
    const [host, other] = ['esx11.lab.local', 'esx12.lab.local'].map((name) => getHost(model, name));
    const vmk = host?.network.vmks.find(({ netstack }) => netstack === 'vmotion');
    const wire = host === undefined || vmk === undefined ? undefined : attachOf(model, host, vmk);
    if (host === undefined || wire === undefined || other === undefined) throw new Error('not on the stack');
    const { leaf, vlanId } = wire;
    const device = { name: 'printer', address: vmk?.ipv4.address ?? '', leaf, vlanId, mtuBytes: 1500, gateway };
    model.fabric.devices.push(device);
    for (const one of model.fabric.gateways) if (one.address === layer3Addresses(1).gateway) one.isUp = isUp;
    const check = () => checkStrangers(model, { host, askers: [other], devices: [device] }, 'j-1');
    if (isFound) expect(check).toThrow('no address that answers');
    else expect(check).not.toThrow();
  });
});

describe('what a revert, an image or a message says', () => {
  /** Every leaf of a host's network, changed one at a time. */
  it('is held against each value of a host, whichever differs', () => {
    const { model } = createLabVcenter({ clusters: ['cluster-a'], hosts: 2 });
    const first = pictureOf(model, 'cluster-a');
    const { network } = getHost(model, 'esx01.lab.local');
    const random = createRandom(7);
    const changes: (() => void)[] = [
      () => void (random.pick(network.vmks).mtuBytes += 1),
      () => void (random.pick(network.vmks).mac = '00:50:56:00:00:01'),
      () => void (random.pick(network.vmks).gatewayOverride = '10.9.9.9'),
      () => void (random.pick(network.portGroups).vlanId += 1),
      () => void (random.pick(network.switches).mtuBytes += 1),
      () => void (random.pick(network.portGroups).policy.security = { allowPromiscuous: true }),
      () => void (random.pick(network.netstacks).connections += 1),
    ];
    for (const change of changes) {
      const [then, kept] = [pictureOf(model, 'cluster-a'), structuredClone(network)];
      change();
      const now = pictureOf(model, 'cluster-a');
      expect(() => checkReverted(then, now), String(change)).toThrow('esx01.lab.local');
      const told = new Map([['esx01.lab.local', 'put-back' as const]]);
      expect(() => checkOutcomes({ id: 'j-1', kind: 'enable' }, told, then, now)).toThrow('is put-back, but differs');
      expect(() => checkOutcomes({ id: 'j-1', kind: 'enable' }, new Map(), then, now)).toThrow('does not name');
      Object.assign(network, kept);
    }
    expect(() => checkReverted(first, pictureOf(model, 'cluster-a'))).not.toThrow();
  });

  it.each([
    { what: 'no image', image: 'none', hasBaseline: true, said: 'has no image' },
    { what: 'an image of another moment', image: 'old', hasBaseline: true, said: 'mtuBytes' },
    { what: 'an image that no revert would find', image: 'true', hasBaseline: false, said: 'no revert would know' },
    { what: 'a true image', image: 'true', hasBaseline: true, said: undefined },
  ])('$what is judged before the first write', async ({ image, hasBaseline, said }) => {
    const world = createWorld({ clusters: ['cluster-a'], hosts: 2 });
    const [read] = (await world.read('cluster-a')).hosts;
    const vmk = getHost(world.lab.model, 'esx01.lab.local').network.vmks[0];
    if (image === 'old' && vmk !== undefined) vmk.mtuBytes += 1;
    const [host] = pictureOf(world.lab.model, 'cluster-a').hosts;
    if (host === undefined) throw new Error('no host');
    const stored = { image: () => (image === 'none' ? undefined : read?.network), hasBaseline: () => hasBaseline };
    const check = () => checkImage(stored, { job: 'j-1', cluster: 'cluster-a', isRevert: false }, host);
    if (said === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(said);
  });

  it.each([
    { line: '*Kept, changed and proven* (2): `esx01.lab.local`, `esx02.lab.local`', told: ['kept', 'kept'] },
    { line: '*Put back, as before* (1): `esx01`\\n*Needs hands* (1): `esx02`', told: ['put-back', 'needs-hands'] },
    { line: '*Untouched* (2): `esx01`', told: 'names 1 hosts' },
    { line: '*Untouched* (1): `esx01`\\n*Needs hands* (1): `esx01`', told: 'two sets' },
  ])('is read off "$line"', ({ line, told }) => {
    const read = () => NAMES.map((name) => toldHosts(`"${line}"`, NAMES).get(name));
    if (typeof told === 'string') expect(read).toThrow(told);
    else expect(read()).toEqual(told);
  });
});

describe('who may write', () => {
  const request = { by: 'U0ANN', cluster: 'cluster-dvs', kind: 'enable' } as const;
  const bob = { user: 'U0BOB', groups: ['S0VSPHERE'] };
  const dan = { user: 'U0DAN', groups: ['S0VSPHERE', 'S0NETONCALL'] };
  const eve = { user: 'U0EVE', groups: [] };
  it.each([
    { who: 'nobody', approvers: [], operation: 'AddVirtualNic', isAllowed: false },
    { who: 'one of two', approvers: [bob], operation: 'AddVirtualNic', isAllowed: false },
    { who: 'somebody who may not', approvers: [bob, eve], operation: 'AddVirtualNic', isAllowed: false },
    {
      who: 'the requester',
      approvers: [bob, { user: 'U0ANN', groups: ['S0VSPHERE'] }],
      operation: 'AddVirtualNic',
      isAllowed: false,
    },
    { who: 'two', approvers: [bob, dan], operation: 'ReconfigureDVPortgroup_Task', isAllowed: true },
    {
      who: 'two without the extra one',
      approvers: [bob, { user: 'U0DAN', groups: ['S0VSPHERE'] }],
      operation: 'ReconfigureDVPortgroup_Task',
      isAllowed: false,
    },
  ])(
    'is decided from the presses of $who: $operation is allowed: $isAllowed',
    ({ approvers, operation, isAllowed }) => {
      const cluster = labSettings().clusters['cluster-dvs'];
      if (cluster === undefined) throw new Error('no cluster');
      const asked = { job: 'j-1', cluster, request, approvers, policy: undefined, hosts: new Set(['esx21']) };
      const check = () => checkApproved(asked, operation);
      if (isAllowed) expect(check).not.toThrow();
      else expect(check).toThrow('without approval');
    },
  );

  it('is one job at a time, and what its plan has', () => {
    const write = (job: string, operation = 'AddVirtualNic') => ({
      vcenter: 'lab',
      cluster: 'cluster-a',
      job,
      operation,
      host: 'esx01',
    });
    expect(() => checkTurns([write('j-1'), write('j-2')])).not.toThrow();
    expect(() => checkTurns([write('j-1'), write('j-2'), write('j-1')])).toThrow('one job at a time');
    const plan = {
      digest: 'd',
      hosts: [{ name: 'esx01', steps: [{ kind: 'await-dormant' as const, netstack: 'vmotion' }] }],
    };
    expect(() => checkPlanned([write('j-1')], 'j-1', plan)).toThrow('nothing but what the plan names');
  });

  it.each([
    { what: 'a session opened under it', order: ['acquire', 'open'], said: undefined },
    { what: 'a session from before it was given anew', order: ['acquire', 'open', 'acquire'], said: 'taken over' },
    { what: 'no session, which vCenter refuses', order: ['acquire'], said: undefined },
    { what: 'no lease', order: ['open'], said: 'has no cluster' },
    { what: 'a lease that was given back', order: ['acquire', 'open', 'release'], said: 'has no cluster' },
  ])('is who has the lease: $what', async ({ order, said }) => {
    const { leases } = createMemoryStore();
    const fences = createFences(leases);
    for (const one of order) {
      const [now, until] = [new Date(0), new Date(1000)];
      if (one === 'acquire') await leases.acquire({ cluster: 'cluster-a', jobId: 'j-1', holder: 'same', now, until });
      if (one === 'release') await leases.release('cluster-a', 'j-1');
      if (one === 'open') fences.opened('cookie');
    }
    const check = () => fences.check('j-1', 'cookie', 'a write');
    if (said === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(said);
  });

  it.each([
    { told: ['a', 'a'], repeats: 0, isOvertaken: false, isFound: true },
    { told: ['a', 'a', 'b', 'b'], repeats: 1, isOvertaken: false, isFound: true },
    { told: ['a', 'a', 'b', 'b'], repeats: 1, isOvertaken: true, isFound: false },
    { told: ['a', 'a', 'a'], repeats: 1, isOvertaken: true, isFound: true },
  ])('$told after $repeats repeats, overtaken: $isOvertaken, is found: $isFound', ({ told, isFound, ...about }) => {
    const check = () => checkRepeats('j-1', told, about);
    if (isFound) expect(check).toThrow('a crash repeats one reply');
    else expect(check).not.toThrow();
  });
});

function defaultStack({ network }: LabHost): LabHost['network']['netstacks'][number] {
  const stack = network.netstacks.find(({ key }) => key === 'defaultTcpipStack');
  if (stack === undefined) throw new Error('no default stack');
  return stack;
}
