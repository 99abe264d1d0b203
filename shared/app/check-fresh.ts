import { commandOf } from '../domain/command-of.ts';
import type { DistributedPortGroup, HostNetwork } from '../domain/inventory.ts';
import type { JobFailure } from '../domain/job.ts';
import { describeChange, differences } from '../domain/network-fields.ts';
import type { HostPlan } from '../domain/plan.ts';
import { leavingDefaultStack, newStorage } from '../domain/storage-way.ts';
import { awayText, movedText } from '../domain/whereabouts.ts';
import { hostDigest } from './digest.ts';
import { findGroupUsers } from './group-users.ts';
import { hasLeft, type Wave, type WaveHost } from './load-wave.ts';
import { readMovedOut } from './moved-out.ts';
import { planAgain } from './plan-again.ts';
import { findRestoreGoals } from './restore-goals.ts';
import { type StaleChange, whoChanged } from './stale-author.ts';

/** Changes named in the message. */
const CHANGES_MAX = 4;

/** Plans every host again that nothing was written to yet. Answers why the first no longer plans as approved, and, as far
 * as vCenter tells, who is behind that. */
export async function checkFresh(wave: Wave): Promise<JobFailure | undefined> {
  const fresh = wave.hosts.filter(({ keeper }) => keeper.current.phase === 'planned');
  const moved = fresh.find(hasLeft);
  if (moved !== undefined) return toMoved(wave, moved, 'Nothing was done to this host.');
  const asked = await withStorage(wave, fresh);
  const stale = asked.find((one) => !isAsApproved(wave, one));
  if (stale === undefined) return checkGroups(wave);
  const { what, change } = whatChanged(wave, stale);
  const who = change === undefined ? '' : `${await whoChanged(wave.slice, change)} `;
  return {
    code: 'stale',
    what,
    why: `${who}The approval was for another plan. Nothing was done to this host.`,
    remedy: commandOf(wave.slice.job),
  };
}

/** Storage may have come by an adapter since it was planned to go: asked again for these hosts alone. What vCenter does not
 * tell this time is what it was. */
async function withStorage({ slice }: Wave, hosts: WaveHost[]): Promise<WaveHost[]> {
  const leaving = hosts.filter(
    ({ host, keeper: { current } }) =>
      host.network !== undefined && current.goal === undefined && leavingDefaultStack(current.plan.steps).length > 0,
  );
  if (leaving.length === 0) return hosts;
  const told = await slice.session.readStorage(leaving.map(({ host }) => host.moref));
  const storage = new Map(leaving.map(({ host }, index) => [host.moref.value, told[index]]));
  return hosts.map((one) => {
    const [then, now] = [one.keeper.current.storage, storage.get(one.host.moref.value)];
    const isHeard = now !== undefined && now.unread.every((what) => then?.unread.includes(what) ?? true);
    return isHeard ? { ...one, host: { ...one.host, storage: now } } : one;
  });
}

/** Who needs a distributed port group shows on other hosts than those that go back. */
async function checkGroups({ slice, settings, records }: Wave): Promise<JobFailure | undefined> {
  // Also of a host whose wave comes later: better now than half way.
  const open = [...records.values()].filter(({ phase }) => phase === 'planned');
  const planned = open.flatMap(({ goal }) => goal?.groups ?? []);
  if (planned.length === 0) return undefined;
  const { parts, session } = slice;
  const back = [...records.values()].filter(({ goal, plan }) => goal !== undefined && plan.kind !== 'skipped');
  const { hosts } = await session.readCluster(settings.path);
  const leaving = new Set(back.map(({ host }) => host.moref.value));
  const changed = await findRestoreGoals(parts.store, slice.job);
  const all = [...hosts, ...(await readMovedOut(session, hosts, changed))];
  for (const { original, neededBy } of planned) {
    const users = await findGroupUsers({ parts, settings, session }, original, { hosts: all, leaving });
    if (users.length > 0 === neededBy.length > 0) continue;
    const { name } = original;
    const what =
      users.length > 0
        ? `Distributed port group ${name} is needed by ${users.join(', ')} now, which it was not when this was planned.`
        : `Distributed port group ${name} is needed by nobody else any more; when this was planned it was by ${neededBy.join(', ')}.`;
    const why = 'The approval was for another plan. Nothing was done to this host.';
    return { code: 'stale', what, why, remedy: commandOf(slice.job) };
  }
  return undefined;
}

/** A host that is another cluster's business now. `done`: what was done to it. */
export function toMoved({ slice: { job } }: Wave, { host }: WaveHost, done: string): JobFailure {
  return {
    code: 'host-moved',
    what: `${movedText(host, job.cluster)} after planning.`,
    why: `The approval was for hosts of ${job.cluster}. ${done}`,
    remedy: `Move it back, or go on without it: ${commandOf(job)}`,
  };
}

/** A stack that was on its way to sleep while the host was planned may have fallen asleep since: there is nothing to wait
 * for any more, and all that was to be written still is. */
function isAsApproved(wave: Wave, one: WaveHost): boolean {
  const { sha256 } = wave.slice.parts;
  const { digest, plan: approved } = one.keeper.current;
  if (isOfAnotherPlan(one)) return false;
  const plan = hostDigest(sha256, planAgain(wave, one, one.host.network));
  return plan === digest || plan === hostDigest(sha256, withoutWaiting(approved));
}

/** A worker that planned too, and was slower, has stored its plan over the one that was shown and approved: the cluster had
 * changed in between. */
function isOfAnotherPlan({ summary, keeper }: WaveHost): boolean {
  return summary.digest !== undefined && summary.digest !== keeper.current.digest;
}

function withoutWaiting(plan: HostPlan): HostPlan {
  const steps = plan.steps.filter(({ kind }) => kind !== 'await-dormant');
  return plan.kind === 'change' && steps.length === 0 ? { ...plan, kind: 'in-place', steps } : { ...plan, steps };
}

/** `change`: what somebody in vCenter has changed; absent where nobody there did. */
function whatChanged(wave: Wave, one: WaveHost): { what: string; change?: StaleChange } {
  const { keeper, host } = one;
  if (host.connection === 'gone') return { what: `${awayText(host)}; it was there when it was planned.` };
  if (host.connection !== 'connected')
    return { what: `${host.name} is ${host.connection} now; it was connected when it was planned.` };
  if (isOfAnotherPlan(one))
    return { what: `${host.name} was planned twice, and changed in between: what is stored is not what was shown.` };
  const { observed } = keeper.current;
  const changes = observed === undefined || host.network === undefined ? [] : differences(observed, host.network);
  const touched = touchedPortGroup(observed, host.network);
  if (changes.length === 0 && touched !== undefined) {
    const field = `distributed port group ${touched.name}`;
    const what = `Distributed port group ${touched.name} was reconfigured after planning.`;
    return { what, change: { host, changes: [{ field, from: undefined, to: undefined }], groups: [touched.key] } };
  }
  const storage = newStorage(keeper.current.storage, host.storage);
  if (changes.length === 0 && storage.length > 0)
    return {
      what: `${host.name} has storage by way of ${storage.join(', ')} now, which it had not when it was planned.`,
    };
  if (changes.length === 0) {
    const what = `The profile of ${wave.slice.job.cluster} in vmotion.yaml changed after planning; ${host.name} would get another plan.`;
    return { what };
  }
  const named = changes.slice(0, CHANGES_MAX).map(describeChange).join('; ');
  const more = changes.length > CHANGES_MAX ? ` and ${changes.length - CHANGES_MAX} more` : '';
  const groups = (host.network?.distributedPortGroups ?? []).filter(({ name }) =>
    changes.some(({ field }) => field.startsWith(`distributed port group ${name} `)),
  );
  const what = `${host.name} changed after planning: ${named}${more}.`;
  return { what, change: { host, changes, groups: groups.map(({ key }) => key) } };
}

/** A distributed port group under a new version: something of it changed that is not among the fields. */
function touchedPortGroup(
  then: HostNetwork | undefined,
  now: HostNetwork | undefined,
): DistributedPortGroup | undefined {
  const before = then?.distributedPortGroups ?? [];
  return now?.distributedPortGroups?.find((group) => {
    const old = before.find((one) => one.key === group.key);
    return old !== undefined && old.configVersion !== group.configVersion;
  });
}
