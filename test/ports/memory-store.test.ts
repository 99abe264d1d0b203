import { createMemoryStore } from '../support/memory-store.ts';
import { describeStore } from './store.suite.ts';

describeStore('memory', async () => createMemoryStore());
