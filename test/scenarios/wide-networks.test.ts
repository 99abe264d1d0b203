// Distributed and new switches, DHCP and IPv6: from the command to the proof and back, on the simulated vCenter.
import { describe, expect, it } from 'vitest';
import { LAB_CLUSTERS } from '../../infra/lab/vcenter/topology.ts';
import type { Cluster } from '../../shared/domain/inventory.ts';
import { describeChange, differences } from '../../shared/domain/network-fields.ts';
import { BOB, DAN, createWorld, type World } from '../support/world.ts';

const changesOf = (before: Cluster, after: Cluster): string[] =>
  before.hosts.flatMap((host, index) => {
    const [then, now] = [host.network, after.hosts[index]?.network];
    if (then === undefined || now === undefined) throw new Error(`${host.name} gives no network`);
    return differences(then, now).map(describeChange);
  });
const aWideWorld = (options: Parameters<typeof createWorld>[0] = {}): World =>
  createWorld({ clusters: LAB_CLUSTERS, ...options });

describe.each(['cluster-dvs', 'cluster-v6'])('%s', (cluster) => {
  it('is enabled, proven in every declared direction, and reverted to what it was, field by field', async () => {
    const world = aWideWorld();
    const before = await world.read(cluster);
    const enabled = await world.run(`enable ${cluster}`);
    expect(enabled).toMatchObject({ state: 'done', hosts: Array.from({ length: 4 }, () => ({ outcome: 'kept' })) });
    expect(enabled.matrix).toMatchObject({ pairs: 48, ok: 48, unexpected: 0 });
    expect(changesOf(before, await world.read(cluster)).length).toBeGreaterThan(20);
    expect(await world.run(`enable ${cluster}`)).toMatchObject({ state: 'in-place' });
    expect(await world.run(`revert ${cluster}`)).toMatchObject({ state: 'done' });
    expect(changesOf(before, await world.read(cluster))).toEqual([]);
    expect(world.lab.sessions()).toBe(0);
  });

  it('has the failing host put back, with its part of the switches', async () => {
    const world = aWideWorld({ scenarios: ['fails-midway'] });
    const before = await world.read(cluster);
    const job = await world.run(`enable ${cluster}`);
    const after = await world.read(cluster);
    expect(['rolled-back', 'partial']).toContain(job.state);
    const outcomes = job.hosts.map((host) => host.outcome);
    expect(outcomes).toContain('put-back');
    for (const [index, host] of before.hosts.entries()) {
      if (outcomes[index] === 'kept') continue;
      const left = changesOf({ ...before, hosts: [host] }, { ...after, hosts: after.hosts.slice(index, index + 1) });
      // Hosts that are kept need the port groups as they are now, and every host of the switch sees that.
      expect(left.filter((change) => !change.startsWith('distributed port group'))).toEqual([]);
    }
  });
});

describe('cluster-dvs', () => {
  it('changes its port groups once, in the first host’s plan, and says that every host of the switch sees it', async () => {
    const world = aWideWorld();
    const job = await world.run('enable cluster-dvs');
    expect(job.plan?.counts['update-distributed-port-group']).toBe(2);
    const said = job.plan?.findings.filter((finding) => finding.code === 'touches-whole-switch') ?? [];
    expect(said.map((finding) => finding.host)).toEqual([job.hosts[0]?.name, job.hosts[0]?.name]);
  });

  it('makes an approved plan stale when somebody reconfigures a port group that it would change', async () => {
    const world = aWideWorld();
    const reply = await world.type('enable cluster-dvs');
    if (reply.kind !== 'queued') throw new Error('not queued');
    await world.settle();
    const { id, plan } = await world.job(reply.job.id);
    world.lab.setScenario('dvs', true);
    for (const user of [BOB, DAN])
      await world.press({ jobId: id, decision: 'approve', digest: plan?.digest.slice(0, 12), user });
    await world.settle();
    const job = await world.job(id);
    expect(job).toMatchObject({ state: 'stale' });
    expect(job.failure?.what).toContain('Distributed port group dv-vMotion-A was reconfigured');
    expect(job.hosts.every((host) => host.outcome === 'untouched')).toBe(true);
  });

  it('without an uplink of its own is not written to a host whose distributed uplinks are all down', async () => {
    const world = aWideWorld({
      settings: ({ clusters }) => {
        for (const { attach } of clusters['cluster-dvs']?.profile.adapters ?? []) attach.activeUplink = undefined;
      },
    });
    const host = world.lab.model.clusters.find(({ name }) => name === 'cluster-dvs')?.hosts.at(-1);
    const proxy = host?.network.proxies[0];
    if (host === undefined || proxy === undefined) throw new Error('no switch');
    const behind = new Set(proxy.uplinks.map(({ pnic }) => pnic));
    for (const pnic of host.network.pnics) if (behind.has(pnic.device)) pnic.speedMb = undefined;
    const before = await world.read('cluster-dvs');
    const job = await world.run('enable cluster-dvs');
    expect(job).toMatchObject({ state: 'invalid', failure: { code: 'uplink-down' } });
    expect(job.failure?.what).toContain(host.name);
    expect(changesOf(before, await world.read('cluster-dvs'))).toEqual([]);
  });

  it('proves that the two islands are apart', async () => {
    const world = aWideWorld();
    const job = await world.run('enable cluster-dvs');
    expect(job.matrix?.verdict.join(' ')).toContain('24 paths between islands are silent');
  });
});

describe('cluster-v6', () => {
  it('is tested over both families', async () => {
    const world = aWideWorld();
    const job = await world.run('enable cluster-v6');
    // Between the two networks of a family there is no way back, so nothing is expected there.
    const cells = (await world.parts.store.matrix.list(job.id)).filter((cell) => cell.expected === 'reachable');
    const families = Map.groupBy(cells, (cell) => (cell.to.address.includes(':') ? 'IPv6' : 'IPv4'));
    expect([families.get('IPv4')?.length, families.get('IPv6')?.length]).toEqual([24, 24]);
    // A packet of 9000 bytes, header included, in both.
    expect(new Set(cells.map(({ result }) => (result.kind === 'ok' ? result.mtuBytes : 0)))).toEqual(new Set([9000]));
  });
});

describe('what goes wrong is said, and what was begun is put back', () => {
  it.each([
    { scenario: 'island-leak', cluster: 'cluster-dvs', state: 'rolled-back', said: 'the islands are not separate' },
    { scenario: 'dhcp', cluster: 'cluster-v6', state: 'rolled-back', said: 'DHCP gave vmk2 no address' },
    { scenario: 'ipv6', cluster: 'cluster-v6', state: 'invalid', said: 'the profile wants IPv6' },
  ] as const)('$scenario', async ({ scenario, cluster, state, said }) => {
    const world = aWideWorld({ scenarios: [scenario] });
    const before = await world.read(cluster);
    const job = await world.run(`enable ${cluster}`);
    expect(job.state).toBe(state);
    expect(job.failure?.what).toContain(said);
    const after = await world.read(cluster);
    for (const [index, { outcome }] of job.hosts.entries()) {
      if (outcome === 'kept') continue;
      const [then, now] = [before.hosts.slice(index, index + 1), after.hosts.slice(index, index + 1)];
      const left = changesOf({ ...before, hosts: then }, { ...after, hosts: now });
      expect(left.filter((change) => !change.startsWith('distributed port group'))).toEqual([]);
    }
  });

  it.each([
    { what: 'an IPv6 gateway where no adapter gets IPv6', stack: { ipv6Gateway: 'fd00:12::1' }, said: 'fd00:12::1' },
    {
      what: 'a route by a router that no adapter reaches',
      stack: { routes: [{ network: '10.9.0.0/16', gateway: '172.16.9.1' }] },
      said: '172.16.9.1',
    },
  ])('$what is found before anything is written', async ({ stack, said }) => {
    const world = createWorld({
      settings: ({ clusters }) => Object.assign(clusters['cluster-a']?.profile.stack ?? {}, stack),
    });
    const before = await world.read('cluster-a');
    const job = await world.run('enable cluster-a');
    expect(job).toMatchObject({ state: 'invalid', failure: { code: 'gateway-outside-subnet' } });
    expect(job.failure?.what).toContain(said);
    expect(changesOf(before, await world.read('cluster-a'))).toEqual([]);
  });

  it('an adapter with vMotion switched off is found, repaired after approval, and a revert switches it off again', async () => {
    const world = createWorld({ scenarios: ['vmotion-off-on-one'] });
    const before = await world.read('cluster-a');
    const job = await world.run('repair cluster-a');
    expect(job).toMatchObject({ state: 'done', plan: { counts: { 'select-service': 1 } } });
    expect(job.plan?.findings.map((finding) => finding.code)).toContain('vmotion-switched-off');
    expect(await world.run('repair cluster-a')).toMatchObject({ state: 'in-place' });
    expect(await world.run('revert cluster-a')).toMatchObject({ state: 'done' });
    expect(changesOf(before, await world.read('cluster-a'))).toEqual([]);
  });
});
