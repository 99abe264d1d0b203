import { isEnded } from '../../domain/exit-code.ts';
import type { Job } from '../../domain/job.ts';
import type { Cell } from '../../domain/matrix.ts';
import type { HeatMapInput } from '../heat-map-text.ts';
import { stateWord } from './headline.ts';

/** What the picture of an ended job's matrix is made of; undefined where there is nothing to draw. */
export function heatMapInput(job: Job, cells: Cell[]): HeatMapInput | undefined {
  if (job.matrix === undefined || cells.length === 0 || !isEnded(job.state)) return undefined;
  const at = job.endedAt ?? job.updatedAt;
  return { cluster: job.cluster, jobId: job.id, at, word: stateWord(job), summary: job.matrix, cells };
}
