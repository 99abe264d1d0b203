import { expect, it } from 'vitest';
import { findRestoreGoals } from '../../shared/app/restore-goals.ts';
import type { DistributedPortGroup, HostNetwork } from '../../shared/domain/inventory.ts';
import type { HostRecord } from '../../shared/domain/record.ts';
import type { Step } from '../../shared/domain/step.ts';
import type { Store } from '../../shared/ports.ts';
import { aJob, aNetwork } from '../support/builders.ts';
import { createMemoryStore } from '../support/memory-store.ts';

const BOTH = { active: ['Uplink 1', 'Uplink 2'], standby: [], unused: [] };
const ONE = { active: ['Uplink 1'], standby: [], unused: ['Uplink 2'] };
const OTHER = { active: ['Uplink 2'], standby: ['Uplink 1'], unused: [] };

const group = (uplinks: DistributedPortGroup['uplinks']): DistributedPortGroup => ({
  key: 'dvportgroup-1',
  name: 'dv-vMotion-A',
  switchUuid: 'uuid-1',
  uplinks,
  configVersion: '1',
});
const network = (uplinks: DistributedPortGroup['uplinks']): HostNetwork =>
  aNetwork({ distributedPortGroups: [group(uplinks)] });
const narrow = (from: DistributedPortGroup['uplinks']): Step => ({
  kind: 'update-distributed-port-group',
  from: group(from),
  to: group(ONE),
});

/** What an enable or repair left of one host. */
async function aChange(store: Store, jobId: string, createdAt: string, hosts: Record<string, HostRecord['before']>) {
  await store.jobs.create(aJob({ id: jobId, kind: 'enable', state: 'done', createdAt, updatedAt: createdAt }));
  for (const [value, before] of Object.entries(hosts)) {
    const host = { moref: { type: 'HostSystem', value }, name: value };
    const from = before?.distributedPortGroups?.[0]?.uplinks ?? ONE;
    const steps = from === ONE ? [] : [narrow(from)];
    const plan = { host, kind: 'change' as const, steps, findings: [], untouched: [] };
    const record: HostRecord = {
      schema: 1,
      jobId,
      host,
      version: 1,
      phase: 'applied',
      plan,
      digest: 'd',
      before,
      journal: [],
    };
    await store.records.put(record);
    const baseline = { cluster: 'cluster-a', host: value, name: value, jobId, at: createdAt, record };
    await store.baselines.putIfAbsent(baseline);
  }
}

/** A revert has brought the host back. */
async function forget({ baselines }: Store, host: string): Promise<void> {
  for (const one of await baselines.list('cluster-a')) if (one.host === host) await baselines.remove(one);
}

async function uplinksWanted(store: Store, host: string) {
  const goals = await findRestoreGoals(store, { cluster: 'cluster-a' });
  return goals.get(host)?.before.distributedPortGroups?.[0]?.uplinks;
}

it('a shared port group goes back to what it was, though the host whose image shows that is forgotten', async () => {
  const store = createMemoryStore();
  await aChange(store, 'j-000001', '2026-01-05T08:00:00.000Z', { esx21: network(BOTH), esx22: network(ONE) });
  expect(await uplinksWanted(store, 'esx22')).toEqual(BOTH);
  // A revert brought esx21 back, port group and all, and not esx22; then a repair of esx22 narrowed it again.
  await forget(store, 'esx21');
  await aChange(store, 'j-000002', '2026-01-05T09:00:00.000Z', { esx22: network(BOTH) });
  expect(await uplinksWanted(store, 'esx22')).toEqual(BOTH);
});

it('what was there before an earlier change, brought back long ago, does not count', async () => {
  const store = createMemoryStore();
  await aChange(store, 'j-000001', '2026-01-05T08:00:00.000Z', { esx21: network(BOTH) });
  await forget(store, 'esx21');
  // Since then somebody has given the port group another order.
  await aChange(store, 'j-000002', '2026-01-06T08:00:00.000Z', { esx21: network(OTHER) });
  expect(await uplinksWanted(store, 'esx21')).toEqual(OTHER);
});

it('the steps that led away from a baseline are known, however many audits and tests there were since', async () => {
  const store = createMemoryStore();
  await aChange(store, 'j-000001', '2026-01-05T08:00:00.000Z', { esx21: network(BOTH) });
  for (let index = 0; index < 300; index += 1) {
    const createdAt = new Date(Date.UTC(2026, 0, 6, 0, index)).toISOString();
    const kind = index % 2 === 0 ? 'audit' : 'test';
    await store.jobs.create(
      aJob({ id: `j-1${String(index).padStart(5, '0')}`, kind, createdAt, updatedAt: createdAt }),
    );
  }
  const goals = await findRestoreGoals(store, { cluster: 'cluster-a' });
  expect(goals.get('esx21')?.applied).toEqual([narrow(BOTH)]);
});
