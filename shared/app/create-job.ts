import type { Job } from '../domain/job.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import type { EdgeParts } from './parts.ts';

const JOB_ID_LENGTH = 6;

/** `requestId`: the same for every copy of one request. `user`: a person's Slack id, or `policy:<rule>`. `retryOf`: the
 * job that is tried again. */
export type JobRequest = { requestId: string; user: string; retryOf?: string | undefined };

/** What the new job is about; everything else of its row follows from its cluster. */
export type NewJob = Pick<Job, 'kind' | 'start'> &
  Partial<
    Pick<Job, 'undoes' | 'trial' | 'isQuiet' | 'knownFailure' | 'reason' | 'ticket' | 'onlyHost' | 'origin' | 'output'>
  > & { cluster: ClusterSettings };

type CreateParts = Pick<EdgeParts, 'store' | 'queue' | 'clock' | 'sha256'>;

/** Row first, message second. A second copy of the request finds the row, sends the message again and changes nothing. */
export async function createJob(parts: CreateParts, request: JobRequest, want: NewJob): Promise<Job> {
  const hash = parts.sha256(request.requestId);
  for (let offset = 0; offset + JOB_ID_LENGTH <= hash.length; offset += JOB_ID_LENGTH) {
    const job = newJob(parts, request, want, `j-${hash.slice(offset, offset + JOB_ID_LENGTH)}`);
    const isNew = await parts.store.jobs.create(job);
    const row = isNew ? job : await parts.store.jobs.find(job.id);
    // Another request may have the same six digits: then the next six are tried.
    if (row === undefined || row.requestId !== request.requestId) continue;
    if (row.state === 'queued') {
      await parts.queue.sendJob({ jobId: row.id, cluster: row.cluster, cursor: row.cursor, attempt: row.attempt });
      await parts.queue.sendNotice({ jobId: row.id, version: row.version, attempt: 0 });
    }
    return row;
  }
  throw new Error('no free job id');
}

function newJob(parts: CreateParts, request: JobRequest, want: NewJob, id: string): Job {
  const now = parts.clock.now().toISOString();
  const { cluster, ...own } = want;
  return {
    ...own,
    schema: 1,
    id,
    cluster: cluster.name,
    vcenter: cluster.vcenter,
    channel: cluster.channel,
    requestedBy: request.user,
    requestId: request.requestId,
    retryOf: request.retryOf,
    createdAt: now,
    updatedAt: now,
    version: 1,
    cursor: 0,
    attempt: 0,
    state: 'queued',
    wave: 0,
    hosts: [],
    soapCalls: 0,
  };
}
