// The few lines on an alarm's card that show what its job would change on the host, or has changed.
import type { KnownBlock } from '@slack/types';
import { isEnded } from '../../domain/exit-code.ts';
import type { Job } from '../../domain/job.ts';
import { describeChange, differences } from '../../domain/network-fields.ts';
import type { HostRecord } from '../../domain/record.ts';
import { preformatted } from '../blocks.ts';
import { code } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { renderStep } from '../step-text.ts';
import { inOrder } from './in-order.ts';

const LINES_MAX = 6;
const CHARS_MAX = 900;

/** Of the first host that the job changes; the job's own message has them all. Nothing where there is no change. */
export function cardDiffBlocks(job: Job | undefined, records: HostRecord[]): KnownBlock[] {
  if (job === undefined) return [];
  const changing = inOrder(job, records).filter(({ plan }) => plan.steps.length > 0);
  const [first] = changing;
  if (first === undefined) return [];
  const { title, rows } = isEnded(job.state) ? changed(first) : planned(first);
  if (rows.length === 0) return [];
  const others = changing.length === 1 ? '' : `, and ${changing.length - 1} more in job ${code(job.id)}`;
  const shown = rows.length > LINES_MAX ? [...rows.slice(0, LINES_MAX - 1), cutRest(rows.length)] : rows;
  return preformatted(`*${title}* ${code(cutPlain(first.host.name, 80))}${others}`, shown, {
    more: (left) => `... and ${left} more lines`,
    charsMax: CHARS_MAX,
  });
}

const cutRest = (count: number) => `... and ${count - LINES_MAX + 1} more`;

function planned({ plan, observed }: HostRecord): { title: string; rows: string[] } {
  return { title: 'The fix', rows: plan.steps.flatMap((step) => renderStep(step, observed)) };
}

/** What differs in fact: a host that was put back shows nothing. */
function changed({ before, after }: HostRecord): { title: string; rows: string[] } {
  const fields = before === undefined || after === undefined ? [] : differences(before, after);
  return { title: 'Before -> after, on', rows: fields.map(describeChange) };
}
