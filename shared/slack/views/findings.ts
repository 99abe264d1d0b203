import type { KnownBlock } from '@slack/types';
import type { Finding } from '../../domain/finding.ts';
import type { MessageStyle } from '../../app/report-show.ts';
import { lines } from '../blocks.ts';
import { callout, type Level } from '../rich-blocks.ts';
import { code, escapeMrkdwn } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';

const WORDS: Record<Finding['severity'], string> = { blocking: 'BLOCKED', warning: 'WARNING', note: 'NOTE' };
const SHOWN_MAX = 12;

/** What there is to know, under a plain title, the gravest first, each with what to do about it. */
export function findingBlocks(
  findings: Finding[],
  style: MessageStyle = 'classic',
  title = 'To know before approving',
): KnownBlock[] {
  if (findings.length === 0) return [];
  const order: Finding['severity'][] = ['blocking', 'warning', 'note'];
  const sorted = order.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  const shown = sorted.slice(0, SHOWN_MAX).map(findingLine);
  const left = sorted.length - shown.length;
  const all = lines([`*${title}*`, ...shown, ...(left > 0 ? [more(left)] : [])], more);
  const level = LEVELS[sorted[0]?.severity ?? 'note'];
  return [level === undefined || all.type !== 'section' ? all : callout(style, level, all.text?.text ?? '')];
}

const LEVELS: Partial<Record<Finding['severity'], Level>> = { blocking: 'error', warning: 'warning' };

function findingLine(finding: Finding): string {
  const host = finding.host === undefined ? '' : `${code(cutPlain(finding.host, 60))}: `;
  // Where the message stands alone it begins with the host too.
  const named = `${finding.host}: `;
  const message = finding.message.startsWith(named) ? finding.message.slice(named.length) : finding.message;
  const remedy = finding.remedy === undefined ? '' : ` _${escapeMrkdwn(cutPlain(finding.remedy, 200))}_`;
  return `*${WORDS[finding.severity]}* ${host}${escapeMrkdwn(cutPlain(message, 300))}${remedy}`;
}

function more(left: number): string {
  return `... and ${left} more`;
}
