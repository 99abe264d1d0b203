// Which job changed a cluster when, and what the cluster was right before: jobs of rules run between those of people.
import type { Picture } from './lab-picture.ts';

type Era = { jobId: string; before: Picture };

export type Eras = {
  /** At a write: the first one of a job is where the job before it ends. */
  begin(jobId: string): void;
  /** The cluster right before and right after the job's writes; nothing for a job that wrote nothing. */
  of(jobId: string): { before: Picture; after: Picture; isLast: boolean } | undefined;
  /** What people changed before the job came to it is no change of the job's. */
  amend(jobId: string, change: (before: Picture) => Picture): void;
};

export function createEras(look: () => Picture): Eras {
  const eras: Era[] = [];
  return {
    begin(jobId) {
      if (!eras.some((one) => one.jobId === jobId)) eras.push({ jobId, before: look() });
    },
    of(jobId) {
      const index = eras.findIndex((one) => one.jobId === jobId);
      const [era, next] = [eras[index], eras[index + 1]];
      if (era === undefined) return undefined;
      return { before: era.before, after: next?.before ?? look(), isLast: next === undefined };
    },
    amend(jobId, change) {
      const era = eras.find((one) => one.jobId === jobId);
      if (era !== undefined) era.before = change(era.before);
    },
  };
}
