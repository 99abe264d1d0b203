import { parseInstallationRow } from '../contracts/people-rows.ts';
import type { InstallationStore } from '../ports.ts';
import { packBody, unpackBody } from './packed-body.ts';
import type { Table } from './table.ts';

const KEY = { pk: 'installation', sk: 'slack' };

/** Where the app was installed when Slack was asked last. */
export function createInstallationStore(table: Table): InstallationStore {
  return {
    async find() {
      const item = await table.get(KEY);
      return item === undefined ? undefined : parseInstallationRow(unpackBody(item['body'], item.pk), item.pk);
    },
    async put(record) {
      await table.put({ ...KEY, body: packBody(record, KEY.pk) });
    },
  };
}
