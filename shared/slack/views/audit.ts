// What an audit found: what has changed and by whom, what is not as declared, and what vCenter alarms of.
import type { KnownBlock } from '@slack/types';
import type { MessageStyle } from '../../app/report-show.ts';
import type { AuditSummary, Drift } from '../../domain/drift.ts';
import type { Job } from '../../domain/job.ts';
import type { TriggeredAlarm } from '../../domain/triggered-alarm.ts';
import { context, lines } from '../blocks.ts';
import { code, escapeMrkdwn } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { tableBlocks } from '../rich-blocks.ts';
import { counted, renderCounts } from '../step-text.ts';
import { dateText } from '../time-text.ts';

const EMPTY: AuditSummary = { drifts: [], more: 0, hostsAdded: [], hostsRemoved: [], unread: [], alarms: [] };

/** The findings of the audit, the news first. */
export function auditBlocks(job: Job, style: MessageStyle): KnownBlock[] {
  const audit = job.audit ?? EMPTY;
  const changed = audit.drifts.filter(({ kind }) => kind === 'changed');
  const standing = audit.drifts.filter(({ kind }) => kind === 'standing');
  return [
    ...hostBlocks(audit),
    ...changedBlocks(changed, style),
    // A message has one table, and what is new needs it more.
    ...standingBlocks(standing, changed.length === 0 ? style : 'classic'),
    ...(audit.more === 0 ? [] : [context([`... and ${counted(audit.more, 'field')} more`])]),
    ...alarmBlocks(audit.alarms),
    ...mendBlocks(job),
    ...(audit.gap === undefined ? [] : [context([`Who it was may be missing: ${escapeMrkdwn(audit.gap)}`])]),
  ];
}

/** What was found in one sentence. mrkdwn. */
export function auditSentence(job: Job): string {
  const { since, drifts, hostsAdded, hostsRemoved } = job.audit ?? EMPTY;
  const changed = drifts.filter(({ kind }) => kind === 'changed').length;
  const off = job.hosts.filter(({ steps }) => steps > 0).length;
  const isOff =
    off === 0 ? 'Every host is as declared.' : `${counted(off, 'host')} ${off === 1 ? 'is' : 'are'} not as declared.`;
  if (since === undefined) return `${isOff} From now on it is compared with what was seen today.`;
  const hosts = hostsAdded.length + hostsRemoved.length;
  if (changed + hosts === 0) return `Nothing was changed since ${dateText(since)}. ${isOff}`;
  const parts = [
    ...(changed === 0 ? [] : [counted(changed, 'field')]),
    ...(hosts === 0 ? [] : [`${counted(hosts, 'host')} of the cluster`]),
  ];
  return `${parts.join(' and ')} changed since ${dateText(since)}, not by this product. ${isOff}`;
}

function hostBlocks({ hostsAdded, hostsRemoved }: AuditSummary): KnownBlock[] {
  const rows = [
    ...hostsAdded.map((name) => `*Joined the cluster*: ${code(name)}`),
    ...hostsRemoved.map((name) => `*Left the cluster*: ${code(name)}`),
  ];
  return rows.length === 0 ? [] : [lines(rows, (left) => `... and ${left} more`)];
}

function changedBlocks(drifts: Drift[], style: MessageStyle): KnownBlock[] {
  const rows = drifts.map(({ host, field, was, is, wanted, by, at }) => [
    host,
    field,
    `${was ?? '(none)'} -> ${is ?? '(none)'}`,
    wanted ?? 'as it is',
    by ?? 'not known',
    at === undefined ? '' : at.slice(0, 16).replace('T', ' '),
  ]);
  const head = ['host', 'field', 'changed', 'declared', 'by', 'UTC'];
  return tableBlocks(style, { title: '*Changed since the last audit*', head, rows, room: ROOM });
}

function standingBlocks(drifts: Drift[], style: MessageStyle): KnownBlock[] {
  const rows = drifts.map(({ host, field, is, wanted }) => [host, field, is ?? '(none)', wanted ?? '']);
  const head = ['host', 'field', 'is', 'declared'];
  return tableBlocks(style, { title: '*Not as declared*', head, rows, room: ROOM });
}

const ROOM = { blocksMax: 3, more: (left: number) => `... and ${left} more` };

function alarmBlocks(alarms: TriggeredAlarm[]): KnownBlock[] {
  if (alarms.length === 0) return [];
  const rows = alarms.map(({ alarm, entity, status, at, isAcknowledged }) => {
    const what = escapeMrkdwn(cutPlain(alarm.name, 100)).replaceAll('*', '');
    const seen = isAcknowledged ? ', acknowledged' : '';
    return `${status.toUpperCase()} ${what} on ${code(cutPlain(entity.name, 80))}, since ${dateText(at)}${seen}`;
  });
  return [lines(['*Alarms in vCenter now*', ...rows], (left) => `... and ${left} more`)];
}

/** What a plan would take, so that one knows what the next command is for. */
function mendBlocks({ plan }: Job): KnownBlock[] {
  const counts = renderCounts(plan?.counts ?? {});
  return counts.length === 0 ? [] : [context([`A plan would be: ${counts.join(', ')}. Nothing was written.`])];
}
