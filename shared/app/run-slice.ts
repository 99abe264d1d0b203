// One slice of one job. The row says what is to be done; the message only says that it is time.
import { RUNNING } from '../domain/decide.ts';
import { isEnded } from '../domain/exit-code.ts';
import type { Job } from '../domain/job.ts';
import type { JobMessage } from '../ports.ts';
import { auditJob } from './audit-job.ts';
import { checkJob } from './check-job.ts';
import { dropSlice } from './drop-slice.ts';
import { endFailedSlice } from './end-failed-slice.ts';
import { evidenceJob } from './evidence-job.ts';
import { withHeartbeat } from './heartbeat.ts';
import { leaseEnd } from './host-work.ts';
import { createMoveJob } from './move-job.ts';
import { movesOfSlice } from './moves-of-slice.ts';
import type { Parts } from './parts.ts';
import { planJob } from './plan-job.ts';
import { planTrial } from './plan-trial.ts';
import { proveJob } from './prove-job.ts';
import { runChange } from './run-change.ts';
import { concludeSession, contextOf, type SliceResult, type SliceRun } from './slice-run.ts';
import { takeTurn } from './vcenter-turn.ts';

/** A matrix slice stops this long before its deadline: longer than the longest series of pings of one path. */
const PROVE_MARGIN_MS = 10_000;

/** One slice of one job: planning, one wave, or a part of the matrix. Stops by itself before `deadline`. */
export function createRunSlice(parts: Parts): (message: JobMessage, deadline: Date) => Promise<SliceResult> {
  const move = createMoveJob(parts);
  return async function runSlice(message, deadline) {
    const job = await parts.store.jobs.find(message.jobId);
    if (job === undefined || job.cursor !== message.cursor || isEnded(job.state))
      return dropSlice({ parts, moveJob: move, deadline }, message, job);
    const moveJob = movesOfSlice(move, message);
    try {
      return await withHeartbeat(parts, { moveJob, job }, (heart) => runTurn({ parts, moveJob, job, deadline, heart }));
    } catch (error) {
      return endFailedSlice({ parts, moveJob, job }, error);
    }
  };
}

/** Whoever finds the vCenter's slots taken goes away at once, so that workers stay free for the others. */
async function runTurn(run: SliceRun): Promise<SliceResult> {
  const { parts, moveJob, job, deadline } = run;
  if (!RUNNING.includes(job.state)) return 'dropped';
  const turn = await takeTurn(parts, job, leaseEnd(deadline));
  if (turn.kind === 'busy') {
    await moveJob(job.id, { kind: 'waits', busy: turn.busy, workers: turn.workers });
    return 'finished';
  }
  try {
    if (job.waits !== undefined) await moveJob(job.id, { kind: 'turn-came' });
    return await runState({ ...run, parts: { ...parts, vsphere: turn.vsphere } });
  } finally {
    await turn.leave();
  }
}

async function runState(run: SliceRun): Promise<SliceResult> {
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
