import type { CommandOf } from '../domain/command.ts';
import type { JobKind } from '../domain/job.ts';
import type { Refusal, Reply } from '../domain/reply.ts';
import { CHANGE_KINDS, type ClusterSettings } from '../domain/settings.ts';
import { findDenial } from './access.ts';
import type { CommandRequest } from './command-request.ts';
import { createJob } from './create-job.ts';
import { unknownJob } from './job-refusal.ts';
import { findBusyFor } from './find-busy.ts';
import { findGroundlessCommand } from './grounds.ts';
import type { EdgeParts } from './parts.ts';
import { findFrozen } from './start-bar.ts';

type StartVerb = 'status' | 'check' | 'plan' | 'enable' | 'repair' | 'test' | 'trial' | 'evidence' | 'audit' | 'revert';
type StartCommand = CommandOf<StartVerb>;

/** Creates the job that the command asks for. `undoes`: the job that a revert undoes. */
export async function startJob(
  parts: EdgeParts,
  request: CommandRequest,
  command: StartCommand,
  name: string,
  undoes?: string,
): Promise<Reply> {
  const cluster = parts.settings.clusters[name];
  if (cluster === undefined) throw new Error(`the grammar let an unknown cluster pass: ${name}`);
  const denial = await findDenial(parts, cluster, command.verb, request);
  if (denial !== undefined) return denial;
  const refusal = await findObstacle(parts, cluster, command);
  if (refusal !== undefined) return refusal;
  const kind: JobKind = command.verb === 'plan' ? command.change : command.verb;
  const job = await createJob(parts, request, {
    cluster,
    kind,
    undoes,
    start: command.verb === 'plan' ? 'on-apply' : 'on-approval',
    trial: command.verb === 'trial' ? { request: command.trial } : undefined,
    reason: 'reason' in command ? command.reason : undefined,
    ticket: 'ticket' in command ? command.ticket : undefined,
    onlyHost: 'host' in command ? command.host : undefined,
    output: 'output' in command ? command.output : undefined,
  });
  return { kind: 'queued', job };
}

/** Jobs that write to vCenter at once after their approval: not without grounds where the policy wants them, not while
 * the cluster is frozen, not beside another such job. The hour matters only when the job is to start. */
async function findObstacle(
  parts: EdgeParts,
  cluster: ClusterSettings,
  command: StartCommand,
): Promise<Refusal | undefined> {
  if (!isChange(command)) return undefined;
  return (
    findGroundlessCommand(cluster, command) ??
    (await findFrozen(parts, cluster)) ??
    (await findBusyFor(parts, cluster, { kind: command.verb }))
  );
}

function isChange(command: StartCommand): command is CommandOf<'enable' | 'repair' | 'revert' | 'trial'> {
  return CHANGE_KINDS.some((kind) => kind === command.verb);
}

/** Reverts a cluster, or one job of it. */
export async function startRevert(
  parts: EdgeParts,
  request: CommandRequest,
  command: CommandOf<'revert'>,
): Promise<Reply> {
  if (parts.settings.clusters[command.target] !== undefined) return startJob(parts, request, command, command.target);
  const job = await parts.store.jobs.find(command.target);
  if (job === undefined) return unknownJob(command.target);
  if (job.kind !== 'enable' && job.kind !== 'repair') {
    const what = `${job.id} is of kind ${job.kind}; only an enable or a repair can be reverted.`;
    return {
      kind: 'refused',
      code: 'not-revertible',
      what,
      why: 'Nothing else changes hosts, and a trial with --return moves its VM back itself.',
      fix: `/vmotion history ${job.cluster}`,
      exitCode: 2,
    };
  }
  return startJob(parts, request, command, job.cluster, job.id);
}
