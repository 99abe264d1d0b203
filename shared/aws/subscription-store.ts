import { parseSubscriptionRow } from '../contracts/automation-rows.ts';
import type { SubscriptionStore } from '../ports.ts';
import { packBody, unpackBody } from './packed-body.ts';
import type { Table } from './table.ts';

/** Which channels hear of a cluster, one row a channel. */
export function createSubscriptionStore(table: Table): SubscriptionStore {
  const keyOf = (cluster: string, channel: string) => ({ pk: `subscriptions#${cluster}`, sk: `channel#${channel}` });
  return {
    async put(subscription) {
      const key = keyOf(subscription.cluster, subscription.channel);
      await table.put({ ...key, body: packBody(subscription, key.pk) });
    },
    async list(cluster) {
      const items = await table.list(`subscriptions#${cluster}`, 'channel#');
      return items.map((item) => {
        const origin = `${item.pk} ${item.sk}`;
        return parseSubscriptionRow(unpackBody(item['body'], origin), origin);
      });
    },
  };
}
