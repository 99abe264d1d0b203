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

/** So many audits are started in a minute at least, where as many are due. */
const STARTS_MIN = 5;

/** Starts the audits that are due. The same moment asked twice makes one job. Their times are spread over the clusters;
 * where many are due all the same (the first minute of a deployment, the one after an outage), the rest waits for the
 * next minutes, so that they never stand in people's way to the workers. */
export async function tickAudits(parts: EdgeParts): Promise<void> {
  const clusters = Object.values(parts.settings.clusters);
  let startsLeft = startsMax(clusters);
  for (const cluster of clusters) {
    if (cluster.audit === undefined) continue;
    if (startsLeft === 0) return;
    try {
      if (await tickAudit(parts, cluster, cluster.audit.everyMinutes * 60_000)) startsLeft -= 1;
    } catch (error) {
      // One cluster's trouble must not keep the clock from the others.
      parts.log.error('audit-tick-failed', { cluster: cluster.name, error });
    }
  }
}

/** Twice what the schedules ask for in a minute, so that whatever had to wait is caught up with. */
function startsMax(clusters: ClusterSettings[]): number {
  const perMinute = clusters.reduce((sum, { audit }) => sum + (audit === undefined ? 0 : 1 / audit.everyMinutes), 0);
  return Math.max(STARTS_MIN, Math.ceil(2 * perMinute));
}

/** Answers whether an audit was started. */
async function tickAudit(parts: EdgeParts, cluster: ClusterSettings, everyMs: number): Promise<boolean> {
  const { store, clock } = parts;
  const slotOf = (ms: number) => Math.floor((ms + offsetOf(parts, cluster, everyMs)) / everyMs);
  const slot = slotOf(clock.now().getTime());
  const state = await store.audits.find(cluster.name);
  if (state !== undefined && slotOf(Date.parse(state.now.at)) === slot) return false;
  // What is half way through a change is no drift: the time is not over when that has ended.
  if ((await findBusy(parts, cluster.name)) !== undefined) return false;
  const audits = (await store.jobs.listByCluster(cluster.name, JOBS_LOOKED_AT)).filter(isScheduled);
  if (audits.some((job) => !isEnded(job.state))) return false;
  const request = { requestId: `audit ${cluster.name} ${everyMs} ${slot}`, user: SCHEDULE };
  // Ended without an outcome to compare with: the next one is due in the next time.
  if (audits.some((job) => job.requestId === request.requestId)) return false;
  await createJob(parts, request, {
    cluster,
    kind: 'audit',
    start: 'on-approval',
    isQuiet: true,
    knownFailure: audits[0]?.failure?.code,
  });
  return true;
}

const isScheduled = ({ kind, requestedBy }: Job) => kind === 'audit' && requestedBy === SCHEDULE;

/** Not every cluster at the same moment. */
function offsetOf({ sha256 }: EdgeParts, { name }: ClusterSettings, everyMs: number): number {
  return Number.parseInt(sha256(name).slice(0, 8), 16) % everyMs;
}
