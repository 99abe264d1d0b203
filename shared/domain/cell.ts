// One cell of a matrix: whether it is as it should be, and what it and its ends are called.
import { firstLabel } from './host-entry.ts';
import { isIpv6 } from './ip-network.ts';
import type { Cell, CellResult } from './matrix.ts';

/** Whether the path turned out as declared, also where that is silence. */
export function isAsExpected(cell: Cell): boolean {
  const { kind } = cell.result;
  if (cell.expected === 'not-applicable') return true;
  if (cell.expected === 'reachable') return kind === 'ok';
  return kind === 'lost' || kind === 'refused';
}

/** "esx01 vmk2", and "esx01 vmk2 IPv6": the host's first label is enough to read, and its full name stands in the plan. */
export function endText(end: { host: string; device: string; address?: string }): string {
  const family = end.address !== undefined && isIpv6(end.address) ? ' IPv6' : '';
  return `${firstLabel(end.host)} ${end.device}${family}`;
}

/** What came of a path, as the rest of a sentence that begins with it. */
export function resultText(result: CellResult): string {
  switch (result.kind) {
    case 'ok':
      return `answers at ${result.mtuBytes} bytes`;
    case 'mtu':
      return `answers only up to ${result.mtuBytes} bytes`;
    case 'lossy':
      return `loses packets (${result.received} of ${result.sent} answered)`;
    case 'lost':
      return 'does not answer';
    case 'refused':
      return `can't be sent: ${result.reason}`;
    case 'not-tested':
      return 'was not tested';
    default:
      throw new Error(`unknown result ${result satisfies never}`);
  }
}
