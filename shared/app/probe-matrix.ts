// Runs the pings of a matrix: one at a time per source host, all hosts at once.
import type { Cell } from '../domain/matrix.ts';
import { type Path, pathMtu } from '../domain/paths.ts';
import { nextProbe, pingHeaderBytes, type Probe, type Probed } from '../domain/probe.ts';
import type { Clock, HostRef, PingRequest, VsphereSession } from '../ports.ts';

/** Hosts that ping at the same moment. */
const SOURCES_MAX = 64;
/** How long ESXi waits for each reply. */
const WAIT_SECONDS = 1;

/** `isOver`: whether nobody wants the answer any more. */
export type Pinger = {
  session: VsphereSession;
  hosts: Map<string, HostRef>;
  clock: Clock;
  isOver?: (() => boolean) | undefined;
};

/**
 * Tests paths until all are judged, `until` has come, or nobody wants it any more; what is left is not in the answer. `onRow` gets each source
 * host's cells as soon as that host is through.
 */
export async function probeMatrix(
  pinger: Pinger,
  paths: Path[],
  until: Date,
  onRow: (host: string, cells: Cell[]) => Promise<void> = async () => undefined,
): Promise<Cell[]> {
  const rows = [...Map.groupBy(paths, (path) => path.from.host)];
  const done: Cell[] = [];
  const next = rows.values();
  const work = async () => {
    for (const [host, row] of next) {
      const cells: Cell[] = [];
      for (const path of row) {
        if (pinger.clock.now() >= until || pinger.isOver?.() === true) break;
        cells.push(await probePath(pinger, path));
      }
      done.push(...cells);
      await onRow(host, cells);
    }
  };
  await Promise.all(Array.from({ length: Math.min(SOURCES_MAX, rows.length) }, work));
  return done;
}

async function probePath(pinger: Pinger, path: Path): Promise<Cell> {
  const probed: Probed[] = [];
  for (;;) {
    const next = nextProbe({ mtuBytes: pathMtu(path), expected: path.expected }, probed);
    if (next.kind === 'judged') return { ...path, result: next.result };
    probed.push({ probe: next.probe, outcome: await send(pinger, path, next.probe) });
  }
}

async function send({ session, hosts }: Pinger, { from, to }: Path, probe: Probe) {
  const host = hosts.get(from.host);
  if (host === undefined) throw new Error(`${from.host} is not among the hosts that can ping`);
  return session.ping(host, toPing(from, to.address, probe));
}

/** The netstack is named only where it is not the default one: naming that can change what ping does. */
export function toPing(from: { device: string; netstack: string }, address: string, probe: Probe): PingRequest {
  return {
    device: from.device,
    netstack: from.netstack,
    address,
    payloadBytes: probe.sizeBytes - pingHeaderBytes(address),
    dontFragment: probe.dontFragment,
    count: probe.count,
    waitSeconds: WAIT_SECONDS,
  };
}
