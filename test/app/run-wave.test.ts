// One wave of a change: what is asked before the first write, what a host that fails means, and what the next slice does.
import { describe, expect, it } from 'vitest';
import { aDistributedGroup, aWideNetwork, onDistributed } from '../domain/network-shapes.ts';
import { applySteps } from '../support/apply-steps.ts';
import { aGroup, aHost, aNetwork, aProfile, managementVmk, oldVmotionVmk } from '../support/builders.ts';
import { afterCanary, aThrow, away, createWavePlace, fault, nameOf, type WavePlace } from '../support/wave-place.ts';

const note = async (place: WavePlace, number: number) => (await place.job()).hosts[number - 1]?.note;
const writtenTo = (place: WavePlace) => [...new Set(place.writes.map((write) => write.split(' ')[0] ?? ''))].toSorted();

describe('a wave', () => {
  it('changes its own hosts and no others, and passes', async () => {
    const place = await createWavePlace();
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 0 });
    expect(await place.outcomes()).toEqual(['kept', 'pending', 'pending', 'pending']);
    expect(writtenTo(place)).toEqual([nameOf(1)]);
    // It had nobody to ping: nothing is said of pings, and nobody has proven it.
    expect((await place.job()).hosts[0]).toMatchObject({ stepsDone: 5, note: undefined, isProven: undefined });
  });

  it('says of each host how many pings answered at which size, and that it is proven', async () => {
    const place = await afterCanary();
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 1 });
    expect(writtenTo(place)).toEqual([2, 3].map(nameOf));
    // Two others, two adapters each, both ways.
    expect(await note(place, 2)).toBe('8 of 8 pings at 9000 bytes answer');
    const { hosts } = await place.job();
    expect(hosts.map(({ isProven }) => isProven)).toEqual([true, true, true, undefined]);
    expect(hosts[0]).toMatchObject({ outcome: 'kept', stepsDone: 5 });
  });

  it('names the smallest size among the adapters, and counts only paths that are to answer', async () => {
    const { adapters } = aProfile();
    const place = await afterCanary({
      profile: {
        reach: 'islands',
        adapters: adapters.map((one, index) => ({ ...one, mtuBytes: index === 0 ? 9000 : 1500 })),
      },
    });
    await place.slice();
    expect(await note(place, 2)).toBe('8 of 8 pings at 1500 bytes answer');
  });

  it('of more than eight hosts writes to eight at once', async () => {
    const hosts = Array.from({ length: 12 }, (_, index) => aHost(index + 1));
    const place = await createWavePlace({ hosts, profile: { rollout: { canary: 12, wave: 12, pingGateway: false } } });
    const begun = new Set<string>();
    let most = 0;
    place.midway = async ({ host, kind }) => {
      begun.add(host);
      most = Math.max(most, begun.size);
      await place.clock.sleep(1000);
      if (kind === 'remove-vmk') begun.delete(host);
    };
    expect(await place.slice()).toMatchObject({ kind: 'wave-passed' });
    expect(most).toBe(8);
  });

  it('forgets an image that is of another machine before the first host is begun, of hosts to come too', async () => {
    const place = await createWavePlace();
    const record = await place.record(3);
    const stranger = { cluster: 'cluster-a', host: 'host-13', name: 'old03.lab.local', jobId: 'j-old', at: '', record };
    await place.parts.store.baselines.putIfAbsent(stranger);
    await place.slice();
    const kept = await place.parts.store.baselines.list('cluster-a');
    expect(kept.map(({ name }) => name)).toEqual([nameOf(1)]);
    // Only then: an image that appears later is looked at when its host is begun.
    await place.parts.store.baselines.putIfAbsent(stranger);
    await place.slice();
    expect((await place.parts.store.baselines.list('cluster-a')).map(({ name }) => name)).toContain('old03.lab.local');
  });
});

describe('before the first write of a wave', () => {
  it('an address that somebody else has stops the job, which is partial where hosts are kept', async () => {
    const place = await afterCanary();
    place.strangers.add('172.16.1.53');
    const ended = await place.slice();
    expect(ended).toMatchObject({ kind: 'stopped', state: 'partial', failure: { code: 'address-answers' } });
    expect(JSON.stringify(ended)).toContain(`172.16.1.53, wanted for ${nameOf(3)}, already answers`);
    expect(await place.outcomes()).toEqual(['kept', 'untouched', 'untouched', 'untouched']);
    expect(await note(place, 3)).toBeUndefined();
    expect(place.writes).toEqual([]);
  });

  it('an address that somebody else has ends the job as aborted where none is kept', async () => {
    const done = aHost(1);
    const there = { ...done, network: applySteps(done.network ?? aNetwork(), await stepsOf(1)) };
    const place = await createWavePlace({ hosts: [there, aHost(2), aHost(3)] });
    expect(await place.outcomes()).toEqual(['in-place', 'pending', 'pending']);
    place.strangers.add('172.16.2.52');
    expect(await place.slice()).toMatchObject({ kind: 'stopped', state: 'aborted' });
    expect(place.writes).toEqual([]);
    // Who is in place already asks.
    expect(place.pings).toEqual([`${nameOf(1)} vmk2 172.16.1.52`, `${nameOf(1)} vmk3 172.16.2.52`]);
  });

  it('the hosts that are to change ask for each other over the adapters they have', async () => {
    const [first] = aProfile().adapters;
    if (first === undefined) throw new Error('an adapter');
    const ipv4 = { kind: 'range', from: '192.168.40.201', to: '192.168.40.209', prefixLength: 24 } as const;
    const place = await createWavePlace({ profile: { adapters: [{ ...first, ipv4 }] } });
    place.strangers.add('192.168.40.201');
    expect(await place.slice()).toMatchObject({ state: 'aborted', failure: { code: 'address-answers' } });
    expect(place.pings).toEqual([`${nameOf(1)} vmk1 192.168.40.201`]);
  });

  it('a freeze stops a job that a rule began, and not one that a person did', async () => {
    const origin = { rule: 'heal', card: 'c-1', mode: 'auto', maxHosts: 9 } as const;
    for (const job of [{ origin }, {}]) {
      const place = await createWavePlace({ job });
      const at = place.clock.now().toISOString();
      const freeze = { id: 'f-1', scope: 'cluster-a', channel: 'C0VSPHERE', reason: 'year end', by: 'U0EVE', at };
      await place.parts.store.freezes.put(freeze);
      const event = await place.slice();
      if (job.origin === undefined) expect(event.kind).toBe('wave-passed');
      else {
        expect(event).toMatchObject({ kind: 'stopped', state: 'aborted', failure: { code: 'frozen' } });
        expect(place.writes).toEqual([]);
      }
    }
  });

  it('a host that was begun goes back where another one is stale, and the job says stale', async () => {
    const place = await afterCanary();
    place.midway = ({ kind }) => (kind === 'remove-vmk' ? aThrow(away()) : undefined);
    await expect(place.slice()).rejects.toThrow('away');
    place.midway = undefined;
    await place.save(3, { phase: 'planned', before: undefined, journal: [] });
    expect(await place.slice()).toMatchObject({ kind: 'stopped', state: 'stale', failure: { code: 'stale' } });
    expect((await place.outcomes()).slice(0, 2)).toEqual(['kept', 'put-back']);
    expect(place.host(2).network?.vmks).toEqual([managementVmk(2), oldVmotionVmk(2)]);
  });

  it('a host that was begun and can not go back is what the job ends with', async () => {
    const place = await afterCanary();
    place.midway = ({ kind }) => (kind === 'remove-vmk' ? aThrow(away()) : undefined);
    await expect(place.slice()).rejects.toThrow('away');
    await place.save(3, { phase: 'planned', before: undefined, journal: [] });
    place.midway = () => aThrow(fault('The host says no.'));
    expect(await place.slice()).toMatchObject({ kind: 'stopped', state: 'needs-hands' });
  });

  it('a host that was said to be begun, and never written to, is untouched: its image goes too', async () => {
    const place = await afterCanary();
    const { save } = place.parts.store.records;
    place.parts.store.records.save = async () => aThrow(away());
    await expect(place.slice()).rejects.toThrow('away');
    place.parts.store.records.save = save;
    expect(await place.outcomes()).toEqual(['kept', 'applying', 'applying', 'pending']);
    place.changeNetwork(3, (network) => ({ ...network, vmks: [managementVmk(3)] }));
    expect(await place.slice()).toMatchObject({ kind: 'stopped', state: 'stale' });
    expect(await place.outcomes()).toEqual(['kept', 'untouched', 'untouched', 'untouched']);
    expect((await place.parts.store.baselines.list('cluster-a')).map(({ name }) => name)).toEqual([nameOf(1)]);
    expect(place.writes).toEqual([]);
  });

  it.each(['list', 'remove'] as const)(
    'a worker that takes hosts back, and stands still before its %s, leaves the image of whoever has gone on',
    async (call) => {
      const place = await afterCanary();
      const { records, baselines } = place.parts.store;
      const { save } = records;
      records.save = async () => aThrow(away());
      await expect(place.slice()).rejects.toThrow('away');
      records.save = save;
      const { promise: woken, resolve: wake } = Promise.withResolvers<void>();
      const { list, remove } = baselines;
      const { promise: still, resolve: stand } = Promise.withResolvers<void>();
      if (call === 'list')
        baselines.list = async (cluster) => {
          stand();
          await woken;
          return list(cluster);
        };
      else
        baselines.remove = async (baseline) => {
          stand();
          await woken;
          await remove(baseline);
        };
      const first = place.slice().catch((error: unknown) => error);
      await still;
      Object.assign(baselines, { list, remove });
      expect(await place.slice()).toMatchObject({ kind: 'wave-passed' });
      wake();
      await first;
      const images = await list('cluster-a');
      expect(images.map(({ name }) => name)).toEqual([1, 2, 3].map(nameOf));
      expect(images.map(({ record }) => record.before?.vmks.length)).toEqual([2, 2, 2]);
    },
  );

  it('a host that was taken back from a worker that stood still gets its image anew, and not what that one had seen', async () => {
    const place = await afterCanary();
    const { records, baselines, jobs } = place.parts.store;
    const { save } = records;
    // It stands still before it notes that the hosts are begun, and is declared dead.
    const late: (() => Promise<void>)[] = [];
    records.save = (record) => {
      late.push(() => save(record));
      return Promise.reject(away());
    };
    await expect(place.slice()).rejects.toThrow('away');
    records.save = save;
    const imageOf = async () => (await baselines.list('cluster-a')).find(({ name }) => name === nameOf(2));
    const seen = await imageOf();
    if (seen === undefined) throw new Error('no image');
    const job = await place.job();
    await jobs.save({ ...job, version: job.version + 1, control: { want: 'pause', by: 'U0BOB', at: '' } });
    expect(await place.slice()).toEqual({ kind: 'held' });
    expect(await imageOf()).toBeUndefined();
    // While nobody is at work somebody sees to the host; then the first worker wakes.
    const vmk0 = { ...managementVmk(2), mtuBytes: 1400 };
    place.changeNetwork(2, (network) => ({ ...network, vmks: [vmk0, ...network.vmks.slice(1)] }));
    await baselines.putIfAbsent(seen);
    for (const one of late) await expect(one()).rejects.toMatchObject({ code: 'write-conflict' });
    const paused = await place.job();
    await jobs.save({ ...paused, version: paused.version + 1, state: 'applying', control: undefined });
    expect(await place.slice()).toMatchObject({ kind: 'wave-passed' });
    expect((await place.record(2)).before?.vmks[0]).toEqual(vmk0);
    expect((await imageOf())?.record.before?.vmks[0]).toEqual(vmk0);
  });
});

async function stepsOf(number: number) {
  const place = await createWavePlace({ hosts: [aHost(number)] });
  return (await place.record(number)).plan.steps;
}

describe('a host that fails', () => {
  it('goes back, the others of its wave are proven, and the job says why, with the name once', async () => {
    for (const what of ['The vmknic is in use.', `${nameOf(2)}: The vmknic is in use.`]) {
      const place = await afterCanary();
      let failures = 1;
      place.midway = ({ host, kind }) => {
        if (host === nameOf(2) && kind === 'remove-vmk' && (failures -= 1) >= 0) throw fault(what);
      };
      expect(await place.slice()).toMatchObject({
        kind: 'stopped',
        state: 'rolled-back',
        failure: { code: 'vcenter-fault', what: `${nameOf(2)}: The vmknic is in use.`, remedy: 'Ask it.' },
      });
      expect(await place.outcomes()).toEqual(['kept', 'put-back', 'kept', 'untouched']);
      expect((await place.job()).hosts[2]?.isProven).toBe(true);
      // Who failed is no part of the gate.
      expect(place.pings).not.toContain(`${nameOf(3)} vmk2 172.16.1.52`);
    }
  });

  it('for a reason that another slice can mend stays begun, and that one finishes it', async () => {
    const place = await afterCanary();
    place.midway = ({ host, kind }) => {
      if (host === nameOf(2) && kind === 'remove-vmk') throw away();
    };
    await expect(place.slice()).rejects.toThrow('vCenter is away.');
    expect(await place.record(2)).toMatchObject({ phase: 'applying' });
    // Its neighbour was brought to the end of its steps before that was told.
    expect(await place.record(3)).toMatchObject({ phase: 'applied' });
    place.midway = undefined;
    const writes = place.writes.length;
    const images = await place.parts.store.baselines.list('cluster-a');
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 1 });
    expect(place.writes.slice(writes)).toEqual([`${nameOf(2)} remove-vmk`]);
    expect(await place.outcomes()).toEqual(['kept', 'kept', 'kept', 'pending']);
    expect(await note(place, 3)).toBe('8 of 8 pings at 9000 bytes answer');
    expect(await place.parts.store.baselines.list('cluster-a')).toEqual(images);
  });

  it('is one that is not what was planned once all steps are done', async () => {
    const place = await afterCanary();
    place.midway = ({ host, kind }) => {
      if (host !== nameOf(3) || kind !== 'remove-vmk') return;
      place.changeNetwork(3, (network) => ({
        ...network,
        vmks: network.vmks.map((vmk) => (vmk.device === 'vmk2' ? { ...vmk, mtuBytes: 1500 } : vmk)),
      }));
    };
    expect(await place.slice()).toMatchObject({
      kind: 'stopped',
      state: 'rolled-back',
      failure: { code: 'not-as-planned', what: `${nameOf(3)}: after all steps it is not as planned: update-vmk.` },
    });
    expect(await place.outcomes()).toEqual(['kept', 'kept', 'put-back', 'untouched']);
  });

  it('is one whose steps a finding blocks by then, and the finding is what is told', async () => {
    const place = await afterCanary();
    place.midway = ({ host, kind }) => {
      if (host !== nameOf(3) || kind !== 'remove-vmk') return;
      place.changeNetwork(3, (network) => ({ ...network, standardSwitches: [] }));
    };
    const ended = await place.slice();
    expect(ended).toMatchObject({ kind: 'stopped', failure: { code: 'not-as-planned' } });
    expect(JSON.stringify(ended)).toContain('vSwitch1');
  });

  it('is one whose stack has forgotten what no profile names', async () => {
    const gateway = { kind: 'first-address' } as const;
    const place = await createWavePlace({
      profile: { stack: { gateway, dns: { servers: ['10.0.0.53'], searchDomains: [] } } },
    });
    place.midway = ({ kind }) => {
      if (kind !== 'remove-vmk') return;
      place.changeNetwork(1, (network) => ({
        ...network,
        netstacks: network.netstacks.map((stack) => (stack.key === 'vmotion' ? { ...stack, settings: {} } : stack)),
      }));
    };
    const ended = await place.slice();
    expect(ended).toMatchObject({ kind: 'stopped', failure: { code: 'not-as-planned' } });
    expect(JSON.stringify(ended)).toContain(
      'set-netstack, the stack has not got its gateway 172.16.1.1, the stack has not got its DNS',
    );
  });
});

it('a stack that is emptied on the way and has forgotten what the profile says nothing of is not as planned', async () => {
  const network = applySteps(aNetwork(), [
    { kind: 'add-port-group', portGroup: aGroup('elsewhere', { vlanId: 101 }) },
    {
      kind: 'add-vmk',
      spec: {
        netstack: 'vmotion',
        attachment: { kind: 'standard', portGroup: 'elsewhere' },
        ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 },
        mtuBytes: 9000,
      },
    },
    {
      kind: 'set-netstack',
      netstack: 'vmotion',
      from: {},
      to: { routes: [{ network: '10.9.0.0/16', gateway: '172.16.1.2' }] },
    },
  ]);
  for (const isForgotten of [false, true]) {
    const place = await createWavePlace({ hosts: [aHost(1, { network })] });
    const { setNetstack } = place.session;
    place.session.setNetstack = async (...of) => (isForgotten ? undefined : setNetstack(...of));
    const event = await place.slice();
    if (isForgotten) expect(JSON.stringify(event)).toContain('the stack has not got its routes');
    else expect(event).toEqual({ kind: 'wave-passed', wave: 0 });
  }
});

describe('a host that was begun', () => {
  it('and was moved to another cluster meanwhile goes back, with all that was begun', async () => {
    const place = await afterCanary({
      hosts: [1, 2, 3, 4].map((number) => aHost(number, { parent: { type: 'ClusterComputeResource', value: 'c-1' } })),
    });
    place.midway = ({ host, kind }) => (host === nameOf(2) && kind === 'remove-vmk' ? aThrow(away()) : undefined);
    await expect(place.slice()).rejects.toThrow('away');
    place.midway = undefined;
    place.change(2, { parent: { type: 'ClusterComputeResource', value: 'c-2' } });
    expect(await place.slice()).toMatchObject({
      kind: 'stopped',
      state: 'rolled-back',
      failure: { code: 'host-moved' },
    });
    expect(await place.outcomes()).toEqual(['kept', 'put-back', 'put-back', 'untouched']);
    expect(place.host(2).network?.vmks.map(({ device }) => device)).toEqual(['vmk0', 'vmk1']);
  });

  it('by a revert goes on to where it belongs, wherever it was moved', async () => {
    const parent = { type: 'ClusterComputeResource', value: 'c-1' };
    const place = await createWavePlace({
      hosts: [1, 2].map((number) => aHost(number, { parent })),
      job: { kind: 'revert' },
    });
    place.midway = ({ kind }) => (kind === 'select-service' ? aThrow(away()) : undefined);
    await expect(place.slice()).rejects.toThrow('away');
    place.midway = undefined;
    place.change(1, { parent: { ...parent, value: 'c-2' } });
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 0 });
    expect(await place.outcomes()).toEqual(['put-back', 'pending']);
  });
});

describe('a revert', () => {
  const reverting = async () => {
    const place = await createWavePlace({ hosts: [aHost(1), aHost(2)], job: { kind: 'revert' } });
    for (const number of [1, 2]) {
      const record = await place.record(number);
      const baseline = {
        cluster: 'cluster-a',
        host: record.host.moref.value,
        name: nameOf(number),
        jobId: 'j-then',
        at: 'then',
        record,
      };
      await place.parts.store.baselines.putIfAbsent(baseline);
    }
    return place;
  };

  it('has no gate, puts back, and forgets the image that it has brought back', async () => {
    const place = await reverting();
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 0 });
    expect(place.pings).toEqual([]);
    expect(await place.outcomes()).toEqual(['put-back', 'pending']);
    expect(await place.record(1)).toMatchObject({ forgotten: { jobId: 'j-then', at: 'then' } });
    const left = await place.parts.store.baselines.list('cluster-a');
    expect(left.map(({ name }) => name)).toEqual([nameOf(2)]);
    expect(await note(place, 1)).toBeUndefined();
  });

  it('forgets what a distributed port group was once it is that again, and not before', async () => {
    const wide = (number: number) =>
      aHost(number, { network: aWideNetwork({ vmks: [managementVmk(number), oldVmotionVmk(number)] }) });
    const adapters = aProfile()
      .adapters.map((one) => ({ ...one, attach: onDistributed('A', 'Uplink 1') }))
      .slice(0, 1);
    const original = aDistributedGroup('A');
    const place = await createWavePlace({
      hosts: [wide(1), wide(2)],
      profile: { adapters },
      job: { kind: 'revert' },
      groups: (number) => (number === 2 ? [{ original, neededBy: [] }] : []),
    });
    const record = await place.record(1);
    const before = { ...aWideNetwork(), distributedPortGroups: [original] };
    const row = { cluster: 'port groups of lab', host: original.key, name: original.name, jobId: 'j-then', at: 'then' };
    await place.parts.store.baselines.putIfAbsent({ ...row, record: { ...record, before } });
    const { baselines, leases } = place.parts.store;
    const { list } = baselines;
    const kept = async () => (await list('port groups of lab')).length;
    await place.slice();
    expect(await kept()).toBe(1);
    // The worker stands still right after it has looked: by then the row may be another job's.
    const { renew } = leases;
    baselines.list = async (cluster) => {
      const rows = await list(cluster);
      if (cluster === 'port groups of lab')
        leases.renew = async () => aThrow(fault('Another worker has it.', 'later', 'lease-lost'));
      return rows;
    };
    await expect(place.slice()).rejects.toMatchObject({ code: 'lease-lost' });
    expect(await kept()).toBe(1);
    Object.assign(baselines, { list });
    Object.assign(leases, { renew });
    await place.slice();
    expect(await kept()).toBe(0);
  });

  it('keeps the image of a stranger that has its reference now, since a revert begins nothing of its own', async () => {
    const place = await createWavePlace({ hosts: [aHost(1), aHost(2)], job: { kind: 'revert' } });
    const record = await place.record(2);
    const baseline = { cluster: 'cluster-a', host: 'host-12', name: 'old02.lab.local', jobId: 'j-old', at: '', record };
    await place.parts.store.baselines.putIfAbsent(baseline);
    await place.slice();
    expect(await place.parts.store.baselines.list('cluster-a')).toHaveLength(1);
  });

  it('names what it could not bring back', async () => {
    const place = await reverting();
    place.midway = ({ kind }) => {
      if (kind !== 'select-service') return;
      place.changeNetwork(1, (network) => ({
        ...network,
        standardSwitches: network.standardSwitches.map((one) =>
          one.name === 'vSwitch0' ? { ...one, mtuBytes: 9000 } : one,
        ),
      }));
    };
    await place.slice();
    expect(await note(place, 1)).toBe(`${nameOf(1)}: could not restore switch vSwitch0 MTU 1500 -> 9000`);
  });
});
