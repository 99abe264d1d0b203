import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { toCreateTable } from '../../shared/aws/table-definition.ts';
import { LOCAL_AWS } from './local-aws.ts';

export type TableEmulator = {
  client: DynamoDBDocumentClient;
  endpoint: string;
  table: string;
  stop(): Promise<void>;
};

/** The embedded DynamoDB with the product's table. `folder`: keeps the rows there; without it they are in memory. */
export async function startTableEmulator({ folder }: { folder?: string | undefined }): Promise<TableEmulator> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, ...(folder === undefined ? {} : { path: folder }) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const plain = new DynamoDBClient({ ...LOCAL_AWS, endpoint });
  const client = DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } });
  const table = 'vmotion-ops';
  await createTable(plain, table);
  return {
    client,
    endpoint,
    table,
    async stop() {
      plain.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function createTable(client: DynamoDBClient, table: string): Promise<void> {
  try {
    await client.send(new CreateTableCommand(toCreateTable(table)));
  } catch (error) {
    // The data folder has it from an earlier run.
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}
