// Tested matrices and what a picture needs to know of them. Override what a test is about.
import { isIpv6 } from '../../shared/domain/ip-network.ts';
import { judgeMatrix } from '../../shared/domain/judge-matrix.ts';
import type { Cell, CellResult, Endpoint } from '../../shared/domain/matrix.ts';
import { toPaths } from '../../shared/domain/paths.ts';
import type { HeatMapInput } from '../../shared/slack/heat-map-text.ts';

export const OK: CellResult = { kind: 'ok', mtuBytes: 9000, roundTripMicros: 240 };
export const AT_1500: CellResult = { kind: 'mtu', mtuBytes: 1500, roundTripMicros: 250 };
export const LOST: CellResult = { kind: 'lost' };
export const LOSSY: CellResult = { kind: 'lossy', received: 3, sent: 5 };
export const REFUSED: CellResult = { kind: 'refused', reason: 'Network is unreachable' };
export const NOT_TESTED: CellResult = { kind: 'not-tested' };

export type EndsOptions = { adapters?: number; hasIpv6?: boolean; nameOf?: (host: number) => string };

/** Adapters of hosts counted from 1. The n-th of each host shares a subnet, and an island, with the n-th of others. */
export function someEnds(
  hosts: number,
  { adapters = 1, hasIpv6 = false, nameOf = labName }: EndsOptions = {},
): Endpoint[] {
  return Array.from({ length: hosts }, (_, index) => index + 1).flatMap((host) =>
    Array.from({ length: adapters }, (_, index) => index + 1).flatMap((island) => {
      const end = { host: nameOf(host), device: `vmk${island + 1}`, netstack: 'vmotion', mtuBytes: 9000, island };
      const ipv4 = { ...end, address: `172.16.${island}.${host}`, prefixLength: 24 };
      return hasIpv6
        ? [ipv4, { ...end, address: `fd00:0:0:${island}::${host.toString(16)}`, prefixLength: 64 }]
        : [ipv4];
    }),
  );
}

function labName(host: number): string {
  return `esx${String(host).padStart(2, '0')}.lab.local`;
}

/** The host's number in its address: names may be anything. */
export function numberOf({ address }: Endpoint): number {
  return isIpv6(address) ? Number.parseInt(address.split('::')[1] ?? '', 16) : Number(address.split('.')[3]);
}

type Result = (from: Endpoint, to: Endpoint) => CellResult | undefined;

/** Every path; those that `result` leaves out turn out as declared. */
export function someMatrix(ends: Endpoint[], reach: 'routed' | 'islands', result: Result = () => undefined): Cell[] {
  const asDeclared = { reachable: OK, unreachable: LOST, 'not-applicable': NOT_TESTED };
  return toPaths(ends, reach).map((path) => ({
    ...path,
    result: result(path.from, path.to) ?? asDeclared[path.expected],
  }));
}

export function aHeatMapInput(cells: Cell[], override: Partial<HeatMapInput> = {}): HeatMapInput {
  const summary = judgeMatrix(cells);
  const word =
    summary.unexpected === 0
      ? `OK ${summary.ok} of ${summary.pairs} paths`
      : `FAILED ${summary.unexpected} of ${summary.pairs} paths`;
  return { cluster: 'cluster-a', jobId: 'j-7f3k9c', at: '2026-11-21T10:00:41.000Z', word, summary, cells, ...override };
}

/** Six hosts with two adapters, among whose cells is every mark at least once. */
export function everyMark(): Cell[] {
  const results: Record<string, CellResult> = {
    '1>2': LOST,
    '1>3': AT_1500,
    '1>4': LOSSY,
    '1>5': REFUSED,
    '1>6': NOT_TESTED,
  };
  const cells = someMatrix(someEnds(6, { adapters: 2 }), 'islands', (from, to) => {
    if (from.island !== to.island) return numberOf(from) === 2 && numberOf(to) === 3 ? OK : undefined;
    return results[`${numberOf(from)}>${numberOf(to)}`];
  });
  return cells.map((cell) => (numberOf(cell.from) === 6 ? { ...cell, expected: 'not-applicable' } : cell));
}
