import type { Job } from '../domain/job.ts';
import type { NoticeRecord } from '../ports.ts';

/** Whether the channel shows the job's newest state. */
export function isShown(notice: NoticeRecord | undefined, job: Pick<Job, 'version'>): boolean {
  return notice !== undefined && notice.shownVersion >= job.version;
}

/** Whether nothing is owed any more: the newest state is shown, and the message's thread has all that belongs there. */
export function isTold(notice: NoticeRecord | undefined, job: Pick<Job, 'version'>): boolean {
  if (notice === undefined || !isShown(notice, job)) return false;
  // Rows without it come from a version that knew no threads.
  return (notice.toldVersion ?? notice.shownVersion) >= job.version;
}
