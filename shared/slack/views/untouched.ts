import type { KnownBlock } from '@slack/types';
import type { HostRecord } from '../../domain/record.ts';
import { lines } from '../blocks.ts';
import { escapeMrkdwn } from '../escape-mrkdwn.ts';
import { cutPlain } from '../fit.ts';
import { nameList } from './names.ts';

/** What the plan leaves alone and why, each reason once with the hosts it is true for. */
export function untouchedBlocks(records: HostRecord[]): KnownBlock[] {
  const hostsByReason = new Map<string, string[]>();
  for (const record of records) {
    for (const { what, why } of record.plan.untouched) {
      const reason = `${escapeMrkdwn(cutPlain(what, 120))}: ${escapeMrkdwn(cutPlain(why, 240))}`;
      hostsByReason.set(reason, [...(hostsByReason.get(reason) ?? []), record.host.name]);
    }
  }
  if (hostsByReason.size === 0) return [];
  const isAll = (hosts: string[]) => hosts.length > 1 && hosts.length === records.length;
  const rows = [...hostsByReason].map(
    ([reason, hosts]) => `${reason} (${isAll(hosts) ? `all ${hosts.length} hosts` : nameList(hosts, 4)})`,
  );
  return [lines(['*Left as it is*', ...rows], (left) => `... and ${left} more`)];
}
