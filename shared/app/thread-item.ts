import type { Cell } from '../domain/matrix.ts';
import type { HostRecord } from '../domain/record.ts';
import type { Job } from '../domain/job.ts';
import type { ChatFile } from '../ports.ts';

/** What a file of a thread is; `bytes` are made only when it is due. */
export type ThreadFile = Pick<ChatFile, 'name' | 'title' | 'altText' | 'bytes'>;

/** The key under which it stands that a message shows its picture. */
export const PICTURE_KEY = 'picture';

/** Something that belongs into a job's thread once, by its key. A reply may stand for several keys. `picture`: the file
 * with that key is shown in the message itself as soon as Slack can; it is one a message. `isBroadcast`: the reply stands
 * in the channel too. */
export type ThreadItem =
  | { kind: 'reply'; keys: string[]; text: string; blocks: unknown[]; isBroadcast?: boolean }
  | { kind: 'file'; key: string; make: () => Promise<ThreadFile> }
  | { kind: 'picture'; key: typeof PICTURE_KEY; file: string };

/** What was read of the job: its hosts' records, and the cells of its matrix. */
export type ReportSeen = { records: HostRecord[]; cells: Cell[] };

/** Everything that belongs there by now and is not posted yet, the most important first. */
export type ThreadOf = (job: Job, seen: ReportSeen, isPosted: (key: string) => boolean) => ThreadItem[];
