import type { PlannedChange } from '../domain/command.ts';
import { exitCodeOf, isEnded } from '../domain/exit-code.ts';
import type { Job } from '../domain/job.ts';
import type { Refusal, Reply } from '../domain/reply.ts';
import type { CommandRequest } from './command-request.ts';
import type { EdgeParts } from './parts.ts';
import { startJob } from './start-job.ts';

type StartCommand = Parameters<typeof startJob>[2];

/** Asks once more for what a job did not bring about: a new job, with a plan and approvals of its own. */
export async function retryJob(parts: EdgeParts, request: CommandRequest, job: Job): Promise<Reply> {
  if (!isEnded(job.state)) {
    return refuse({
      code: 'not-ended',
      what: `${job.id} is ${job.state}.`,
      why: 'Only a job that has ended can be tried again.',
      fix: `/vmotion show ${job.id}`,
    });
  }
  if (exitCodeOf(job.state) === 0) {
    return refuse({
      code: 'nothing-to-retry',
      what: `${job.id} is ${job.state}.`,
      why: 'It has brought about what it was asked for.',
      fix: `/vmotion show ${job.id}`,
    });
  }
  return startJob(parts, { ...request, retryOf: job.id }, toCommand(job), job.cluster, job.undoes);
}

/** The command that the job came from. */
function toCommand(job: Job): StartCommand {
  const { cluster, kind, reason, ticket, onlyHost: host } = job;
  const grounds = { reason, ticket };
  if (kind === 'trial') {
    if (job.trial === undefined) throw new Error(`${job.id} is a trial of nothing`);
    return { verb: 'trial', cluster, trial: job.trial.request, ...grounds };
  }
  if (job.start === 'on-apply' && isPlanned(kind)) return { verb: 'plan', change: kind, cluster, host, ...grounds };
  switch (kind) {
    case 'enable':
    case 'repair':
      return { verb: kind, cluster, host, ...grounds };
    case 'revert':
      return { verb: 'revert', target: job.undoes ?? cluster, ...grounds };
    case 'test':
      return { verb: 'test', cluster, output: job.output };
    case 'status':
    case 'check':
    case 'evidence':
    case 'audit':
      return { verb: kind, cluster };
    default:
      throw new Error(`unknown kind ${String(kind satisfies never)}`);
  }
}

function isPlanned(kind: Job['kind']): kind is PlannedChange & Job['kind'] {
  return kind === 'enable' || kind === 'repair' || kind === 'revert';
}

function refuse(lines: Omit<Refusal, 'kind' | 'exitCode'>): Refusal {
  return { kind: 'refused', exitCode: 2, ...lines };
}
