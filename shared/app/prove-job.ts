// The last part of a change, and the whole of a test: the matrix over all hosts, in as many slices as it takes.
import type { JobEvent } from '../domain/job-event.ts';
import type { HostSummary, Job } from '../domain/job.ts';
import { judgeMatrix } from '../domain/judge-matrix.ts';
import type { Cell, Endpoint } from '../domain/matrix.ts';
import { type Path, toEndpoints, toPaths, toWavePaths } from '../domain/paths.ts';
import type { Reach } from '../domain/profile.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { isElsewhere, missingFromTest } from '../domain/whereabouts.ts';
import type { VsphereSession } from '../ports.ts';
import { readKnown } from './host-work.ts';
import { toRefs } from './load-wave.ts';
import type { Parts } from './parts.ts';
import { probeMatrix } from './probe-matrix.ts';

type Proving = {
  parts: Parts;
  settings: ClusterSettings;
  session: VsphereSession;
  job: Job;
  until: Date;
  isOver: () => boolean;
};

/** Tests what earlier slices have left. Answers `slice-over` while there is more, and the verdict at the end. */
export async function proveJob({ parts, settings, session, job, until, isOver }: Proving): Promise<JobEvent> {
  const { matrix, records } = parts.store;
  const isTested = (host: HostSummary) => host.outcome !== 'skipped' && host.outcome !== 'untouched';
  const tested = job.hosts.filter((host) => isTested(host) || host.isPeer === true);
  const known = new Map((await records.list(job.id)).map((record) => [record.host.moref.value, record]));
  const all = await readKnown(
    session,
    tested.flatMap((host) => known.get(host.moref)?.host ?? []),
  );
  const moved = all.filter((host) => isElsewhere(known.get(host.moref.value) ?? {}, host));
  const here = all.filter((host) => !moved.includes(host));
  const hosts = here.filter((host) => host.connection === 'connected');
  const ends = hosts.flatMap((host) => (host.network === undefined ? [] : toEndpoints(host.name, host.network)));
  const paths = pathsOf(job, ends, settings.profile.reach);
  const done = new Map((await matrix.list(job.id)).map((cell) => [pathKey(cell), cell]));
  const open = paths.filter((path) => !done.has(pathKey(path)));
  const byHost = Map.groupBy(paths, (path) => path.from.host);
  const pinger = { session, hosts: toRefs(hosts.map((host) => ({ host }))), clock: parts.clock, isOver };
  await probeMatrix(pinger, open, until, async (host, cells) => {
    for (const cell of cells) done.set(pathKey(cell), cell);
    await matrix.putRow(job.id, host, rowOf(byHost.get(host) ?? [], done));
  });
  const cells = paths.flatMap((path) => done.get(pathKey(path)) ?? []);
  if (cells.length < paths.length) return { kind: 'slice-over' };
  const lost = here.filter((host) => !hosts.includes(host));
  return { kind: 'proven', matrix: judgeMatrix(cells), failure: missingFromTest(lost, moved, job.cluster) };
}

/** A job about one host proves what that host can reach; how the others stand to each other was not its business. */
function pathsOf(job: Job, ends: Endpoint[], reach: Reach): Path[] {
  if (job.onlyHost === undefined) return toPaths(ends, reach);
  const changed = job.hosts.filter((host) => host.wave !== undefined).map((host) => host.name);
  return toWavePaths(ends, new Set(changed), reach);
}

function pathKey({ from, to }: Pick<Path, 'from' | 'to'>): string {
  return `${from.host} ${from.device} ${from.address} > ${to.host} ${to.device} ${to.address}`;
}

function rowOf(paths: Path[], done: Map<string, Cell>): Cell[] {
  return paths.flatMap((path) => done.get(pathKey(path)) ?? []);
}
