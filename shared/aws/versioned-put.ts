// Rows that are written only from the version that was read.
import { randomUUID } from 'node:crypto';
import { OpsError } from '../errors.ts';
import type { Expression, Item, Table } from './table.ts';

type VersionedItem = Item & { version: number; body: string | Uint8Array };

/** Writes the row if the table still has the version before `item.version`. Throws `write-conflict` if it has not. */
export async function putNextVersion(table: Table, item: VersionedItem): Promise<void> {
  const previous = item.version - 1;
  await putIf(table, item, { text: 'version = :previous', values: { ':previous': previous } });
}

/** The same for a row whose version 1 follows on no row, or on one that was written before such rows had versions. */
export async function putCountedVersion(table: Table, item: VersionedItem): Promise<void> {
  if (item.version > 1) return putNextVersion(table, item);
  await putIf(table, item, { text: 'attribute_not_exists(version)' });
}

async function putIf(table: Table, item: VersionedItem, condition: Expression): Promise<void> {
  // Tells our own row from one that somebody else has written with the very same content at the same moment.
  const write = randomUUID();
  if (await table.put({ ...item, write }, condition)) return;
  // The SDK sends again when an answer was lost: then the row that stands in the way is our own.
  const there = await table.get({ pk: item.pk, sk: item.sk });
  if (there?.['write'] === write) return;
  throw new OpsError('write-conflict', `${item.pk} ${item.sk} is no longer at version ${item.version - 1}.`, {
    retry: 'later',
    remedy: 'Nothing to do: it is read again and tried again.',
  });
}
