// A cluster of many hosts on a clock that passes only while everybody waits: hours of a rollout take seconds.
import type { LatencyName } from '../../infra/lab/vcenter/latency.ts';
import type { AddressRule } from '../../shared/domain/profile.ts';
import { createWorld, type World } from '../support/world.ts';
import { type CallRecorder, createCallRecorder } from './recorded-calls.ts';

export type LargeWorld = { world: World; recorder: CallRecorder };

/** Big enough for 64 hosts whose management addresses begin at .51. */
const ADDRESSES: AddressRule = { kind: 'management-octet', network: '172.16.1.0', prefixLength: 24 };

/** cluster-a with so many hosts, one vMotion adapter each, changed after a canary in waves of `wave`. */
export function createLargeWorld(options: { hosts: number; latency: LatencyName; wave: number }): LargeWorld {
  const { hosts, latency, wave } = options;
  const recorder = createCallRecorder();
  const world = createWorld({
    hosts,
    latency,
    hooks: recorder.hooks,
    settings(settings) {
      const profile = settings.clusters['cluster-a']?.profile;
      const [adapter] = profile?.adapters ?? [];
      if (profile === undefined || adapter === undefined) throw new Error('the lab has no cluster-a with an adapter');
      profile.adapters = [{ ...adapter, ipv4: ADDRESSES }];
      profile.rollout = { ...profile.rollout, canary: 1, wave };
    },
  });
  recorder.attach(world.lab, world.clock);
  return { world, recorder };
}
