// Which paths prove a wave where there are more than one slice can ping: each of its hosts meets as many others as fit.
import { compareNaturally } from './natural-order.ts';
import type { Path } from './paths.ts';

/** What one host of a wave may spend, in pings that are answered at once. Its partners ask back, so that a gate of 64
 * hosts, pinging side by side, takes the time of twice as many: under a minute of the two that a slice has. */
export const GATE_PINGS_MAX = 128;
/** Silence is known after a second; an answer takes a fifth of that. */
const SILENT_PINGS = 5;

/**
 * Of the paths of a wave those that its gate pings, both ways between the same hosts: all where they fit, else each host
 * of the wave with the partners that come first. `unproven`, whom no ping has proven yet, come first; then the next ones
 * in the order of names, so that every host of the wave is asked by others than itself chose. At least one partner each.
 */
export function toGatePaths(paths: Path[], wave: ReadonlySet<string>, unproven: ReadonlySet<string>): Path[] {
  const bySource = Map.groupBy(paths, ({ from }) => from.host);
  const costOf = (host: string) => sum((bySource.get(host) ?? []).map(cost));
  if ([...wave].every((host) => costOf(host) <= GATE_PINGS_MAX)) return paths;
  const names = [...new Set(paths.flatMap(({ from, to }) => [from.host, to.host]))].toSorted(compareNaturally);
  const chosen = new Set<string>();
  for (const host of wave) {
    const costs = new Map<string, number>();
    for (const path of bySource.get(host) ?? []) costs.set(path.to.host, (costs.get(path.to.host) ?? 0) + cost(path));
    let left = GATE_PINGS_MAX;
    for (const partner of partnersOf(host, names, unproven)) {
      const own = costs.get(partner) ?? 0;
      if (own === 0) continue;
      if (own > left && left < GATE_PINGS_MAX) break;
      chosen.add(pairOf(host, partner));
      left -= own;
    }
  }
  return paths.filter(({ from, to }) => chosen.has(pairOf(from.host, to.host)));
}

/** The others, beginning after the host itself. */
function partnersOf(host: string, names: string[], unproven: ReadonlySet<string>): string[] {
  const at = names.indexOf(host);
  const around = [...names.slice(at + 1), ...names.slice(0, at)];
  return [...around.filter((name) => unproven.has(name)), ...around.filter((name) => !unproven.has(name))];
}

const pairOf = (one: string, other: string): string => (one < other ? `${one} ${other}` : `${other} ${one}`);

function cost({ expected }: Path): number {
  if (expected === 'not-applicable') return 0;
  return expected === 'unreachable' ? SILENT_PINGS : 1;
}

const sum = (values: number[]): number => values.reduce((all, value) => all + value, 0);
