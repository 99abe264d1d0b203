import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { startTableEmulator, type TableEmulator } from '../../infra/local/table-emulator.ts';
import { createDynamoStore } from '../../shared/aws/store.ts';
import { toCreateTable } from '../../shared/aws/table-definition.ts';
import { describeAlarmStores } from './alarm-stores.suite.ts';
import { describeSlotStore } from './slot-store.suite.ts';
import { describeStore } from './store.suite.ts';

let emulator: TableEmulator;
let tables = 0;

beforeAll(async () => {
  emulator = await startTableEmulator({});
});
afterAll(() => emulator.stop());

const open = async () => {
  const table = `store-${tables++}`;
  await emulator.client.send(new CreateTableCommand(toCreateTable(table)));
  return createDynamoStore({ client: emulator.client, table });
};
describeStore('DynamoDB', open);
describeAlarmStores('DynamoDB', open);
describeSlotStore('DynamoDB', open);
