import { parseAuditStateRow } from '../contracts/audit-state-rows.ts';
import type { AuditStateStore } from '../ports.ts';
import { packBody, unpackBody } from './packed-body.ts';
import type { Table } from './table.ts';

/** The last known state of each cluster, one row a cluster. */
export function createAuditStateStore(table: Table): AuditStateStore {
  const keyOf = (cluster: string) => ({ pk: `cluster#${cluster}`, sk: 'audit-state' });
  return {
    async find(cluster) {
      const key = keyOf(cluster);
      const item = await table.get(key);
      return item === undefined ? undefined : parseAuditStateRow(unpackBody(item['body'], key.pk), key.pk);
    },
    async put(state) {
      const key = keyOf(state.cluster);
      await table.put({ ...key, body: packBody(state, key.pk) });
    },
  };
}
