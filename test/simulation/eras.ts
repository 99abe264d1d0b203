// Which job changed a cluster when, and what the cluster was right before: jobs of rules run between those of people.
import type { Cluster } from '../../shared/domain/inventory.ts';

type Era = { jobId: string; before: Promise<Cluster> };

export type Eras = {
  /** At a write: the first one of a job is where the job before it ends. */
  begin(jobId: string): Promise<void>;
  /** The cluster right before and right after the job's writes; nothing for a job that wrote nothing. */
  of(jobId: string): Promise<{ before: Cluster; after: Cluster; isLast: boolean } | undefined>;
  /** What people changed before the job came to it is no change of the job's. */
  amend(jobId: string, change: (before: Cluster) => Cluster): void;
};

export function createEras(read: () => Promise<Cluster>): Eras {
  const eras: Era[] = [];
  return {
    async begin(jobId) {
      let era = eras.find((one) => one.jobId === jobId);
      if (era === undefined) {
        era = { jobId, before: read() };
        eras.push(era);
      }
      // Hosts of one wave are written to at the same moment: all of them wait for the picture.
      await era.before;
    },
    async of(jobId) {
      const index = eras.findIndex((one) => one.jobId === jobId);
      const [era, next] = [eras[index], eras[index + 1]];
      if (era === undefined) return undefined;
      const after = next === undefined ? read() : next.before;
      return { before: await era.before, after: await after, isLast: next === undefined };
    },
    amend(jobId, change) {
      const era = eras.find((one) => one.jobId === jobId);
      if (era !== undefined) era.before = era.before.then(change);
    },
  };
}
