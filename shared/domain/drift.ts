// What has become of a cluster since somebody last looked, and how it differs from what it should be.
import type { TriggeredAlarm } from './triggered-alarm.ts';

/** A host's network as it was seen, field by field: see network-fields.ts. */
export type HostFields = { name: string; moref: string; fields: Record<string, string> };

/** `eventKey`: the newest event of vCenter that was read; 0 before the first. `reported`: stands for what differed from
 * the profile when that was last told. */
export type AuditSnapshot = { at: string; eventKey: number; hosts: HostFields[]; reported: string };

/** The last known state of a cluster. `jobId`: the audit that wrote it. `before`: what that audit compared with, so that
 * its second run finds the same; of its hosts only those that differ, and by moref those that do not (`same`). */
export type AuditState = {
  cluster: string;
  jobId: string;
  now: AuditSnapshot;
  before?: (AuditSnapshot & { same: string[] }) | undefined;
};

/** The row that an audit writes. */
export function toAuditState(
  about: Pick<AuditState, 'cluster' | 'jobId'>,
  now: AuditSnapshot,
  last: AuditSnapshot | undefined,
): AuditState {
  if (last === undefined) return { ...about, now };
  const texts = new Map(now.hosts.map((host) => [host.moref, JSON.stringify(host)]));
  const isSame = (host: HostFields) => texts.get(host.moref) === JSON.stringify(host);
  const same = last.hosts.filter(isSame).map(({ moref }) => moref);
  return { ...about, now, before: { ...last, hosts: last.hosts.filter((host) => !isSame(host)), same } };
}

/** What an audit is to compare with: the last state, or for a second run of the same job the one before that. */
export function lastSnapshot(state: AuditState | undefined, jobId: string): AuditSnapshot | undefined {
  if (state === undefined || state.jobId !== jobId) return state?.now;
  if (state.before === undefined) return undefined;
  const { same, ...before } = state.before;
  const unchanged = state.now.hosts.filter(({ moref }) => same.includes(moref));
  return { ...before, hosts: [...before.hosts, ...unchanged] };
}

/** A field that has `changed` since the last audit, or that still (`standing`) is not what the profile wants. Values are
 * absent where there is nothing. `wanted` is absent where the profile says nothing against `is`. `by`, `at` and `event`:
 * who did it, as far as vCenter's events tell. */
export type Drift = {
  kind: 'changed' | 'standing';
  host: string;
  field: string;
  was?: string | undefined;
  is?: string | undefined;
  wanted?: string | undefined;
  by?: string | undefined;
  at?: string | undefined;
  event?: string | undefined;
};

/** `since`: the audit it compares with; absent for a cluster's first. `more`: drifts beyond those that are listed.
 * `unread`: hosts that vCenter could not reach. `gap`: why it may not say who did it. */
export type AuditSummary = {
  since?: string | undefined;
  drifts: Drift[];
  more: number;
  hostsAdded: string[];
  hostsRemoved: string[];
  unread: string[];
  alarms: TriggeredAlarm[];
  gap?: string | undefined;
};

/** Who asks for audits where nobody does. */
export const SCHEDULE = 'schedule';

/** What a message can show, and a row can hold, with room to spare. */
export const DRIFTS_MAX = 100;

/** Whether anything is other than at the last audit, so that it is worth a message. What differs from the profile is
 * told once: `reported` and `now` stand for it then and now. */
export function hasNews(
  { drifts, hostsAdded, hostsRemoved }: Pick<AuditSummary, 'drifts' | 'hostsAdded' | 'hostsRemoved'>,
  standing: { reported: string | undefined; now: string },
): boolean {
  const isChanged = drifts.some(({ kind }) => kind === 'changed') || hostsAdded.length + hostsRemoved.length > 0;
  return isChanged || (standing.reported ?? '') !== standing.now;
}
