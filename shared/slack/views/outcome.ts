// How a job ended: what happened, which hosts are in which state now, the proof, and what to type next.
import type { KnownBlock } from '@slack/types';
import type { Look, MessageStyle } from '../../app/report-show.ts';
import { exitCodeOf } from '../../domain/exit-code.ts';
import type { HostOutcome, HostSummary, Job, JobFailure } from '../../domain/job.ts';
import type { MatrixSummary } from '../../domain/matrix.ts';
import type { HostRecord } from '../../domain/record.ts';
import { actions, context, header, lines, section } from '../blocks.ts';
import { code } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { callout, codeBlocks, type Level, tableBlocks } from '../rich-blocks.ts';
import { counted } from '../step-text.ts';
import { dateText, durationText } from '../time-text.ts';
import { approvers } from './approval.ts';
import { auditBlocks, auditSentence } from './audit.ts';
import { evidenceBlocks, evidenceSentence } from './evidence.ts';
import { findingBlocks } from './findings.ts';
import { headline, plannedHosts } from './headline.ts';
import { jobButton } from './job-actions.ts';
import type { JobSeen } from './job-seen.ts';
import { matrixBlocks } from './matrix.ts';
import { hostNote, nameList } from './names.ts';
import { nextCommands } from './next-commands.ts';
import { outsideText, remedyText } from './outside-text.ts';
import { startedAt } from './progress.ts';
import { requesterText } from './requester-text.ts';
import { statusBlocks } from './status.ts';
import { trialOutcomeBlocks, trialSentence } from './trial.ts';

/** The message of a job that has ended. */
export function outcomeBlocks(job: Job, seen: JobSeen, look: Look): KnownBlock[] {
  const { matrix, failure, state, kind } = job;
  const level = LEVELS[state];
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
    ...drsBlocks(job),
    ...nextBlocks(job),
    context([footer(job)]),
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
export function sentence(job: Job): string {
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

const SETS: { title: string; outcomes: HostOutcome[] }[] = [
  { title: 'Needs hands', outcomes: ['needs-hands'] },
  { title: 'Kept, changed and proven', outcomes: ['kept'] },
  { title: 'Changed, not proven', outcomes: ['applied', 'applying'] },
  { title: 'Put back, as before', outcomes: ['put-back'] },
  { title: 'In place already', outcomes: ['in-place'] },
  { title: 'Untouched', outcomes: ['untouched', 'pending', 'skipped'] },
];

function setBlocks(job: Job, style: MessageStyle): KnownBlock[] {
  const sets = SETS.map(({ title, outcomes }) => ({
    title,
    hosts: job.hosts.filter((host) => outcomes.includes(host.outcome)),
  })).filter(({ hosts }) => hosts.length > 0);
  // A message has one table, and failed paths need it more.
  const isTable = style === 'rich' && (job.matrix?.failures.length ?? 0) === 0;
  const rows = sets.flatMap(({ title, hosts }) => [
    `*${title}* (${hosts.length}): ${nameList(hosts.map((host) => host.name))}`,
    ...(isTable ? [] : noteLines(hosts)),
  ]);
  if (rows.length === 0) return [];
  const list = lines(rows, (left) => `... and ${left} more lines`);
  return isTable ? [list, ...noteTable(sets)] : [list];
}

/** What there is to say of single hosts; those that went as planned need no row. */
function noteTable(sets: { title: string; hosts: HostSummary[] }[]): KnownBlock[] {
  const rows = sets.flatMap(({ title, hosts }) =>
    withNotes(hosts).map(({ name, note }) => [name, title, noteOf(name, note)]),
  );
  const room = { more: (left: number) => `... and ${left} more` };
  return tableBlocks('rich', { title: '*Host by host*', head: ['host', 'state now', 'what happened'], rows, room });
}

function noteOf(name: string, note: string): string {
  return note.startsWith(`${name}: `) ? note.slice(name.length + 2) : note;
}

/** The pings of hosts that are kept stand in the thread: here they would bury what failed. */
function withNotes(hosts: HostSummary[]): { name: string; note: string }[] {
  return hosts.flatMap(({ name, note, outcome }) => (note === undefined || outcome === 'kept' ? [] : [{ name, note }]));
}

function noteLines(hosts: HostSummary[]): string[] {
  return withNotes(hosts)
    .slice(0, 8)
    .map((host) => `    ${hostNote(host, host.note)}`);
}

function handsBlocks(job: Job, style: MessageStyle): KnownBlock[] {
  const commands = job.failure?.commands ?? [];
  if (commands.length === 0) return [];
  const room = { more: (left: number) => `... and ${left} more` };
  return codeBlocks(style, '*By hand, on the hosts named below* (SSH, or the console of the host)', commands, room);
}

function nextBlocks(job: Job): KnownBlock[] {
  // What the remedy says already is not said twice.
  const commands = nextCommands(job).filter((command) => !job.failure?.remedy.includes(command));
  const text = commands.length === 0 ? [] : [context([`Next: ${commands.map(code).join('  or  ')}`])];
  return [...buttonBlocks(job), ...text];
}

/** The next commands as buttons: what was planned is planned anew, what stays changed can be undone. */
function buttonBlocks(job: Job): KnownBlock[] {
  const { kind, state, cluster } = job;
  const isChange = kind === 'enable' || kind === 'repair' || kind === 'revert';
  const kept = plannedHosts(job).filter((host) => host.outcome === 'kept' || host.outcome === 'needs-hands');
  const what = `${counted(kept.length, 'host')} of ${cutPlain(cluster, 60)}: a plan is made, and nothing changes before it is approved.`;
  const buttons = [
    ...(isChange && REPLANNED.includes(state) ? [jobButton(job, 'replan', { label: 'Re-plan' })] : []),
    ...(kind === 'test' && state !== 'cancelled' ? [jobButton(job, 'retest', { label: 'Re-test' })] : []),
    ...(kind === 'audit' && job.hosts.some((host) => host.steps > 0)
      ? [jobButton(job, 'plan-enable', { label: 'Plan' })]
      : []),
    ...(isChange && kind !== 'revert' && kept.length > 0
      ? [
          jobButton(job, 'revert', {
            label: 'Revert',
            style: 'danger',
            ask: { title: 'Undo this change?', text: what, yes: 'Plan the way back' },
          }),
        ]
      : []),
  ];
  return buttons.length === 0 ? [] : [actions(`job-${job.id}-${job.version}`, buttons)];
}

/** Ends after which the same change can be asked for again. */
const REPLANNED: Job['state'][] = [
  'stale',
  'expired',
  'rolled-back',
  'partial',
  'aborted',
  'needs-hands',
  'unreachable',
];

function footer(job: Job): string {
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
  ];
  return parts.join(' · ');
}
