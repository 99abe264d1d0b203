// How large the rows are that the product writes, as the table would have them, and how many there are.
import { packBody } from '../../shared/aws/packed-body.ts';
import type { Store } from '../../shared/ports.ts';

/** `bytesMax` of the largest row. `rows`: those there are, by their keys; `writes`: how often any was written. */
export type RowMeter = { bytesMax: number; rows: Set<string>; writes: number };

export type StoreMeter = { store: Store; meters: ReadonlyMap<string, RowMeter> };

const WRITES: ReadonlySet<string> = new Set(['create', 'save', 'put', 'putIfAbsent', 'putRow', 'putShown', 'add']);

/** The same store; what is written to it is counted, by the port it is written to. */
export function createMeteredStore(store: Store): StoreMeter {
  const meters = new Map<string, RowMeter>();
  const meterOf = (port: string): RowMeter => {
    const meter = meters.get(port) ?? { bytesMax: 0, rows: new Set<string>(), writes: 0 };
    meters.set(port, meter);
    return meter;
  };
  const metered = Object.entries(store).map(([name, port]) => {
    const proxy = new Proxy<object>(port, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        if (!WRITES.has(String(key))) return value.bind(target);
        return (...args: unknown[]) => {
          const meter = meterOf(name);
          meter.writes += 1;
          meter.rows.add(keyOf(args));
          meter.bytesMax = Math.max(meter.bytesMax, Buffer.byteLength(packBody(args.at(-1), name)));
          return Reflect.apply(value, target, args) as unknown;
        };
      },
    });
    return [name, proxy];
  });
  return { store: Object.fromEntries(metered) as Store, meters };
}

/** What tells one row of a port from another: whatever it has of these. */
function keyOf(args: unknown[]): string {
  const row = args.at(-1);
  const own = typeof row === 'object' && row !== null && !Array.isArray(row) ? Object.entries(row) : [];
  const names = ['id', 'jobId', 'card', 'cluster', 'vcenter', 'chain', 'seq', 'channel', 'group'];
  const parts = own.filter(([name]) => names.includes(name)).map(([, value]) => String(value));
  const host = own.find(([name]) => name === 'host')?.[1];
  return [...args.slice(0, -1), ...parts, host === undefined ? '' : JSON.stringify(host)].join(' ');
}
