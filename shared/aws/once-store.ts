import { randomUUID } from 'node:crypto';
import type { OnceStore } from '../ports.ts';
import type { Table } from './table.ts';

/** What was seen before. The table deletes a row some time after its time is over; here it counts as free at once. */
export function createOnceStore(table: Table): OnceStore {
  return {
    async claim(key, now, ttlSeconds) {
      const nowSeconds = Math.floor(now.getTime() / 1000);
      const row = { pk: `once#${key}`, sk: 'once' };
      // Tells our own row, whose answer was lost and which the SDK then sent again, from somebody else's.
      const claim = randomUUID();
      const condition = {
        text: 'attribute_not_exists(pk) OR expiresAt <= :now',
        values: { ':now': nowSeconds },
      };
      if (await table.put({ ...row, claim, expiresAt: nowSeconds + ttlSeconds }, condition)) return true;
      return (await table.get(row))?.['claim'] === claim;
    },
  };
}
