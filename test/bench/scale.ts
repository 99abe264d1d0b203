// What grows with the customer: one cluster of 512 hosts, and 200 clusters over four vCenters at once.
import type { Job } from '../../shared/domain/job.ts';
import type { AddressRule } from '../../shared/domain/profile.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { type Crowd, createCrowd } from '../support/crowd.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { withAnsweredPings } from './answered-pings.ts';
import { atLeast, atMost, below, type Figure, type Measurement } from './measurement.ts';
import { createMeteredStore, type StoreMeter } from './metered-store.ts';

const HOSTS = 512;
const WAVE = 64;
const CLUSTERS = 200;
const VCENTERS = 4;
const FUNCTIONS = 50;
const WORKERS = 8;
const HOUR_MS = 3_600_000;
/** DynamoDB takes no larger item. */
const ITEM_BYTES = 400 * 1024;
/** Slack takes no larger message: 50 blocks of 3,000 characters, and in practice 40,000 characters of text. */
const BLOCKS_MAX = 50;

export const scale: Measurement = {
  about: `${HOSTS} hosts in one cluster; ${CLUSTERS} clusters over ${VCENTERS} vCenters at once`,
  async measure(progress) {
    progress(`enabling ${HOSTS} hosts in waves of ${WAVE}`);
    const large = await measureLarge();
    progress(`enabling ${CLUSTERS} clusters at once, ${FUNCTIONS} workers`);
    return [...large, ...(await measureMany())];
  },
};

/** Big enough for 512 hosts. */
const ADDRESSES: AddressRule = { kind: 'range', from: '172.16.0.10', to: '172.16.7.250', prefixLength: 21 };

async function measureLarge(): Promise<Figure[]> {
  const metered = createMeteredStore(createMemoryStore());
  const crowd = createCrowd({
    clusters: 1,
    vcenters: 1,
    functions: 1,
    workers: 1,
    lab: { hosts: HOSTS },
    store: metered.store,
    settings: (settings) => enlarge(settings),
    around: (vsphere, { labOf, clock }) => withAnsweredPings(vsphere, labOf('cluster-0'), clock),
  });
  const begin = performance.now();
  const job = await runJob(crowd, 'enable', 'cluster-0');
  const seconds = (performance.now() - begin) / 1000;
  if (job.state !== 'done') throw new Error(`the change ended ${job.state}: ${JSON.stringify(job.failure)}`);
  const hours = (Date.parse(job.endedAt ?? '') - Date.parse(job.approval?.approvedBy.at(-1)?.at ?? '')) / HOUR_MS;
  return [
    {
      what: `${HOSTS} hosts kept`,
      value: job.hosts.filter(({ outcome }) => outcome === 'kept').length,
      unit: 'hosts',
      bound: atLeast(HOSTS),
    },
    {
      what: 'ordered pairs proven at the end',
      value: job.matrix?.ok ?? 0,
      unit: 'pairs',
      bound: atLeast(HOSTS * (HOSTS - 1)),
    },
    { what: 'time from approval to end, with pings as slow as real ones', value: hours, unit: 'h' },
    { what: 'slices', value: job.cursor, unit: 'slices' },
    { what: 'own work and the simulator’s', value: seconds, unit: 's' },
    ...rowFigures(metered),
    ...messageFigures(crowd),
  ];
}

function enlarge(settings: Settings): void {
  const profile = settings.clusters['cluster-0']?.profile;
  const [adapter] = profile?.adapters ?? [];
  if (profile === undefined || adapter === undefined) throw new Error('there is no cluster-0 with an adapter');
  profile.adapters = [{ ...adapter, ipv4: ADDRESSES }];
  profile.rollout = { ...profile.rollout, canary: 1, wave: WAVE };
}

async function measureMany(): Promise<Figure[]> {
  const metered = createMeteredStore(createMemoryStore());
  const crowd = createCrowd({
    clusters: CLUSTERS,
    vcenters: VCENTERS,
    functions: FUNCTIONS,
    workers: WORKERS,
    lab: { hosts: 2, latency: 'lan' },
    store: metered.store,
  });
  const before = heapBytes();
  const jobs: Job[] = [];
  for (const cluster of crowd.clusters) jobs.push(await crowd.type(`/vmotion enable ${cluster}`));
  await crowd.play(4 * HOUR_MS);
  for (const { id } of jobs) await crowd.approve(id);
  await crowd.play(8 * HOUR_MS);
  const ended = await Promise.all(jobs.map(({ id }) => crowd.parts.store.jobs.find(id)));
  const waited = waitsOf(ended);
  const sessions = Math.max(...crowd.vcenters.map((vcenter) => crowd.sessionsMax(vcenter)));
  const calls = Math.max(...crowd.vcenters.map((vcenter) => crowd.callsMax(vcenter)));
  const { concurrentCalls = 0 } = crowd.parts.settings.vcenters['vc-0'] ?? {};
  return [
    {
      what: `${CLUSTERS} jobs done`,
      value: ended.filter((job) => job?.state === 'done').length,
      unit: 'jobs',
      bound: atLeast(CLUSTERS),
    },
    { what: 'jobs given up', value: crowd.deadLetters().length, unit: 'jobs', bound: atMost(0) },
    { what: 'sessions at one vCenter at the same moment', value: sessions, unit: 'sessions', bound: atMost(WORKERS) },
    {
      what: 'calls at one vCenter at the same moment',
      value: calls,
      unit: 'calls',
      bound: atMost(WORKERS * concurrentCalls),
    },
    { what: 'sessions left behind', value: crowd.sessionsNow(), unit: 'sessions', bound: atMost(0) },
    { what: 'from approval to end, the first job', value: Math.min(...waited), unit: 's' },
    { what: 'from approval to end, the last job', value: Math.max(...waited), unit: 's' },
    { what: 'rows for each job', value: rowsOf(metered) / CLUSTERS, unit: 'rows' },
    { what: 'writes for each job', value: writesOf(metered) / CLUSTERS, unit: 'writes' },
    {
      what: 'largest row of slots',
      value: (metered.meters.get('slots')?.bytesMax ?? 0) / 1024,
      unit: 'KB',
      bound: below(ITEM_BYTES / 1024),
    },
    {
      what: 'heap for each job, rows and labs in memory included',
      value: (heapBytes() - before) / CLUSTERS / 1024,
      unit: 'KB',
    },
  ];
}

function waitsOf(jobs: (Job | undefined)[]): number[] {
  return jobs.map(
    (job) => (Date.parse(job?.endedAt ?? '') - Date.parse(job?.approval?.approvedBy.at(-1)?.at ?? '')) / 1000,
  );
}

async function runJob(crowd: Crowd, verb: string, cluster: string): Promise<Job> {
  const { id } = await crowd.type(`/vmotion ${verb} ${cluster}`);
  await crowd.play(HOUR_MS);
  await crowd.approve(id);
  await crowd.play(24 * HOUR_MS);
  const job = await crowd.parts.store.jobs.find(id);
  if (job === undefined) throw new Error(`there is no row of ${id}`);
  return job;
}

function rowFigures(metered: StoreMeter): Figure[] {
  return [...metered.meters].map(([port, { bytesMax, rows, writes }]) => ({
    what: `largest row of ${port} (${rows.size} rows, ${writes} writes)`,
    value: bytesMax / 1024,
    unit: 'KB',
    bound: below(ITEM_BYTES / 1024),
  }));
}

function messageFigures({ chat }: Crowd): Figure[] {
  const messages = [...chat.messages(), ...chat.replies()];
  const blocks = Math.max(...messages.map((message) => message.blocks.length));
  const bytes = Math.max(...messages.map((message) => Buffer.byteLength(JSON.stringify(message.blocks))));
  return [
    { what: 'blocks of the longest message', value: blocks, unit: 'blocks', bound: atMost(BLOCKS_MAX) },
    { what: 'largest message', value: bytes / 1024, unit: 'KB' },
  ];
}

const rowsOf = ({ meters }: StoreMeter) => [...meters.values()].reduce((sum, { rows }) => sum + rows.size, 0);
const writesOf = ({ meters }: StoreMeter) => [...meters.values()].reduce((sum, { writes }) => sum + writes, 0);

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
