import type { KnownBlock } from '@slack/types';
import type { Job } from '../../domain/job.ts';
import type { HostRecord } from '../../domain/record.ts';
import type { Step } from '../../domain/step.ts';
import { type ListRoom, lines, preformatted } from '../blocks.ts';
import { addressText } from '../step-text.ts';
import { alignRows, hostNote } from './names.ts';

/** The plan's hosts after the first, a line each, and the hosts it does not change. */
export function otherHostBlocks(job: Job, changing: HostRecord[], room: ListRoom): KnownBlock[] {
  const [first, ...others] = changing;
  const blocks: KnownBlock[] = [];
  if (first === undefined) blocks.push(...bareHostBlocks(job, room));
  if (first !== undefined && others.length > 0) {
    const alike = others.every((record) => shape(record) === shape(first));
    const words = alike ? 'the same steps with their own addresses' : 'not all alike; how many come, change and go';
    blocks.push(...preformatted(`*The other hosts:* ${words}`, hostRows(job, others, alike), room));
  }
  const rest = job.hosts.filter((host) => host.wave === undefined);
  if (rest.length > 0) blocks.push(lines(['*Not changed*', ...rest.map(restLine)], room.more));
  return blocks;
}

function bareHostBlocks(job: Job, room: ListRoom): KnownBlock[] {
  const rows = job.hosts
    .filter((host) => host.wave !== undefined)
    .map((host) => [`wave ${(host.wave ?? 0) + 1}`, host.name, `${host.steps} steps`]);
  return rows.length === 0 ? [] : preformatted('*Hosts*', alignRows(rows), room);
}

function hostRows(job: Job, records: HostRecord[], alike: boolean): string[] {
  const waves = new Map(job.hosts.map((host) => [host.moref, host.wave ?? 0]));
  const rows = records.map((record) => {
    const added = record.plan.steps.flatMap((step) => (step.kind === 'add-vmk' ? [`+ ${addressText(step.spec)}`] : []));
    const tail = alike ? added.join(', ') : [tally(record.plan.steps), ...added].join('  ');
    return [`wave ${(waves.get(record.host.moref.value) ?? 0) + 1}`, record.host.name, tail];
  });
  return alignRows(rows);
}

/** Two hosts are alike when the same kinds of steps come in the same order. */
function shape(record: HostRecord): string {
  return record.plan.steps.map((step) => step.kind).join(' ');
}

function tally(steps: Step[]): string {
  const starting = (...prefixes: string[]) =>
    steps.filter((step) => prefixes.some((prefix) => step.kind.startsWith(prefix))).length;
  return `+${starting('add', 'select')} ~${starting('update', 'set')} -${starting('remove', 'deselect')}`;
}

function restLine(host: Job['hosts'][number]): string {
  const note = host.note ?? (host.outcome === 'in-place' ? 'already as it should be' : 'nothing is planned for it');
  return hostNote(host, note);
}
