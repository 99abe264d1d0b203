import { describe, expect, it } from 'vitest';
import { SCENARIO_NAMES, type ScenarioName } from '../../infra/lab/vcenter/scenarios.ts';
import { LAB_CLUSTERS } from '../../infra/lab/vcenter/topology.ts';
import { differences } from '../../shared/domain/network-fields.ts';
import { createWorld } from '../support/world.ts';

/** How an enable ends where the scenario matters; with the failure's code where there is one. */
const ENDS: Record<ScenarioName, Record<string, string>> = {
  healthy: { 'cluster-a': 'done', 'cluster-l3': 'done', 'cluster-dvs': 'done', 'cluster-v6': 'done' },
  'mtu-hole': { 'cluster-a': 'rolled-back gate-failed', 'cluster-l3': 'rolled-back gate-failed' },
  'one-way': { 'cluster-a': 'rolled-back gate-failed', 'cluster-dvs': 'rolled-back gate-failed' },
  'duplicate-ip': { 'cluster-a': 'partial address-answers', 'cluster-l3': 'partial address-answers' },
  'host-down': { 'cluster-a': 'partial', 'cluster-dvs': 'partial' },
  'session-expires': { 'cluster-l3': 'done', 'cluster-dvs': 'done' },
  'slow-host': { 'cluster-a': 'done' },
  'gateway-missing': { 'cluster-l3': 'rolled-back gate-failed' },
  'fails-midway': { 'cluster-dvs': 'rolled-back vcenter-fault', 'cluster-v6': 'rolled-back vcenter-fault' },
  islands: { 'cluster-dvs': 'done' },
  'island-leak': { 'cluster-dvs': 'rolled-back gate-failed' },
  dvs: { 'cluster-dvs': 'done' },
  'mixed-switches': { 'cluster-dvs': 'done' },
  ipv6: { 'cluster-v6': 'invalid ipv6-disabled' },
  dhcp: { 'cluster-v6': 'rolled-back no-lease' },
  'shared-vmk': { 'cluster-a': 'done', 'cluster-dvs': 'done' },
  'vmotion-off-on-one': { 'cluster-a': 'done' },
  'vm-network-missing': { 'cluster-a': 'done' },
  'no-privilege': { 'cluster-a': 'invalid privilege-missing' },
  'config-drift': { 'cluster-a': 'done', 'cluster-l3': 'done' },
  'l3-asymmetric': { 'cluster-l3': 'rolled-back gate-failed' },
  'old-stack-same-address': { 'cluster-a': 'done', 'cluster-l3': 'done' },
  'storage-on-old-adapter': { 'cluster-a': 'done', 'cluster-dvs': 'done' },
  'vmotion-turned-off': { 'cluster-a': 'done' },
  'gateway-lost': { 'cluster-l3': 'done' },
  'mtu-changed': { 'cluster-a': 'done' },
  'adapter-gone': { 'cluster-a': 'done' },
  'uplink-lost': { 'cluster-a': 'invalid uplink-down' },
  // Nothing leads back to an address that somebody else has by now.
  'address-duplicated': {},
  'host-added': { 'cluster-a': 'done' },
};

const cases = SCENARIO_NAMES.flatMap((scenario) =>
  Object.entries(ENDS[scenario]).map(([cluster, end]) => ({ scenario, cluster, end })),
);

describe('under every scenario of the lab', () => {
  it.each(cases)('$scenario: enabling $cluster ends $end, and a revert leads back, field by field', async (one) => {
    const { scenario, cluster, end } = one;
    const world = createWorld({ clusters: LAB_CLUSTERS, scenarios: [scenario] });
    const before = await world.read(cluster);
    const job = await world.run(`enable ${cluster}`);
    expect([job.state, job.failure?.code].join(' ').trim()).toBe(end);
    // Where nothing was changed there is nothing to revert, and the product says so.
    if (job.hosts.some((host) => host.outcome === 'kept')) {
      expect((await world.run(`revert ${cluster}`)).hosts.map((host) => host.outcome)).not.toContain('needs-hands');
    }
    const after = await world.read(cluster);
    const changes = before.hosts.flatMap(({ network }, index) => {
      const now = after.hosts[index]?.network;
      return network === undefined || now === undefined ? [] : differences(network, now);
    });
    expect(changes).toEqual([]);
    expect(world.lab.sessions()).toBe(0);
  });
});
