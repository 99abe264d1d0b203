// How a job ended: what happened, which hosts are in which state now, the proof, and what to type next.
import type { KnownBlock } from '@slack/types';
import { exitCodeOf } from '../../domain/exit-code.ts';
import type { HostOutcome, HostSummary, Job, JobFailure } from '../../domain/job.ts';
import type { Cell, MatrixSummary } from '../../domain/matrix.ts';
import type { HostRecord } from '../../domain/record.ts';
import { context, header, lines, preformatted, section } from '../blocks.ts';
import { code, mention } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { counted } from '../step-text.ts';
import { dateText, durationText } from '../time-text.ts';
import { approvers } from './approval.ts';
import { evidenceBlocks, evidenceSentence } from './evidence.ts';
import { findingBlocks } from './findings.ts';
import { headline } from './headline.ts';
import { matrixBlocks } from './matrix.ts';
import { hostNote, nameList } from './names.ts';
import { nextCommands } from './next-commands.ts';
import { outsideText, remedyText } from './outside-text.ts';
import { startedAt } from './progress.ts';
import { statusBlocks } from './status.ts';
import { trialOutcomeBlocks, trialSentence } from './trial.ts';

/** The message of a job that has ended. */
export function outcomeBlocks(job: Job, seen: { records: HostRecord[]; cells: Cell[] }): KnownBlock[] {
  return [
    header(headline(job)),
    section(sentence(job)),
    ...handsBlocks(job),
    ...bodyBlocks(job, seen.records),
    ...(SHOWS_FINDINGS.includes(job.kind) || job.state === 'invalid' ? findingBlocks(job.plan?.findings ?? []) : []),
    ...(job.matrix === undefined ? [] : matrixBlocks(withoutSaid(job.matrix, job.failure), seen.cells)),
    ...drsBlocks(job),
    ...nextBlocks(job),
    context([footer(job)]),
  ];
}

function drsBlocks({ drs }: Job): KnownBlock[] {
  if (drs === undefined) return [];
  const text = drs.isReleased
    ? `DRS was held at manual during the change, and is ${drs.was} again.`
    : `DRS is still at manual; it was ${drs.was}, and will be put back within minutes.`;
  return [context([text])];
}

const SHOWS_FINDINGS: Job['kind'][] = ['status', 'check'];

function bodyBlocks(job: Job, records: HostRecord[]): KnownBlock[] {
  switch (job.kind) {
    case 'status':
      return statusBlocks(job, records);
    case 'trial':
      return trialOutcomeBlocks(job);
    case 'evidence':
      return evidenceBlocks(job);
    case 'check':
    case 'test':
      return [];
    case 'enable':
    case 'repair':
    case 'revert':
      return setBlocks(job);
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
export function sentence(job: Job): string {
  if (job.failure !== undefined) {
    const why = job.failure.why === undefined ? '' : `\n${outsideText(cutPlain(job.failure.why, 500))}`;
    return `${outsideText(cutPlain(job.failure.what, 600))}${why}\n*What to do:* ${remedyText(job.failure.remedy)}`;
  }
  return RESULTS[job.state]?.(job) ?? `It ended as ${job.state}.`;
}

const RESULTS: Partial<Record<Job['state'], (job: Job) => string>> = {
  done: doneSentence,
  'in-place': () => 'Everything is as it should be already. Nothing was written.',
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
  const stayed = left === 1 ? 'stayed as it is' : 'stayed as they are';
  const skipped = left === 0 ? '' : ` ${counted(left, 'host')} could not be reached and ${stayed}.`;
  if (job.matrix !== undefined && job.matrix.unexpected > 0) return `Not every path is as it should be.${skipped}`;
  return skipped === '' ? 'Only a part of it could be done.' : skipped.trim();
}

const SETS: { title: string; outcomes: HostOutcome[] }[] = [
  { title: 'Needs hands', outcomes: ['needs-hands'] },
  { title: 'Kept, changed and proven', outcomes: ['kept'] },
  { title: 'Changed, not proven', outcomes: ['applied', 'applying'] },
  { title: 'Put back, as before', outcomes: ['put-back'] },
  { title: 'In place already', outcomes: ['in-place'] },
  { title: 'Untouched', outcomes: ['untouched', 'pending', 'skipped'] },
];

function setBlocks(job: Job): KnownBlock[] {
  const rows = SETS.flatMap(({ title, outcomes }) => {
    const hosts = job.hosts.filter((host) => outcomes.includes(host.outcome));
    if (hosts.length === 0) return [];
    return [`*${title}* (${hosts.length}): ${nameList(hosts.map((host) => host.name))}`, ...noteLines(hosts)];
  });
  return rows.length === 0 ? [] : [lines(rows, (left) => `... and ${left} more lines`)];
}

function noteLines(hosts: HostSummary[]): string[] {
  const noted = hosts.filter((host) => host.note !== undefined);
  return noted.slice(0, 8).map((host) => `    ${hostNote(host, host.note ?? '')}`);
}

function handsBlocks(job: Job): KnownBlock[] {
  const commands = job.failure?.commands ?? [];
  if (commands.length === 0) return [];
  return preformatted('*By hand, on the hosts named below*', commands, { more: (left) => `... and ${left} more` });
}

function nextBlocks(job: Job): KnownBlock[] {
  // What the remedy says already is not said twice.
  const commands = nextCommands(job).filter((command) => !job.failure?.remedy.includes(command));
  return commands.length === 0 ? [] : [context([`Next: ${commands.map(code).join('  or  ')}`])];
}

function footer(job: Job): string {
  const approved = approvers(job);
  const ended = job.endedAt ?? job.updatedAt;
  const parts = [
    `exit ${exitCodeOf(job.state)}`,
    durationText(Date.parse(ended) - Date.parse(startedAt(job))),
    counted(job.soapCalls, 'SOAP call'),
    `job ${code(job.id)}`,
    `asked for by ${mention(job.requestedBy)}`,
    ...(approved === '' ? [] : [`approved by ${approved}`]),
    `ended ${dateText(ended)}`,
  ];
  return parts.join(' · ');
}
