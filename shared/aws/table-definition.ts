import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/** The one table's keys and indexes, for the embedded table and for the CDK app alike. Every attribute is a string. */
export const TABLE_DEFINITION = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Epoch seconds. Only rows that may be forgotten have it. */
  timeToLive: 'expiresAt',
  indexes: [
    { name: 'byCluster', partitionKey: 'cluster', sortKey: 'createdAt' },
    // Sparse: only jobs that have not ended carry `open`.
    { name: 'open', partitionKey: 'open', sortKey: 'createdAt' },
  ],
} as const;

/** The definition as DynamoDB's CreateTable takes it. Indexes carry keys only: rows are read by key, consistently. */
export function toCreateTable(table: string): CreateTableCommandInput {
  const { partitionKey, sortKey, indexes } = TABLE_DEFINITION;
  const attributes = new Set<string>([partitionKey, sortKey]);
  for (const index of indexes) attributes.add(index.partitionKey).add(index.sortKey);
  return {
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...attributes].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: toKeySchema({ partitionKey, sortKey }),
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: toKeySchema(index),
      Projection: { ProjectionType: 'KEYS_ONLY' },
    })),
  };
}

function toKeySchema(keys: { partitionKey: string; sortKey: string }) {
  return [
    { AttributeName: keys.partitionKey, KeyType: 'HASH' as const },
    { AttributeName: keys.sortKey, KeyType: 'RANGE' as const },
  ];
}
