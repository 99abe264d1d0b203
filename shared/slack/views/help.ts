import type { KnownBlock } from '@slack/types';
import type { Verb } from '../../domain/command.ts';
import type { Reply } from '../../domain/reply.ts';
import { context, header, preformatted, section } from '../blocks.ts';
import { code } from '../escape-mrkdwn.ts';
import { alignRows, nameList } from './names.ts';
import { VERB_HELP } from './verb-help.ts';

/** Every verb with what it does, or one verb in full; examples name real clusters where there are any. */
export function helpBlocks({ verb, clusters }: Extract<Reply, { kind: 'help' }>): KnownBlock[] {
  const cluster = clusters[0] ?? 'cluster-a';
  if (verb !== undefined) return verbBlocks(verb, cluster);
  const rows = Object.values(VERB_HELP).map(({ usage, short, does }) => [`/vmotion ${short ?? inShort(usage)}`, does]);
  const more = (left: number) => `... and ${left} more`;
  return [
    header('/vmotion configures, proves and reverts vMotion networks'),
    section(`Start with ${code(`/vmotion status ${cluster}`)}, then ${code(`/vmotion enable ${cluster}`)}.`),
    ...preformatted(undefined, alignRows(rows), { more, charsMax: 2900, blocksMax: 2 }),
    context([clusters.length === 0 ? 'No cluster can be named here.' : `Clusters here: ${nameList(clusters)}`]),
  ];
}

/** Without what may be left out: the verb's own help has it. */
function inShort(usage: string): string {
  return usage.replace(/ \[-[^\]]*\]/g, '');
}

/** Commands of the verb that can be typed as they stand, without /vmotion. */
export function examplesOf(verb: Verb, cluster: string): string[] {
  return VERB_HELP[verb].examples.map((example) => example.replaceAll('{cluster}', cluster));
}

/** Examples first: most people look for one to copy. */
function verbBlocks(verb: Verb, cluster: string): KnownBlock[] {
  const { usage, does, more } = VERB_HELP[verb];
  const examples = examplesOf(verb, cluster).map((example) => code(`/vmotion ${example}`));
  const text = [`*${verb}*: ${does}`, ...examples].join('\n');
  return [
    section(text),
    context([[`Usage: ${code(`/vmotion ${usage}`)}`, more].filter((part) => part !== '').join('\n')]),
  ];
}
