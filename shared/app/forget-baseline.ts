import type { HostRecord } from '../domain/record.ts';
import type { EdgeParts } from './parts.ts';

/** The host is what it was before the record's job: the next change takes its own baseline. One that an earlier job has made
 * stays, and so does one of whoever has gone on from this version of the record, while this worker stood still. */
export async function forgetBaseline(
  { store }: Pick<EdgeParts, 'store'>,
  cluster: string,
  { jobId, host, version }: Pick<HostRecord, 'jobId' | 'host' | 'version'>,
): Promise<void> {
  const baselines = await store.baselines.list(cluster);
  const own = baselines.find((one) => one.host === host.moref.value && one.jobId === jobId);
  if (own !== undefined && own.record.version < version) await store.baselines.remove(own);
}
