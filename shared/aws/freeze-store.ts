import { parseFreezeRow } from '../contracts/people-rows.ts';
import type { FreezeStore } from '../ports.ts';
import { packBody, unpackBody } from './packed-body.ts';
import type { Table } from './table.ts';

const PARTITION = 'freezes';
/** The table forgets a freeze some time after its end. */
const KEPT_SECONDS = 30 * 24 * 3600;

/** Every freeze is one row of one partition, so that all of them are read at once. */
export function createFreezeStore(table: Table): FreezeStore {
  const keyOf = (id: string) => ({ pk: PARTITION, sk: `freeze#${id}` });
  return {
    async put(freeze) {
      const { until } = freeze;
      const end = until === undefined ? {} : { expiresAt: Math.floor(Date.parse(until) / 1000) + KEPT_SECONDS };
      await table.put({ ...keyOf(freeze.id), body: packBody(freeze, PARTITION), ...end });
    },
    async list() {
      const items = await table.list(PARTITION, 'freeze#');
      return items.map((item) => {
        const origin = `${item.pk} ${item.sk}`;
        return parseFreezeRow(unpackBody(item['body'], origin), origin);
      });
    },
  };
}
