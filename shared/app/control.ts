// What a person asks of a job that runs or waits. Each may be asked twice: the second answer is the first one.
import type { CommandOf } from '../domain/command.ts';
import { controlText } from '../domain/control-text.ts';
import { isEnded } from '../domain/exit-code.ts';
import type { JobEvent } from '../domain/job-event.ts';
import type { Job } from '../domain/job.ts';
import type { JobDecision } from '../domain/job-move.ts';
import type { Refusal, Reply } from '../domain/reply.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { findDenial } from './access.ts';
import type { CommandRequest } from './command-request.ts';
import { unknownJob } from './job-refusal.ts';
import { createMoveJob } from './move-job.ts';
import type { EdgeParts } from './parts.ts';
import { retryJob } from './retry-job.ts';
import { explainBar, findStartBar } from './start-bar.ts';

type ControlCommand = CommandOf<'pause' | 'resume' | 'abort' | 'cancel'>;

/** Pauses, lets go on, stops, cancels or tries again. The worker honours it before the next host. */
export async function control(
  parts: EdgeParts,
  request: CommandRequest,
  command: ControlCommand | CommandOf<'retry'>,
): Promise<Reply> {
  const job = await parts.store.jobs.find(command.job);
  const cluster = job === undefined ? undefined : parts.settings.clusters[job.cluster];
  if (job === undefined || cluster === undefined) return unknownJob(command.job);
  if (command.verb === 'retry') {
    const denial = await findDenial(parts, cluster, 'retry', request);
    return denial ?? retryJob(parts, request, job);
  }
  const refusal =
    (await findControlDenial(parts, { cluster, job, request, verb: command.verb })) ??
    refuseBefore(job, command) ??
    (await findResumeBar(parts, cluster, job, command));
  if (refusal !== undefined) return refusal;
  const { job: after, decision } = await createMoveJob(parts)(job.id, toEvent(command, request.user));
  if (isMissed(decision, after, command)) return refuseState(after, command);
  return { kind: 'controlled', job: after, verb: command.verb, says: controlText(after, command.verb) };
}

type Asked = { cluster: ClusterSettings; job: Job; request: CommandRequest; verb: ControlCommand['verb'] };

/** Whoever asked for the job may stop it; so may the cluster's operators and those who approve its changes. */
async function findControlDenial(
  parts: EdgeParts,
  { cluster, job, request, verb }: Asked,
): Promise<Refusal | undefined> {
  const denial = await findDenial(parts, cluster, verb, request);
  if (denial === undefined || request.channel !== cluster.channel) return denial;
  if (job.requestedBy === request.user) return undefined;
  // A rule of its own for the verb says who may, and nobody else.
  if (cluster.access.verbs?.[verb] !== undefined) return denial;
  return (await findDenial(parts, cluster, 'approve', request, job.kind)) === undefined ? undefined : denial;
}

function refuseBefore(job: Job, command: ControlCommand): Refusal | undefined {
  if (command.verb !== 'abort' || !command.isPuttingBack) return undefined;
  if (job.kind !== 'trial' && job.kind !== 'test') return undefined;
  return refuse({
    code: 'nothing-to-put-back',
    what: `${job.id} is a ${job.kind}: it changes no host.`,
    why: 'Only what was changed can be put back. Where its VM is at the end, a trial says.',
    fix: `/vmotion abort ${job.id}`,
  });
}

/** Letting go on is a start of the change: not while it is frozen, nor outside its windows. */
async function findResumeBar(
  parts: EdgeParts,
  cluster: ClusterSettings,
  job: Job,
  { verb }: ControlCommand,
): Promise<Refusal | undefined> {
  if (verb !== 'resume' || job.state !== 'paused') return undefined;
  const bar = await findStartBar(parts, cluster);
  return bar === undefined ? undefined : explainBar(parts, cluster, bar, `/vmotion resume ${job.id}`);
}

function toEvent(command: ControlCommand, by: string): JobEvent {
  if (command.verb === 'abort') return { kind: 'abort', by, isPuttingBack: command.isPuttingBack };
  return { kind: command.verb, by };
}

/** Whether it came too early or too late. A job that has ended as asked answers as it did the first time. */
function isMissed(decision: JobDecision, after: Job, { verb }: ControlCommand): boolean {
  if (decision.kind !== 'ignored') return false;
  if (decision.why === 'already' || decision.why === 'overruled') return false;
  if (verb === 'cancel') return after.state !== 'cancelled';
  return verb !== 'abort' || after.failure?.code !== 'stopped';
}

function refuseState(job: Job, { verb }: ControlCommand): Refusal {
  const show = `/vmotion show ${job.id}`;
  if (isEnded(job.state)) {
    const what = `${job.id} is ${job.state}.`;
    return refuse({ code: 'not-waiting', what, why: `It has ended, so there is nothing to ${verb}.`, fix: show });
  }
  if (verb === 'cancel') {
    return refuse({
      code: 'is-running',
      what: `${job.id} is ${job.state}: it can't be cancelled any more.`,
      why: `Hosts may be changed already. To stop before the next host type /vmotion pause ${job.id} or abort.`,
      fix: `/vmotion abort ${job.id}`,
    });
  }
  if (job.state === 'verifying') {
    return refuse({
      code: 'not-running',
      what: `${job.id} is past its last host.`,
      why: 'What is left is a test of all paths, which changes nothing.',
      fix: `/vmotion abort ${job.id}`,
    });
  }
  return refuse({
    code: 'not-running',
    what: `${job.id} is ${job.state}: nothing of it runs yet.`,
    why: 'Nothing was changed, so it can simply be cancelled.',
    fix: `/vmotion cancel ${job.id}`,
  });
}

function refuse(lines: Omit<Refusal, 'kind' | 'exitCode'>): Refusal {
  return { kind: 'refused', exitCode: 2, ...lines };
}
