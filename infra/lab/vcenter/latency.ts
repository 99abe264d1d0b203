import { fingerprint } from './fingerprint.ts';

/** How long calls take. `none`: no time. `lan`: a few milliseconds. `real`: as measured on real hosts. */
export type LatencyName = 'none' | 'lan' | 'real';

export type Latency = {
  /** A read that answered with so many objects. */
  readMs(objects: number): number;
  writeMs(): number;
  /** `takesMs`: what the command itself waited for, such as the pauses between pings. */
  commandMs(takesMs: number): number;
  /** Work behind a task, which would take `realMs` on real hosts. */
  taskMs(realMs: number): number;
};

const NETWORK_WRITE_MS = { least: 800, most: 2_500 };

/** The same seed gives the same delays in the same order. */
export function createLatency(name: LatencyName, seed: number): Latency {
  let drawn = 0;
  const between = (least: number, most: number) => {
    drawn += 1;
    return least + (fingerprint(seed, 'latency', drawn) % (most - least + 1));
  };
  const lan = () => between(1, 5);
  const latencies: Record<LatencyName, Latency> = {
    none: { readMs: () => 0, writeMs: () => 0, commandMs: () => 0, taskMs: () => 0 },
    lan: { readMs: lan, writeMs: lan, commandMs: lan, taskMs: (realMs) => Math.min(20, realMs) },
    real: {
      readMs: (objects) => 60 + 4 * objects,
      writeMs: () => between(NETWORK_WRITE_MS.least, NETWORK_WRITE_MS.most),
      commandMs: (takesMs) => takesMs + between(120, 300),
      taskMs: (realMs) => realMs,
    },
  };
  return latencies[name];
}
