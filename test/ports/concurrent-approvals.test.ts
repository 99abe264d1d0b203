// A hundred clicks at once make one decision, in memory and on the table.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmulatedTable, startTableEmulator, type TableEmulator } from '../../infra/local/table-emulator.ts';
import { createDecideApproval } from '../../shared/app/decide-approval.ts';
import { createDynamoStore } from '../../shared/aws/store.ts';
import { silentLog } from '../../shared/log.ts';
import type { Store } from '../../shared/ports.ts';
import { createMemoryQueue } from '../support/memory-queue.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { labSettings } from '../support/world.ts';
import { aJob } from './rows.ts';

let emulator: TableEmulator;
let tables = 0;
beforeAll(async () => {
  emulator = await startTableEmulator({});
});
afterAll(() => emulator.stop());

async function openTable(): Promise<Store> {
  const table = `approvals-${tables++}`;
  await createEmulatedTable(emulator.client, table);
  return createDynamoStore({ client: emulator.client, table });
}

const FUNCTIONS = 100;
const DIGEST = 'a'.repeat(64);
const NOW = new Date('2026-01-05T08:00:00.000Z');

/** A plan that waits for `required` people, all of whom may approve. */
async function aWaitingPlan(store: Store, required: number) {
  const settings = labSettings();
  const cluster = settings.clusters['cluster-a'];
  if (cluster === undefined) throw new Error('the lab has no cluster-a');
  cluster.access.approvers = 'any';
  const queue = createMemoryQueue();
  const approval = {
    digest: DIGEST,
    required,
    requestedBy: 'U0ANN',
    expiresAt: '2026-01-05T12:00:00.000Z',
    approvedBy: [],
  };
  const plan = { digest: DIGEST, counts: {}, findings: [], waves: 1 };
  const job = aJob({ id: 'j-aaaaaa', channel: 'C0VSPHERE', state: 'awaiting-approval', cursor: 1, plan, approval });
  await store.jobs.create(job);
  const parts = {
    settings,
    store,
    queue,
    clock: { now: () => NOW, elapsedMs: () => 0, sleep: async () => undefined },
    ids: { next: () => 'id' },
    sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
    log: silentLog,
  };
  // As many functions as clicks come in: nothing but the row keeps them apart.
  const functions = Array.from({ length: FUNCTIONS }, () => createDecideApproval(parts));
  const press = async (user: string, index: number) => {
    const decide = functions[index % FUNCTIONS];
    if (decide === undefined) throw new Error('no function');
    return decide({ requestId: `r${index}`, jobId: job.id, decision: 'approve', user, channel: 'C0VSPHERE' });
  };
  return { press, queue, job: () => store.jobs.find(job.id) };
}

describe.each([
  { where: 'in memory', open: async () => createMemoryStore() },
  { where: 'on the table', open: openTable },
])('a hundred clicks at once, $where', ({ open }) => {
  it.each([
    { who: 'of one person', required: 1, user: () => 'U0BOB', counted: 1 },
    { who: 'of a hundred people', required: 1, user: (index: number) => `U0P${index}`, counted: 1 },
    { who: 'where two are needed', required: 2, user: (index: number) => `U0P${index}`, counted: 2 },
    { who: 'where ten are needed', required: 10, user: (index: number) => `U0P${index}`, counted: 10 },
    { who: 'of one person where two are needed', required: 2, user: () => 'U0BOB', counted: 1 },
  ])('$who', { timeout: 60_000 }, async ({ required, user, counted }) => {
    const plan = await aWaitingPlan(await open(), required);
    const replies = await Promise.all(Array.from({ length: 100 }, (_, index) => plan.press(user(index), index)));
    expect(replies.filter(({ kind }) => kind === 'decided')).toHaveLength(counted);
    expect(replies.every((reply) => reply.kind === 'decided' || reply.kind === 'refused')).toBe(true);
    const job = await plan.job();
    const isStarted = counted === required;
    expect(job).toMatchObject({ state: isStarted ? 'approved' : 'awaiting-approval', version: 1 + counted, cursor: 1 });
    expect(new Set(job?.approval?.approvedBy.map((one) => one.user)).size).toBe(counted);
    expect(plan.queue.peekJobs()).toHaveLength(isStarted ? 1 : 0);
  });
});
