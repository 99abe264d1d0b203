import { randomUUID } from 'node:crypto';
import { OpsError } from '../errors.ts';
import type { Item, Table } from './table.ts';

/** Writes the row if the table still has the version before `item.version`. Throws `write-conflict` if it has not. */
export async function putNextVersion(table: Table, item: Item & { version: number; body: string | Uint8Array }) {
  const previous = item.version - 1;
  // Tells our own row from one that somebody else has written with the very same content at the same moment.
  const write = randomUUID();
  const condition = { text: 'version = :previous', values: { ':previous': previous } };
  if (await table.put({ ...item, write }, condition)) return;
  // The SDK sends again when an answer was lost: then the row that stands in the way is our own.
  const there = await table.get({ pk: item.pk, sk: item.sk });
  if (there?.['write'] === write) return;
  throw new OpsError('write-conflict', `${item.pk} ${item.sk} is no longer at version ${previous}.`, {
    retry: 'later',
    remedy: 'Nothing to do: it is read again and tried again.',
  });
}
