import type { CommandOf } from '../domain/command.ts';
import type { Job } from '../domain/job.ts';
import type { Reply } from '../domain/reply.ts';
import { clustersOf } from './access.ts';
import type { CommandRequest } from './command-request.ts';
import type { EdgeParts } from './parts.ts';
import { startJob } from './start-job.ts';

/** Starts the comparison of a cluster with what it should be and with what it was; without a name, of every cluster of
 * the channel. */
export async function auditCommand(
  parts: EdgeParts,
  request: CommandRequest,
  { cluster }: CommandOf<'audit'>,
): Promise<Reply> {
  if (cluster !== undefined) return startJob(parts, request, { verb: 'audit', cluster }, cluster);
  const jobs: Job[] = [];
  for (const { name } of clustersOf(parts.settings, request.channel)) {
    const own = { ...request, requestId: `${request.requestId} ${name}` };
    const reply = await startJob(parts, own, { verb: 'audit', cluster: name }, name);
    // Whoever may not read one of them is told so, and what was started before goes on.
    if (reply.kind !== 'queued') return reply;
    jobs.push(reply.job);
  }
  return { kind: 'list', what: 'jobs', jobs };
}
