// The gate of a wave: who pings whom, what a silent path means, and whose fault it is not.
import { describe, expect, it } from 'vitest';
import type { Profile } from '../../shared/domain/profile.ts';
import { aHost, aNetwork, aProfile, managementVmk } from '../support/builders.ts';
import { applySteps } from '../support/apply-steps.ts';
import {
  afterCanary,
  aThrow,
  createWavePlace,
  fault,
  nameOf,
  type WaveOptions,
  type WavePlace,
} from '../support/wave-place.ts';

const GATEWAY = { gateway: { kind: 'first-address' } } as const;
/** Every address of that host on the new stack. */
const silence = (place: WavePlace, number: number) => {
  for (const network of [1, 2]) place.silent.add(`172.16.${network}.${50 + number}`);
};

describe('a gate', () => {
  it('that fails puts its own wave back, keeps the proven hosts, and leaves a table of what was tried', async () => {
    const place = await afterCanary();
    place.silent.add('172.16.1.53');
    const rows = new Map<string, string[]>();
    const { matrix } = place.parts.store;
    const { putRow } = matrix;
    matrix.putRow = async (jobId, host, row) => {
      rows.set(
        host,
        row.map(({ from }) => from.host),
      );
      await putRow(jobId, host, row);
    };
    const ended = await place.slice();
    expect(ended).toMatchObject({
      kind: 'stopped',
      state: 'rolled-back',
      failure: { code: 'gate-failed', remedy: 'Mend the path, then run the command again.' },
      matrix: { unexpected: 2 },
    });
    expect(await place.outcomes()).toEqual(['kept', 'put-back', 'put-back', 'untouched']);
    expect([...rows.keys()].toSorted()).toEqual([1, 2, 3].map(nameOf));
    for (const [host, row] of rows) expect(new Set(row)).toEqual(new Set([host]));
    const cells = await place.parts.store.matrix.list('j-000001');
    expect(new Set(cells.map(({ from }) => from.host))).toEqual(new Set([1, 2, 3].map(nameOf)));
    expect(cells.filter(({ result }) => result.kind === 'lost').map(({ to }) => to.address)).toEqual([
      '172.16.1.53',
      '172.16.1.53',
    ]);
  });

  it('says what it found, the first of it in the first sentence', async () => {
    const place = await afterCanary();
    silence(place, 3);
    const ended = await place.slice();
    const verdict = ended.kind === 'stopped' ? (ended.matrix?.verdict ?? []) : [];
    expect(ended).toMatchObject({
      failure: {
        what: `The new network of this wave does not work. ${verdict[0]}`,
        why: verdict.length > 1 ? verdict.slice(1).join(' ') : undefined,
      },
    });
    expect(verdict.join(' ')).toContain('esx03');
  });

  it('puts the canary back too where the first hosts that meet it reach it by no path: it was never proven', async () => {
    const place = await afterCanary();
    silence(place, 1);
    for (const number of [2, 3]) silence(place, number);
    expect(await place.slice()).toMatchObject({ state: 'rolled-back', failure: { code: 'gate-failed' } });
    expect(await place.outcomes()).toEqual(['put-back', 'put-back', 'put-back', 'untouched']);
  });

  it.each([
    { proof: 'it reaches one of them', silent: [1, 3], deaf: [], outcome: 'kept' },
    { proof: 'one of them reaches it', silent: [2, 3], deaf: [], outcome: 'kept' },
    { proof: 'only they reach each other', silent: [1], deaf: [1], outcome: 'put-back' },
  ])('leaves the canary $outcome where $proof', async ({ silent, deaf, outcome }) => {
    const place = await afterCanary();
    for (const number of silent) silence(place, number);
    const { ping } = place.session;
    place.session.ping = async (host, request) => {
      const answer = await ping(host, request);
      const isDeaf = request.netstack === 'vmotion' && deaf.some((number) => nameOf(number) === host.name);
      return isDeaf && answer.kind === 'sent' ? { ...answer, received: 0 } : answer;
    };
    expect(await place.slice()).toMatchObject({ state: 'rolled-back' });
    expect((await place.outcomes())[0]).toBe(outcome);
  });

  it('puts no host back that was in place before, nor one that a peer had proven', async () => {
    const steps = (await (await createWavePlace({ hosts: [aHost(1)] })).record(1)).plan.steps;
    const there = { ...aHost(1), network: applySteps(aHost(1).network ?? aNetwork(), steps) };
    const place = await createWavePlace({ hosts: [there, aHost(2), aHost(3)] });
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 0 });
    expect((await place.job()).hosts.map(({ isProven }) => isProven)).toEqual([undefined, true, undefined]);
    for (const number of [1, 2, 3]) silence(place, number);
    expect(await place.slice()).toMatchObject({ state: 'rolled-back' });
    expect(await place.outcomes()).toEqual(['in-place', 'kept', 'put-back']);
  });

  it('puts back whoever failed in its wave, too', async () => {
    const place = await afterCanary();
    place.silent.add('172.16.1.53');
    let failures = 1;
    place.midway = ({ host, kind }) =>
      host === nameOf(2) && kind === 'remove-vmk' && (failures -= 1) >= 0 ? aThrow(fault('No.')) : undefined;
    expect(await place.slice()).toMatchObject({ state: 'rolled-back', failure: { code: 'gate-failed' } });
    expect(await place.outcomes()).toEqual(['kept', 'put-back', 'put-back', 'untouched']);
  });

  it('of a later wave puts no host back that an earlier gate let through, proven or not', async () => {
    const place = await afterCanary();
    const job = await place.job();
    await place.slice();
    // As if nobody had been able to prove the canary in the second wave.
    const now = await place.job();
    const hosts = now.hosts.map((host, index) => (index === 0 ? { ...host, isProven: undefined } : host));
    await place.parts.store.jobs.save({ ...now, hosts, version: now.version + 1 });
    for (const number of [1, 4]) silence(place, number);
    expect(await place.slice()).toMatchObject({ state: 'rolled-back' });
    expect(await place.outcomes()).toEqual(['kept', 'kept', 'kept', 'put-back']);
    expect(job.wave).toBe(1);
  });

  it('that has no time for all paths leaves the rest to the next slice, with the hosts as they are', async () => {
    const place = await afterCanary();
    const { ping } = place.session;
    place.session.ping = async (...of) => {
      await place.clock.advance(place.pings.length > 4 ? 120_000 : 0);
      return ping(...of);
    };
    expect(await place.slice()).toEqual({ kind: 'slice-over' });
    expect(await place.outcomes()).toEqual(['kept', 'applied', 'applied', 'pending']);
    place.session.ping = ping;
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 1 });
  });

  it('does not ask a revert for anything', async () => {
    const place = await createWavePlace({ job: { kind: 'revert' } });
    for (const number of [1, 2, 3, 4]) silence(place, number);
    expect(await place.slice()).toMatchObject({ kind: 'wave-passed' });
    // What comes back comes back, whether or not it ever worked.
    place.silent.add('192.168.40.51');
    expect(await place.slice()).toMatchObject({ kind: 'wave-passed' });
    expect(place.pings.filter((ping) => ping.includes(' 172.16.'))).toEqual([]);
  });
});

describe('a host of an earlier wave that has left meanwhile', () => {
  const leaving = async (to: 'gone' | 'elsewhere', options: WaveOptions = {}) => {
    const parent = { type: 'ClusterComputeResource', value: 'c-1' };
    const place = await afterCanary({ hosts: [1, 2, 3, 4].map((number) => aHost(number, { parent })), ...options });
    place.midway = () => {
      place.midway = undefined;
      silence(place, 1);
      place.change(1, to === 'gone' ? { connection: 'gone' } : { parent: { ...parent, value: 'c-2' } });
    };
    return place;
  };

  it.each(['gone', 'elsewhere'] as const)('(%s) is not what the gate fails for', async (to) => {
    const place = await leaving(to);
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 1 });
    expect((await place.job()).hosts[1]?.note).toBe('4 of 4 pings at 9000 bytes answer');
    expect(await place.parts.store.matrix.list('j-000001')).toEqual([]);
  });

  it('does not hide that another path fails', async () => {
    const place = await leaving('gone');
    place.silent.add('172.16.1.53');
    const ended = await place.slice();
    expect(ended).toMatchObject({ state: 'rolled-back', failure: { code: 'gate-failed' }, matrix: { unexpected: 1 } });
    expect(JSON.stringify(ended)).not.toContain(nameOf(1));
  });

  it('and was the only one to ask leaves it to the gateway to answer', async () => {
    for (const isSilent of [false, true]) {
      const profile = { rollout: { canary: 1, wave: 1, pingGateway: true }, stack: GATEWAY };
      const place = await leaving('gone', { profile, strangers: ['172.16.1.1'] });
      if (isSilent) place.silent.add('172.16.1.1');
      const event = await place.slice();
      expect(event.kind).toBe(isSilent ? 'stopped' : 'wave-passed');
      expect(place.pings.at(-1)).toContain(isSilent ? '' : `${nameOf(2)} vmk2 172.16.1.1`);
    }
  });

  it('is still asked where it answers', async () => {
    const place = await afterCanary();
    place.change(1, { connection: 'disconnected' });
    silence(place, 1);
    await expect(place.slice()).rejects.toThrow(`${nameOf(1)} is not among the hosts that can ping`);
  });
});

describe('the first wave, which has nobody to ping', () => {
  const alone = (profile: Partial<Profile>) => createWavePlace({ hosts: [aHost(1), aHost(2)], profile });

  it('is proven by its gateway, once, over the adapter in its subnet', async () => {
    const place = await alone({ stack: GATEWAY });
    place.strangers.add('172.16.1.1');
    const sizes: unknown[] = [];
    const { ping } = place.session;
    place.session.ping = async (host, request) => {
      sizes.push([request.payloadBytes, request.dontFragment, request.count]);
      return ping(host, request);
    };
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 0 });
    expect(place.pings).toEqual([`${nameOf(1)} vmk2 172.16.1.1`]);
    // Small, and free to be cut: a gateway's own MTU is nobody's promise.
    expect(sizes).toEqual([[56, false, 2]]);
  });

  it('goes back where the gateway does not answer, and the message names it', async () => {
    const place = await alone({ stack: GATEWAY });
    const ended = await place.slice();
    expect(ended).toMatchObject({
      kind: 'stopped',
      state: 'rolled-back',
      matrix: {
        pairs: 1,
        ok: 0,
        failed: 1,
        unexpected: 1,
        failures: [{ to: 'gateway 172.16.1.1', result: 'does not answer', cause: 'gateway or VLAN' }],
      },
    });
    expect(JSON.stringify(ended)).toContain(`The gateway 172.16.1.1 does not answer esx01 vmk2 (172.16.1.51)`);
    expect(await place.outcomes()).toEqual(['put-back', 'untouched']);
  });

  it('goes back where the host can not even send', async () => {
    const place = await alone({ stack: GATEWAY });
    place.session.ping = async () => ({ kind: 'refused', reason: 'Network is unreachable' });
    expect(await place.slice()).toMatchObject({ state: 'rolled-back', failure: { code: 'gate-failed' } });
  });

  it('counts the gateways that answer, where there is one a host', async () => {
    const place = await createWavePlace({
      profile: { stack: GATEWAY, adapters: eachOwnSubnet(), rollout: { canary: 1, wave: 4, pingGateway: true } },
    });
    place.strangers.add('172.16.51.1');
    await place.slice();
    expect(await place.outcomes()).toContain('kept');
  });

  it('is not asked to where the profile says so, or no gateway is set', async () => {
    for (const profile of [{ stack: GATEWAY, rollout: { canary: 1, wave: 2, pingGateway: false } }, {}]) {
      const place = await alone(profile);
      expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 0 });
      expect(place.pings).toEqual([]);
    }
  });
});

/** One adapter, in one subnet for all. */
function eachOwnSubnet(): Profile['adapters'] {
  return aProfile()
    .adapters.slice(0, 1)
    .map((one) => ({ ...one, ipv4: { kind: 'management-octet', network: '172.16.51.0', prefixLength: 24 } }));
}

it('a host that nothing is planned for is in no gate where it has no adapter on the stack', async () => {
  const place = await afterCanary();
  place.changeNetwork(1, (network) => ({ ...network, vmks: [managementVmk(1)] }));
  expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 1 });
  expect((await place.job()).hosts[1]?.note).toBe('4 of 4 pings at 9000 bytes answer');
});
