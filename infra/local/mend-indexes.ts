// The embedded table takes an entry out of its index, or puts one in, in a write of its own before that of the row.
import { type DynamoDBDocumentClient, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { TABLE_DEFINITION } from '../../shared/aws/table-definition.ts';

type Place = { client: DynamoDBDocumentClient; table: string };
type Index = (typeof TABLE_DEFINITION.indexes)[number];
type Row = Record<string, string>;

/** Lists each row again that an index misses: a process that died between the two writes of a job's end left a job that
 * is at work for ever and that nobody finds. An entry without a row does no harm: rows are read by key. */
export async function mendIndexes(place: Place): Promise<void> {
  for (const index of TABLE_DEFINITION.indexes) {
    const listed = new Set((await scan(place, { IndexName: index.name })).map(toKeyText));
    for (const row of await scanRows(place, index)) {
      if (!listed.has(toKeyText(row))) await listAgain(place, index, row);
    }
  }
}

function scanRows(place: Place, index: Index): Promise<Row[]> {
  const { partitionKey, sortKey } = TABLE_DEFINITION;
  return scan(place, {
    FilterExpression: 'attribute_exists(#partition) AND attribute_exists(#sort)',
    ProjectionExpression: '#pk, #sk, #sort',
    ExpressionAttributeNames: {
      '#partition': index.partitionKey,
      '#sort': index.sortKey,
      '#pk': partitionKey,
      '#sk': sortKey,
    },
  });
}

/** A write that changes nothing writes the row's entries all the same. */
async function listAgain({ client, table }: Place, { sortKey }: Index, row: Row): Promise<void> {
  const command = new UpdateCommand({
    TableName: table,
    Key: keyOf(row),
    UpdateExpression: 'SET #sort = :same',
    ExpressionAttributeNames: { '#sort': sortKey },
    ExpressionAttributeValues: { ':same': row[sortKey] },
  });
  await client.send(command);
}

type Scan = Omit<Parameters<typeof paginateScan>[1], 'TableName'>;

async function scan({ client, table }: Place, query: Scan): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of paginateScan({ client }, { TableName: table, ...query })) {
    rows.push(...((page.Items ?? []) as Row[]));
  }
  return rows;
}

function keyOf(row: Row): Row {
  const { partitionKey, sortKey } = TABLE_DEFINITION;
  return { [partitionKey]: row[partitionKey] ?? '', [sortKey]: row[sortKey] ?? '' };
}

const toKeyText = (row: Row) => JSON.stringify(keyOf(row));
