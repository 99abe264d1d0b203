import { parseBaselineRow } from '../contracts/rows.ts';
import type { BaselineStore } from '../ports.ts';
import { packBody, unpackBody } from './packed-body.ts';
import type { Table } from './table.ts';

/** What each host of a cluster was before the product first touched it. */
export function createBaselineStore(table: Table): BaselineStore {
  return {
    async putIfAbsent(baseline) {
      const key = { pk: `baseline#${baseline.cluster}`, sk: `host#${baseline.host}` };
      const body = packBody(baseline, `${key.pk} ${key.sk}`);
      await table.put({ ...key, body }, { text: 'attribute_not_exists(pk)' });
    },
    async list(cluster) {
      const items = await table.list(`baseline#${cluster}`, 'host#');
      return items.map((item) => {
        const origin = `${item.pk} ${item.sk}`;
        return parseBaselineRow(unpackBody(item['body'], origin), origin);
      });
    },
    remove: (cluster, hostMoref) => table.remove({ pk: `baseline#${cluster}`, sk: `host#${hostMoref}` }),
  };
}
