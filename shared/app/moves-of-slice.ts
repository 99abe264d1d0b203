// What a slice says counts only while its job stands where the slice began: one that was overtaken speaks of hosts that
// another one has long finished, and of a wave that is over.
import type { JobEvent } from '../domain/job-event.ts';
import type { MoveJob } from './move-job.ts';

const OF_SLICES: ReadonlySet<JobEvent['kind']> = new Set<JobEvent['kind']>([
  'host-begun',
  'host-moved',
  'wave-passed',
  'held',
  'slice-over',
  'stopped',
  'proven',
]);

/** `moveJob` for the slice that began at `cursor`. What it says of its work is ignored once the row has gone on. */
export function movesOfSlice(moveJob: MoveJob, cursor: number): MoveJob {
  return (jobId, event, from) => moveJob(jobId, event, OF_SLICES.has(event.kind) ? { ...from, cursor } : from);
}
