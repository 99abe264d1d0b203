// vmkernel.log of the lab's hosts: what a migration leaves there, and how DiagnosticManager reads it out.
import type { LabHost } from './model.ts';
import type { Switches } from './switches.ts';
import type { VmotionPath } from './vmotion-path.ts';

/** Adds lines, each with the time and a CPU before it. A log that is too long begins anew. */
export function writeLog(host: LabHost, now: Date, texts: string[], switches: Switches): void {
  for (const [index, text] of texts.entries()) {
    if (host.log.lines.length >= switches.logRotatesAt) host.log = { lines: [], rotations: host.log.rotations + 1 };
    const cpu = (host.number + index) % 64;
    host.log.lines.push(`${now.toISOString()} cpu${cpu}:${2_097_152 + host.number})${text}`);
  }
}

export type MigrationLog = { id: string; world: number; path: VmotionPath; pagesLeft: number };

/** What the source says when a migration begins. */
export function sourceLines(log: MigrationLog, switches: Switches): string[] {
  const [first] = log.path.pairs;
  if (first === undefined) return [];
  return [
    `Migrate: vm ${log.world}: 3885: Setting VMOTION info: Source ts = ${log.id}, src ip = <${first.sourceAddress}> ` +
      `dest ip = <${first.targetAddress}> Dest wid = ${log.world + 7} using SHARED swap`,
    ...connections(log, 'S', switches),
  ];
}

/** What the destination says. */
export function targetLines(log: MigrationLog, switches: Switches): string[] {
  const [first] = log.path.pairs;
  if (first === undefined) return [];
  const accepted = log.path.pairs.map(
    ({ sourceAddress }) => `MigrateNet: vm ${log.world + 7}: 3263: Accepted connection from <${sourceAddress}>`,
  );
  return [
    `Migrate: vm ${log.world + 7}: 3885: Setting VMOTION info: Source ts = ${log.id}, ` +
      `src ip = <${first.sourceAddress}> dest ip = <${first.targetAddress}> ` +
      `Dest wid = ${log.world + 7} using SHARED swap`,
    ...accepted,
    ...connections(log, 'D', switches),
  ];
}

/** The line that tells the bandwidth, at the end on the source. */
export function bandwidthLine({ id, path, pagesLeft }: MigrationLog): string {
  // Nine tenths of the wire reach the guest's memory on the other side.
  const rate = ((path.lineRateMb / 8) * 0.914).toFixed(3);
  return (
    `VMotion: 5426: ${id} S: Stopping pre-copy: only ${pagesLeft} pages left to send, which can be sent within the ` +
    `switchover time goal of 0.500 seconds (network bandwidth ~${rate} MB/s, 13975% t2d)`
  );
}

/** The control connection is bound first, to the first adapter; then each stream to its own. */
function connections({ id, world, path }: MigrationLog, side: 'S' | 'D', switches: Switches): string[] {
  const own = path.pairs.map((pair) =>
    side === 'S'
      ? { device: pair.source.device, address: pair.sourceAddress }
      : { device: pair.target.device, address: pair.targetAddress },
  );
  const bound = ({ device, address }: { device: string; address: string }) => {
    const vmknic = switches.logsVmkDevice ? `${device} - '${address}'` : `'${address}'`;
    return `MigrateNet: 1751: ${id} ${side}: Successfully bound connection to vmknic ${vmknic}`;
  };
  const streams = own.flatMap((one, index) => [
    `Tcpip_Vmk: 1013: Affinitizing ${one.address} to world ${world + index}, Success`,
    bound(one),
    `VMotionUtil: 5089: ${id} ${side}: Stream connection ${index + 1} added.`,
  ]);
  const [first] = own;
  return first === undefined ? [] : [bound(first), ...streams];
}

/** DiagnosticManager.BrowseDiagnosticLog: lines from `start`, counted from 1, at most as many as the server gives. */
export function browseLog(
  host: LabHost,
  want: { start: number; lines: number },
  switches: Switches,
): { lineStart: number; lineEnd: number; lineText: string[] } {
  const { lines } = host.log;
  if (want.start > lines.length) {
    // Behind the end there is nothing; servers differ in what they then count.
    const lineEnd = switches.logPastEnd === 'tells-the-end' ? lines.length : want.start - 1;
    return {
      lineStart: switches.logPastEnd === 'tells-the-end' ? lines.length + 1 : want.start,
      lineEnd,
      lineText: [],
    };
  }
  const start = Math.max(1, want.start);
  const lineText = lines.slice(start - 1, start - 1 + Math.min(want.lines, switches.logLinesMost));
  return { lineStart: start, lineEnd: start + lineText.length - 1, lineText };
}
