import { parseKnownHostsRow } from '../contracts/automation-rows.ts';
import type { HostIndexStore } from '../ports.ts';
import { packBody, unpackBody } from './packed-body.ts';
import type { Table } from './table.ts';

/** The hosts of each cluster as last read, one row a cluster. */
export function createHostIndexStore(table: Table): HostIndexStore {
  const keyOf = (cluster: string) => ({ pk: `hosts#${cluster}`, sk: 'hosts' });
  return {
    async put(known) {
      const key = keyOf(known.cluster);
      await table.put({ ...key, body: packBody(known, key.pk) });
    },
    async list(clusters) {
      const items = await table.getAll(clusters.map(keyOf));
      return items.map((item) => parseKnownHostsRow(unpackBody(item['body'], item.pk), item.pk));
    },
  };
}
