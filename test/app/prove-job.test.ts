// The last test of a change: which hosts it is about, what earlier slices have done of it, and what it goes without.
import { describe, expect, it } from 'vitest';
import { proveJob } from '../../shared/app/prove-job.ts';
import type { Job } from '../../shared/domain/job.ts';
import { applySteps } from '../support/apply-steps.ts';
import { aHost, managementVmk } from '../support/builders.ts';
import { createWavePlace, nameOf, type WaveOptions, type WavePlace } from '../support/wave-place.ts';

/** Every host is changed, and the job is at its last test. */
async function changed(options: WaveOptions = {}): Promise<WavePlace> {
  const place = await createWavePlace({ ...options, job: { state: 'verifying', ...options.job } });
  for (const number of (await place.job()).hosts.map((_, index) => index + 1)) {
    const { plan } = await place.record(number);
    place.changeNetwork(number, (network) => applySteps(network, plan.steps));
  }
  await rowIs(place, (host) => ({ ...host, outcome: 'kept' }));
  return place;
}

async function rowIs(place: WavePlace, to: (host: Job['hosts'][number], number: number) => Job['hosts'][number]) {
  const job = await place.job();
  const hosts = job.hosts.map((host, index) => to(host, index + 1));
  await place.parts.store.jobs.save({ ...job, hosts, version: job.version + 1 });
}

async function prove(place: WavePlace, { seconds = 100, isOver = (): boolean => false } = {}) {
  const { parts, settings, session, clock } = place;
  const until = new Date(clock.now().getTime() + seconds * 1000);
  const event = await proveJob({ parts, settings, session, job: await place.job(), until, isOver });
  return { event, pings: place.pings.splice(0), cells: await parts.store.matrix.list('j-000001') };
}

const from = (pings: string[]) => [...new Set(pings.map((ping) => ping.split(' ')[0] ?? ''))].toSorted();

describe('the last test', () => {
  it('asks every host for every other one, and says what it found', async () => {
    const { event, pings, cells } = await prove(await changed());
    expect(event).toMatchObject({ kind: 'proven', matrix: { unexpected: 0, ok: 24 }, failure: undefined });
    expect(pings).toHaveLength(24);
    expect(new Set(cells.map(({ from: { host } }) => host)).size).toBe(4);
  });

  it('says what fails', async () => {
    const place = await changed();
    place.silent.add('172.16.1.53');
    expect((await prove(place)).event).toMatchObject({ kind: 'proven', matrix: { unexpected: 3, ok: 21 } });
  });

  it('goes on where an earlier slice has ended, and asks nothing twice', async () => {
    const place = await changed();
    const { ping } = place.session;
    place.session.ping = async (...of) => {
      await place.clock.sleep(1000);
      return ping(...of);
    };
    const first = await prove(place, { seconds: 3 });
    expect(first.event).toEqual({ kind: 'slice-over' });
    const second = await prove(place);
    expect(second.event).toMatchObject({ kind: 'proven', matrix: { ok: 24, unexpected: 0 } });
    expect(first.pings.length).toBeGreaterThan(0);
    expect([...first.pings, ...second.pings]).toHaveLength(24);
    expect(new Set([...first.pings, ...second.pings]).size).toBe(24);
    // A host's row is whole, whoever asked.
    expect(second.cells.filter((cell) => cell.from.host === nameOf(1) && cell.expected === 'reachable')).toHaveLength(
      6,
    );
  });

  it('is handed on where a person has ended it', async () => {
    const place = await changed();
    const { event, pings } = await prove(place, { isOver: () => true });
    expect([event, pings]).toEqual([{ kind: 'slice-over' }, []]);
  });
});

describe('is about', () => {
  it.each(['skipped', 'untouched'] as const)('no host that is %s', async (outcome) => {
    const place = await changed();
    await rowIs(place, (host, number) => (number === 3 ? { ...host, outcome } : host));
    const { event, pings } = await prove(place);
    expect(from(pings)).toEqual([1, 2, 4].map(nameOf));
    expect(event).toMatchObject({ kind: 'proven', failure: undefined });
  });

  it('hosts that were in place before, too, and how they stand to each other', async () => {
    const place = await changed();
    await rowIs(place, (host, number) => (number === 1 ? host : { ...host, outcome: 'in-place', wave: undefined }));
    expect((await prove(place)).pings).toHaveLength(24);
  });

  it('a host that is untouched and the job’s only peer', async () => {
    const place = await changed();
    await rowIs(place, (host, number) =>
      number === 3 ? { ...host, outcome: 'untouched', isPeer: true, wave: undefined } : host,
    );
    expect(from((await prove(place)).pings)).toEqual([1, 2, 3, 4].map(nameOf));
  });

  it('what one host can reach, and who reaches it, where the job is about that one', async () => {
    const place = await changed({ job: { onlyHost: nameOf(2) } });
    await rowIs(place, (host, number) => (number === 2 ? host : { ...host, wave: undefined, outcome: 'in-place' }));
    const { event, pings } = await prove(place);
    expect(pings).toHaveLength(12);
    for (const ping of pings) expect(ping.includes(nameOf(2)) || /172\.16\.[12]\.52$/.test(ping)).toBe(true);
    expect(event).toMatchObject({ kind: 'proven', matrix: { unexpected: 0 } });
  });
});

describe('goes without', () => {
  it.each([
    { connection: 'disconnected', code: 'host-not-connected', what: `${nameOf(3)} lost the connection` },
    { connection: 'gone', code: 'vcenter-object-gone', what: `vCenter no longer shows ${nameOf(3)}.` },
  ] as const)('a host that is $connection, and says so', async ({ connection, code, what }) => {
    const place = await changed();
    place.change(3, { connection });
    const { event, pings } = await prove(place);
    expect(event).toMatchObject({ kind: 'proven', failure: { code, what: expect.stringContaining(what) } });
    expect(from(pings)).toEqual([1, 2, 4].map(nameOf));
  });

  it('a host that is another cluster’s by now, and says so', async () => {
    const parent = { type: 'ClusterComputeResource', value: 'c-1' };
    const place = await changed({ hosts: [1, 2, 3].map((number) => aHost(number, { parent })) });
    place.change(3, { parent: { ...parent, value: 'c-2' } });
    const { event, pings } = await prove(place);
    expect(event).toMatchObject({
      failure: { code: 'host-moved', what: `${nameOf(3)} left cluster-a before the test.` },
    });
    expect(from(pings)).toEqual([1, 2].map(nameOf));
    // Lost or moved, but not both.
    place.change(3, { connection: 'disconnected' });
    expect((await prove(place)).event).toMatchObject({ failure: { code: 'host-moved' } });
  });

  it('a host whose network vCenter does not tell, or that has nothing to test', async () => {
    const place = await changed();
    place.change(1, { network: undefined });
    place.changeNetwork(2, (network) => ({ ...network, vmks: [managementVmk(2)] }));
    const { event, pings } = await prove(place);
    expect(event).toMatchObject({ kind: 'proven', matrix: { ok: 4 } });
    expect(from(pings)).toEqual([3, 4].map(nameOf));
  });
});
