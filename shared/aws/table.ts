// The few calls to DynamoDB that the stores are made of: single items, conditions, consistent reads, nothing else.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { OpsError } from '../errors.ts';

export type Key = { pk: string; sk: string };
export type Item = Record<string, unknown> & Key;
/** A DynamoDB expression; names begin with #, values with a colon. */
export type Expression = { text: string; names?: Record<string, string>; values?: Record<string, unknown> };

/** Every method throws `table-failed`; a condition that does not hold is an answer, not a failure. */
export type Table = {
  /** Strongly consistent. */
  get(key: Key): Promise<Item | undefined>;
  /** The rows of these keys that exist, each once, in the order of the keys, strongly consistent. */
  getAll(keys: Key[]): Promise<Item[]>;
  /** Answers false when the condition does not hold. */
  put(item: Item, condition?: Expression): Promise<boolean>;
  /** Answers the row as it is after the update, or undefined when the condition does not hold. */
  update(key: Key, change: string, condition: Expression): Promise<Item | undefined>;
  /** Leaves the row where the condition does not hold. */
  remove(key: Key, condition?: Expression): Promise<void>;
  /** Rows of one partition whose sort key begins with `prefix`, by sort key, strongly consistent. */
  list(pk: string, prefix: string): Promise<Item[]>;
  /** At most `limit` rows of one partition whose sort key is between the two, both included, strongly consistent. */
  range(
    pk: string,
    between: [from: string, to: string],
    how: { limit: number; isNewestFirst?: boolean },
  ): Promise<Item[]>;
  /** Keys of the rows that an index has under `value`, newest first. Eventually consistent, as indexes are. */
  listKeys(index: { name: string; attribute: string; value: string; limit: number }): Promise<Key[]>;
};

const PAGES_MAX = 1000;
const BATCH_KEYS_MAX = 100;
const BATCH_ROUNDS_MAX = 20;

/** The table by single items: a condition that does not hold is an answer, no error. Throws `table-failed` for whatever else
 * DynamoDB answers. */
export function createTable({ client, table }: { client: DynamoDBDocumentClient; table: string }): Table {
  return {
    async get(key) {
      const answer = await guard('get', () =>
        client.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true })),
      );
      return answer.Item as Item | undefined;
    },

    async getAll(keys) {
      // An index may name a row twice while its key there changes, and a batch that names one twice is refused.
      const wanted = new Map(keys.map((key) => [nameOf(key), key]));
      const once = [...wanted.values()];
      const found = new Map<string, Item>();
      for (let from = 0; from < once.length; from += BATCH_KEYS_MAX) {
        const batch = once.slice(from, from + BATCH_KEYS_MAX);
        for (const item of await getBatch(client, table, batch)) found.set(nameOf(item), item);
      }
      return [...wanted.keys()].map((name) => found.get(name)).filter((item) => item !== undefined);
    },

    async put(item, condition) {
      const command = new PutCommand({ TableName: table, Item: item, ...toCondition(condition) });
      return (await guardCondition('put', () => client.send(command))) !== undefined;
    },

    async update(key, change, condition) {
      const command = new UpdateCommand({
        TableName: table,
        Key: key,
        UpdateExpression: change,
        ReturnValues: 'ALL_NEW',
        ...toCondition(condition),
      });
      return (await guardCondition('update', () => client.send(command)))?.Attributes as Item | undefined;
    },

    async remove(key, condition) {
      const command = new DeleteCommand({ TableName: table, Key: key, ...toCondition(condition) });
      await guardCondition('delete', () => client.send(command));
    },

    async list(pk, prefix) {
      const query = {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
      };
      return (await queryAll(client, query, Number.POSITIVE_INFINITY)) as Item[];
    },

    async range(pk, [from, to], { limit, isNewestFirst = false }) {
      const query = {
        TableName: table,
        ConsistentRead: true,
        ScanIndexForward: !isNewestFirst,
        Limit: limit,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
      };
      return (await queryAll(client, query, limit)) as Item[];
    },

    async listKeys({ name, attribute, value, limit }) {
      const query = {
        TableName: table,
        IndexName: name,
        ScanIndexForward: false,
        KeyConditionExpression: '#partition = :value',
        ExpressionAttributeNames: { '#partition': attribute },
        ExpressionAttributeValues: { ':value': value },
        ...(Number.isFinite(limit) ? { Limit: limit } : {}),
      };
      const items = await queryAll(client, query, limit);
      return items.map((item) => ({ pk: String(item['pk']), sk: String(item['sk']) }));
    },
  };
}

const nameOf = ({ pk, sk }: Key): string => `${pk} ${sk}`;

async function getBatch(client: DynamoDBDocumentClient, table: string, keys: Key[]): Promise<Item[]> {
  const items: Item[] = [];
  let left: Record<string, unknown>[] = keys;
  for (let round = 0; left.length > 0 && round < BATCH_ROUNDS_MAX; round++) {
    const command = new BatchGetCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } });
    const answer = await guard('batch get', () => client.send(command));
    items.push(...((answer.Responses?.[table] ?? []) as Item[]));
    left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  if (left.length === 0) return items;
  throw tableFailed('batch get', new Error(`${left.length} keys were left unprocessed`));
}

async function queryAll(
  client: DynamoDBDocumentClient,
  query: ConstructorParameters<typeof QueryCommand>[0],
  limit: number,
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const command = new QueryCommand({ ...query, ...(start === undefined ? {} : { ExclusiveStartKey: start }) });
    const answer = await guard('query', () => client.send(command));
    items.push(...(answer.Items ?? []));
    start = answer.LastEvaluatedKey;
    if (start === undefined || items.length >= limit) return items.slice(0, limit);
  }
  throw tableFailed('query', new Error(`more than ${PAGES_MAX} pages`));
}

function toCondition(condition: Expression | undefined) {
  if (condition === undefined) return {};
  return {
    ConditionExpression: condition.text,
    ...(condition.names === undefined ? {} : { ExpressionAttributeNames: condition.names }),
    ...(condition.values === undefined ? {} : { ExpressionAttributeValues: condition.values }),
  };
}

async function guardCondition<T>(what: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw tableFailed(what, error);
  }
}

async function guard<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw tableFailed(what, error);
  }
}

// These say that the deployment is wrong; the same call can't succeed until somebody changes it.
const LASTING = new Set(['ResourceNotFoundException', 'ValidationException', 'AccessDeniedException']);

function tableFailed(what: string, cause: unknown): OpsError {
  const name = cause instanceof Error ? cause.name : 'unknown';
  return new OpsError('table-failed', `The job table did not answer a ${what}: ${name}.`, {
    retry: LASTING.has(name) ? 'never' : 'later',
    remedy: 'Check that the table exists and that this function may use it; throttling passes by itself.',
    cause,
  });
}
