import { parseSlotsRow } from '../contracts/slot-rows.ts';
import { OpsError } from '../errors.ts';
import type { SlotStore } from '../ports.ts';
import { packBody, unpackBody } from './packed-body.ts';
import type { Key, Table } from './table.ts';
import { putNextVersion } from './versioned-put.ts';

/** One row a vCenter: who works there, who waits, and the logins it refused. */
export function createSlotStore(table: Table): SlotStore {
  return {
    async find(vcenter) {
      const key = keyOf(vcenter);
      const item = await table.get(key);
      return item === undefined ? undefined : parseSlotsRow(unpackBody(item['body'], key.pk), key.pk);
    },
    async save(slots) {
      const key = keyOf(slots.vcenter);
      const item = { ...key, version: slots.version, body: packBody(slots, key.pk) };
      if (slots.version > 1) return putNextVersion(table, item);
      if (await table.put(item, { text: 'attribute_not_exists(pk)' })) return;
      throw new OpsError('write-conflict', `Another worker wrote the first row of the slots of ${slots.vcenter}.`, {
        retry: 'later',
        remedy: 'Nothing to do: it is read again and tried again.',
      });
    },
  };
}

const keyOf = (vcenter: string): Key => ({ pk: `slots#${vcenter}`, sk: 'slots' });
