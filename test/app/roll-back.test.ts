// A wave's hosts that go back: what is said of each, whom they are pinged with, and what a person gets where hands are needed.
import { describe, expect, it } from 'vitest';
import type { Host, HostNetwork } from '../../shared/domain/inventory.ts';
import { differences } from '../../shared/domain/network-fields.ts';
import { aDistributedGroup, aWideNetwork, onDistributed } from '../domain/network-shapes.ts';
import { aHost, aNetwork, aProfile, managementVmk, oldVmotionVmk } from '../support/builders.ts';
import { afterCanary, aThrow, away, createWavePlace, fault, nameOf, type WavePlace } from '../support/wave-place.ts';

const GATEWAY = { gateway: { kind: 'first-address' } } as const;

/** The second wave's gate fails for an address of host 3. */
async function afterGate(prepare?: (place: WavePlace) => void): Promise<WavePlace> {
  const place = await afterCanary();
  place.silent.add('172.16.1.53');
  prepare?.(place);
  await place.slice();
  return place;
}

describe('hosts that go back', () => {
  it('are what they were, which is said, with the pings of their old network', async () => {
    const place = await afterGate();
    for (const number of [2, 3]) {
      const before = aHost(number).network ?? aNetwork();
      expect(differences(before, place.host(number).network ?? aNetwork())).toEqual([]);
    }
    const { hosts } = await place.job();
    // With each other and with host 4, which is still to come; not with host 1, which has the new network.
    expect(hosts[1]).toMatchObject({
      outcome: 'put-back',
      stepsDone: 0,
      note: 'every field as before; 4 of 4 pings on its old network answer',
    });
    expect(place.pings).not.toContain(`${nameOf(2)} vmk1 192.168.40.51`);
    expect(place.pings).toContain(`${nameOf(2)} vmk1 192.168.40.54`);
  });

  it('whose old network does not answer are told so, each for itself', async () => {
    const place = await afterGate(({ silent }) => void silent.add('192.168.40.53'));
    const { hosts } = await place.job();
    expect(hosts.map(({ note }) => note).slice(1)).toEqual([
      'every field as before; 3 of 4 pings on its old network answer',
      'every field as before; 2 of 4 pings on its old network answer',
      undefined,
    ]);
  });

  it('are pinged with nobody where there is nobody left: nothing is said of pings', async () => {
    const place = await createWavePlace({
      hosts: [aHost(1)],
      profile: { stack: GATEWAY },
    });
    expect(await place.slice()).toMatchObject({ state: 'rolled-back' });
    expect((await place.job()).hosts[0]?.note).toBe('every field as before');
  });

  it('are pinged with those of their own wave that were not begun', async () => {
    const place = await afterCanary();
    place.midway = ({ kind }) => (kind === 'remove-vmk' ? aThrow(away()) : undefined);
    await expect(place.slice()).rejects.toThrow('away');
    place.midway = undefined;
    await place.save(3, { phase: 'planned', before: undefined, journal: [] });
    place.changeNetwork(3, () => aNetwork({ vmks: [managementVmk(3), oldVmotionVmk(3, { mtuBytes: 8000 })] }));
    await place.slice();
    expect((await place.job()).hosts[1]?.note).toBe('every field as before; 4 of 4 pings on its old network answer');
    for (const number of [3, 4]) expect(place.pings).toContain(`${nameOf(2)} vmk1 192.168.40.${50 + number}`);
  });

  it('are not pinged with a host that is away', async () => {
    const place = await afterGate((here) => here.change(4, { connection: 'disconnected' }));
    expect((await place.job()).hosts[1]?.note).toBe('every field as before; 2 of 2 pings on its old network answer');
    const gone = await afterGate((here) => here.change(4, { network: undefined }));
    expect((await gone.job()).hosts[1]?.note).toBe('every field as before; 2 of 2 pings on its old network answer');
  });

  it('forget the image that this job has made, and only that one', async () => {
    const place = await createWavePlace();
    const record = await place.record(2);
    const older = { cluster: 'cluster-a', host: 'host-12', name: nameOf(2), jobId: 'j-older', at: 'then', record };
    await place.parts.store.baselines.putIfAbsent(older);
    await place.slice();
    place.silent.add('172.16.1.53');
    await place.slice();
    const left = await place.parts.store.baselines.list('cluster-a');
    expect(left.map(({ name, jobId }) => `${name} ${jobId}`).toSorted()).toEqual([
      `${nameOf(1)} j-000001`,
      `${nameOf(2)} j-older`,
    ]);
  });

  it('and were written to by nobody yet are untouched, which is said', async () => {
    const place = await afterCanary();
    const { baselines } = place.parts.store;
    const { putNewer } = baselines;
    baselines.putNewer = async (baseline) => {
      if (baseline.name === nameOf(3)) throw fault('The row is too large.');
      return putNewer(baseline);
    };
    await place.slice();
    expect((await place.job()).hosts[2]).toMatchObject({
      outcome: 'untouched',
      stepsDone: 0,
      note: 'nothing was written to it',
    });
  });

  it('but for what can not be brought back are told with what that is', async () => {
    const place = await afterCanary();
    place.silent.add('172.16.1.53');
    place.midway = ({ host, kind }) => {
      if (host !== nameOf(2) || kind !== 'select-service') return;
      place.changeNetwork(2, (network) => ({
        ...network,
        standardSwitches: network.standardSwitches.map((one) =>
          one.name === 'vSwitch0' ? { ...one, mtuBytes: 9000 } : one,
        ),
      }));
    };
    await place.slice();
    expect((await place.job()).hosts[1]?.note).toBe(
      'put back, but for: switch vSwitch0 MTU 1500 -> 9000; 4 of 4 pings on its old network answer',
    );
  });

  it('of a revert are changed again, keep their image, and are called kept', async () => {
    const place = await createWavePlace({ hosts: [aHost(1), aHost(2)], job: { kind: 'revert' } });
    const record = await place.record(1);
    const baseline = { cluster: 'cluster-a', host: 'host-11', name: nameOf(1), jobId: 'j-then', at: 'then', record };
    await place.parts.store.baselines.putIfAbsent(baseline);
    let failures = 1;
    place.midway = ({ kind }) =>
      kind === 'select-service' && (failures -= 1) >= 0 ? aThrow(fault('The host says no.')) : undefined;
    expect(await place.slice()).toMatchObject({ kind: 'stopped', state: 'rolled-back' });
    expect(await place.outcomes()).toEqual(['kept', 'untouched']);
    expect(place.host(1).network?.vmks.map(({ netstack }) => netstack)).toContain('vmotion');
    const [left] = await place.parts.store.baselines.list('cluster-a');
    expect(left).toMatchObject({ jobId: 'j-then', at: 'then' });
  });

  it('are all marked before the first of them is put back, with the reason: a crash leaves none behind', async () => {
    const hosts = Array.from({ length: 12 }, (_, index) => aHost(index + 1));
    const place = await createWavePlace({ hosts, profile: { rollout: { canary: 12, wave: 12, pingGateway: false } } });
    place.silent.add('172.16.1.53');
    const { ping } = place.session;
    place.session.ping = async (...of) => {
      place.midway ??= () => aThrow(away());
      return ping(...of);
    };
    await expect(place.slice()).rejects.toThrow('away');
    const records = await Promise.all(hosts.map((_, index) => place.record(index + 1)));
    expect(new Set(records.map(({ phase }) => phase))).toEqual(new Set(['restoring']));
    for (const { restore } of records) expect(restore?.reason).toContain('The new network of this wave does not work.');
    place.session.ping = ping;
    place.midway = undefined;
    expect(await place.slice()).toMatchObject({ state: 'rolled-back' });
    expect(await place.outcomes()).toEqual(hosts.map(() => 'put-back'));
  });
});

describe('a host that can not be put back', () => {
  it('needs hands: the job says so with its name, why, and what to type, and the others go back', async () => {
    const place = await afterGate((here) => {
      here.midway = ({ host, kind }) =>
        host === nameOf(2) && kind === 'select-service' ? aThrow(fault('The host says no.')) : undefined;
    });
    const job = await place.job();
    expect(await place.outcomes()).toEqual(['kept', 'needs-hands', 'put-back', 'untouched']);
    expect(job).toMatchObject({
      state: 'needs-hands',
      failure: {
        code: 'gate-failed',
        what: expect.stringContaining('The new network of this wave does not work.'),
        why: `${nameOf(2)} could not be put back: The host says no.`,
      },
      matrix: { unexpected: 2 },
    });
    expect(job.hosts[1]).toMatchObject({ note: 'The host says no.' });
    expect(await place.record(2)).toMatchObject({ phase: 'needs-hands' });
    const commands = job.failure?.commands ?? [];
    expect(commands.slice(0, 2)).toEqual([
      `# ${nameOf(2)} had vmk0 10.0.0.52 on defaultTcpipStack, vmk1 192.168.40.52 on defaultTcpipStack`,
      'esxcli network ip interface list',
    ]);
    // Only what is left to do: the new adapters are gone.
    expect(commands.join('\n')).toContain('VMotion');
    expect(commands.join('\n')).not.toContain('interface remove');
    // The image stays: whoever reverts later needs it.
    const baselines = await place.parts.store.baselines.list('cluster-a');
    expect(baselines.map(({ name }) => name).toSorted()).toEqual([1, 2].map(nameOf));
  });

  it('is given no command for what was done before it went away', async () => {
    const place = await afterGate((here) => {
      here.midway = ({ host, kind }) => {
        if (host !== nameOf(2) || kind !== 'select-service') return;
        here.change(2, { connection: 'disconnected' });
        throw fault('The connection is lost.');
      };
    });
    const { failure, hosts } = await place.job();
    expect(hosts[1]).toMatchObject({ outcome: 'needs-hands', note: `${nameOf(2)} is disconnected` });
    const commands = (failure?.commands ?? []).join('\n');
    expect(commands).toContain('VMotion');
    expect(commands).not.toContain('interface remove');
    expect(commands).toContain('portgroup remove');
  });

  it('is named with each other one, each with its own commands', async () => {
    const place = await afterGate((here) => {
      here.midway = ({ kind }) => (kind === 'select-service' ? aThrow(fault('No.')) : undefined);
    });
    const { failure } = await place.job();
    expect(failure?.why).toBe([2, 3].map((number) => `${nameOf(number)} could not be put back: No.`).join(' '));
    expect(failure?.commands?.filter((line) => line.startsWith('#') && line.includes(' had ')).length).toBe(2);
  });
});

describe('distributed port groups that go back', () => {
  const wide = (number: number): Host =>
    aHost(number, { network: aWideNetwork({ vmks: [managementVmk(number), oldVmotionVmk(number)] }) });
  const adapters = aProfile().adapters.map((one, index) => ({
    ...one,
    attach: onDistributed(index === 0 ? 'A' : 'B', `Uplink ${index + 1}`),
  }));
  const uplinksOf = (place: WavePlace, network: HostNetwork | undefined = place.host(1).network) =>
    network?.distributedPortGroups?.map(({ uplinks }) => uplinks.active.join('+'));

  it('become what the job found, once, where no host stays changed', async () => {
    const place = await createWavePlace({
      hosts: [wide(1), wide(2)],
      profile: { adapters, rollout: { canary: 2, wave: 2, pingGateway: false } },
    });
    place.silent.add('172.16.1.52');
    let narrowed: unknown;
    const { ping } = place.session;
    place.session.ping = async (...of) => {
      narrowed ??= uplinksOf(place);
      return ping(...of);
    };
    expect(await place.slice()).toMatchObject({ state: 'rolled-back' });
    expect(narrowed).toEqual(['Uplink 1', 'Uplink 2']);
    expect(uplinksOf(place)).toEqual(['Uplink 1+Uplink 2', 'Uplink 1+Uplink 2']);
    // Two to narrow them, two to give them back, whatever the number of hosts.
    expect(place.writes.filter((write) => write.startsWith('switch'))).toHaveLength(4);
  });

  /** What an earlier job had changed, as it was before that. */
  const keepOriginal = async (place: WavePlace, letter: 'A' | 'B') => {
    const group = aDistributedGroup(letter, { uplinks: { active: ['Uplink 2'], standby: ['Uplink 1'] } });
    const record = await place.record(1);
    await place.parts.store.baselines.putIfAbsent({
      cluster: 'port groups of lab',
      host: group.key,
      name: group.name,
      jobId: 'j-then',
      at: 'then',
      record: { ...record, before: { ...(wide(1).network ?? aWideNetwork()), distributedPortGroups: [group] } },
    });
  };

  it('become what this job found, whatever an earlier one had found', async () => {
    const place = await createWavePlace({ hosts: [wide(1)], profile: { adapters, stack: GATEWAY } });
    await keepOriginal(place, 'A');
    expect(await place.slice()).toMatchObject({ state: 'rolled-back' });
    expect(uplinksOf(place)).toEqual(['Uplink 1+Uplink 2', 'Uplink 1+Uplink 2']);
  });

  it('that only an earlier job had changed become what they were before it, where nobody is left in them', async () => {
    const own = adapters.map((one, index) => (index === 0 ? { ...one, attach: onDistributed('A') } : one));
    const place = await createWavePlace({ hosts: [wide(1), wide(2)], profile: { adapters: own, stack: GATEWAY } });
    await keepOriginal(place, 'A');
    expect(await place.slice()).toMatchObject({ state: 'rolled-back' });
    expect(uplinksOf(place)).toEqual(['Uplink 2', 'Uplink 1+Uplink 2']);
    // And are known to be nobody's any more.
    expect(await place.parts.store.baselines.list('port groups of lab')).toEqual([]);
  });

  it('of a revert that is undone are what its own image shows', async () => {
    const place = await createWavePlace({ hosts: [wide(1)], profile: { adapters }, job: { kind: 'revert' } });
    const changed = uplinksOf(place);
    let failures = 1;
    place.midway = ({ kind }) =>
      kind === 'select-service' && (failures -= 1) >= 0 ? aThrow(fault('The host says no.')) : undefined;
    await keepOriginal(place, 'A');
    expect(await place.slice()).toMatchObject({ state: 'rolled-back' });
    expect(uplinksOf(place)).toEqual(changed);
  });

  it('stay as they are changed where the host fails whose plan changed them, and another one of its wave is kept', async () => {
    const rollout = { canary: 2, wave: 2, pingGateway: false };
    const place = await createWavePlace({ hosts: [wide(1), wide(2)], profile: { adapters, rollout } });
    let failures = 1;
    place.midway = ({ host, kind }) =>
      host === nameOf(1) && kind === 'remove-vmk' && (failures -= 1) >= 0 ? aThrow(fault('No.')) : undefined;
    expect(await place.slice()).toMatchObject({ state: 'rolled-back' });
    expect(await place.outcomes()).toEqual(['put-back', 'kept']);
    expect(uplinksOf(place)).toEqual(['Uplink 1', 'Uplink 2']);
  });

  it('stay as they are changed where a host of the job stays changed', async () => {
    const place = await createWavePlace({ hosts: [wide(1), wide(2), wide(3), wide(4)], profile: { adapters } });
    await place.slice();
    await place.slice();
    expect(await place.outcomes()).toEqual(['kept', 'kept', 'kept', 'pending']);
    place.silent.add('172.16.1.54');
    expect(await place.slice()).toMatchObject({ state: 'rolled-back' });
    expect(await place.outcomes()).toEqual(['kept', 'kept', 'kept', 'put-back']);
    expect(uplinksOf(place)).toEqual(['Uplink 1', 'Uplink 2']);
  });
});
