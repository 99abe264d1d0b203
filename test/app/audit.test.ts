// The audit on the simulated vCenter: what it finds, whom it names, and when it keeps quiet.
import { describe, expect, it } from 'vitest';
import { LAB_CLUSTERS } from '../../infra/lab/vcenter/topology.ts';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import type { Job } from '../../shared/domain/job.ts';
import { createCallerAt } from '../lab/vcenter-client.ts';
import { createWorld, type World } from '../support/world.ts';

const HOST = 'esx03.lab.local';
const BOB_AT_VCENTER = 'VSPHERE.LOCAL\\bob';

const drifts = (job: Job, kind: 'changed' | 'standing') => job.audit?.drifts.filter((one) => one.kind === kind) ?? [];

/** A world whose cluster-a is enabled and was audited once. No rule mends what the audits find. */
async function enabled(): Promise<World> {
  const world = createWorld({ settings: (settings) => void delete settings.alarms });
  await world.run('enable cluster-a');
  await world.run('audit cluster-a');
  return world;
}

describe('an audit', () => {
  it('says at first how a cluster differs from its profile, and writes nothing', async () => {
    const world = createWorld();
    const before = await world.read('cluster-a');
    const job = await world.run('audit cluster-a');
    expect(job).toMatchObject({ state: 'done', kind: 'audit', audit: { drifts: expect.anything(), alarms: [] } });
    expect(job.audit?.since).toBeUndefined();
    expect(drifts(job, 'changed')).toEqual([]);
    expect(drifts(job, 'standing')).toContainEqual({
      kind: 'standing',
      host: 'esx01.lab.local',
      field: 'vmotion adapter',
      wanted: '172.16.1.51/24 on vMotion-A, MTU 9000',
    });
    expect(await world.read('cluster-a')).toEqual(before);
    expect(job.hosts.map(({ outcome }) => outcome)).toEqual(['in-place', 'in-place', 'in-place', 'in-place']);
  });

  it('finds nothing where only the product has changed something', async () => {
    const world = createWorld();
    await world.run('audit cluster-a');
    await world.run('enable cluster-a');
    const job = await world.run('audit cluster-a');
    expect(job).toMatchObject({ state: 'in-place', audit: { drifts: [], hostsAdded: [], hostsRemoved: [] } });
  });

  it('names field, values, what is declared, and who did it when', async () => {
    const world = await enabled();
    await world.clock.advance(3_600_000);
    world.lab.changes.breakHost('mtu-changed', HOST);
    const at = world.clock.now().toISOString();
    const job = await world.run('audit cluster-a');
    expect(job.state).toBe('done');
    expect(job.audit?.drifts).toEqual([
      {
        kind: 'changed',
        host: HOST,
        field: 'vmk2 MTU',
        was: '9000',
        is: '1500',
        wanted: '9000',
        by: BOB_AT_VCENTER,
        at,
        event: 'Task: Update virtual NIC',
      },
    ]);
  });

  it.each([
    {
      kind: 'adapter-gone' as const,
      fields: ['vmk3 MAC', 'vmk3 MTU', 'vmk3 address', 'vmk3 netstack', 'vmk3 port group'],
    },
    { kind: 'mtu-changed' as const, fields: ['vmk2 MTU'] },
  ])('tells of $kind by its fields', async ({ kind, fields }) => {
    const world = await enabled();
    world.lab.changes.breakHost(kind, HOST);
    const job = await world.run('audit cluster-a');
    expect(drifts(job, 'changed').map(({ field }) => field)).toEqual(fields);
    expect(drifts(job, 'changed').every(({ by }) => by === BOB_AT_VCENTER)).toBe(true);
  });

  it('names whoever used the account of the product outside of any job', async () => {
    const world = await enabled();
    await world.clock.advance(3_600_000);
    world.lab.changes.breakHost('mtu-changed', HOST, 'VSPHERE.LOCAL\\svc-vmotion');
    const job = await world.run('audit cluster-a');
    expect(drifts(job, 'changed').map(({ by }) => by)).toEqual(['VSPHERE.LOCAL\\svc-vmotion']);
  });

  it('tells once what was changed, and goes on to say what is not as declared', async () => {
    const world = await enabled();
    world.lab.changes.breakHost('mtu-changed', HOST);
    await world.run('audit cluster-a');
    const job = await world.run('audit cluster-a');
    expect(job.audit?.drifts).toEqual([
      { kind: 'standing', host: HOST, field: 'vmk2 MTU', is: '1500', wanted: '9000' },
    ]);
  });

  it('tells of hosts that have come and gone', async () => {
    const world = await enabled();
    const name = world.lab.changes.addHost('cluster-a');
    expect((await world.run('audit cluster-a')).audit).toMatchObject({ hostsAdded: [name], hostsRemoved: [] });
    world.lab.changes.removeHost(name);
    expect((await world.run('audit cluster-a')).audit).toMatchObject({ hostsAdded: [], hostsRemoved: [name] });
  });

  it('names whoever changed a port group of a distributed switch, for every host that uses it', async () => {
    const world = createWorld({ clusters: LAB_CLUSTERS, settings: (settings) => void delete settings.alarms });
    await world.run('enable cluster-dvs');
    await world.run('audit cluster-dvs');
    const caller = createCallerAt(world.lab, world.lab.others[0]);
    await caller.login();
    const group = world.lab.model.distributedSwitches[0]?.portGroups.find(({ name }) => name === 'dv-vMotion-A');
    if (group === undefined) throw new Error('no such port group');
    const target = { type: 'DistributedVirtualPortgroup', value: group.key };
    const vlan = { _type: 'VmwareDistributedVirtualSwitchVlanIdSpec', inherited: false, vlanId: 7 };
    const defaultPortConfig = { _type: 'VMwareDVSPortSetting', vlan };
    const spec = { configVersion: String(group.version), defaultPortConfig };
    await caller.call('ReconfigureDVPortgroup_Task', target, { spec });
    const job = await world.run('audit cluster-dvs');
    const told = drifts(job, 'changed').map(({ host, field, was, is, by }) => [host, field, was, is, by]);
    const change = ['distributed port group dv-vMotion-A VLAN', '101', '7', 'VSPHERE.LOCAL\\administrator'];
    expect(told).toEqual(job.hosts.map(({ name }) => [name, ...change]));
  });

  it('leaves a host that can not be read as it was, and compares it when it is back', async () => {
    const world = await enabled();
    world.lab.setScenario('host-down', true);
    const down = await world.run('audit cluster-a');
    expect(down).toMatchObject({ state: 'partial', audit: { drifts: [], unread: [HOST] } });
    world.lab.setScenario('host-down', false);
    world.lab.changes.breakHost('mtu-changed', HOST);
    const job = await world.run('audit cluster-a');
    expect(drifts(job, 'changed').map(({ field, was, is }) => [field, was, is])).toEqual([
      ['vmk2 MTU', '9000', '1500'],
    ]);
  });

  it('finds alarms whose message was lost, and makes their cards', async () => {
    const world = await enabled();
    world.lab.changes.breakHost('uplink-lost', HOST);
    const job = await world.run('audit cluster-a');
    expect(job.audit?.alarms).toMatchObject([
      { alarm: { name: 'Network uplink redundancy lost' }, entity: { name: HOST }, status: 'yellow' },
    ]);
    const cards = await world.parts.store.cards.listByCluster('cluster-a', 10);
    expect(cards.map(({ alarm }) => alarm)).toEqual(['Network uplink redundancy lost']);
  });

  it('finds the same again when its slice runs twice', async () => {
    const world = await enabled();
    world.lab.changes.breakHost('mtu-changed', HOST);
    const save = world.parts.store.jobs.save;
    let isLost = false;
    world.parts.store.jobs.save = async (job) => {
      if (job.audit !== undefined && !isLost) {
        isLost = true;
        throw new Error('the worker dies here');
      }
      await save(job);
    };
    const reply = await world.type('audit cluster-a');
    if (reply.kind !== 'queued') throw new Error('not queued');
    const { id: jobId, cluster, cursor, attempt } = reply.job;
    const until = new Date(world.clock.now().getTime() + 120_000);
    const runSlice = createRunSlice(world.parts);
    await expect(runSlice({ jobId, cluster, cursor, attempt }, until)).rejects.toThrow('dies');
    expect(await runSlice({ jobId, cluster, cursor, attempt }, until)).toBe('finished');
    const job = await world.job(jobId);
    expect([isLost, job.state]).toEqual([true, 'done']);
    expect(drifts(job, 'changed').map(({ field }) => field)).toEqual(['vmk2 MTU']);
  });

  it('of every cluster of the channel is one job each', async () => {
    const world = createWorld();
    const reply = await world.type('audit');
    expect(reply).toMatchObject({ kind: 'list', what: 'jobs' });
    if (reply.kind !== 'list' || reply.what !== 'jobs') throw new Error('no list');
    expect(reply.jobs.map(({ cluster }) => cluster)).toEqual(Object.keys(world.parts.settings.clusters));
  });
});
