// Why no change of a cluster may start now: a freeze, or the hour.
import { findFreeze, type Freeze } from '../domain/freeze.ts';
import type { StartBar } from '../domain/job-event.ts';
import type { Refusal } from '../domain/reply.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { isOpen, nextOpening, windowText } from '../domain/windows.ts';
import type { EdgeParts } from './parts.ts';

type BarParts = Pick<EdgeParts, 'store' | 'clock'>;

/** What keeps changes of the cluster from starting at this moment; `undefined`: nothing. */
export async function findStartBar(
  parts: BarParts,
  cluster: ClusterSettings,
): Promise<Exclude<StartBar, 'cluster-busy'> | undefined> {
  if ((await findHolding(parts, cluster)) !== undefined) return 'frozen';
  return isOpen(cluster.windows, parts.clock.now()) ? undefined : 'outside-window';
}

/** Whether a freeze holds the cluster. A change asks at its request already: an approval could not start it either. */
export async function findFrozen(parts: BarParts, cluster: ClusterSettings): Promise<Refusal | undefined> {
  const freeze = await findHolding(parts, cluster);
  return freeze === undefined ? undefined : refuseFrozen(cluster, freeze);
}

/** The refusal for a bar. `wayOn`: what to type where the hour is the reason. */
export async function explainBar(
  parts: BarParts,
  cluster: ClusterSettings,
  bar: Exclude<StartBar, 'cluster-busy'>,
  wayOn: string,
): Promise<Refusal> {
  const freeze = bar === 'frozen' ? await findHolding(parts, cluster) : undefined;
  // Lifted in the meantime: what is left is to try once more.
  if (bar === 'frozen' && freeze === undefined) return lifted(cluster, wayOn);
  return freeze === undefined ? refuseHour(parts, cluster, wayOn) : refuseFrozen(cluster, freeze);
}

async function findHolding({ store, clock }: BarParts, cluster: ClusterSettings): Promise<Freeze | undefined> {
  return findFreeze(await store.freezes.list(), cluster, clock.now());
}

function refuseFrozen({ name }: ClusterSettings, { id, reason, by, until, scope }: Freeze): Refusal {
  const end = until === undefined ? 'until somebody lifts it' : `until ${until}`;
  return {
    kind: 'refused',
    code: 'frozen',
    what: `"${name}" is frozen ${end}: ${reason}`,
    why: `<@${by}> has frozen ${scope === name ? 'it' : 'every cluster of this channel'} (freeze ${id}). Reading, testing, rejecting and aborting go on.`,
    fix: '/vmotion list freezes',
    exitCode: 3,
  };
}

function refuseHour({ clock }: BarParts, { name, windows = [] }: ClusterSettings, wayOn: string): Refusal {
  const opening = nextOpening(windows, clock.now());
  const when =
    opening === undefined ? 'No window opens within two weeks' : `The next window opens ${opening.toISOString()}`;
  return {
    kind: 'refused',
    code: 'outside-window',
    what: `Changes of "${name}" start only within its windows. ${when}.`,
    why: `${windows.map(windowText).join('; ')} (rule clusters.${name}.windows).`,
    fix: wayOn,
    exitCode: 3,
  };
}

function lifted({ name }: ClusterSettings, wayOn: string): Refusal {
  const what = `"${name}" was frozen a moment ago, and is not any more.`;
  return { kind: 'refused', code: 'frozen', what, why: 'The freeze has just ended.', fix: wayOn, exitCode: 3 };
}
