import { ConditionalCheckFailedException, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { OpsError } from '../../shared/errors.ts';
import { readRowFile, type Row, type RowFooter } from './row-file.ts';
import { orTableFailed, type RowPlace } from './row-place.ts';

type Target = Pick<RowPlace, 'client' | 'table'>;

const WRITES_MAX = 8;

/** Writes the file's rows into an empty table. Nothing is written unless the file is whole. Throws `row-invalid` for a
 * file that is not, `usage` for a table that is not empty, `table-failed`. */
export async function importRows(target: Target, file: string): Promise<RowFooter> {
  await readRowFile(file, async () => undefined);
  await assertEmpty(target);
  const writing = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let footer: RowFooter;
  try {
    footer = await readRowFile(file, async (row) => {
      if (failures.length > 0) throw failures[0];
      const write = putNew(target, row)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => writing.delete(write));
      writing.add(write);
      if (writing.size >= WRITES_MAX) await Promise.race(writing);
    });
  } finally {
    // Nothing is left under way: whoever called closes the table next.
    await Promise.all(writing);
  }
  if (failures.length > 0) throw failures[0];
  return footer;
}

async function assertEmpty({ client, table }: Target): Promise<void> {
  const scan = new ScanCommand({ TableName: table, ConsistentRead: true, Limit: 1 });
  const { Items = [] } = await orTableFailed(table, client.send(scan));
  if (Items.length > 0) throw notEmpty(table);
}

/** Never replaces a row: somebody else may have begun to write since the table was found empty. */
async function putNew({ client, table }: Target, row: Row): Promise<void> {
  const put = new PutItemCommand({ TableName: table, Item: row, ConditionExpression: 'attribute_not_exists(pk)' });
  try {
    await client.send(put);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) throw notEmpty(table);
    await orTableFailed(table, Promise.reject(error as Error));
  }
}

function notEmpty(table: string): OpsError {
  return new OpsError('usage', `The table ${table} has rows already; an import would mix two histories.`, {
    retry: 'never',
    remedy: 'Import into a new data folder, or into the table of a stage that has done nothing yet.',
  });
}
