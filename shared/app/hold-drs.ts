// DRS stands still while hosts are changed, where the profile asks for it, and gets back what it was.
import { isEnded } from '../domain/exit-code.ts';
import type { Job } from '../domain/job.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import type { VsphereSession } from '../ports.ts';
import { guard, requireTime, type Slice } from './host-work.ts';
import { getJob, type MoveJob } from './move-job.ts';
import type { Parts } from './parts.ts';
import { toFailure } from './slice-error.ts';

/**
 * Sets DRS to manual before a change writes to its first host, and again should somebody have set it back meanwhile.
 * What it was is in the job's row before vCenter is asked, so that it is put back also after a crash.
 */
export async function holdDrs(slice: Slice, settings: ClusterSettings): Promise<void> {
  const { session, job, moveJob } = slice;
  if (settings.profile.rollout.holdDrs !== true || job.kind === 'trial') return;
  const cluster = job.drs?.cluster ?? (await session.readCluster(settings.path)).moref;
  const { drs } = await session.readClusterSettings(cluster);
  if (drs === 'off' || drs === 'manual') return;
  requireTime(slice);
  // After a pause people may have set it to something else; without one, whoever put it back has not told yet. Each hold
  // stands in the row, so that what is told of an earlier one is not taken for this one's end.
  const held = (await getJob(slice.parts.store, job.id)).drs;
  const was = held === undefined || held.isReleased ? drs : held.was;
  await moveJob(job.id, { kind: 'drs-held', cluster, was });
  await guard(slice);
  await session.setDrs(cluster, 'manual');
}

type Release = { parts: Parts; session: VsphereSession; moveJob: MoveJob; jobId: string };

/** Puts DRS back as the job found it. What fails here is tried again by the clock: the change itself is over. */
export async function releaseDrs({ parts, session, moveJob, jobId }: Release): Promise<void> {
  const { drs } = await getJob(parts.store, jobId);
  if (drs === undefined || drs.isReleased) return;
  try {
    await session.setDrs(drs.cluster, drs.was);
    await moveJob(jobId, { kind: 'drs-released', holds: drs.holds });
  } catch (error) {
    const { code, what } = toFailure(error);
    parts.log.warn('drs-still-held', { jobId, was: drs.was, code, what });
  }
}

/** Whether an ended job still holds DRS, and may put it back: not while another job changes the cluster. */
export async function owesDrs(store: Parts['store'], job: Job): Promise<boolean> {
  if (!isEnded(job.state) || job.drs === undefined || job.drs.isReleased) return false;
  const lease = await store.leases.find(job.cluster);
  return lease === undefined || lease.jobId === '' || lease.jobId === job.id;
}
