// What the hosts' logs say about migrations.
import type { KnownBlock } from '@slack/types';
import type { Job } from '../../domain/job.ts';
import type { MigrationEvidence } from '../../domain/judge-evidence.ts';
import { lines, preformatted } from '../blocks.ts';
import { escapeMrkdwn } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { counted } from '../step-text.ts';
import { dateText } from '../time-text.ts';
import { alignRows } from './names.ts';

/** One migration in full: the verdict in words, then each connection's adapter as the logs have it. */
export function migrationBlocks(evidence: MigrationEvidence): KnownBlock[] {
  const [first = '', ...others] = evidence.sentences.map((sentence) =>
    escapeMrkdwn(cutPlain(sentence, 400)).replaceAll('*', ''),
  );
  const more = (left: number) => `... and ${left} more`;
  const rows = evidence.bound.map((one) => [
    one.isPlanned ? 'OK' : 'FOREIGN',
    one.host,
    one.device ?? 'vmk?',
    one.address,
    counted(one.connections, 'connection'),
  ]);
  return [
    lines([`*${first}*`, ...others], more),
    ...(rows.length === 0 ? [] : preformatted('*vmkernel.log of both hosts*', alignRows(rows), { more })),
  ];
}

/** The last migrations of a cluster, the newest in full and the others a line each, and what could not be read. */
export function evidenceBlocks(job: Job): KnownBlock[] {
  const { migrations = [], gaps = [] } = job.evidence ?? {};
  const [newest, ...older] = migrations;
  const more = (left: number) => `... and ${left} more`;
  return [
    ...(newest === undefined ? [] : [...whenBlock(newest), ...migrationBlocks(newest)]),
    ...(older.length === 0 ? [] : [lines(['*Before that*', ...older.map(olderLine)], more)]),
    ...(gaps.length === 0 ? [] : [lines(['*Not in the logs*', ...gaps.map((gap) => escapeMrkdwn(gap))], more)]),
  ];
}

/** What was found in one sentence. */
export function evidenceSentence(job: Job): string {
  const { migrations = [] } = job.evidence ?? {};
  if (migrations.length === 0)
    return 'No migration stands in the logs that could be read. A trial makes one: `/vmotion help trial`';
  const proven = migrations.filter((one) => one.verdict === 'proven').length;
  const contradicted = migrations.filter((one) => one.verdict === 'contradicted').length;
  const against = contradicted === 0 ? '' : ` *${contradicted} used an adapter that should not carry vMotion.*`;
  return `${proven} of the last ${counted(migrations.length, 'migration')} used every vMotion adapter of both hosts.${against}`;
}

function whenBlock({ at }: MigrationEvidence): KnownBlock[] {
  return at === undefined ? [] : [lines([`*The last one*, ${dateText(at)}`], (left) => `... ${left}`)];
}

function olderLine({ at, sentences }: MigrationEvidence): string {
  const when = at === undefined ? '' : `${dateText(at)} `;
  return `${when}${escapeMrkdwn(cutPlain(sentences[0] ?? '', 300))}`;
}
