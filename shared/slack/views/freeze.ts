import type { KnownBlock } from '@slack/types';
import type { Freeze } from '../../domain/freeze.ts';
import type { Reply } from '../../domain/reply.ts';
import type { Hours } from '../../domain/rights.ts';
import { context, section } from '../blocks.ts';
import { code, mention } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { dateText } from '../time-text.ts';
import { nameList } from './names.ts';
import { outsideText } from './outside-text.ts';

/** A freeze in one line. */
export function freezeText({ id, reason, by, until, scope }: Freeze): string {
  const end = until === undefined ? 'until somebody lifts it' : `until ${dateText(until)}`;
  const what = scope === 'all' ? 'every cluster of this channel' : code(cutPlain(scope, 80));
  return `*FROZEN* ${end}: ${outsideText(cutPlain(reason, 300))} (${what}, ${code(id)}, by ${mention(by)})`;
}

/** When changes may start, in one line. */
export function hoursText({ isOpen, windows, turnsAt }: Hours): string {
  const turn = turnsAt === undefined ? '' : ` ${isOpen ? 'until' : 'from'} ${dateText(turnsAt)}`;
  const now = isOpen ? `*OPEN* Changes may start${turn}` : `*CLOSED* Changes may start${turn || ' at no time soon'}`;
  return `${now}. Windows: ${outsideText(cutPlain(windows.join('; '), 400))}`;
}

/** The answer to `freeze`: what it holds, what goes on in spite of it, and how to lift it. */
export function frozenBlocks({ freeze, clusters, running }: Extract<Reply, { kind: 'frozen' }>): KnownBlock[] {
  const going = running.map((job) => `${code(job.id)} (${outsideText(cutPlain(job.cluster, 80))})`).slice(0, 10);
  return [
    section(
      `${freezeText(freeze)}\nNo change of ${nameList(clusters)} starts. Reading, testing, rejecting and aborting go on.`,
    ),
    ...(going.length === 0
      ? []
      : [context([`What has begun goes on: ${going.join(', ')}. To stop one: ${code('/vmotion abort j-...')}`])]),
    context([`To lift it: ${code(`/vmotion unfreeze ${freeze.scope}`)}`]),
  ];
}

/** The answer to `unfreeze`: what was lifted, and which freezes still hold. */
export function unfrozenBlocks({ lifted, left, clusters, by }: Extract<Reply, { kind: 'unfrozen' }>): KnownBlock[] {
  const ids = lifted
    .slice(0, 10)
    .map(({ id, reason }) => `${code(id)} (${outsideText(cutPlain(reason, 100))})`)
    .join(', ');
  const still = left.slice(0, 5).map(freezeText);
  return [
    section(
      `*LIFTED* by ${mention(by)}: ${ids}. ${still.length === 0 ? `Changes of ${nameList(clusters)} may start again.` : 'It stays frozen:'}`,
    ),
    ...(still.length === 0 ? [] : [section(still.join('\n'))]),
  ];
}
