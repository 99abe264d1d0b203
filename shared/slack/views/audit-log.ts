import type { Reply } from '../../domain/reply.ts';
import { context, header, lines, preformatted, section } from '../blocks.ts';
import { code, escapeMrkdwn } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { counted } from '../step-text.ts';
import type { KnownBlock } from '@slack/types';

type Verified = Extract<Reply, { kind: 'audit-verified' }>;
type Exported = Extract<Reply, { kind: 'audit-exported' }>;

/** One line a chain, the broken ones first, each with its word. */
export function auditVerifiedText({ verdicts }: Verified): string {
  const broken = verdicts.filter(({ verdict }) => verdict.kind === 'broken').length;
  return broken === 0
    ? 'WHOLE: the audit log is as it was written.'
    : `BROKEN: ${counted(broken, 'chain')} of the audit log.`;
}

/** The answer to `audit-log verify`: one line a chain, the broken ones first. */
export function auditVerifiedBlocks(reply: Verified): KnownBlock[] {
  const rows = reply.verdicts
    .toSorted((a, b) => Number(a.verdict.kind === 'whole') - Number(b.verdict.kind === 'whole'))
    .map(({ chain, verdict }) =>
      verdict.kind === 'whole'
        ? `WHOLE ${code(cutPlain(chain, 80))} ${entriesText(verdict.entries)}, head ${code(verdict.head.slice(0, 16))}`
        : `*BROKEN* ${code(cutPlain(chain, 80))} ${escapeMrkdwn(verdict.why)}`,
    );
  return [
    header(auditVerifiedText(reply)),
    lines(rows, (left) => `... and ${left} more`),
    context(['Whoever notes a head elsewhere can also see later that no entry was cut off behind it.']),
  ];
}

const LINE_CHARS_MAX = 2700;
/** Together within what a message takes. */
const BLOCKS_MAX = 3;

/** The answer to `audit-log export`: the newest entries, each a whole line of JSON; older ones are counted. */
export function auditExportedBlocks({ entries, total, chains }: Exported): KnownBlock[] {
  if (entries.length === 0) return [section('The audit log has no entry yet.')];
  const rows = entries.toReversed().map((entry) => JSON.stringify(entry));
  // A line that is cut is no JSON any more: rather fewer of them, and whole. An entry's detail has its own limit.
  const room = {
    charsMax: LINE_CHARS_MAX + 100,
    blocksMax: BLOCKS_MAX,
    lineCharsMax: LINE_CHARS_MAX,
    more: (left: number) => `... and ${left} older ones`,
  };
  return [
    ...preformatted(
      `*The newest of ${entriesText(total)}* (${escapeMrkdwn(cutPlain(chains.join(', '), 200))})`,
      rows,
      room,
    ),
    context([`All of them, and from the first on: ${code('npm run audit-log -- export FILE --table NAME')}`]),
  ];
}

function entriesText(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}
