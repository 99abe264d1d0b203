// How an audit ends, and whether the channel hears of it.
import type { JobEvent } from './job-event.ts';
import type { Job, JobFailure } from './job.ts';
import { end, type JobDecision, someSkipped } from './job-move.ts';

/** `in-place`: every host is as the profile wants it, and nobody but the product has changed anything. */
export function decideAudited(job: Job, event: Extract<JobEvent, { kind: 'audited' }>, at: Date): JobDecision {
  const { hosts, plan, audit, isNews } = event;
  const { drifts, hostsAdded, hostsRemoved } = audit;
  const isAsItWas = drifts.length + hostsAdded.length + hostsRemoved.length === 0;
  const state = someSkipped(hosts) ? 'partial' : isAsItWas ? 'in-place' : 'done';
  const isQuiet = job.isQuiet === true && !isNews ? true : undefined;
  return end(job, at, state, { hosts, plan, audit, isQuiet });
}

/** An audit by schedule that fails as the one before did has nothing new to tell. */
export function quietEnd(job: Job, failure: JobFailure): Pick<Job, 'isQuiet'> {
  return { isQuiet: job.isQuiet === true && job.knownFailure === failure.code ? true : undefined };
}
