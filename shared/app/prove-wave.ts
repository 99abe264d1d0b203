// The gate after each wave: real pings at full size between its hosts and those done before, both ways.
import { endText, isAsExpected } from '../domain/cell.ts';
import { toGatePaths } from '../domain/gate-paths.ts';
import type { Host } from '../domain/inventory.ts';
import { contains } from '../domain/ip-network.ts';
import { judgeMatrix } from '../domain/judge-matrix.ts';
import type { Cell, Endpoint, MatrixSummary } from '../domain/matrix.ts';
import { toEndpoints, toWavePaths } from '../domain/paths.ts';
import { readKnown } from './host-work.ts';
import { getRecord, hasLeft, toRefs, type Wave, type WaveHost } from './load-wave.ts';
import { type Pinger, probeMatrix, toPing } from './probe-matrix.ts';
import type { AppliedHost } from './run-wave.ts';

/** `cells`: the pings that proved it. `unproven`: hosts of earlier waves that no ping has ever proven; they go back together with this wave. */
export type Proof =
  | { kind: 'passed'; cells?: Cell[] }
  | { kind: 'out-of-time' }
  | { kind: 'failed'; matrix: MatrixSummary; unproven: WaveHost[] };

const GATEWAY_PROBE = { sizeBytes: 84, dontFragment: false, count: 2 };

/** A revert has no gate: what was there before comes back whether or not it ever worked; its test follows at the end. */
export async function proveWave(wave: Wave, applied: AppliedHost[]): Promise<Proof> {
  const { slice, settings } = wave;
  if (slice.job.kind === 'revert' || applied.length === 0) return { kind: 'passed' };
  const here = applied.flatMap(({ one, network }) => toEndpoints(one.host.name, network));
  const before = wave.done.flatMap(({ host }) =>
    host.network === undefined ? [] : toEndpoints(host.name, host.network),
  );
  const names = new Set(applied.map(({ one }) => one.host.name));
  const all = toWavePaths([...here, ...before], names, settings.profile.reach);
  const paths = toGatePaths(all, names, new Set(unprovenOf(wave).map(({ host }) => host.name)));
  const pinger = { session: slice.session, hosts: toRefs([...wave.hosts, ...wave.done]), clock: slice.parts.clock };
  if (!paths.some((path) => path.expected === 'reachable')) return proveByGateway(wave, pinger, here);
  const cells = await probeMatrix(pinger, paths, slice.deadline);
  if (cells.length < paths.length) return { kind: 'out-of-time' };
  const judged = judgeMatrix(cells);
  if (judged.unexpected === 0) return { kind: 'passed', cells };
  // The hosts of earlier waves were read when this one began.
  const gone = await findGone(wave);
  const rest = cells.filter(({ from, to }) => !gone.has(from.host) && !gone.has(to.host));
  const matrix = judgeMatrix(rest);
  if (gone.size > 0 && matrix.unexpected === 0) {
    const isProof = rest.some((cell) => cell.expected === 'reachable');
    return isProof ? { kind: 'passed', cells: rest } : proveByGateway(wave, pinger, here);
  }
  await storeCells(wave, cells);
  return { kind: 'failed', matrix, unproven: findUnproven(wave, cells) };
}

/** The first wave may have nobody to ping. Where it has a gateway, that at least must answer. */
async function proveByGateway(wave: Wave, pinger: Pinger, ends: Endpoint[]): Promise<Proof> {
  if (!wave.settings.profile.rollout.pingGateway) return { kind: 'passed' };
  const silent: Endpoint[] = [];
  // A stack has one gateway, in the subnet of one of its adapters; the others can't reach it by themselves.
  const near = ends.filter((end) => end.gateway !== undefined && contains(end, end.gateway));
  for (const end of near) {
    const host = pinger.hosts.get(end.host);
    if (end.gateway === undefined || host === undefined) continue;
    const outcome = await pinger.session.ping(host, toPing(end, end.gateway, GATEWAY_PROBE));
    if (outcome.kind !== 'sent' || outcome.received === 0) silent.push(end);
  }
  if (silent.length === 0) return { kind: 'passed' };
  const matrix: MatrixSummary = {
    pairs: near.length,
    ok: near.length - silent.length,
    failed: silent.length,
    unexpected: silent.length,
    verdict: silent.map(
      (end) =>
        `The gateway ${end.gateway} does not answer ${endText(end)} (${end.address}): look at the gateway, its VLAN and the uplink.`,
    ),
    failures: silent.map((end) => ({
      from: endText(end),
      to: `gateway ${end.gateway}`,
      result: 'does not answer',
      cause: 'gateway or VLAN',
    })),
  };
  return { kind: 'failed', matrix, unproven: [] };
}

/** What a host that has left vCenter or the cluster no longer answers is not the fault of those that are changed. */
async function findGone({ slice, records, done }: Wave): Promise<Set<string>> {
  const known = done.map(({ summary }) => getRecord(records, summary).host);
  const hosts = await readKnown(slice.session, known);
  const isGone = (one: WaveHost, host: Host | undefined) =>
    host === undefined || host.connection === 'gone' || hasLeft({ ...one, host });
  return new Set(done.flatMap((one, index) => (isGone(one, hosts[index]) ? [one.host.name] : [])));
}

async function storeCells(wave: Wave, cells: Cell[]): Promise<void> {
  const { slice } = wave;
  for (const [host, row] of Map.groupBy(cells, (cell) => cell.from.host))
    await slice.parts.store.matrix.putRow(slice.job.id, host, row);
}

/**
 * "Kept" means changed and proven. With this gate the first hosts meet others for the first time: if none of their paths
 * works, they were never proven and go back too. Hosts of later waves have passed a gate of their own.
 */
function findUnproven(wave: Wave, cells: Cell[]): WaveHost[] {
  if (wave.slice.job.wave > 1) return [];
  return unprovenOf(wave).filter(({ host }) => !isProvenBy(cells, host.name));
}

function unprovenOf({ done }: Wave): WaveHost[] {
  return done.filter(({ summary }) => summary.outcome === 'kept' && summary.isProven !== true);
}

/** Whether a ping from or to the host answered. */
export function isProvenBy(cells: Cell[], host: string): boolean {
  return cells.some(
    (cell) => cell.expected === 'reachable' && isAsExpected(cell) && (cell.from.host === host || cell.to.host === host),
  );
}
