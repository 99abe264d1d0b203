// A vCenter that was set up anew gives the old references to other machines.
import { isSameName } from '../domain/host-names.ts';
import type { HostRecord } from '../domain/record.ts';
import type { Slice } from './host-work.ts';

/** Forgets before-images that are other hosts' than those which now have their references: a host that is changed for the
 * first time gets one of its own, and can be reverted. What the old one was stays in the report of its own job. */
export async function dropStrangeBaselines({ parts, job }: Slice, records: Iterable<HostRecord>): Promise<void> {
  const { store, log } = parts;
  const begins = [...records].filter(({ phase, plan }) => phase === 'planned' && plan.kind === 'change');
  const names = new Map(begins.map(({ host }) => [host.moref.value, host.name]));
  for (const baseline of await store.baselines.list(job.cluster)) {
    const { cluster, host, name, jobId } = baseline;
    const now = names.get(host);
    if (now === undefined || isSameName(now, name)) continue;
    log.warn('baseline-dropped', { cluster, host: now, was: name, baselineOf: jobId });
    await store.baselines.remove(baseline);
  }
}
