import { parseJobRow } from '../contracts/rows.ts';
import type { Job } from '../domain/job.ts';
import type { JobStore } from '../ports.ts';
import { packBody, unpackBody } from './packed-body.ts';
import { readRows } from './read-rows.ts';
import type { Item, Key, Table } from './table.ts';
import { putNextVersion } from './versioned-put.ts';

/** Jobs, one row each. The indexes only find ids; what is answered was read by key. */
export function createJobStore(table: Table): JobStore {
  async function read(keys: Key[]): Promise<Job[]> {
    return (await table.getAll(keys)).map(toJob);
  }
  return {
    create: (job) => table.put(toItem(job), { text: 'attribute_not_exists(pk)' }),
    async find(id) {
      const item = await table.get(keyOf(id));
      return item === undefined ? undefined : toJob(item);
    },
    save: (job) => putNextVersion(table, toItem(job)),
    async listByCluster(cluster, limit) {
      return read(await table.listKeys({ name: 'byCluster', attribute: 'cluster', value: cluster, limit }));
    },
    async listOpen(skip) {
      const index = { name: 'open', attribute: 'open', value: OPEN, limit: Number.POSITIVE_INFINITY };
      const jobs = readRows(await table.getAll(await table.listKeys(index)), toJob, skip);
      return jobs.filter(isOpen).reverse();
    },
  };
}

const OPEN = 'yes';
const isOpen = (job: Job) => job.settledAt === undefined;
const keyOf = (id: string): Key => ({ pk: `job#${id}`, sk: 'job' });

/** An audit by schedule that had nothing to tell leaves the table after two weeks; all other jobs stay. */
const QUIET_KEPT_SECONDS = 14 * 24 * 3600;

function toItem(job: Job) {
  const key = keyOf(job.id);
  const { settledAt } = job;
  const end =
    settledAt === undefined
      ? { open: OPEN }
      : job.isQuiet === true
        ? { expiresAt: Math.floor(Date.parse(settledAt) / 1000) + QUIET_KEPT_SECONDS }
        : {};
  const indexed = { cluster: job.cluster, createdAt: job.createdAt, ...end };
  // `state` stands beside the body only for people who look at the table.
  return { ...key, ...indexed, version: job.version, state: job.state, body: packBody(job, key.pk) };
}

function toJob(item: Item): Job {
  return parseJobRow(unpackBody(item['body'], item.pk), item.pk);
}
