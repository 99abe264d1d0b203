import type { AuditSnapshot } from '../domain/drift.ts';
import type { Witness } from '../domain/drift-author.ts';
import type { HostChange } from '../domain/drift-find.ts';
import type { Cluster, Moref } from '../domain/inventory.ts';
import { OpsError } from '../errors.ts';
import type { Auditing } from './audit-job.ts';
import { readOwnWork } from './own-work.ts';

const EVENTS_MAX = 2_000;
/** vCenter's clock may be behind ours. Which events are new is told by their keys. */
const OVERLAP_MS = 600_000;

/** `eventKey`: the newest event that was read. `gap`: why the events do not tell who it was. */
export type AuditWitness = Witness & { eventKey: number; gap?: string | undefined };

/** What vCenter's events and the product's own jobs say about the time since the last audit. An audit does not fail for
 * events that it may not read. */
export async function readWitness(
  auditing: Auditing,
  seen: { cluster: Cluster; last: AuditSnapshot | undefined; changes: HostChange[] },
): Promise<AuditWitness> {
  const { session, parts } = auditing;
  const { last, changes } = seen;
  const nobody = { account: session.user, events: [], work: [], eventKey: last?.eventKey ?? 0 };
  if (last === undefined || changes.length === 0) return nobody;
  const work = await readOwnWork(parts, auditing.job.cluster, last.at);
  const since = new Date(Date.parse(last.at) - OVERLAP_MS);
  try {
    const read = await session.readEvents(entitiesOf(seen.cluster, changes), { since, max: EVENTS_MAX, byUsers: true });
    const events = read.filter(({ key }) => key > last.eventKey);
    const eventKey = Math.max(last.eventKey, ...read.map(({ key }) => key));
    const gap = read.length === EVENTS_MAX ? `vCenter has more than ${EVENTS_MAX} events since then.` : undefined;
    return { account: session.user, events, work, eventKey, gap };
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    parts.log.warn('audit-events-unread', { jobId: auditing.job.id, code: error.code });
    return { ...nobody, work, gap: `vCenter's events could not be read (${error.code}).` };
  }
}

/** Port groups of a distributed switch stand beside the cluster, not in it. */
function entitiesOf(cluster: Cluster, changes: HostChange[]): Moref[] {
  const isShared = changes.some(({ field }) => field.startsWith('distributed port group '));
  const groups = isShared ? cluster.hosts.flatMap(({ network }) => network?.distributedPortGroups ?? []) : [];
  const keys = [...new Set(groups.map(({ key }) => key))];
  return [cluster.moref, ...keys.map((value) => ({ type: 'DistributedVirtualPortgroup', value }))];
}
