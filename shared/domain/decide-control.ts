// What people ask of a change under way, and how a job honours it between two hosts.
import type { ControlWish, Job, JobControl } from './job.ts';
import { end, type IgnoredWhy, type JobDecision, move, NOTIFY, NUDGE } from './job-move.ts';
import { cancelled, stopped } from './stopped.ts';

/** Of two wishes the stronger one counts, whoever came first. */
const STRENGTH: Record<ControlWish, number> = { pause: 1, abort: 2, 'abort-and-put-back': 3 };

/** Noted while a worker may be at a host, and before it has begun: it honours the wish before the next host. */
export function decidePause(job: Job, by: string, at: Date): JobDecision {
  if (job.state === 'paused') return ignored('already');
  return wish(job, { want: 'pause', by, at: at.toISOString() }, at);
}

/** Lets a paused job go on, or takes back a pause that was not honoured yet. */
export function decideResume(job: Job, at: Date): JobDecision {
  if (job.state === 'paused')
    return move(job, at, { ...UNCONTROLLED, state: 'applying', cursor: job.cursor + 1 }, [NUDGE, NOTIFY]);
  if (job.control === undefined) return ignored('already');
  if (job.control.want !== 'pause') return ignored('overruled');
  return move(job, at, UNCONTROLLED, [NOTIFY]);
}

/** Ends the job at once where no host is half way; otherwise the worker does so before the next host. */
export function decideAbort(job: Job, press: { by: string; isPuttingBack: boolean }, at: Date): JobDecision {
  // A trial changes no host; where its VM is then, is said.
  const want = press.isPuttingBack && job.kind !== 'trial' ? 'abort-and-put-back' : 'abort';
  const control: JobControl = { want, by: press.by, at: at.toISOString() };
  if (job.state === 'applying') return wish(job, control, at);
  if (press.isPuttingBack && changedHosts(job).length > 0) {
    const next = { ...UNCONTROLLED, control, state: 'applying' as const, cursor: job.cursor + 1 };
    return move(job, at, next, [NUDGE, NOTIFY]);
  }
  return end(job, at, 'aborted', { failure: stopped(job, press.by) });
}

/** Before anything is written there is nothing to stop half way. */
export function decideCancel(job: Job, by: string, at: Date): JobDecision {
  return end(job, at, 'cancelled', { failure: cancelled(job, by) });
}

/** The worker stands between two hosts: everything that it had begun is proven. */
export function decideHeld(job: Job, at: Date): JobDecision {
  // Noted as begun and not written to: the worker died in between, or the wish came just then.
  const hosts = job.hosts.map((host) =>
    host.outcome === 'applying' ? { ...host, outcome: 'pending' as const, stepsDone: 0 } : host,
  );
  const cursor = job.cursor + 1;
  // Changed and not proven: the next slice finishes it before anybody may rest.
  if (hosts.some((host) => host.outcome === 'applied')) return move(job, at, { hosts, cursor }, [NUDGE, NOTIFY]);
  const { control } = job;
  if (control?.want === 'pause')
    return move(job, at, { hosts, cursor, state: 'paused', pausedBy: control.by, control: undefined }, [NOTIFY]);
  if (control?.want === 'abort')
    return end(job, at, 'aborted', { hosts, failure: stopped({ ...job, hosts }, control.by) });
  // Somebody wants something else meanwhile: the next slice does it.
  return move(job, at, { hosts, cursor }, [NUDGE, NOTIFY]);
}

/** Hosts that this job has changed for good so far. */
export function changedHosts(job: Pick<Job, 'hosts' | 'kind'>): Job['hosts'] {
  const changed = job.kind === 'revert' ? 'put-back' : 'kept';
  return job.hosts.filter((host) => host.wave !== undefined && host.outcome === changed);
}

const UNCONTROLLED = { control: undefined, pausedBy: undefined };

function wish(job: Job, control: JobControl, at: Date): JobDecision {
  const is = job.control === undefined ? 0 : STRENGTH[job.control.want];
  const wanted = STRENGTH[control.want];
  if (is === wanted) return ignored('already');
  if (is > wanted) return ignored('overruled');
  return move(job, at, { control }, [NOTIFY]);
}

function ignored(why: IgnoredWhy): JobDecision {
  return { kind: 'ignored', why };
}
