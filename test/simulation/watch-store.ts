// The rows as the product writes them, in the order of time: what had been stored when a write reached vCenter.
import type { HostNetwork } from '../../shared/domain/inventory.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { HostRecord } from '../../shared/domain/record.ts';
import type { World } from '../support/world.ts';

export type Stored = {
  /** Each job as it was written last, and when, by a clock that is right. Not to be changed. */
  jobs: ReadonlyMap<string, { job: Job; at: number }>;
  /** The image of a host from before the job's first write to it, by its reference. */
  image(job: string, host: string): HostNetwork | undefined;
  images(job: string): HostNetwork[];
  /** Whether a revert of the cluster would find the host, whichever job came first. */
  hasBaseline(cluster: string, host: string): boolean;
};

export function watchStore({ parts, clock }: World): Stored {
  const saved = new Map<string, { job: Job; at: number }>();
  const images = new Map<string, Map<string, HostNetwork>>();
  const baselines = new Set<string>();
  const { jobs, records, baselines: base } = parts.store;
  const { create, save } = jobs;
  const note = (job: Job) => saved.set(job.id, { job, at: clock.now().getTime() });
  jobs.create = async (job) => {
    const isNew = await create(job);
    if (isNew) note(job);
    return isNew;
  };
  jobs.save = async (job) => {
    await save(job);
    note(job);
  };
  const { put, save: saveRecord } = records;
  const noteRecord = ({ jobId, host, before }: HostRecord) => {
    const own = images.get(jobId) ?? new Map<string, HostNetwork>();
    images.set(jobId, own);
    if (before === undefined) own.delete(host.moref.value);
    else own.set(host.moref.value, before);
  };
  records.put = async (record) => {
    await put(record);
    noteRecord(record);
  };
  records.save = async (record) => {
    await saveRecord(record);
    noteRecord(record);
  };
  const { putIfAbsent, putNewer, remove, list } = base;
  base.putIfAbsent = async (baseline) => {
    await putIfAbsent(baseline);
    baselines.add(`${baseline.cluster} ${baseline.host}`);
  };
  base.putNewer = async (baseline) => {
    await putNewer(baseline);
    baselines.add(`${baseline.cluster} ${baseline.host}`);
  };
  base.remove = async (baseline) => {
    await remove(baseline);
    const { cluster, host } = baseline;
    if (!(await list(cluster)).some((one) => one.host === host)) baselines.delete(`${cluster} ${host}`);
  };
  return {
    jobs: saved,
    image: (job, host) => images.get(job)?.get(host),
    images: (job) => [...(images.get(job)?.values() ?? [])],
    hasBaseline: (cluster, host) => baselines.has(`${cluster} ${host}`),
  };
}
