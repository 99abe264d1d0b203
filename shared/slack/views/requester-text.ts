import { SCHEDULE } from '../../domain/drift.ts';
import type { Job } from '../../domain/job.ts';
import { code, mention } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';

/** The person, or the rule for alarms that asked in nobody's name. mrkdwn. */
export function requesterText({ requestedBy, origin }: Pick<Job, 'requestedBy' | 'origin'>): string {
  if (requestedBy === SCHEDULE) return 'the schedule of audits';
  if (origin === undefined) return mention(cutPlain(requestedBy, 80));
  return `rule ${code(cutPlain(origin.rule, 80))}, for alarm ${code(cutPlain(origin.card, 40))}`;
}
