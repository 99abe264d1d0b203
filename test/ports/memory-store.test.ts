import { createMemoryStore } from '../support/memory-store.ts';
import { describeAlarmStores } from './alarm-stores.suite.ts';
import { describeSlotStore } from './slot-store.suite.ts';
import { describeStore } from './store.suite.ts';

describeStore('memory', async () => createMemoryStore());
describeAlarmStores('memory', async () => createMemoryStore());
describeSlotStore('memory', async () => createMemoryStore());
