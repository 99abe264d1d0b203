import type { KnownBlock } from '@slack/types';
import type { MessageStyle } from '../../app/report-show.ts';
import type { Job } from '../../domain/job.ts';
import type { HostRecord } from '../../domain/record.ts';
import type { Step } from '../../domain/step.ts';
import { type ListRoom, lines } from '../blocks.ts';
import { tableBlocks } from '../rich-blocks.ts';
import { addressText } from '../step-text.ts';
import { hostNote } from './names.ts';

/** The plan's hosts after the first, a line each, and the hosts it does not change. */
export function otherHostBlocks(job: Job, changing: HostRecord[], room: ListRoom, style: MessageStyle): KnownBlock[] {
  const [first, ...others] = changing;
  const blocks: KnownBlock[] = [];
  if (first === undefined) blocks.push(...bareHostBlocks(job, room, style));
  if (first !== undefined && others.length > 0) {
    const alike = others.every((record) => shape(record) === shape(first));
    const words = alike ? 'the same steps with their own addresses' : 'not all alike; how many come, change and go';
    const head = ['order', 'host', alike ? 'new addresses' : 'steps and new addresses'];
    const title = `*The other hosts:* ${words}`;
    blocks.push(...tableBlocks(style, { title, head, rows: hostRows(job, others, alike), room }));
  }
  const rest = job.hosts.filter((host) => host.wave === undefined);
  if (rest.length > 0) blocks.push(lines(['*Not changed*', ...rest.map(restLine)], room.more));
  return blocks;
}

function bareHostBlocks(job: Job, room: ListRoom, style: MessageStyle): KnownBlock[] {
  const rows = job.hosts
    .filter((host) => host.wave !== undefined)
    .map((host) => [`wave ${(host.wave ?? 0) + 1}`, host.name, `${host.steps} steps`]);
  return tableBlocks(style, { title: '*Hosts*', head: ['order', 'host', 'size'], rows, room });
}

function hostRows(job: Job, records: HostRecord[], alike: boolean): string[][] {
  const waves = new Map(job.hosts.map((host) => [host.moref, host.wave ?? 0]));
  return records.map((record) => {
    const added = record.plan.steps.flatMap((step) => (step.kind === 'add-vmk' ? [addressText(step.spec)] : []));
    const tail = [...(alike ? [] : [tally(record.plan.steps)]), added.join(', ')].filter(Boolean).join('  ');
    return [`wave ${(waves.get(record.host.moref.value) ?? 0) + 1}`, record.host.name, tail];
  });
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
