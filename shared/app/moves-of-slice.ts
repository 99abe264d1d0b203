// What a slice says counts only while its job stands where the slice began, and no other has taken its lease: one that was
// overtaken speaks of hosts that another one has long finished, and of a wave that is over.
import type { JobEvent } from '../domain/job-event.ts';
import type { HeardMessage } from '../domain/nudges.ts';
import type { MoveJob } from './move-job.ts';

const OF_SLICES: ReadonlySet<JobEvent['kind']> = new Set<JobEvent['kind']>([
  'host-begun',
  'host-moved',
  'wave-passed',
  'held',
  'slice-over',
  'stopped',
  'proven',
  'trial-moved',
  'tried',
]);

/** `moveJob` for the slice that was given this message. What it says of its work is ignored once the row has gone on, or
 * once another slice has begun to write at the same place. */
export function movesOfSlice(moveJob: MoveJob, { cursor, attempt }: HeardMessage): MoveJob {
  const heard = { cursor, attempt };
  let fence: number | undefined;
  return (jobId, event, from) => {
    if (event.kind === 'wave-started') fence = event.fence;
    return moveJob(jobId, event, OF_SLICES.has(event.kind) ? { ...from, heard, cursor, fence } : { ...from, heard });
  };
}
