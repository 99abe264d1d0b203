import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { CLIENT_LIMITS } from '../../shared/aws/client-limits.ts';
import { toCreateTable } from '../../shared/aws/table-definition.ts';
import { LOCAL_AWS } from './local-aws.ts';
import { mendIndexes } from './mend-indexes.ts';

export type TableEmulator = {
  client: DynamoDBDocumentClient;
  endpoint: string;
  table: string;
  stop(): Promise<void>;
};

export type TableEmulatorOptions = {
  /** Keeps the rows there; without it they are in memory. */
  folder?: string | undefined;
  /** The process that had it before may have died in the middle of a write. */
  wasLeftOpen?: boolean | undefined;
};

/** The embedded DynamoDB with the product's table. */
export async function startTableEmulator({ folder, wasLeftOpen }: TableEmulatorOptions): Promise<TableEmulator> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, ...(folder === undefined ? {} : { path: folder }) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const plain = new DynamoDBClient({ ...LOCAL_AWS, ...CLIENT_LIMITS, endpoint });
  const client = DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } });
  const table = 'vmotion-ops';
  await createEmulatedTable(client, table);
  if (wasLeftOpen === true) await mendIndexes({ client, table });
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

/** The product's table by another name, ready to be written to. Keeps what is there. */
export async function createEmulatedTable(client: DynamoDBDocumentClient, table: string): Promise<void> {
  try {
    await client.send(new CreateTableCommand(toCreateTable(table)));
  } catch (error) {
    // The data folder has it from an earlier run.
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await untilActive(client, table);
}

// The emulator makes a table active in a timer of its own, so the first call may come before it, as on AWS.
// The SDK's waiter looks once a second at most, which is half of the time in which the local place starts.
const MAX_LOOKS = 2000;

async function untilActive(client: DynamoDBDocumentClient, table: string): Promise<void> {
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await after(5);
  }
  throw new Error(`the emulated table ${table} did not become active`);
}
