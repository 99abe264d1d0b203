// In which order hosts are changed: a canary first, then wave by wave.
import type { RolloutProfile } from './profile.ts';

/** Indexes of hosts by wave. The first wave has `canary` hosts, the others `wave`. */
export function toWaves(hosts: number, rollout: RolloutProfile): number[][] {
  const indexes = Array.from({ length: hosts }, (_, index) => index);
  const waves: number[][] = [];
  for (let start = 0; start < hosts; start += waves.at(-1)?.length ?? 0) {
    const size = waves.length === 0 ? rollout.canary : rollout.wave;
    waves.push(indexes.slice(start, start + Math.max(1, size)));
  }
  return waves;
}
