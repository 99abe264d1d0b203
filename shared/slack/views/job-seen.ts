import type { Cell } from '../../domain/matrix.ts';
import type { HostRecord } from '../../domain/record.ts';

/** What is shown of a job beside its row: its hosts' records, and the cells of its matrix where it has one. `isFull`:
 * as much as Slack takes, for the one person who asked, instead of what suits a channel. */
export type JobSeen = { records: HostRecord[]; cells: Cell[]; isFull?: boolean };
