import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTableEmulator, type TableEmulator } from '../../infra/local/table-emulator.ts';
import { createTable } from '../../shared/aws/table.ts';

let emulator: TableEmulator;
beforeAll(async () => {
  emulator = await startTableEmulator({});
});
afterAll(() => emulator.stop());

it('reads a row once that its keys name twice, as an index does while a row’s place in it changes', async () => {
  const table = createTable(emulator);
  const [first, second] = [
    { pk: 'card#a-1', sk: 'card' },
    { pk: 'card#a-2', sk: 'card' },
  ];
  for (const key of [first, second]) await table.put({ ...key });
  expect(await table.getAll([second, first, second])).toEqual([second, first]);
});
