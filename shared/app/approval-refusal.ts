// Why an approval, a withdrawal or a start did not count.
import { countMissing, missingExtra } from '../domain/approval.ts';
import { commandOf } from '../domain/command-of.ts';
import type { StartBar } from '../domain/job-event.ts';
import type { JobDecision } from '../domain/job-move.ts';
import type { Job } from '../domain/job.ts';
import { namePeople } from '../domain/name-people.ts';
import type { Refusal } from '../domain/reply.ts';

type RefusedBecause = Exclude<Extract<JobDecision, { kind: 'refused' }>['reason'], StartBar>;

/** The refusal that the state machine's answer stands for. */
export function refuseApproval(job: Job, because: RefusedBecause): Refusal {
  return { kind: 'refused', ...LINES[because](job) };
}

type Lines = Omit<Refusal, 'kind'>;

const askAnother = ({ id }: Job) => `Ask somebody else to type: /vmotion approve ${id}`;

const LINES: Record<RefusedBecause, (job: Job) => Lines> = {
  'own-request': (job) => ({
    code: 'own-request',
    exitCode: 3,
    what: 'This approval does not count: it is your own request.',
    why: `A change needs a second person (rule clusters.${job.cluster}.approval.selfApproval).`,
    fix: askAnother(job),
  }),
  'already-approved': (job) => ({
    code: 'already-approved',
    exitCode: 3,
    what: 'You have approved this plan already.',
    why: 'Each person counts once.',
    fix: askAnother(job),
  }),
  'digest-differs': ({ id }) => ({
    code: 'digest-differs',
    exitCode: 6,
    what: 'This approval does not count: it was for another plan.',
    why: "The message you pressed shows a plan that is not this job's.",
    fix: `/vmotion show ${id}`,
  }),
  expired: (job) => ({
    code: 'expired',
    exitCode: 7,
    what: 'The request has expired. Nothing was changed.',
    why: `It could be approved until ${job.approval?.expiresAt ?? 'then'}.`,
    fix: commandOf(job),
  }),
  'not-approved': (job) => ({
    code: 'not-approved',
    exitCode: 3,
    what: `${job.id} is not approved yet.`,
    why: whatIsMissing(job),
    fix: `/vmotion approve ${job.id}`,
  }),
  'no-approval-given': ({ id }) => ({
    code: 'no-approval-given',
    exitCode: 2,
    what: `There is no approval of yours on ${id}.`,
    why: 'Only what you have said yourself can be taken back.',
    fix: `/vmotion show ${id}`,
  }),
};

function whatIsMissing({ approval }: Job): string {
  if (approval === undefined) return 'It has no plan yet.';
  const missing = countMissing(approval);
  const self = approval.selfApproval === true ? '' : ', not from the requester';
  const extra = missingExtra(approval).map(({ from }) => `, one of them from ${namePeople(from)}`);
  return `It needs ${missing} more approval${missing === 1 ? '' : 's'}${self}${extra.join('')}.`;
}
