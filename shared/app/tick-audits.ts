// Audits by schedule: each cluster once in its own time, as long as nobody changes it.
import { SCHEDULE } from '../domain/drift.ts';
import { isEnded } from '../domain/exit-code.ts';
import type { Job } from '../domain/job.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { createJob } from './create-job.ts';
import { findBusy } from './find-busy.ts';
import type { EdgeParts } from './parts.ts';

/** How far back the last audit by schedule is looked for: people may ask for other jobs in between. */
const JOBS_LOOKED_AT = 25;

/** Starts the audits that are due. The same moment asked twice makes one job. */
export async function tickAudits(parts: EdgeParts): Promise<void> {
  for (const cluster of Object.values(parts.settings.clusters)) {
    if (cluster.audit === undefined) continue;
    try {
      await tickAudit(parts, cluster, cluster.audit.everyMinutes * 60_000);
    } catch (error) {
      // One cluster's trouble must not keep the clock from the others.
      parts.log.error('audit-tick-failed', { cluster: cluster.name, error });
    }
  }
}

async function tickAudit(parts: EdgeParts, cluster: ClusterSettings, everyMs: number): Promise<void> {
  const { store, clock } = parts;
  const slotOf = (ms: number) => Math.floor((ms + offsetOf(parts, cluster, everyMs)) / everyMs);
  const slot = slotOf(clock.now().getTime());
  const state = await store.audits.find(cluster.name);
  if (state !== undefined && slotOf(Date.parse(state.now.at)) === slot) return;
  // What is half way through a change is no drift: the time is not over when that has ended.
  if ((await findBusy(parts, cluster.name)) !== undefined) return;
  const audits = (await store.jobs.listByCluster(cluster.name, JOBS_LOOKED_AT)).filter(isScheduled);
  if (audits.some((job) => !isEnded(job.state))) return;
  const request = { requestId: `audit ${cluster.name} ${everyMs} ${slot}`, user: SCHEDULE };
  await createJob(parts, request, {
    cluster,
    kind: 'audit',
    start: 'on-approval',
    isQuiet: true,
    knownFailure: audits[0]?.failure?.code,
  });
}

const isScheduled = ({ kind, requestedBy }: Job) => kind === 'audit' && requestedBy === SCHEDULE;

/** Not every cluster at the same moment. */
function offsetOf({ sha256 }: EdgeParts, { name }: ClusterSettings, everyMs: number): number {
  return Number.parseInt(sha256(name).slice(0, 8), 16) % everyMs;
}
