// Where `npm run export` and `npm run import` find the table: a data folder, or DynamoDB by the environment's keys.
import { parseArgs } from 'node:util';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { OpsError } from '../../shared/errors.ts';
import { explainOptions } from '../lab/explain-options.ts';
import { openDataFolder } from './data-folder.ts';
import { LOCAL_AWS } from './local-aws.ts';
import type { Row } from './row-file.ts';
import { startTableEmulator } from './table-emulator.ts';

export type RowPlaceOptions = { data?: string | undefined; table?: string | undefined };

export type RowPlace = { client: DynamoDBClient; table: string; close(): Promise<void> };

/** What stands behind `npm run export --` and `npm run import --`. Throws `usage`. */
export function parseRowOptions(args: string[], script: 'export' | 'import'): RowPlaceOptions & { file: string } {
  const help = `Say npm run ${script} -- FILE --data DIR, or npm run ${script} -- FILE --table NAME.`;
  const wrong = (message: string) => new OpsError('usage', message, { retry: 'never', remedy: help });
  const { place, words } = parsePlace(args, wrong);
  const [file, ...more] = words;
  if (file === undefined || more.length > 0) throw wrong('Exactly one file is needed.');
  return { ...place, file };
}

/** The words and where the table is. `wrong` builds the failure that is thrown where both are given, or neither. */
export function parsePlace(
  args: string[],
  wrong: (message: string) => OpsError,
): { place: RowPlaceOptions; words: string[] } {
  const { values, positionals } = parse(args, wrong);
  if ((values.data === undefined) === (values.table === undefined)) throw wrong('Give either --data or --table.');
  return { place: { ...values }, words: positionals };
}

function parse(args: string[], wrong: (message: string) => OpsError) {
  const options = { data: { type: 'string' }, table: { type: 'string' } } as const;
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw wrong(explainOptions(error, args, options));
  }
}

/** Locks the folder, so that nobody writes meanwhile; a table of AWS can't be locked. Throws `data-folder-in-use`. */
export async function openRowPlace({ data, table = '' }: RowPlaceOptions): Promise<RowPlace> {
  if (data === undefined) {
    const client = new DynamoDBClient({});
    return { client, table, close: async () => client.destroy() };
  }
  const folder = await openDataFolder(data);
  const emulator = await startTableEmulator({ folder: folder.tableFolder, wasLeftOpen: folder.wasLeftOpen });
  const client = new DynamoDBClient({ ...LOCAL_AWS, endpoint: emulator.endpoint });
  return {
    client,
    table: emulator.table,
    async close() {
      client.destroy();
      await emulator.stop();
      await folder.close();
    },
  };
}

/** Every row of the table, each strongly consistent. Throws `table-failed`. */
export async function* scanRows({ client, table }: Pick<RowPlace, 'client' | 'table'>): AsyncGenerator<Row> {
  let start: Row | undefined;
  do {
    const command = new ScanCommand({ TableName: table, ConsistentRead: true, ExclusiveStartKey: start });
    const page = await orTableFailed(table, client.send(command));
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

/** The answer of DynamoDB. Throws `table-failed`. */
export async function orTableFailed<T>(table: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    const why = cause instanceof Error ? cause.name : 'unknown';
    throw new OpsError('table-failed', `The table ${table} did not answer: ${why}.`, {
      retry: 'later',
      remedy: 'Check the name, AWS_REGION, and that these credentials may scan and write the table and use its key.',
      cause,
    });
  }
}
