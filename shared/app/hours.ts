import type { Hours } from '../domain/rights.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { isOpen, nextClosing, nextOpening, windowText } from '../domain/windows.ts';

/** When changes of the cluster may start; `undefined`: at any time. */
export function hoursOf({ windows = [] }: ClusterSettings, now: Date): Hours | undefined {
  if (windows.length === 0) return undefined;
  const open = isOpen(windows, now);
  const turnsAt = open ? nextClosing(windows, now) : nextOpening(windows, now);
  return { isOpen: open, windows: windows.map(windowText), turnsAt: turnsAt?.toISOString() };
}
