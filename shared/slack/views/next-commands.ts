import { commandOf } from '../../domain/command-of.ts';
import type { Job, JobState } from '../../domain/job.ts';

/** What a person would type after this end: at most two commands, whole, to paste. */
export function nextCommands(job: Job): string[] {
  const again = commandOf(job);
  if (job.state === 'done') return afterDone(job);
  // Its names were wrong, and what was meant stands in the remedy.
  if (job.kind === 'trial' && job.state === 'invalid') return [];
  // There was nothing to put back, or nothing that may be: the same again ends the same way.
  if (job.kind === 'revert' && job.state === 'invalid') return [`/vmotion status ${job.cluster}`];
  if (job.state === 'in-place') return [`/vmotion ${job.kind === 'revert' ? 'status' : 'test'} ${job.cluster}`];
  // Hosts of earlier waves that stay changed can be taken further, or back.
  const isUndoable = job.kind === 'enable' || job.kind === 'repair';
  const isHalfway = isUndoable && job.hosts.some((host) => host.outcome === 'kept');
  if (REPEATABLE.includes(job.state)) return isHalfway ? [again, `/vmotion revert ${job.id}`] : [again];
  if (!HALFWAY.includes(job.state)) return [];
  return isUndoable ? [`/vmotion status ${job.cluster}`, `/vmotion revert ${job.id}`] : [again];
}

// Ends after which nothing is half done, so that the same command is the next try.
const REPEATABLE: JobState[] = ['rolled-back', 'stale', 'expired', 'unreachable', 'invalid'];
// Ends after which some hosts may be changed and others not.
const HALFWAY: JobState[] = ['partial', 'aborted', 'needs-hands'];

function afterDone(job: Job): string[] {
  switch (job.kind) {
    case 'enable':
    case 'repair':
      return [`/vmotion test ${job.cluster}`, `/vmotion revert ${job.id}`];
    case 'check':
      return [`/vmotion plan enable ${job.cluster}`];
    case 'trial':
    case 'evidence':
      return [`/vmotion test ${job.cluster}`];
    case 'test':
      return [`/vmotion status ${job.cluster}`];
    case 'status':
      return [`/vmotion plan enable ${job.cluster}`, `/vmotion test ${job.cluster}`];
    case 'audit':
      return isOff(job) ? [`/vmotion plan enable ${job.cluster}`] : [`/vmotion test ${job.cluster}`];
    case 'revert':
      return [`/vmotion status ${job.cluster}`];
    default:
      throw new Error(`unknown kind ${job.kind satisfies never}`);
  }
}

/** Whether a plan has something to mend. */
const isOff = ({ hosts }: Job): boolean => hosts.some(({ steps }) => steps > 0);
