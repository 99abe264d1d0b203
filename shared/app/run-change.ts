import { isEnded } from '../domain/exit-code.ts';
import type { JobEvent } from '../domain/job-event.ts';
import type { Job } from '../domain/job.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import type { Lease } from '../ports.ts';
import { findSharingHolder } from './find-busy.ts';
import { findFrozenJob } from './find-frozen-job.ts';
import { giveBack } from './give-back.ts';
import { holdDrs } from './hold-drs.ts';
import { leaseEnd, type Slice } from './host-work.ts';
import { runTrial } from './run-trial.ts';
import { runWave } from './run-wave.ts';
import { concludeSession, contextOf, type SliceResult, type SliceRun } from './slice-run.ts';

const HOLDER_LENGTH = 12;

/** One wave of an approved change under the cluster's lease, or the news that the cluster is another job's. */
export async function runChange(run: SliceRun): Promise<SliceResult> {
  const lease = await acquire(run);
  if (lease === undefined) return 'retry';
  if (lease.jobId !== run.job.id) return 'finished';
  const { parts, moveJob, deadline } = run;
  try {
    const frozen = run.job.state === 'approved' ? await findFrozenJob(parts, run.job) : undefined;
    if (frozen !== undefined) {
      await moveJob(run.job.id, { kind: 'stopped', state: 'aborted', failure: frozen });
      return 'finished';
    }
    const { job, decision } = await moveJob(run.job.id, { kind: 'wave-started', fence: lease.fence });
    if (decision.kind !== 'moved') return await standDown(run, job);
    const context = contextOf(run);
    return await concludeSession(run, (session) => {
      const slice = { parts, job, session, lease, deadline, moveJob };
      return job.kind === 'trial' ? runTrial(slice) : runHeldWave(slice, context.settings);
    });
  } finally {
    const { failure } = await giveBack(parts.clock, () => parts.store.leases.yield(lease));
    // Until it expires the job's next slice finds it taken, and comes again.
    if (failure !== undefined) parts.log.warn('lease-not-yielded', { jobId: lease.jobId, error: failure });
  }
}

/** A person has ended the job, or paused it, just before, or another slice has begun. */
async function standDown({ parts }: SliceRun, job: Job): Promise<SliceResult> {
  if (isEnded(job.state)) await parts.store.leases.release(job.cluster, job.id);
  return 'dropped';
}

async function runHeldWave(slice: Slice, settings: ClusterSettings): Promise<JobEvent> {
  await holdDrs(slice, settings);
  return runWave(slice, settings);
}

/** The lease; another job's lease when that one has the cluster, or its port groups; nothing while another slice of this
 * job is at work. */
async function acquire({ parts, job, deadline }: SliceRun): Promise<Lease | undefined> {
  const { store, ids, clock, log } = parts;
  const holder = ids.next(HOLDER_LENGTH);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const want = { cluster: job.cluster, jobId: job.id, holder, now: clock.now(), until: leaseEnd(deadline) };
    const answer = await store.leases.acquire(want);
    if (answer.kind === 'acquired') return giveWay({ parts, job }, answer.lease);
    if (answer.lease.jobId === job.id) return undefined;
    const other = await store.jobs.find(answer.lease.jobId);
    if (other !== undefined && !isEnded(other.state)) {
      // The clock nudges this job again; by then the cluster may be free.
      log.info('lease-held', { jobId: job.id, cluster: job.cluster, by: other.id });
      return answer.lease;
    }
    await store.leases.release(job.cluster, answer.lease.jobId);
  }
  return undefined;
}

/** A job that has written nothing yet waits for one that works on the same distributed port groups for another cluster. Each
 * takes its own cluster before it looks at the other's: of two that begin at once, one waits at least. */
async function giveWay({ parts, job }: Pick<SliceRun, 'parts' | 'job'>, lease: Lease): Promise<Lease> {
  const cluster = parts.settings.clusters[job.cluster];
  if (job.state !== 'approved' || cluster === undefined) return lease;
  const other = await findSharingHolder(parts, cluster, job.kind);
  if (other === undefined) return lease;
  await parts.store.leases.release(job.cluster, job.id);
  parts.log.info('lease-held', { jobId: job.id, cluster: other.cluster, by: other.id });
  return { ...lease, jobId: other.id };
}
