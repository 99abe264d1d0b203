import { afterAll, beforeAll } from 'vitest';
import { createEmulatedTable, startTableEmulator, type TableEmulator } from '../../infra/local/table-emulator.ts';
import { createDynamoStore } from '../../shared/aws/store.ts';
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
  await createEmulatedTable(emulator.client, table);
  return createDynamoStore({ client: emulator.client, table });
};
describeStore('DynamoDB', open);
describeAlarmStores('DynamoDB', open);
describeSlotStore('DynamoDB', open);
