// Which hosts a job's message calls kept, put back, untouched: read as a person reads it.
import { violate } from './violation.ts';

export type ToldSet = 'needs-hands' | 'kept' | 'not-proven' | 'put-back' | 'partly-back' | 'in-place' | 'untouched';

const TITLES: Record<string, ToldSet> = {
  'Needs hands': 'needs-hands',
  'Kept, changed and proven': 'kept',
  'Changed, not proven': 'not-proven',
  'Put back, but not all of it': 'partly-back',
  'Put back, as before': 'put-back',
  'In place already': 'in-place',
  Untouched: 'untouched',
};
const LINE = /\*([A-Z][a-z, ]+)\* \((\d+)\): ([^\\"]*)/g;

/** By the hosts' full names. `message`: as JSON. `hosts`: those of the cluster, of which the message says the short names
 * or the full ones. */
export function toldHosts(message: string, hosts: readonly string[]): Map<string, ToldSet> {
  const told = new Map<string, ToldSet>();
  for (const [, title = '', count, names = ''] of message.matchAll(LINE)) {
    const set = TITLES[title];
    if (set === undefined) continue;
    const words = names.split(/[^\w.-]+/).filter((word) => word !== '');
    const found = hosts.filter((host) => words.includes(host) || words.includes(host.split('.')[0] ?? ''));
    if (found.length !== Number(count))
      violate(
        'what the channel says is what vCenter says',
        `${title} (${count}) names ${found.length} hosts: ${names}`,
      );
    for (const host of found) {
      if (told.has(host)) violate('what the channel says is what vCenter says', `${host} stands in two sets`);
      told.set(host, set);
    }
  }
  return told;
}
