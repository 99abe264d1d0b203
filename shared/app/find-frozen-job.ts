import { commandOf } from '../domain/command-of.ts';
import { findFreeze } from '../domain/freeze.ts';
import type { Job, JobFailure } from '../domain/job.ts';
import type { EdgeParts } from './parts.ts';

/** Why the job ends before it writes: its cluster was frozen after the approval. `undefined`: it is not frozen. */
export async function findFrozenJob(
  { settings, store, clock }: Pick<EdgeParts, 'settings' | 'store' | 'clock'>,
  job: Job,
): Promise<JobFailure | undefined> {
  const cluster = settings.clusters[job.cluster];
  const freeze = cluster && findFreeze(await store.freezes.list(), cluster, clock.now());
  if (freeze === undefined) return undefined;
  const end = freeze.until === undefined ? 'until somebody lifts it' : `until ${freeze.until}`;
  return {
    code: 'frozen',
    what: `${job.cluster} was frozen before the next host was changed: ${freeze.reason}`,
    why: `<@${freeze.by}> has frozen it ${end} (freeze ${freeze.id}).`,
    remedy: `Once it is lifted, ask again: ${commandOf(job)}`,
  };
}
