// The cells of a matrix as rows of a table, for files that people open elsewhere.
import { isAsExpected } from './cell.ts';
import { isIpv6 } from './ip-network.ts';
import type { Cell, Endpoint, Expectation } from './matrix.ts';
import { findCauses } from './matrix-causes.ts';

/** One end of a path: host as vCenter names it, VMkernel adapter, its address and TCP/IP stack. */
export type MatrixRowEnd = { host: string; device: string; address: string; netstack: string };

/**
 * One ordered pair. `pathMtu` in bytes: the largest packet that came through with don't-fragment. `roundTripMs` of the
 * ping that told it. `lossPercent` of the repeated pings. `detail`: why the host could not send, in ESXi's words.
 * `cause`: what the pair's failure probably comes from. All five only where there is such a thing.
 */
export type MatrixRow = {
  from: MatrixRowEnd;
  to: MatrixRowEnd;
  family: 'IPv4' | 'IPv6';
  expected: Expectation;
  result: Cell['result']['kind'];
  asExpected: boolean;
  pathMtu?: number;
  roundTripMs?: number;
  lossPercent?: number;
  detail?: string;
  cause?: string;
};

/** A row for each cell, in the order of the cells. */
export function matrixRows(cells: Cell[]): MatrixRow[] {
  const causes = findCauses(cells);
  return cells.map((cell) => {
    const { from, to, expected, result } = cell;
    const cause = result.kind === 'not-tested' ? undefined : causes.get(cell);
    return {
      from: toEnd(from),
      to: toEnd(to),
      family: isIpv6(from.address) ? 'IPv6' : 'IPv4',
      expected,
      result: result.kind,
      asExpected: isAsExpected(cell),
      ...measured(result),
      ...(cause === undefined ? {} : { cause }),
    };
  });
}

function toEnd({ host, device, address, netstack }: Endpoint): MatrixRowEnd {
  return { host, device, address, netstack };
}

type Measured = Pick<MatrixRow, 'pathMtu' | 'roundTripMs' | 'lossPercent' | 'detail'>;

function measured(result: Cell['result']): Measured {
  switch (result.kind) {
    case 'ok':
    case 'mtu':
      return { pathMtu: result.mtuBytes, roundTripMs: result.roundTripMicros / 1000, lossPercent: 0 };
    case 'lossy':
      return { lossPercent: result.sent === 0 ? 100 : Math.round((1 - result.received / result.sent) * 1000) / 10 };
    case 'lost':
      return { lossPercent: 100 };
    case 'refused':
      return { detail: result.reason };
    case 'not-tested':
      return {};
    default:
      throw new Error(`unknown result ${result satisfies never}`);
  }
}
