import { parseCellsRow } from '../contracts/rows.ts';
import type { MatrixStore } from '../ports.ts';
import { packBody, unpackBody } from './packed-body.ts';
import type { Table } from './table.ts';

/** A job's matrix, one row a source host. */
export function createMatrixStore(table: Table): MatrixStore {
  return {
    async putRow(jobId, fromHost, cells) {
      const key = { pk: `job#${jobId}`, sk: `matrix#${fromHost}` };
      await table.put({ ...key, body: packBody(cells, `${key.pk} ${key.sk}`) });
    },
    async list(jobId) {
      const items = await table.list(`job#${jobId}`, 'matrix#');
      return items.flatMap((item) => {
        const origin = `${item.pk} ${item.sk}`;
        return parseCellsRow(unpackBody(item['body'], origin), origin);
      });
    },
  };
}
