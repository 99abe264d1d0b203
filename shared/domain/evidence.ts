// What vmkernel.log says about migrations: which addresses they ran between, over which adapters, and how fast.
import ipaddr from 'ipaddr.js';

/** Which end of the migration a host was. */
export type MigrationSide = 'source' | 'destination';

/** One migration as one host's log has it. `id`: the time it began at, in microseconds, the same on both hosts. */
export type MigrationTrace = {
  id: string;
  host: string;
  /** Absent where the log's part that was read begins in the middle of it. */
  side?: MigrationSide | undefined;
  sourceAddress?: string | undefined;
  destinationAddress?: string | undefined;
  /** Each adapter once, in the order in which connections were bound to them. */
  bound: { address: string; device?: string | undefined; connections: number }[];
  /** Connections for memory, beside the one that controls. */
  streams: number;
  /** Who connected, as far as the log says it. */
  acceptedFrom: string[];
  /** The last bandwidth that was logged, in megabytes a second. */
  bandwidthMegabytes?: number | undefined;
};

/** Longer lines are cut: none that is looked for comes near. */
const LINE_MAX = 2_000;
/** Migrations kept of one log, the newest. */
const TRACES_MAX = 200;

const SETTING = /Source ts = (\d{6,20}),? src ip = <([^<>]{2,64})> dest ip = <([^<>]{2,64})>/;
const BOUND = /\b(\d{6,20}) ([SD]): Successfully bound connection to vmknic (?:(vmk\d{1,4}) - )?'([^']{2,64})'/;
const STREAM = /\b(\d{6,20}) ([SD]): Stream connection (\d{1,6}) added/;
const BANDWIDTH = /\b(\d{6,20}) ([SD]): .{0,400}?network bandwidth ~(\d{1,9}(?:\.\d{1,6})?) MB\/s/;
const ACCEPTED = /MigrateNet\b.{0,200}? Accepted connection from <([^<>]{2,64})>/;

/** The migrations in a host's vmkernel.log, oldest first. Never throws: what it does not know, it passes over. */
export function parseMigrations(host: string, lines: readonly string[]): MigrationTrace[] {
  const traces = new Map<string, MigrationTrace>();
  let last: MigrationTrace | undefined;
  for (const line of lines) {
    const text = line.slice(0, LINE_MAX);
    const trace = readLine(text, (id) => {
      const known = traces.get(id) ?? { id, host, bound: [], streams: 0, acceptedFrom: [] };
      traces.set(id, known);
      return known;
    });
    last = trace ?? last;
    // The line bears no id: it belongs to the migration that was set up last.
    const from = toAddress(ACCEPTED.exec(text)?.[1]);
    if (last !== undefined && from !== undefined && !last.acceptedFrom.includes(from)) last.acceptedFrom.push(from);
  }
  return [...traces.values()].sort((a, b) => compareIds(a.id, b.id)).slice(-TRACES_MAX);
}

function readLine(text: string, traceOf: (id: string) => MigrationTrace): MigrationTrace | undefined {
  const [, setId, from, to] = SETTING.exec(text) ?? [];
  if (setId !== undefined) {
    const trace = traceOf(setId);
    trace.sourceAddress = toAddress(from) ?? trace.sourceAddress;
    trace.destinationAddress = toAddress(to) ?? trace.destinationAddress;
    return trace;
  }
  const sideTrace = (id: string, side: string | undefined) => {
    const trace = traceOf(id);
    trace.side = side === 'S' ? 'source' : 'destination';
    return trace;
  };
  const [, boundId, boundSide, device, address] = BOUND.exec(text) ?? [];
  if (boundId !== undefined) return addBound(sideTrace(boundId, boundSide), device, toAddress(address));
  const [, streamId, streamSide] = STREAM.exec(text) ?? [];
  if (streamId !== undefined) {
    const trace = sideTrace(streamId, streamSide);
    trace.streams += 1;
    return trace;
  }
  const [, rateId, rateSide, rate] = BANDWIDTH.exec(text) ?? [];
  if (rateId === undefined) return undefined;
  const trace = sideTrace(rateId, rateSide);
  trace.bandwidthMegabytes = Number(rate);
  return trace;
}

function addBound(trace: MigrationTrace, device: string | undefined, address: string | undefined): MigrationTrace {
  if (address === undefined) return trace;
  const known = trace.bound.find((one) => one.address === address);
  if (known === undefined) trace.bound.push({ address, device, connections: 1 });
  else {
    known.connections += 1;
    known.device ??= device;
  }
  return trace;
}

/** One spelling for each address: without the IPv6 form of an IPv4 address, IPv6 as RFC 5952 has it. */
export function toAddress(text: string | undefined): string | undefined {
  const bare = (text ?? '').trim().replace(/%.*$/, '');
  if (!ipaddr.isValid(bare)) return undefined;
  // "1.2" is an address to inet_aton, and to nobody here.
  if (ipaddr.IPv4.isValid(bare) && !ipaddr.IPv4.isValidFourPartDecimal(bare)) return undefined;
  return ipaddr.process(bare).toString();
}

/** Oldest first. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}
