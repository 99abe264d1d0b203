import { commandOf } from './command-of.ts';
import { didYouMean } from './command-refusal.ts';
import { findNamed } from './find-named.ts';
import type { Job, JobFailure } from './job.ts';

/** Why a job about one host has none: the remedy is the same command about the host that may have been meant, where one
 * is near. `hosts`: all of the cluster. */
export function hostNotFound(job: Job, typed: string, hosts: readonly { name: string }[]): JobFailure {
  return { code: 'host-not-found', ...whyNot(job, typed, hosts) };
}

function whyNot(job: Job, typed: string, hosts: readonly { name: string }[]): Pick<JobFailure, 'what' | 'remedy'> {
  const found = findNamed(typed, hosts);
  if (found.kind === 'several')
    return { what: `${typed} fits ${found.names.join(', ')}.`, remedy: 'Type the whole name of the host.' };
  const what = `${job.cluster} has no host ${typed}.`;
  if (found.kind === 'found' || found.nearest === undefined)
    return { what, remedy: `See its hosts: /vmotion status ${job.cluster}` };
  const remedy = commandOf({ ...job, onlyHost: found.nearest });
  return { what: `${what}${didYouMean([found.nearest])}`, remedy };
}
