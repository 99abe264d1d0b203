// Who has a cluster, as its lease was given out, against whose writes reach vCenter: a session that logged in before the
// lease was given anew belongs to a worker that was declared dead.
import type { LeaseStore } from '../../shared/ports.ts';
import { violate } from './violation.ts';

export type Fences = {
  /** A session was opened. */
  opened(cookie: string): void;
  /** Asked when a write arrives. */
  check(job: string, cookie: string, text: string): void;
};

/** Watches the leases from now on. What it is told in which order is all the time it knows. */
export function createFences(leases: LeaseStore): Fences {
  let order = 0;
  const holders = new Map<string, { job: string; since: number; isYielded: boolean }>();
  const sessions = new Map<string, number>();
  const { acquire, release, yield: giveUp } = leases;
  leases.acquire = async (want) => {
    const answer = await acquire(want);
    if (answer.kind === 'acquired')
      holders.set(want.cluster, { job: want.jobId, since: (order += 1), isYielded: false });
    return answer;
  };
  leases.release = async (cluster, job) => {
    await release(cluster, job);
    if (holders.get(cluster)?.job === job) holders.delete(cluster);
  };
  leases.yield = async (lease) => {
    const before = await leases.find(lease.cluster);
    await giveUp(lease);
    const holder = holders.get(lease.cluster);
    if (holder !== undefined && before?.fence === lease.fence) holder.isYielded = true;
  };
  return {
    opened: (cookie) => void sessions.set(cookie, (order += 1)),
    check(job, cookie, text) {
      const held = [...holders.values()].find((one) => one.job === job);
      if (held === undefined || held.isYielded)
        violate('each write is made under the current fence', `${text}: ${job} has no cluster`);
      // Without a session nothing is written: vCenter refuses it, and the client logs in again.
      if ((sessions.get(cookie) ?? order) < held.since)
        violate('each write is made under the current fence', `${text}: another worker of ${job} has taken over`);
    },
  };
}
