// The lab's pane tells pings that should have been answered from those that can't be.
import { expect, it } from 'vitest';
import { readSnapshot } from '../../infra/lab/vcenter/snapshot.ts';
import { LAB_CLUSTERS } from '../../infra/lab/vcenter/topology.ts';
import { createWorld } from '../support/world.ts';

async function pingsAfter(command: string) {
  const world = createWorld({ clusters: LAB_CLUSTERS });
  const job = await world.run(command);
  const cluster = readSnapshot(world.lab).clusters.find(({ name }) => name === job.cluster);
  const sum = (key: 'ok' | 'failed' | 'silent') =>
    (cluster?.hosts ?? []).reduce((all, { pings }) => all + pings[key], 0);
  return { job, ok: sum('ok'), failed: sum('failed'), silent: sum('silent') };
}

it.each(['enable cluster-a', 'enable cluster-l3', 'enable cluster-dvs', 'enable cluster-v6'])(
  'calls nothing lost after %s, where everything is as it should be',
  async (command) => {
    const { job, ok, failed } = await pingsAfter(command);
    expect(job.state).toBe('done');
    expect(ok).toBeGreaterThan(0);
    expect(failed).toBe(0);
  },
);

it('counts the paths between islands as silent', async () => {
  const { job, silent } = await pingsAfter('enable cluster-dvs');
  expect(job.matrix?.verdict.join(' ')).toContain('24 paths between islands are silent');
  expect(silent).toBeGreaterThanOrEqual(24);
});

it.each([
  { command: 'enable cluster-a', scenario: 'mtu-hole' },
  { command: 'enable cluster-a', scenario: 'one-way' },
  { command: 'enable cluster-l3', scenario: 'gateway-missing' },
] as const)('calls the pings lost that $scenario swallows', async ({ command, scenario }) => {
  const world = createWorld({ clusters: LAB_CLUSTERS });
  const done = await world.run(command);
  expect(done.state).toBe('done');
  world.lab.setScenario(scenario, true);
  await world.run(command.replace('enable', 'test'));
  const { clusters } = readSnapshot(world.lab);
  expect(clusters.flatMap(({ hosts }) => hosts).reduce((all, { pings }) => all + pings.failed, 0)).toBeGreaterThan(0);
});
