// One slice of one job. The row says what is to be done; the message only says that it is time.
import type { JobEvent } from '../domain/job-event.ts';
import { isEnded } from '../domain/exit-code.ts';
import type { Job } from '../domain/job.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { OpsError } from '../errors.ts';
import type { VsphereSession, JobMessage, Lease } from '../ports.ts';
import { auditJob } from './audit-job.ts';
import { auditedSession } from './audited-session.ts';
import { checkJob } from './check-job.ts';
import { evidenceJob } from './evidence-job.ts';
import { findFrozenJob } from './find-frozen-job.ts';
import { type Heart, withHeartbeat } from './heartbeat.ts';
import { holdDrs, owesDrs, releaseDrs } from './hold-drs.ts';
import { leaseEnd, type Slice } from './host-work.ts';
import { createMoveJob, createPerform, getJob, type MoveJob } from './move-job.ts';
import type { Parts } from './parts.ts';
import { planJob } from './plan-job.ts';
import { planTrial } from './plan-trial.ts';
import { proveJob } from './prove-job.ts';
import { runTrial } from './run-trial.ts';
import { runWave } from './run-wave.ts';
import { isBookkeeping, toFailure } from './slice-error.ts';

/** `retry`: the message must come again. `dropped`: its cursor is not the row's any more. */
export type SliceResult = 'finished' | 'dropped' | 'retry';

/** A matrix slice stops this long before its deadline: longer than the longest series of pings of one path. */
const PROVE_MARGIN_MS = 10_000;
const HOLDER_LENGTH = 12;

/** One slice of one job: planning, one wave, or a part of the matrix. Stops by itself before `deadline`. */
export function createRunSlice(parts: Parts): (message: JobMessage, deadline: Date) => Promise<SliceResult> {
  const moveJob = createMoveJob(parts);
  return async function runSlice(message, deadline) {
    const job = await parts.store.jobs.find(message.jobId);
    if (job === undefined || job.cursor !== message.cursor || isEnded(job.state)) return drop(parts, message, job);
    try {
      return await withHeartbeat(parts, { moveJob, job }, (heart) =>
        runState({ parts, moveJob, job, deadline, heart }),
      );
    } catch (error) {
      return handleFailure({ parts, moveJob, job }, error);
    }
  };
}

type Run = { parts: Parts; moveJob: MoveJob; job: Job; deadline: Date; heart: Heart };

/** A late copy. If it belongs to an ended job, whatever that end still owes is done once more. */
async function drop(parts: Parts, message: JobMessage, job: Job | undefined): Promise<SliceResult> {
  parts.log.info('message-dropped', { ...message, state: job?.state, rowCursor: job?.cursor });
  if (job !== undefined && isEnded(job.state) && job.settledAt === undefined) {
    await createPerform(parts)(job, [{ kind: 'release-lease' }, { kind: 'notify' }], message.attempt);
    if (await owesDrs(parts.store, job)) return releaseLate(parts, job);
  }
  return 'dropped';
}

/** The job ended without its last slice: given up after three deliveries, or vCenter was away. */
async function releaseLate(parts: Parts, job: Job): Promise<SliceResult> {
  const moveJob = createMoveJob(parts);
  try {
    await parts.vsphere.withSession(job.vcenter, operationOf(job), (session) =>
      releaseDrs({ parts, session: auditedSession(parts, session, job), moveJob, jobId: job.id }),
    );
  } catch (error) {
    // The clock asks again in a minute.
    parts.log.warn('drs-still-held', { jobId: job.id, code: toFailure(error).code });
  }
  return 'finished';
}

async function runState(run: Run): Promise<SliceResult> {
  const { job } = run;
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- every other state waits for people, or has ended
  switch (job.state) {
    case 'queued':
    case 'planning':
      await run.moveJob(job.id, { kind: 'planning-started' });
      return concludeSession(run, (session) => firstWork(job.kind)({ ...contextOf(run), session, job }));
    case 'approved':
    case 'applying':
      return runChange(run);
    case 'verifying': {
      const until = new Date(run.deadline.getTime() - PROVE_MARGIN_MS);
      const { isOver } = run.heart;
      return concludeSession(run, (session) => proveJob({ ...contextOf(run), session, job, until, isOver }));
    }
    default:
      // Nothing runs while people decide.
      return 'dropped';
  }
}

/** What the first slice of a job does: for most kinds all there is before people decide. */
function firstWork(kind: Job['kind']): typeof checkJob {
  switch (kind) {
    case 'check':
      return checkJob;
    case 'trial':
      return planTrial;
    case 'evidence':
      return evidenceJob;
    case 'audit':
      return auditJob;
    case 'status':
    case 'test':
    case 'enable':
    case 'repair':
    case 'revert':
      return planJob;
    default:
      throw new Error(`unknown kind ${kind satisfies never}`);
  }
}

function contextOf({ parts, job }: Run): { parts: Parts; settings: ClusterSettings } {
  const settings = parts.settings.clusters[job.cluster];
  if (settings !== undefined) return { parts, settings };
  throw new OpsError('cluster-not-found', `${job.cluster} is not in vmotion.yaml any more.`, {
    retry: 'never',
    remedy: 'Put the cluster back into vmotion.yaml, or choose one of those it has: /vmotion status',
  });
}

/** Runs one session's work and moves the job on by what it answers. */
async function concludeSession(run: Run, work: (session: VsphereSession) => Promise<JobEvent>): Promise<SliceResult> {
  const { parts, job, moveJob } = run;
  let soapCalls = 0;
  const event = await parts.vsphere.withSession(job.vcenter, operationOf(job), async (plain) => {
    const session = auditedSession(parts, plain, job);
    try {
      const answer = await work(session);
      // Before the end is told, so that what is told includes it.
      if (isStopping(answer) && (await isStillIn(run))) await releaseDrs({ parts, session, moveJob, jobId: job.id });
      return answer;
    } finally {
      soapCalls = session.calls;
    }
  });
  const { decision } = await moveJob(job.id, event, { soapCalls });
  parts.log.info('slice-finished', {
    jobId: job.id,
    cursor: job.cursor,
    moved: event.kind,
    decision: decision.kind,
    soapCalls,
  });
  return 'finished';
}

/** Events after which no other slice follows, or none before a person says so. */
function isStopping({ kind }: JobEvent): boolean {
  return kind === 'stopped' || kind === 'proven' || kind === 'held';
}

/** While its matrix was tested, a person may have sent the job back to its hosts: those need DRS held. */
async function isStillIn({ parts, job }: Run): Promise<boolean> {
  if (job.state !== 'verifying' || job.drs === undefined) return true;
  return (await getJob(parts.store, job.id)).state !== 'applying';
}

/** The same id stands in vCenter's own logs. */
function operationOf(job: Job): string {
  return `vmotion-ops-${job.id}-${job.cursor}`;
}

async function runChange(run: Run): Promise<SliceResult> {
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
    const { job, decision } = await moveJob(run.job.id, { kind: 'wave-started' });
    if (decision.kind !== 'moved') return await standDown(run, job);
    const context = contextOf(run);
    return await concludeSession(run, (session) => {
      const slice = { parts, job, session, lease, deadline, moveJob };
      return job.kind === 'trial' ? runTrial(slice) : runHeldWave(slice, context.settings);
    });
  } finally {
    await parts.store.leases.yield(lease);
  }
}

/** A person has ended the job, or paused it, just before. */
async function standDown({ parts }: Run, job: Job): Promise<SliceResult> {
  if (isEnded(job.state)) await parts.store.leases.release(job.cluster, job.id);
  return 'dropped';
}

async function runHeldWave(slice: Slice, settings: ClusterSettings): Promise<JobEvent> {
  await holdDrs(slice, settings);
  return runWave(slice, settings);
}

/** The lease; another job's lease when that one has the cluster; nothing while another slice of this job is at work. */
async function acquire({ parts, job, deadline }: Run): Promise<Lease | undefined> {
  const { store, ids, clock, log } = parts;
  const holder = ids.next(HOLDER_LENGTH);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const want = { cluster: job.cluster, jobId: job.id, holder, now: clock.now(), until: leaseEnd(deadline) };
    const answer = await store.leases.acquire(want);
    if (answer.kind === 'acquired') return answer.lease;
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

async function handleFailure(
  { parts, moveJob, job }: Omit<Run, 'deadline' | 'heart'>,
  error: unknown,
): Promise<SliceResult> {
  const failure = toFailure(error);
  parts.log.warn('slice-failed', { jobId: job.id, cursor: job.cursor, state: job.state, code: failure.code, error });
  const isWriting = job.state === 'approved' || job.state === 'applying';
  if (!(error instanceof OpsError)) throw error;
  // Nothing was written yet, so the person gets the answer at once and decides when to try again.
  if (!isWriting && !isBookkeeping(error)) {
    const state = job.state === 'verifying' && job.kind !== 'test' ? 'partial' : endOf(error);
    await moveJob(job.id, { kind: 'stopped', state, failure });
    return 'finished';
  }
  if (error.code === 'out-of-time') {
    await moveJob(job.id, { kind: 'slice-over' });
    return 'finished';
  }
  await moveJob(job.id, { kind: 'troubled', failure });
  return 'retry';
}

function endOf(error: OpsError): 'unreachable' | 'invalid' | 'aborted' {
  const away: string[] = [
    'vcenter-unreachable',
    'vcenter-timeout',
    'vcenter-login-failed',
    'vcenter-untrusted',
    'vcenter-session-lost',
    'host-not-connected',
  ];
  if (away.includes(error.code)) return 'unreachable';
  const wrong: string[] = [
    'cluster-not-found',
    'cluster-ambiguous',
    'config-invalid',
    'config-missing',
    'secret-missing',
    'vcenter-not-a-vcenter',
    'vcenter-version',
  ];
  return wrong.includes(error.code) ? 'invalid' : 'aborted';
}
