// Which hosts a change kept, put back, and never touched, and what there is to say of single ones.
import type { KnownBlock } from '@slack/types';
import type { MessageStyle } from '../../app/report-show.ts';
import type { HostOutcome, HostSummary, Job } from '../../domain/job.ts';
import { isPartlyBack } from '../../domain/put-back-note.ts';
import { lines } from '../blocks.ts';
import { tableBlocks } from '../rich-blocks.ts';
import { hostNote, nameList } from './names.ts';

const PARTLY_BACK = 'Put back, but not all of it';

const SETS: { title: string; outcomes: HostOutcome[] }[] = [
  { title: 'Needs hands', outcomes: ['needs-hands'] },
  { title: 'Kept, changed and proven', outcomes: ['kept'] },
  { title: 'Changed, not proven', outcomes: ['applied', 'applying'] },
  { title: PARTLY_BACK, outcomes: ['put-back'] },
  { title: 'Put back, as before', outcomes: ['put-back'] },
  { title: 'In place already', outcomes: ['in-place'] },
  { title: 'Untouched', outcomes: ['untouched', 'pending', 'skipped'] },
];

/** The sets that are not empty, those that need somebody first. */
export function setBlocks(job: Job, style: MessageStyle): KnownBlock[] {
  const sets = SETS.map(({ title, outcomes }) => ({
    title,
    hosts: job.hosts.filter(
      (host) =>
        outcomes.includes(host.outcome) &&
        (host.outcome !== 'put-back' || isPartlyBack(host) === (title === PARTLY_BACK)),
    ),
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
