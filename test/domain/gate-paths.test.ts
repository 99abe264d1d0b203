import { describe, expect, it } from 'vitest';
import { GATE_PINGS_MAX, toGatePaths } from '../../shared/domain/gate-paths.ts';
import type { Endpoint } from '../../shared/domain/matrix.ts';
import { toWavePaths } from '../../shared/domain/paths.ts';
import type { Reach } from '../../shared/domain/profile.ts';

/** Hosts esx1 … esxN, each with so many adapters in subnets of their own. */
function endsOf(hosts: number, adapters = 1): Endpoint[] {
  return Array.from({ length: hosts * adapters }, (_, index) => {
    const host = Math.floor(index / adapters);
    const island = (index % adapters) + 1;
    const address = `172.${16 + island}.${Math.floor(host / 200)}.${(host % 200) + 1}`;
    return {
      host: `esx${host + 1}`,
      device: `vmk${island}`,
      netstack: 'vmotion',
      address,
      prefixLength: 16,
      mtuBytes: 9000,
      island,
    };
  });
}

const wave = (from: number, to: number) =>
  new Set(Array.from({ length: to - from + 1 }, (_, index) => `esx${from + index}`));
const NOBODY = new Set<string>();

describe('the paths of a gate', () => {
  it('are all of them where a slice can ping that many', () => {
    const paths = toWavePaths(endsOf(64), wave(1, 8), 'routed');
    expect(toGatePaths(paths, wave(1, 8), NOBODY)).toEqual(paths);
  });

  it.each([
    { what: '512 hosts in waves of 64', hosts: 512, adapters: 1, last: 64, reach: 'routed' as const },
    { what: '512 hosts in waves of two', hosts: 512, adapters: 2, last: 2, reach: 'routed' as const },
    { what: 'islands, whose silence takes a second', hosts: 64, adapters: 2, last: 8, reach: 'islands' as const },
  ])('fit into a slice with $what, and leave no host of the wave alone', ({ hosts, adapters, last, reach }) => {
    const names = wave(1, last);
    const all = toWavePaths(endsOf(hosts, adapters), names, reach);
    const chosen = toGatePaths(all, names, NOBODY);
    expect(chosen.length).toBeLessThan(all.length);
    const silent = (path: (typeof all)[number]) => (path.expected === 'unreachable' ? 5 : 1);
    const total = chosen
      .filter(({ expected }) => expected !== 'not-applicable')
      .reduce((sum, path) => sum + silent(path), 0);
    expect(total).toBeLessThanOrEqual(2 * last * GATE_PINGS_MAX);
    for (const name of names) {
      const reached = (path: (typeof all)[number]) => path.expected === 'reachable';
      expect(chosen.filter((path) => reached(path) && path.from.host === name).length).toBeGreaterThan(0);
      expect(chosen.filter((path) => reached(path) && path.to.host === name).length).toBeGreaterThan(0);
    }
    // What is pinged is pinged both ways.
    const keys = new Set(chosen.map(({ from, to }) => `${from.address} ${to.address}`));
    for (const { from, to } of chosen) expect(keys.has(`${to.address} ${from.address}`)).toBe(true);
  });

  const partnersOf = (name: string, ends: Endpoint[], reach: Reach = 'routed') => {
    const chosen = toGatePaths(toWavePaths(ends, new Set([name]), reach), new Set([name]), NOBODY);
    return [...new Set(chosen.flatMap(({ from, to }) => (from.host === name ? [to.host] : [])))];
  };

  it('are all where each host of the wave has time for all, and else those of as many as fit', () => {
    expect(partnersOf('esx1', endsOf(GATE_PINGS_MAX + 1))).toHaveLength(GATE_PINGS_MAX);
    const some = partnersOf('esx1', endsOf(GATE_PINGS_MAX + 2));
    expect(some).toHaveLength(GATE_PINGS_MAX);
    expect(some).not.toContain(`esx${GATE_PINGS_MAX + 2}`);
    // Those that follow it by name, and then from the first on: only the one before it is left out.
    const around = partnersOf('esx100', endsOf(GATE_PINGS_MAX + 2));
    expect([around.length, around.includes('esx99')]).toEqual([GATE_PINGS_MAX, false]);
  });

  it('count silence by its second, and take no partner for whom the time is too short', () => {
    // Two islands: two paths that answer and two that must not, with each partner.
    expect(partnersOf('esx1', endsOf(64, 2), 'islands')).toHaveLength(Math.floor(GATE_PINGS_MAX / 12));
    // Four adapters without islands: sixteen paths each, and a last one that fits exactly.
    const routed = endsOf(64, 4).map((end) => ({ ...end, gateway: end.address.replace(/\.\d+\.\d+$/, '.255.1') }));
    expect(partnersOf('esx1', routed)).toHaveLength(GATE_PINGS_MAX / 16);
  });

  it('are those of one partner where already these take longer', () => {
    expect(partnersOf('esx1', endsOf(3, 12), 'islands')).toEqual(['esx2']);
  });

  it('cost nothing where nothing is to be proven', () => {
    const ends = endsOf(GATE_PINGS_MAX + 3).map((end) => (end.host === 'esx2' ? { ...end, address: '10.9.9.9' } : end));
    const some = partnersOf('esx1', ends);
    expect([some.length, some.includes('esx2')]).toEqual([GATE_PINGS_MAX, false]);
    expect(partnersOf('esx1', ends.slice(0, -1))).toHaveLength(GATE_PINGS_MAX + 1);
    // One host of a wave that has time for all does not make it for the others.
    const both = toWavePaths(ends, wave(1, 2), 'routed');
    expect(toGatePaths(both, wave(1, 2), NOBODY).length).toBeLessThan(both.length);
  });

  it('begin with hosts that no ping has proven yet', () => {
    const names = wave(1, 2);
    const paths = toWavePaths(endsOf(512), names, 'routed');
    const chosen = toGatePaths(paths, names, new Set(['esx400']));
    for (const name of names)
      expect(chosen.some(({ from, to }) => from.host === name && to.host === 'esx400')).toBe(true);
    // Each counts once.
    const one = new Set(['esx1']);
    const own = toGatePaths(toWavePaths(endsOf(512), one, 'routed'), one, new Set(['esx400', 'esx401']));
    expect(own.filter(({ from }) => from.host === 'esx1')).toHaveLength(GATE_PINGS_MAX);
  });
});
