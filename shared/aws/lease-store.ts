import { parseLeaseRow } from '../contracts/rows.ts';
import { OpsError } from '../errors.ts';
import type { Lease, LeaseStore } from '../ports.ts';
import type { Item, Key, Table } from './table.ts';

// Between a refused acquire and the read that says who holds the lease, it may have become free.
const ACQUIRE_TRIES_MAX = 5;

const FREE = 'attribute_not_exists(pk) OR jobId = :none';
const OWN_AND_IDLE = 'jobId = :job AND (holder = :none OR holder = :holder OR leasedUntil <= :now)';
const STILL_THIS = 'jobId = :job AND holder = :holder AND fence = :fence';

/** The lease on each cluster. A released row stays, with no job and its fence, so that the fence never shrinks. */
export function createLeaseStore(table: Table): LeaseStore {
  return {
    async acquire({ cluster, jobId, holder, now, until }) {
      for (let tries = 0; tries < ACQUIRE_TRIES_MAX; tries++) {
        const change =
          'SET jobId = :job, holder = :holder, leasedUntil = :until, fence = if_not_exists(fence, :zero) + :one';
        const values = {
          ':job': jobId,
          ':holder': holder,
          ':until': until.toISOString(),
          ':now': now.toISOString(),
          ':none': '',
          ':zero': 0,
          ':one': 1,
        };
        const taken = await table.update(keyOf(cluster), change, { text: `${FREE} OR (${OWN_AND_IDLE})`, values });
        if (taken !== undefined) return { kind: 'acquired', lease: toLease(taken, cluster) };
        const there = await table.get(keyOf(cluster));
        if (there !== undefined && there['jobId'] !== '') return { kind: 'held', lease: toLease(there, cluster) };
      }
      throw new OpsError('lease-held', `The lease on ${cluster} changed hands ${ACQUIRE_TRIES_MAX} times meanwhile.`, {
        retry: 'later',
        remedy: 'Nothing to do: it is tried again.',
      });
    },

    async renew(lease, until) {
      const values = { ...valuesOf(lease), ':until': until.toISOString() };
      const renewed = await table.update(keyOf(lease.cluster), 'SET leasedUntil = :until', {
        text: STILL_THIS,
        values,
      });
      if (renewed === undefined) throw leaseLost(lease);
    },

    async yield(lease) {
      const values = { ...valuesOf(lease), ':none': '' };
      await table.update(keyOf(lease.cluster), 'SET holder = :none', { text: STILL_THIS, values });
    },

    async release(cluster, jobId) {
      const values = { ':job': jobId, ':none': '' };
      await table.update(keyOf(cluster), 'SET jobId = :none, holder = :none', { text: 'jobId = :job', values });
    },

    async find(cluster) {
      const item = await table.get(keyOf(cluster));
      return item === undefined || item['jobId'] === '' ? undefined : toLease(item, cluster);
    },
  };
}

const keyOf = (cluster: string): Key => ({ pk: `lease#${cluster}`, sk: 'lease' });

function valuesOf(lease: Lease) {
  return { ':job': lease.jobId, ':holder': lease.holder, ':fence': lease.fence };
}

function toLease(item: Item, cluster: string): Lease {
  const { jobId, holder, fence, leasedUntil: expiresAt } = item;
  return parseLeaseRow({ cluster, jobId, holder, fence, expiresAt }, item.pk);
}

function leaseLost(lease: Lease): OpsError {
  return new OpsError('lease-lost', `The lease on ${lease.cluster} with fence ${lease.fence} has moved on.`, {
    retry: 'later',
    remedy: 'Nothing to do: the slice that holds the lease now goes on.',
  });
}
