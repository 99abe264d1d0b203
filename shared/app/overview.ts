import { isEnded } from '../domain/exit-code.ts';
import type { Job } from '../domain/job.ts';
import type { ClusterOverview, Reply } from '../domain/reply.ts';
import { clustersOf } from './access.ts';
import type { CommandRequest } from './command-request.ts';
import type { EdgeParts } from './parts.ts';
import { listTold } from './told-jobs.ts';

const JOBS_READ_MAX = 20;

/** Every cluster of the channel in short, from the rows: vCenter is not asked. */
export async function overview({ store, settings }: EdgeParts, { channel }: CommandRequest): Promise<Reply> {
  const clusters = await Promise.all(
    clustersOf(settings, channel).map(async (cluster): Promise<ClusterOverview> => {
      const jobs = await listTold(store, cluster.name, JOBS_READ_MAX);
      return {
        cluster: cluster.name,
        hosts: jobs.find((job) => job.hosts.length > 0)?.hosts.length,
        lastChange: jobs.find((job) => isChange(job) && job.start === 'on-approval' && isEnded(job.state)),
        lastTest: jobs.find((job) => job.matrix !== undefined),
        lastTrial: jobs.find((job) => job.kind === 'trial' && isEnded(job.state)),
        running: jobs.find((job) => !isEnded(job.state) && job.state !== 'planned'),
      };
    }),
  );
  return { kind: 'overview', clusters };
}

function isChange({ kind }: Job): boolean {
  return kind === 'enable' || kind === 'repair' || kind === 'revert';
}
