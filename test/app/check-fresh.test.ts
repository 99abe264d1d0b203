// What was approved holds for a host as it was planned: whatever else is found right before its wave stops the job.
import { describe, expect, it } from 'vitest';
import { hostDigest } from '../../shared/app/digest.ts';
import type { Host, HostNetwork } from '../../shared/domain/inventory.ts';
import { planRestore } from '../../shared/domain/plan-restore.ts';
import { aDistributedGroup, aWideNetwork, onDistributed } from '../domain/network-shapes.ts';
import { aHost, aNetwork, aProfile, managementVmk, oldVmotionVmk } from '../support/builders.ts';
import { afterCanary, createWavePlace, nameOf, type WavePlace } from '../support/wave-place.ts';

const failureOf = async (place: WavePlace) => {
  const event = await place.slice();
  return event.kind === 'stopped' ? { state: event.state, ...event.failure } : event;
};
const withMtu = (network: HostNetwork, mtuBytes: number): HostNetwork => ({
  ...network,
  vmks: network.vmks.map((vmk) => (vmk.device === 'vmk1' ? { ...vmk, mtuBytes } : vmk)),
});

describe('a host whose plan no longer holds', () => {
  it('ends the job as stale, with the field that changed, the command to ask again, and nothing done', async () => {
    const place = await afterCanary();
    place.changeNetwork(3, (network) => withMtu(network, 4000));
    expect(await failureOf(place)).toEqual({
      state: 'stale',
      code: 'stale',
      what: `${nameOf(3)} changed after planning: vmk1 MTU 9000 -> 4000.`,
      why: "vCenter's events do not say who it was. The approval was for another plan. Nothing was done to this host.",
      remedy: '/vmotion enable cluster-a',
    });
    expect(await place.outcomes()).toEqual(['kept', 'untouched', 'untouched', 'untouched']);
    expect(place.writes).toEqual([]);
  });

  it('names four changes and counts the others', async () => {
    for (const [count, more] of [
      [4, '.'],
      [6, ' and 2 more.'],
    ] as const) {
      const place = await createWavePlace();
      place.changeNetwork(1, (network) => ({
        ...withMtu(network, 4000),
        standardSwitches: network.standardSwitches.map((one) => ({ ...one, mtuBytes: 2000 })),
        portGroups: network.portGroups.map((one, index) =>
          index === 0
            ? { ...one, vlanId: 9, ...(count === 6 ? { uplinks: { active: ['vmnic1'], standby: ['vmnic0'] } } : {}) }
            : one,
        ),
      }));
      const ended = await failureOf(place);
      const what = 'what' in ended ? ended.what : '';
      expect(what.split(';')).toHaveLength(4);
      expect(what.endsWith(more)).toBe(true);
      if (count === 4) expect(what).not.toContain('more');
    }
  });

  it.each([
    { connection: 'gone', what: `${nameOf(1)} is no longer shown by vCenter; it was there when it was planned.` },
    { connection: 'disconnected', what: `${nameOf(1)} is disconnected now; it was connected when it was planned.` },
  ] as const)('because it is $connection is told so', async ({ connection, what }) => {
    const place = await createWavePlace();
    place.change(1, { connection, network: undefined });
    expect(await failureOf(place)).toMatchObject({
      state: 'stale',
      what,
      why: 'The approval was for another plan. Nothing was done to this host.',
    });
  });

  it('because the profile is another one is told so, and nobody in vCenter is named', async () => {
    const place = await createWavePlace();
    place.settings.profile.adapters = place.settings.profile.adapters.map((one) => ({ ...one, mtuBytes: 1500 }));
    expect(await failureOf(place)).toMatchObject({
      state: 'stale',
      what: `The profile of cluster-a in vmotion.yaml changed after planning; ${nameOf(1)} would get another plan.`,
      why: 'The approval was for another plan. Nothing was done to this host.',
    });
  });

  it('because another worker has planned it since what was shown is told so', async () => {
    const place = await createWavePlace();
    const job = await place.job();
    const hosts = job.hosts.map((host) => ({ ...host, digest: 'shown' }));
    await place.parts.store.jobs.save({ ...job, hosts, version: job.version + 1 });
    expect(await failureOf(place)).toMatchObject({
      state: 'stale',
      what: `${nameOf(1)} was planned twice, and changed in between: what is stored is not what was shown.`,
    });
  });

  it('is told without its fields where the row has none, or vCenter gives none', async () => {
    const older = await createWavePlace();
    await older.save(1, { observed: undefined });
    older.changeNetwork(1, (network) => withMtu(network, 4000));
    expect(await failureOf(older)).toMatchObject({ state: 'stale', what: expect.stringContaining(nameOf(1)) });
    const silent = await createWavePlace();
    silent.change(1, { network: undefined });
    expect(await failureOf(silent)).toMatchObject({ state: 'stale', what: expect.stringContaining(nameOf(1)) });
  });

  it('is not one that only a later wave has, nor one in which what changed is no part of the plan', async () => {
    const place = await createWavePlace();
    place.changeNetwork(4, (network) => withMtu(network, 4000));
    place.changeNetwork(1, (network) => ({
      ...network,
      standardSwitches: network.standardSwitches.map((one) =>
        one.name === 'vSwitch0' ? { ...one, mtuBytes: 9000 } : one,
      ),
    }));
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 0 });
  });

  it('is not one of a row that has no digest to compare with', async () => {
    const place = await createWavePlace();
    const job = await place.job();
    const hosts = job.hosts.map((host) => ({ ...host, digest: undefined }));
    await place.parts.store.jobs.save({ ...job, hosts, version: job.version + 1 });
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 0 });
  });
});

describe('a host in another cluster', () => {
  const parent = { type: 'ClusterComputeResource', value: 'c-1' };
  const moved = async () => {
    const place = await afterCanary({ hosts: [1, 2, 3, 4].map((number) => aHost(number, { parent })) });
    place.change(3, { parent: { ...parent, value: 'c-2' } });
    return place;
  };

  it('is not written to, and what to do is said', async () => {
    const place = await moved();
    expect(await failureOf(place)).toEqual({
      state: 'stale',
      code: 'host-moved',
      what: `${nameOf(3)} was moved out of cluster-a after planning.`,
      why: 'The approval was for hosts of cluster-a. Nothing was done to this host.',
      remedy: 'Move it back, or go on without it: /vmotion enable cluster-a',
    });
    expect(place.writes).toEqual([]);
  });

  it('is told before a change of another host of the wave', async () => {
    const place = await moved();
    place.changeNetwork(2, (network) => withMtu(network, 4000));
    expect(await failureOf(place)).toMatchObject({ code: 'host-moved' });
  });
});

describe('a revert that waits for a stack to fall asleep', () => {
  it('holds where the stack is asleep by the time of its wave', async () => {
    const asleep = { ...aHost(1), network: aNetwork({ vmks: [managementVmk(1)] }) };
    const place = await createWavePlace({ hosts: [asleep], job: { kind: 'revert' } });
    const { plan } = await place.record(1);
    place.changeNetwork(1, (network) => ({
      ...network,
      vmks: [managementVmk(1)],
      netstacks: network.netstacks.map((one) => ({ ...one, isLive: one.key !== 'vmotion' })),
    }));
    const steps = [
      { kind: 'await-dormant', netstack: 'vmotion' } as const,
      ...plan.steps.filter(({ kind }) => kind === 'remove-port-group'),
    ];
    expect(steps.length).toBeGreaterThan(1);
    await place.save(1, { plan: { ...plan, steps }, digest: 'waits' });
    const job = await place.job();
    const hosts = job.hosts.map((host) => ({ ...host, digest: 'waits' }));
    await place.parts.store.jobs.save({ ...job, hosts, version: job.version + 1 });
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 0 });
  });

  it.each([true, false])(
    'holds where vCenter shows the stack as live only since it was planned, if it falls asleep: %s',
    async (fallsAsleep) => {
      const asleep = { ...aHost(1), network: aNetwork({ vmks: [managementVmk(1)] }) };
      const place = await createWavePlace({ hosts: [asleep], job: { kind: 'revert' } });
      const { goal } = await place.record(1);
      if (goal === undefined) throw new Error('a revert has goals');
      const empty = (isLive: boolean) => (network: HostNetwork) => ({
        ...network,
        vmks: [managementVmk(1)],
        netstacks: network.netstacks.map((one) => ({ ...one, isLive: one.key !== 'vmotion' || isLive })),
      });
      place.changeNetwork(1, empty(false));
      const observed = place.host(1).network;
      const plan = planRestore(place.host(1), goal);
      expect(plan.kind).toBe('change');
      const digest = hostDigest(place.parts.sha256, plan);
      await place.save(1, { plan, digest, observed });
      const job = await place.job();
      const hosts = job.hosts.map((host) => ({ ...host, digest }));
      await place.parts.store.jobs.save({ ...job, hosts, version: job.version + 1 });
      place.changeNetwork(1, empty(true));
      place.session.refreshNetwork = async () => {
        if (fallsAsleep) place.changeNetwork(1, empty(false));
      };
      const moved = await place.slice(600_000);
      if (fallsAsleep) expect(moved).toEqual({ kind: 'wave-passed', wave: 0 });
      else expect(moved).toMatchObject({ kind: 'stopped', state: 'stale' });
    },
  );

  it('holds where there is nothing else to do', async () => {
    const place = await createWavePlace({ hosts: [aHost(1)], job: { kind: 'revert' } });
    const { plan, goal } = await place.record(1);
    const steps = [{ kind: 'await-dormant', netstack: 'vmotion' } as const];
    await place.save(1, { plan: { ...plan, steps }, digest: 'waits' });
    const job = await place.job();
    const hosts = job.hosts.map((host) => ({ ...host, digest: 'waits' }));
    await place.parts.store.jobs.save({ ...job, hosts, version: job.version + 1 });
    place.changeNetwork(1, () => structuredClone(goal?.before ?? aWideNetwork()));
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 0 });
    expect(place.writes).toEqual([]);
  });
});

describe('distributed port groups', () => {
  const wide = (number: number): Host =>
    aHost(number, { network: aWideNetwork({ vmks: [managementVmk(number), oldVmotionVmk(number)] }) });
  const adapters = aProfile().adapters.map((one, index) => ({
    ...one,
    attach: onDistributed(index === 0 ? 'A' : 'B', `Uplink ${index + 1}`),
  }));
  const touch = (network: HostNetwork, name: string, change: Partial<ReturnType<typeof aDistributedGroup>>) => ({
    ...network,
    distributedPortGroups: network.distributedPortGroups?.map((one) =>
      one.name === name ? { ...one, ...change } : one,
    ),
  });

  it('that were reconfigured in what no field shows are named', async () => {
    const place = await createWavePlace({ hosts: [wide(1), wide(2)], profile: { adapters } });
    place.changeNetwork(1, (network) => touch(network, 'dv-vMotion-B', { configVersion: '7' }));
    const asked: unknown[] = [];
    place.session.readEvents = async (entities) => {
      asked.push(...entities.map(({ value }) => value));
      return [];
    };
    expect(await failureOf(place)).toMatchObject({
      state: 'stale',
      what: 'Distributed port group dv-vMotion-B was reconfigured after planning.',
      why: expect.stringContaining("vCenter's events do not say who it was."),
    });
    expect(asked).toEqual(['host-11', 'dvportgroup-B']);
  });

  it('whose fields changed are looked for among the events too, and only they', async () => {
    const place = await createWavePlace({ hosts: [wide(1), wide(2)], profile: { adapters } });
    place.changeNetwork(1, (network) =>
      touch(withMtu(network, 4000), 'dv-vMotion-A', { vlanId: 999, configVersion: '7' }),
    );
    const asked: unknown[] = [];
    place.session.readEvents = async (entities) => {
      asked.push(...entities.map(({ value }) => value));
      return [];
    };
    expect(await failureOf(place)).toMatchObject({
      what: expect.stringContaining('distributed port group dv-vMotion-A VLAN'),
    });
    expect(asked).toEqual(['host-11', 'dvportgroup-A']);
  });

  it('that are new, or as they were, are not called reconfigured', async () => {
    const one = wide(1);
    const other = aDistributedGroup('B', { configVersion: '2' });
    const network = { ...(one.network ?? aWideNetwork()), distributedPortGroups: [aDistributedGroup('A'), other] };
    const place = await createWavePlace({ hosts: [{ ...one, network }], profile: { adapters } });
    place.settings.profile.adapters = place.settings.profile.adapters.map((each) => ({ ...each, mtuBytes: 1500 }));
    const added = aDistributedGroup('A', {
      key: 'dvportgroup-new',
      name: 'new',
      vlanId: 0,
      uplinks: { active: [], standby: [] },
    });
    place.changeNetwork(1, (now) => ({ ...now, distributedPortGroups: [added, ...(now.distributedPortGroups ?? [])] }));
    expect(await failureOf(place)).not.toMatchObject({ what: expect.stringContaining('was reconfigured') });
  });

  /** The hosts have been enabled, and a revert is planned whose second host gives a port group back, or leaves it. */
  const reverting = (neededBy: string[], hosts = 2) =>
    createWavePlace({
      hosts: Array.from({ length: hosts }, (_, index) => wide(index + 1)),
      profile: { adapters },
      job: { kind: 'revert' },
      groups: (number) => (number === 2 ? [{ original: aDistributedGroup('B'), neededBy }] : []),
    });

  it('that somebody needs by now stop a revert, before the wave of the host that gives them back', async () => {
    const place = await reverting([]);
    const { session } = place;
    const read = session.readCluster;
    session.readCluster = async (path) => {
      const cluster = await read(path);
      const moref = { type: 'HostSystem', value: 'host-99' };
      return { ...cluster, hosts: [...cluster.hosts, { ...place.host(1), moref, name: 'esx99.lab.local' }] };
    };
    expect(await failureOf(place)).toMatchObject({
      state: 'stale',
      code: 'stale',
      what: 'Distributed port group dv-vMotion-B is needed by esx99.lab.local now, which it was not when this was planned.',
      why: 'The approval was for another plan. Nothing was done to this host.',
      remedy: '/vmotion revert cluster-a',
    });
    expect(place.writes).toEqual([]);
  });

  it('that nobody needs any more stop a revert that would leave them', async () => {
    expect(await failureOf(await reverting(['esx99.lab.local', 'cluster-l3 (esx11)']))).toMatchObject({
      state: 'stale',
      what: 'Distributed port group dv-vMotion-B is needed by nobody else any more; when this was planned it was by esx99.lab.local, cluster-l3 (esx11).',
    });
  });

  it.each([
    { staying: 'vCenter had lost when this was planned', change: { plan: 'skipped' } },
    { staying: 'the reverted job had nothing to do with', change: { goal: 'none' } },
  ])('are needed by a host that $staying', async ({ change }) => {
    const place = await reverting([], 3);
    const { plan, goal } = await place.record(3);
    const kind = change.plan === undefined ? plan.kind : 'skipped';
    await place.save(3, { plan: { ...plan, kind }, goal: change.goal === undefined ? goal : undefined });
    expect(await failureOf(place)).toMatchObject({ what: expect.stringContaining(`is needed by ${nameOf(3)} now`) });
  });

  it('that were given back already are asked for no more', async () => {
    const place = await createWavePlace({
      hosts: [wide(1), wide(2)],
      profile: { adapters },
      job: { kind: 'revert' },
      groups: (number) => (number === 1 ? [{ original: aDistributedGroup('B'), neededBy: ['esx99.lab.local'] }] : []),
    });
    const { session } = place;
    const read = session.readCluster;
    let isNeeded = true;
    session.readCluster = async (path) => {
      const cluster = await read(path);
      const stranger = { ...place.host(2), moref: { type: 'HostSystem', value: 'host-99' }, name: 'esx99.lab.local' };
      return isNeeded ? { ...cluster, hosts: [...cluster.hosts, stranger] } : cluster;
    };
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 0 });
    isNeeded = false;
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 1 });
  });

  it('that are needed as they were let a revert go on', async () => {
    expect(await (await reverting([])).slice()).toMatchObject({ kind: 'wave-passed' });
  });
});
