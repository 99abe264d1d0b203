// What must happen though nobody asked.
import { RUNNING } from '../domain/decide.ts';
import { isEnded } from '../domain/exit-code.ts';
import type { HostOutcome, Job, JobFailure } from '../domain/job.ts';
import { isNudgeDue } from '../domain/nudges.ts';
import type { HostPhase } from '../domain/record.ts';
import { lastSignOfLife } from '../domain/sign-of-life.ts';
import type { JobMessage, UnreadableRow } from '../ports.ts';
import { completeAudit } from './audit-job-row.ts';
import { forgetBaseline } from './forget-baseline.ts';
import { createMoveJob, createPerform, getJob, type MoveJob } from './move-job.ts';
import { isTold } from './notice-told.ts';
import type { EdgeParts } from './parts.ts';
import { tickAudits } from './tick-audits.ts';
import { mayRemind } from './may-remind.ts';
import { settleAutomation, tickCards } from './tick-cards.ts';
import { freeLeases } from './tick-leases.ts';

export type Tick = {
  /** Expires approvals, sends again what was checkpointed and never sent, marks what stalled, frees leases of the dead. */
  tick(): Promise<void>;
  /** For a message that ended in the dead-letter queue: ends its job and frees its lease. */
  abandon(message: JobMessage): Promise<void>;
};

/** A job that runs and has given no sign of life for this long is shown as stalled. */
const STALLED_MS = 120_000;

/** What the clock does each minute. One job's or card's trouble is logged and never keeps it from the others. */
export function createTick(parts: EdgeParts): Tick {
  const moveJob = createMoveJob(parts);
  return {
    async tick() {
      // Mostly a row of a newer version, after a rollback. The others must not wait for it.
      const skip = ({ code, message }: UnreadableRow) => parts.log.error('tick-failed', { code, message });
      for (const job of await parts.store.jobs.listOpen(skip)) {
        try {
          await tickJob({ parts, moveJob }, job);
        } catch (error) {
          // One job's trouble must not keep the clock from the others.
          parts.log.error('tick-failed', { jobId: job.id, error });
        }
      }
      await freeLeases(parts);
      await tickAudits(parts);
      await tickCards(parts);
    },
    async abandon(message) {
      const found = await parts.store.jobs.find(message.jobId);
      if (found === undefined || found.cursor !== message.cursor) return;
      const job = await settleHosts({ parts, moveJob }, found);
      const { decision } = await moveJob(job.id, { kind: 'stopped', ...toAbandoned(job) });
      parts.log.error('job-abandoned', {
        jobId: job.id,
        cursor: job.cursor,
        decision: decision.kind,
        trouble: job.trouble?.code,
      });
    },
  };
}

type Ticking = { parts: EdgeParts; moveJob: MoveJob };

async function tickJob(ticking: Ticking, job: Job): Promise<void> {
  if (isEnded(job.state)) return settle(ticking, job);
  const { parts, moveJob } = ticking;
  await showAgain(parts, job);
  if (job.state === 'awaiting-approval' || job.state === 'planned') {
    await moveJob(job.id, { kind: 'expire' });
    return;
  }
  if (!RUNNING.includes(job.state)) return;
  const idleMs = parts.clock.now().getTime() - lastSignOfLife(job).getTime();
  if (idleMs >= STALLED_MS && job.stalledSince === undefined) {
    parts.log.warn('job-stalled', { jobId: job.id, cluster: job.cluster, state: job.state, idleMs });
    await moveJob(job.id, { kind: 'stalled' });
  }
  // A message for a slice that may still be at work would only use up its deliveries.
  if (!isNudgeDue(job, parts.clock.now()) || (await isAtWork(parts, job))) return;
  const { id: jobId, cluster, cursor, attempt } = job;
  // Sent and not written down: the next round sends it with the same number, which the queue has seen.
  await parts.queue.sendJob({ jobId, cluster, cursor, attempt: attempt + 1 });
  await moveJob(jobId, { kind: 'nudged-again' });
}

/** A slice has the cluster, alive or not: nobody else gets it before its time is over. */
async function isAtWork({ store, clock }: EdgeParts, job: Job): Promise<boolean> {
  const lease = await store.leases.find(job.cluster);
  return lease?.jobId === job.id && lease.holder !== '' && new Date(lease.expiresAt) > clock.now();
}

/** An ended job owes a free lease, DRS as it was, its end in the channel and its story in the audit log. */
async function settle({ parts, moveJob }: Ticking, job: Job): Promise<void> {
  await parts.store.leases.release(job.cluster, job.id);
  if (job.drs !== undefined && !job.drs.isReleased) return remind(parts, job);
  await settleAutomation(parts, job);
  const notice = await parts.store.notices.find(job.id);
  if (isTold(notice, job)) {
    await completeAudit(parts.store.auditLog, parts.sha256, job);
    await moveJob(job.id, { kind: 'settled' });
    return;
  }
  await showAgain(parts, job);
}

/** Only a worker reaches vCenter: it is asked to put DRS back, and the channel keeps following. */
async function remind(parts: EdgeParts, job: Job): Promise<void> {
  if (await mayRemind(parts, { of: `drs ${job.id}`, owedSince: [job.endedAt ?? job.updatedAt] })) {
    const attempt = Math.floor(parts.clock.now().getTime() / 1000);
    await parts.queue.sendJob({ jobId: job.id, cluster: job.cluster, cursor: job.cursor, attempt });
  }
  await showAgain(parts, job);
}

/** A notice may have been lost too. The second of the clock makes the message another one for the queue. */
async function showAgain(parts: EdgeParts, job: Job): Promise<void> {
  const { store, queue, clock } = parts;
  const notice = await store.notices.find(job.id);
  if (isTold(notice, job)) return;
  if (!(await mayRemind(parts, { of: `notice ${job.id}`, owedSince: [notice?.shownAt, job.updatedAt] }))) return;
  const attempt = Math.floor(clock.now().getTime() / 1000);
  await createPerform({ store, queue })(job, [{ kind: 'notify' }], attempt);
}

/** What the dead workers did to each host stands in its record, and may be more than they could still say. */
async function settleHosts({ parts, moveJob }: Ticking, job: Job): Promise<Job> {
  if (job.state !== 'applying') return job;
  for (const record of await parts.store.records.list(job.id)) {
    const summary = job.hosts.find((host) => host.moref === record.host.moref.value);
    const outcome = summary === undefined ? undefined : outcomeOf(job, record.phase, summary.outcome);
    if (summary === undefined || outcome === undefined || outcome === summary.outcome) continue;
    // Whoever only stands still can write nothing down any more, and so begins no other write to the host.
    const fenced = { ...record, version: record.version + 1 };
    await parts.store.records.save(fenced);
    const note = outcome === 'needs-hands' ? NOTES[record.phase] : undefined;
    await moveJob(job.id, { kind: 'host-moved', moref: summary.moref, outcome, stepsDone: summary.stepsDone, note });
    if (outcome === 'untouched') await forgetBaseline(parts, job.cluster, fenced);
  }
  return getJob(parts.store, job.id);
}

const NOTES: Partial<Record<HostPhase, string>> = {
  applying: 'left in the middle of its change',
  applied: 'changed, but not proven by a ping',
  restoring: 'left while it was being put back',
};

function outcomeOf(job: Job, phase: HostPhase, said: HostOutcome): HostOutcome | undefined {
  switch (phase) {
    case 'planned':
      return said === 'applying' ? 'untouched' : undefined;
    case 'applying':
    case 'restoring':
    case 'needs-hands':
      return 'needs-hands';
    case 'applied':
      return said === 'kept' || said === 'put-back' ? undefined : 'needs-hands';
    case 'restored':
      // A revert that failed took the host back to the new stack.
      return job.kind === 'revert' ? 'kept' : 'put-back';
    default:
      throw new Error(`unknown phase ${String(phase satisfies never)}`);
  }
}

/** Three deliveries failed. Hosts that were begun need a person; otherwise nothing half done is left. */
function toAbandoned(job: Job): { state: 'needs-hands' | 'partial' | 'aborted' | 'unreachable'; failure: JobFailure } {
  const begun = job.hosts.filter((host) => host.outcome === 'needs-hands');
  const trouble = job.trouble ?? {
    code: 'bug',
    what: 'The worker died each time it tried.',
    remedy: "Look at the worker's log.",
  };
  const { trial } = job;
  if (trial?.there !== undefined) {
    const vm = trial.found?.vm.name ?? trial.request.vm;
    const why = `The work was given up after several attempts. ${vm} may be on either host, or on its way.`;
    return { state: 'needs-hands', failure: { ...trouble, why, remedy: `Look in vCenter where ${vm} runs.` } };
  }
  if (begun.length > 0) {
    const names = begun.map((host) => host.name).join(', ');
    return {
      state: 'needs-hands',
      failure: {
        ...trouble,
        why: `The work was given up after several attempts. ${names} may be half way.`,
        remedy: `Once the cause is mended, put them back: /vmotion revert ${job.cluster}`,
      },
    };
  }
  const isKept = job.hosts.some((host) => host.outcome === 'kept' || host.outcome === 'put-back');
  const state = isKept ? 'partial' : trouble.code.startsWith('vcenter-') ? 'unreachable' : 'aborted';
  return { state, failure: { ...trouble, why: 'The work was given up after several attempts.' } };
}
