// What a wave works with: which hosts are its own, which bear witness, and who can ping.
import { describe, expect, it } from 'vitest';
import { toRefs } from '../../shared/app/load-wave.ts';
import type { HostSummary } from '../../shared/domain/job.ts';
import { aHost, managementVmk } from '../support/builders.ts';
import { afterCanary, createWavePlace, nameOf, type WavePlace } from '../support/wave-place.ts';

/** The job's row says something else of its hosts. */
async function showAs(place: WavePlace, change: (host: HostSummary, number: number) => Partial<HostSummary>) {
  const job = await place.job();
  const hosts = job.hosts.map((host, index) => ({ ...host, ...change(host, index + 1) }));
  await place.parts.store.jobs.save({ ...job, hosts, version: job.version + 1 });
}

describe('a wave', () => {
  it('asks vCenter for all its hosts at once, and for those before it, and for no others', async () => {
    const place = await afterCanary();
    const asked: string[][] = [];
    const { readHosts } = place.session;
    place.session.readHosts = async (morefs) => {
      asked.push(morefs.map(({ value }) => value));
      return readHosts(morefs);
    };
    await place.slice();
    expect(asked[0]).toEqual(['host-12', 'host-13', 'host-11']);
  });

  it('leaves its hosts alone that are through', async () => {
    for (const outcome of ['kept', 'put-back', 'in-place'] as const) {
      const place = await afterCanary();
      await showAs(place, (_, number) => (number === 2 ? { outcome } : {}));
      expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 1 });
      expect([...new Set(place.writes.map((write) => write.split(' ')[0]))]).toEqual([nameOf(3)]);
    }
  });

  it('is proven against a peer that the job leaves as it is', async () => {
    const hosts = [aHost(1), aHost(2)];
    const place = await createWavePlace({ hosts });
    // Host 2 is on the stack already, by hand, and the job is about host 1.
    const other = await createWavePlace({ hosts });
    await other.slice();
    await other.slice();
    place.change(2, { network: other.host(2).network });
    await showAs(place, (_, number) =>
      number === 2 ? { wave: undefined, outcome: 'untouched', isPeer: true } : { wave: 0 },
    );
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 0 });
    expect((await place.job()).hosts[0]).toMatchObject({ isProven: true, note: '4 of 4 pings at 9000 bytes answer' });
    expect(await place.outcomes()).toEqual(['kept', 'untouched']);
  });

  it('is not proven against an untouched host that is no peer', async () => {
    const place = await createWavePlace({ hosts: [aHost(1), aHost(2)] });
    await showAs(place, (_, number) => (number === 2 ? { wave: undefined, outcome: 'untouched' } : {}));
    await place.slice();
    expect(place.pings).toEqual([]);
  });

  it('hears nothing from a host that is in another cluster by now', async () => {
    const parent = { type: 'ClusterComputeResource', value: 'c-1' };
    const place = await afterCanary({ hosts: [1, 2, 3, 4].map((number) => aHost(number, { parent })) });
    place.change(1, { parent: { ...parent, value: 'c-2' } });
    expect(await place.slice()).toEqual({ kind: 'wave-passed', wave: 1 });
    expect(place.pings.filter((ping) => ping.startsWith(nameOf(1)))).toEqual([]);
    expect((await place.job()).hosts[1]?.note).toBe('4 of 4 pings at 9000 bytes answer');
  });

  it('of a host without a record is a defect, and writes nothing', async () => {
    const place = await createWavePlace();
    place.parts.store.records.list = async () => [];
    await expect(place.slice()).rejects.toThrow(`no record of ${nameOf(1)}`);
    expect(place.writes).toEqual([]);
  });
});

it('hosts that are away, or can not be configured, can not be asked to ping', () => {
  const hosts = [
    aHost(1),
    aHost(2, { connection: 'disconnected' }),
    aHost(3, { networkSystem: undefined, connection: 'connected' }),
    aHost(4, { network: { ...(aHost(4).network ?? { vmks: [] }), vmks: [managementVmk(4)] } as never }),
  ];
  expect([...toRefs(hosts.map((host) => ({ host }))).keys()]).toEqual([1, 4].map(nameOf));
});
