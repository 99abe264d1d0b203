import { parseGroupRow } from '../contracts/people-rows.ts';
import type { GroupStore } from '../ports.ts';
import { packBody, unpackBody } from './packed-body.ts';
import type { Table } from './table.ts';

/** Who was in a user group when Slack was asked last. */
export function createGroupStore(table: Table): GroupStore {
  const keyOf = (group: string) => ({ pk: `group#${group}`, sk: 'members' });
  return {
    async find(group) {
      const item = await table.get(keyOf(group));
      return item === undefined ? undefined : parseGroupRow(unpackBody(item['body'], item.pk), item.pk);
    },
    async put(record) {
      const key = keyOf(record.group);
      await table.put({ ...key, body: packBody(record, key.pk) });
    },
  };
}
