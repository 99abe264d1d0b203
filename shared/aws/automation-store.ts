import { parseAutomationRow } from '../contracts/automation-rows.ts';
import { OpsError } from '../errors.ts';
import type { AutomationStore } from '../ports.ts';
import { packBody, unpackBody } from './packed-body.ts';
import type { Table } from './table.ts';
import { putNextVersion } from './versioned-put.ts';

const KEY = { pk: 'automation', sk: 'automation' };

/** One row: what the rules for alarms have started, and their breakers. */
export function createAutomationStore(table: Table): AutomationStore {
  return {
    async find() {
      const item = await table.get(KEY);
      return item === undefined ? undefined : parseAutomationRow(unpackBody(item['body'], KEY.pk), KEY.pk);
    },
    async save(automation) {
      const item = { ...KEY, version: automation.version, body: packBody(automation, KEY.pk) };
      if (automation.version > 1) return putNextVersion(table, item);
      if (await table.put(item, { text: 'attribute_not_exists(pk)' })) return;
      throw new OpsError('write-conflict', 'Another alarm wrote the first row of the automation.', {
        retry: 'later',
        remedy: 'Nothing to do: it is read again and tried again.',
      });
    },
  };
}
