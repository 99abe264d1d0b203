// What one cluster's story knows: its jobs, who has changed what, and what the cluster was.
import { isEnded } from '../../shared/domain/exit-code.ts';
import { SCHEDULE } from '../../shared/domain/drift.ts';
import type { Job } from '../../shared/domain/job.ts';
import { BOB } from '../support/world.ts';
import type { Driver } from './driver.ts';
import type { HostPicture, Picture } from './lab-picture.ts';
import type { Meddling } from './people.ts';
import type { Place, Run } from './run.ts';

/** `left`: the host as they left it. `isFirst`: nobody had begun with the host yet. */
export type Meddled = Meddling & { at: string; left: HostPicture; isFirst: boolean };

export type Tale = {
  run: Run;
  place: Place;
  driver: Driver;
  /** What a revert of everything has to lead back to. */
  first: Picture;
  /** The job that people have their eyes on. */
  watched: string | undefined;
  /** Jobs of this story, and plans that nobody has started yet. */
  past: string[];
  plans: string[];
  meddlings: Meddled[];
  /** Jobs that no person asked for, whose ends were looked at. */
  looked: Set<string>;
  /** The cluster did not begin in order, so that what is put back need not work. */
  isDisordered: boolean;
};

/** Jobs that nobody in the story watches: of rules, audits by schedule, what bob asks for beside ann, and what she takes for
 * refused since nobody answered the first time. */
export const isOther = ({ untold }: Run, job: Job): boolean =>
  job.origin !== undefined || job.requestedBy === SCHEDULE || job.requestedBy === BOB || untold.has(job.requestId);

/** Its end stands in the channel, and nothing is owed any more. */
export const isTold = (job: Job): boolean => isEnded(job.state) && job.settledAt !== undefined;

/** It may be writing, or is about to. */
export function isAtWork({ state }: Job): boolean {
  return !isEnded(state) && state !== 'awaiting-approval' && state !== 'planned';
}

/** What a person deletes after the end stays deleted, even if somebody who was overtaken looks at it once more; and what
 * takes its place is not known yet where Slack's answer was lost. */
export const isDeleted = (run: Run): boolean =>
  run.lost('deleted') > 0 && (run.counts.overtaken > 0 || run.lost('chat') > 0);

export const isUnshown = (run: Run, { id }: Job): boolean => run.silenced.has(id) || isDeleted(run);

/** The same, and its message has not been written over by somebody who was overtaken: that one, or its message once it comes
 * again, puts it right. */
export const isSeen =
  ({ run }: Tale, id: string) =>
  async (): Promise<boolean> => {
    const { world } = run;
    const job = await world.job(id);
    if (!isTold(job)) return false;
    const notice = await world.parts.store.notices.find(id);
    return notice === undefined || isUnshown(run, job) || notice.shownVersion >= (notice.toldVersion ?? 0);
  };

export const jobIs =
  ({ run }: Tale, id: string, isIt: (job: Job) => boolean) =>
  async (): Promise<boolean> =>
    isIt(await run.world.job(id));
