// What jobs that change no host keep of the hosts they looked at.
import type { Host } from '../domain/inventory.ts';
import type { HostSummary, Job } from '../domain/job.ts';
import type { HostPlan } from '../domain/plan.ts';
import { awayText } from '../domain/whereabouts.ts';
import { hostDigest } from './digest.ts';
import type { Parts } from './parts.ts';

/** Whether vCenter could say what the host's network is: others have nothing to plan from. */
export function isReadable(host: Host): boolean {
  return host.connection === 'connected' && host.network !== undefined;
}

/** Stores what was seen of each host and answers the rows' short form. `plans`: what was found out besides, if anything. */
export async function keepObserved(
  { store, sha256 }: Pick<Parts, 'store' | 'sha256'>,
  job: Pick<Job, 'id'>,
  hosts: Host[],
  plans: Map<string, HostPlan> = new Map(),
): Promise<HostSummary[]> {
  return Promise.all(
    hosts.map(async (host): Promise<HostSummary> => {
      const isSeen = isReadable(host);
      const plan = plans.get(host.moref.value) ?? bare(host, isSeen);
      const digest = hostDigest(sha256, plan);
      await store.records.put({
        schema: 1,
        jobId: job.id,
        host: plan.host,
        parent: host.parent,
        version: 1,
        phase: 'planned',
        plan,
        digest,
        observed: host.network,
        journal: [],
      });
      return {
        name: host.name,
        moref: host.moref.value,
        outcome: isSeen ? 'in-place' : 'skipped',
        steps: plan.steps.length,
        stepsDone: 0,
        digest,
        note: isSeen ? undefined : awayText(host),
      };
    }),
  );
}

function bare(host: Host, isSeen: boolean): HostPlan {
  return {
    host: { moref: host.moref, name: host.name },
    kind: isSeen ? 'in-place' : 'skipped',
    steps: [],
    findings: [],
    untouched: [],
  };
}
