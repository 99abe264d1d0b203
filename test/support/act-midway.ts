// People who act in the middle of a slice: at the moment when vCenter gets the first write for a given host.
import type { LabHooks } from '../../infra/lab/vcenter/vcenter.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

/** What happens at a host's first write, once. `act` gets the world; what it throws breaks the call. */
export type Midway = { host: string; act: (world: World) => Promise<unknown> | void };

const FIRST_WRITES = /^(AddPortGroup|AddVirtualNic|RemoveVirtualNic|DeselectVnicForNicType)$/;

/** Cluster-a with 16 hosts, changed in a canary and waves of `wave` hosts, and with the DRS held on request. */
export function createWideWorld(
  midway: Midway[],
  { wave = 4, holdDrs = false, ...options }: WorldOptions & { wave?: number; holdDrs?: boolean } = {},
): World {
  const left = new Map(midway.map((one) => [one.host, one]));
  const hooks: LabHooks = {
    ...options.hooks,
    async before(call) {
      await options.hooks?.before?.(call);
      const found = call.host === undefined ? undefined : left.get(call.host.split('.')[0] ?? '');
      if (found === undefined || !FIRST_WRITES.test(call.operation)) return;
      left.delete(found.host);
      await found.act(world);
    },
  };
  const world = createWorld({
    hosts: 16,
    clusters: ['cluster-a'],
    ...options,
    hooks,
    settings: (settings) => {
      const cluster = settings.clusters['cluster-a'];
      if (cluster === undefined) throw new Error('cluster-a is not in the settings');
      cluster.profile.rollout = { ...cluster.profile.rollout, canary: 1, wave, holdDrs };
      options.settings?.(settings);
    },
  });
  return world;
}

/** The one job there is. */
export async function onlyJob(world: World): Promise<string> {
  const [job, ...more] = await world.parts.store.jobs.listByCluster('cluster-a', 10);
  if (job === undefined || more.length > 0)
    throw new Error(`${more.length + (job === undefined ? 0 : 1)} jobs, not one`);
  return job.id;
}
