import type { CommandOf } from '../domain/command.ts';
import type { Reply } from '../domain/reply.ts';
import { findDenial } from './access.ts';
import type { CommandRequest } from './command-request.ts';
import { unknownJob } from './job-refusal.ts';
import type { EdgeParts } from './parts.ts';

/** One job with what is known of its hosts and pings. */
export async function showJob(
  parts: EdgeParts,
  request: CommandRequest,
  { job: id, output }: CommandOf<'show'>,
): Promise<Reply> {
  const job = await parts.store.jobs.find(id);
  const cluster = job === undefined ? undefined : parts.settings.clusters[job.cluster];
  if (job === undefined || cluster === undefined) return unknownJob(id);
  const denial = await findDenial(parts, cluster, 'show', request);
  if (denial !== undefined) return denial;
  const [records, cells] = await Promise.all([parts.store.records.list(id), parts.store.matrix.list(id)]);
  return { kind: 'job', job, records, cells, output };
}
