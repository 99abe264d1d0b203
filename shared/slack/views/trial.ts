// A trial as people approve it, watch it and read its proof.
import type { KnownBlock } from '@slack/types';
import type { MessageStyle } from '../../app/report-show.ts';
import type { Job } from '../../domain/job.ts';
import { moveMs, type Trial, type TrialMove } from '../../domain/trial.ts';
import { context, fields, header, lines, preformatted, section } from '../blocks.ts';
import { code, escapeMrkdwn, mention } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { dateText, durationText } from '../time-text.ts';
import { approvalBlocks } from './approval.ts';
import { migrationBlocks } from './evidence.ts';
import { findingBlocks } from './findings.ts';
import { headline } from './headline.ts';
import { alignRows } from './names.ts';

/** What will be moved where, what vCenter says about it, and who has to say yes. */
export function trialPlanBlocks(job: Job, style: MessageStyle): KnownBlock[] {
  const { trial } = job;
  if (trial === undefined) return [header(headline(job))];
  const names = namesOf(trial);
  const digest: [string, string][] = job.plan === undefined ? [] : [['Plan', code(job.plan.digest.slice(0, 12))]];
  const expires: [string, string][] =
    job.approval === undefined || job.state === 'approved' ? [] : [['Expires', dateText(job.approval.expiresAt)]];
  const findings = job.plan?.findings ?? [];
  return [
    header(headline(job)),
    fields([
      ['VM', code(cutPlain(names.vm, 80))],
      ['vCenter', code(job.vcenter)],
      ['From', code(cutPlain(names.from, 80))],
      ['To', code(cutPlain(names.to, 80))],
      ['Requested by', mention(job.requestedBy)],
      ['Afterwards', trial.request.isReturning ? 'it is moved back' : 'it stays there'],
      ...digest,
      ...expires,
    ]),
    section(compatibilityText(job)),
    ...findingBlocks(findings, style),
    ...approvalBlocks(job),
    context([`The hosts' networks are not changed by this. Job ${code(job.id)}`]),
  ];
}

function compatibilityText({ plan }: Job): string {
  const of = (severity: string) => plan?.findings.filter((finding) => finding.severity === severity).length ?? 0;
  if (of('blocking') > 0) return '*vCenter would not move it.*';
  if (of('warning') > 0) return '*vCenter would move it*, with the warnings below.';
  return '*vCenter would move it* and has nothing against it.';
}

/** How far the trial is, a line each for the way there, the logs and the way back. */
export function trialStepBlocks(job: Job): KnownBlock[] {
  const { trial } = job;
  if (trial === undefined) return [];
  const names = namesOf(trial);
  const rows = [
    [moveWord(trial.there), `move ${names.vm} from ${names.from} to ${names.to}`, tookText(trial.there)],
    [logWord(trial), 'read vmkernel.log of both hosts', ''],
    ...(trial.request.isReturning
      ? [[moveWord(trial.back), `move it back to ${names.from}`, tookText(trial.back)]]
      : []),
  ];
  return preformatted(undefined, alignRows(rows, 120), { more: (left) => `... and ${left} more` });
}

/** The steps as they ended, and what the logs prove. */
export function trialOutcomeBlocks(job: Job): KnownBlock[] {
  const { trial } = job;
  if (trial?.there === undefined) return [];
  const missing =
    trial.evidenceMissing === undefined ? [] : [lines([escapeMrkdwn(trial.evidenceMissing)], (left) => `... ${left}`)];
  const proof = trial.evidence === undefined ? missing : migrationBlocks(trial.evidence);
  return [...trialStepBlocks(job), ...proof];
}

/** How it ended in one sentence. mrkdwn. */
export function trialSentence(trial: Trial): string {
  const { vm, from, to } = namesOf(trial);
  const took = moveMs(trial.there);
  const duration = took === undefined ? '' : ` in ${durationText(took)}`;
  const moved = `${code(vm)} moved from ${code(from)} to ${code(to)}${duration}`;
  return trial.back?.state === 'moved' ? `${moved}, and back again.` : `${moved}, where it runs now.`;
}

function namesOf({ request, found }: Trial): { vm: string; from: string; to: string } {
  return {
    vm: found?.vm.name ?? request.vm,
    from: found?.from.name ?? request.from,
    to: found?.to.name ?? request.to,
  };
}

function moveWord(move: TrialMove | undefined): string {
  if (move === undefined) return 'WAIT';
  const words: Record<TrialMove['state'], string> = { begun: 'RUN', moved: 'OK', failed: 'FAILED' };
  return words[move.state];
}

function logWord(trial: Trial): string {
  if (trial.evidence !== undefined) return 'OK';
  return trial.evidenceMissing === undefined ? 'WAIT' : 'NOTHING';
}

function tookText(move: TrialMove | undefined): string {
  const ms = moveMs(move);
  return ms === undefined ? '' : durationText(ms);
}
