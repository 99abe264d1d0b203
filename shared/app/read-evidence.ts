// The logs of hosts, read and taken apart. What can't be read is said, never guessed.
import { type MigrationTrace, parseMigrations } from '../domain/evidence.ts';
import type { Moref } from '../domain/inventory.ts';
import { OpsError } from '../errors.ts';
import type { VsphereSession } from '../ports.ts';
import { mapLimited } from './map-limited.ts';
import { isBookkeeping } from './slice-error.ts';

/** A migration writes some dozens of lines; a busy host some hundreds a minute. */
const LINES = 2_000;
/** Hosts asked at the same moment. */
const HOSTS_MAX = 8;

/** `short`: hosts whose log began anew, so that it reaches back less far. */
export type EvidenceRead = { traces: MigrationTrace[]; gaps: string[]; short: string[] };

/** The end of each host's vmkernel.log. A host whose log can't be read makes a gap, and no more than that. */
export async function readEvidence(
  session: Pick<VsphereSession, 'readLog'>,
  hosts: { moref: Moref; name: string }[],
): Promise<EvidenceRead> {
  const read: EvidenceRead = { traces: [], gaps: [], short: [] };
  await mapLimited(hosts, HOSTS_MAX, async ({ moref, name }) => {
    try {
      const { lines, isRotated } = await session.readLog(moref, { key: 'vmkernel', lines: LINES });
      read.traces.push(...parseMigrations(name, lines));
      if (isRotated) read.short.push(name);
    } catch (error) {
      if (!(error instanceof OpsError) || isBookkeeping(error)) throw error;
      read.gaps.push(`The log of ${name} can't be read: ${error.message}`);
    }
  });
  return read;
}
