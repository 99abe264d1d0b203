// Everything a wave works with, read once at the start of its slice.
import type { Host } from '../domain/inventory.ts';
import type { HostSummary } from '../domain/job.ts';
import type { HostRecord } from '../domain/record.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { isElsewhere } from '../domain/whereabouts.ts';
import type { HostRef } from '../ports.ts';
import { createRecordKeeper, type RecordKeeper } from './apply-host.ts';
import { readKnown, type Slice, toHostRef } from './host-work.ts';

/** One host of the wave: as read in this slice, and as the job knows it. */
export type WaveHost = { summary: HostSummary; keeper: RecordKeeper; host: Host };

/** `hosts`: those of the wave that are not through. `done`: hosts whose change was proven before, in this wave too, or
 * that needed none. `records`: of all hosts, by moref. */
export type Wave = {
  slice: Slice;
  settings: ClusterSettings;
  hosts: WaveHost[];
  done: WaveHost[];
  records: Map<string, HostRecord>;
};

/** One call to vCenter, whatever the number of hosts. */
export async function loadWave(slice: Slice, settings: ClusterSettings): Promise<Wave> {
  const { job, session, parts } = slice;
  const records = new Map((await parts.store.records.list(job.id)).map((record) => [record.host.moref.value, record]));
  const mine = job.hosts.filter((host) => host.wave === job.wave && !isDone(host));
  const done = job.hosts.filter((host) => isDone(host) || host.isPeer === true);
  const hosts = await readKnown(
    session,
    [...mine, ...done].map((host) => getRecord(records, host).host),
  );
  const toWaveHost = (summary: HostSummary): WaveHost => {
    const host = hosts.find((one) => one.moref.value === summary.moref);
    if (host === undefined) throw new Error(`no answer for ${summary.name}`);
    return { summary, host, keeper: createRecordKeeper(slice, getRecord(records, summary)) };
  };
  return { slice, settings, records, hosts: mine.map(toWaveHost), done: done.map(toWaveHost).map(asWitness) };
}

/** Whether the host has left the cluster since it was planned. */
export function hasLeft({ keeper, host }: WaveHost): boolean {
  return isElsewhere(keeper.current, host);
}

/** What a host elsewhere reaches says nothing about the cluster. */
function asWitness(one: WaveHost): WaveHost {
  return hasLeft(one) ? { ...one, host: { ...one.host, network: undefined } } : one;
}

function isDone(host: HostSummary): boolean {
  return host.outcome === 'kept' || host.outcome === 'put-back' || host.outcome === 'in-place';
}

/** The host's record; a wave is planned with one for each of its hosts, so that a missing one is a defect. */
export function getRecord(records: Map<string, HostRecord>, host: { name: string; moref: string }): HostRecord {
  const record = records.get(host.moref);
  if (record === undefined) throw new Error(`no record of ${host.name}`);
  return record;
}

/** The hosts that can send pings now. */
export function toRefs(hosts: { host: Host }[]): Map<string, HostRef> {
  const connected = hosts.filter(({ host }) => host.connection === 'connected' && host.networkSystem !== undefined);
  return new Map(connected.map(({ host }) => [host.name, toHostRef(host)]));
}

/** Lets the job's row, and with it the channel, follow what became of a host. */
export async function showHost(
  wave: Wave,
  summary: HostSummary,
  change: Pick<HostSummary, 'outcome' | 'stepsDone' | 'note' | 'isProven'>,
): Promise<void> {
  await wave.slice.moveJob(wave.slice.job.id, { kind: 'host-moved', moref: summary.moref, ...change });
}
