// How a job ended: what happened, which hosts are in which state now, the proof, and what to type next.
import type { KnownBlock } from '@slack/types';
import type { Look, MessageStyle } from '../../app/report-show.ts';
import { exitCodeOf } from '../../domain/exit-code.ts';
import type { Job, JobFailure } from '../../domain/job.ts';
import type { MatrixSummary } from '../../domain/matrix.ts';
import type { HostRecord } from '../../domain/record.ts';
import { context, header, section } from '../blocks.ts';
import { code } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { callout, codeBlocks, type Level } from '../rich-blocks.ts';
import { counted } from '../step-text.ts';
import { dateText, durationText } from '../time-text.ts';
import { approvers } from './approval.ts';
import { auditBlocks, auditSentence } from './audit.ts';
import { evidenceBlocks, evidenceSentence } from './evidence.ts';
import { findingBlocks } from './findings.ts';
import { headline } from './headline.ts';
import { setBlocks } from './host-sets.ts';
import type { JobSeen } from './job-seen.ts';
import { matrixBlocks } from './matrix.ts';
import { nextBlocks } from './next-blocks.ts';
import { outsideText, remedyText } from './outside-text.ts';
import { startedAt } from './progress.ts';
import { requesterText } from './requester-text.ts';
import { statusBlocks } from './status.ts';
import { trialOutcomeBlocks, trialSentence } from './trial.ts';
import { operationText, triedBlocks } from './tried.ts';

/** The message of a job that has ended. */
export function outcomeBlocks(job: Job, seen: JobSeen, look: Look): KnownBlock[] {
  const { matrix, failure, state, kind } = job;
  const level = LEVELS[state];
  const tried = triedBlocks(job, seen.records, look.style);
  const hasFindings = SHOWS_FINDINGS.includes(kind) || state === 'invalid';
  // What ended the job stands at the top already.
  const findings = (job.plan?.findings ?? []).filter((finding) => finding.message !== failure?.what);
  return [
    header(headline(job)),
    level === undefined ? section(sentence(job)) : callout(look.style, level, sentence(job)),
    ...handsBlocks(job, look.style),
    ...bodyBlocks(job, seen.records, look.style),
    ...(hasFindings ? findingBlocks(findings, look.style, 'What was found') : []),
    ...(matrix === undefined ? [] : matrixBlocks(job, withoutSaid(matrix, failure), seen.cells, look)),
    ...tried,
    ...drsBlocks(job),
    ...nextBlocks(job),
    context([footer(job, tried.length > 0)]),
  ];
}

/** Ends that must not be overlooked. */
const LEVELS: Partial<Record<Job['state'], Level>> = {
  stale: 'warning',
  invalid: 'warning',
  'rolled-back': 'error',
  'needs-hands': 'error',
  unreachable: 'error',
};

function drsBlocks({ drs }: Job): KnownBlock[] {
  if (drs === undefined) return [];
  const text = drs.isReleased
    ? `DRS was held at manual during the change, and is ${drs.was} again.`
    : `DRS is still at manual; it was ${drs.was}, and will be put back within minutes.`;
  return [context([text])];
}

const SHOWS_FINDINGS: Job['kind'][] = ['status', 'check', 'audit'];

function bodyBlocks(job: Job, records: HostRecord[], style: MessageStyle): KnownBlock[] {
  switch (job.kind) {
    case 'status':
      return statusBlocks(job, records);
    case 'trial':
      return trialOutcomeBlocks(job);
    case 'evidence':
      return evidenceBlocks(job);
    case 'audit':
      return auditBlocks(job, style);
    case 'check':
    case 'test':
      return [];
    case 'enable':
    case 'repair':
    case 'revert':
      return setBlocks(job, style);
    default:
      throw new Error(`unknown kind ${job.kind satisfies never}`);
  }
}

// Where the verdict is why the job ended, it stands at the top already.
function withoutSaid(matrix: MatrixSummary, failure: JobFailure | undefined): MatrixSummary {
  const said = `${failure?.what ?? ''} ${failure?.why ?? ''}`;
  return { ...matrix, verdict: matrix.verdict.filter((sentence) => !said.includes(sentence)) };
}

/** What happened in one sentence: the reason where there is one, the result otherwise. mrkdwn. */
function sentence(job: Job): string {
  if (job.failure !== undefined) {
    const why = job.failure.why === undefined ? '' : `\n${outsideText(cutPlain(job.failure.why, 500))}`;
    return `${outsideText(cutPlain(namedOnce(job.failure.what), 600))}${why}\n*What to do:* ${remedyText(job.failure.remedy)}`;
  }
  return RESULTS[job.state]?.(job) ?? `It ended as ${job.state}.`;
}

/** "esx03: AddVirtualNic on esx03: ..." without the first name, which the sentence has anyway. */
function namedOnce(what: string): string {
  const [, name, rest] = /^([^\s:]+): ([\s\S]*)$/.exec(what) ?? [];
  return name !== undefined && rest?.includes(` on ${name}: `) === true ? rest : what;
}

const IN_PLACE = 'Everything is as it should be already. Nothing was written.';

const RESULTS: Partial<Record<Job['state'], (job: Job) => string>> = {
  done: doneSentence,
  'in-place': (job) => (job.kind === 'audit' ? auditSentence(job) : IN_PLACE),
  rejected: () => 'Rejected. Nothing was changed.',
  expired: () => 'Nobody approved it in time. Nobody changed anything.',
  cancelled: () => 'Cancelled.',
  'rolled-back': () => 'The hosts that failed are as they were before.',
  partial: partialSentence,
};

function doneSentence(job: Job): string {
  const changed = job.hosts.filter((host) => host.outcome === 'kept' || host.outcome === 'put-back').length;
  if (job.kind === 'test') return 'Every path was pinged with the full MTU, unfragmented.';
  if (job.kind === 'status') return `Read ${counted(job.hosts.length, 'host')}. Nothing was written.`;
  if (job.kind === 'check') return checkSentence(job);
  if (job.kind === 'evidence') return evidenceSentence(job);
  if (job.kind === 'audit') return auditSentence(job);
  if (job.kind === 'trial' && job.trial !== undefined) return trialSentence(job.trial);
  if (job.kind === 'revert') return `${counted(changed, 'host')} restored from the image taken before the change.`;
  return `${counted(changed, 'host')} changed, pinged and kept.`;
}

function checkSentence({ hosts, plan }: Job): string {
  const warnings = plan?.findings.filter((finding) => finding.severity === 'warning').length ?? 0;
  const steps = Object.values(plan?.counts ?? {}).reduce((sum, count) => sum + count, 0);
  const would =
    steps === 0
      ? 'Everything is as declared already.'
      : `An enable would take ${counted(steps, 'step')} over all hosts.`;
  const warned = warnings === 0 ? 'nothing to warn of' : counted(warnings, 'warning');
  return `Nothing blocks, ${warned}. ${would} Read ${counted(hosts.length, 'host')}; nothing was written.`;
}

function partialSentence(job: Job): string {
  const left = job.hosts.filter((host) => host.outcome === 'skipped').length;
  if (job.kind === 'evidence') return `${evidenceSentence(job)} ${counted(left, 'host')} could not be read.`;
  if (job.kind === 'audit') return `${auditSentence(job)} ${counted(left, 'host')} could not be read.`;
  const stayed = left === 1 ? 'stayed as it is' : 'stayed as they are';
  const skipped = left === 0 ? '' : ` ${counted(left, 'host')} could not be reached and ${stayed}.`;
  if (job.matrix !== undefined && job.matrix.unexpected > 0) return `Not every path is as it should be.${skipped}`;
  const isApart = (job.matrix?.apart ?? 0) > 0;
  if (isApart) return `Every path that there is works, but not every host can reach every other.${skipped}`;
  return skipped === '' ? 'Only a part of it could be done.' : skipped.trim();
}

function handsBlocks(job: Job, style: MessageStyle): KnownBlock[] {
  const commands = job.failure?.commands ?? [];
  if (commands.length === 0) return [];
  const room = { more: (left: number) => `... and ${left} more` };
  return codeBlocks(style, '*By hand, on the hosts named below* (SSH, or the console of the host)', commands, room);
}

function footer(job: Job, isTraced: boolean): string {
  const approved = approvers(job);
  const ended = job.endedAt ?? job.updatedAt;
  const parts = [
    `exit ${exitCodeOf(job.state)}`,
    durationText(Date.parse(ended) - Date.parse(startedAt(job))),
    counted(job.soapCalls, 'SOAP call'),
    `job ${code(job.id)}`,
    `asked for by ${requesterText(job)}`,
    ...(approved === '' ? [] : [`approved by ${approved}`]),
    `ended ${dateText(ended)}`,
    ...(isTraced || job.failure === undefined || job.soapCalls === 0 ? [] : [operationText(job)]),
  ];
  return parts.join(' · ');
}
