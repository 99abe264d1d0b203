// People and faults that come between a plan and its change, in one cluster's story.
import type { Host } from '../../shared/domain/inventory.ts';
import { chooseLateFault } from './choose.ts';
import { CALM } from './faults.ts';
import { othersRest } from './others.ts';
import { meddle, type Meddling } from './people.ts';
import type { Tale } from './tale.ts';

/** What was well while it was planned may not be so any more when it is carried out. */
export function breakSomething({ run, place }: Tale): void {
  if (run.weather() === CALM || !run.chances.happens('late-fault', 0.1)) return;
  const { scenarios, lab } = place.site;
  const name = chooseLateFault(run.random, place.cluster);
  if (scenarios.includes(name)) return;
  scenarios.push(name);
  lab.setScenario(name, true);
  run.say(`now there is ${name}`);
}

/** Somebody changes a host while a plan waits. */
export async function interfere(tale: Tale): Promise<void> {
  const { run, place } = tale;
  if (run.weather() === CALM || !run.chances.happens('meddling', 0.15)) return;
  await othersRest(tale);
  const done = meddle(run.random, place.site.lab.model, place.cluster);
  if (done === undefined) return;
  run.say(`somebody changes ${done.host}: ${done.what}`);
  await remember(tale, done, await findHost(tale, done.host));
}

/** The same while a job is paused: on a host that it has not begun with. */
export async function interfereWhilePaused(tale: Tale): Promise<void> {
  const { run, place, watched } = tale;
  if (watched === undefined || !run.chances.happens('meddling', 0.3)) return;
  const done = meddle(run.random, place.site.lab.model, place.cluster);
  if (done === undefined) return;
  const { hosts } = await run.world.job(watched);
  const isPending = hosts.some((host) => host.name === done.host && host.outcome === 'pending');
  if (!isPending || done.isOfAll) {
    done.undo();
    return;
  }
  run.say(`somebody changes ${done.host}: ${done.what}`);
  const now = await findHost(tale, done.host);
  if (now === undefined) throw new Error(`${done.host} is gone`);
  await remember(tale, done, now);
  place.eras.amend(watched, (before) => ({
    ...before,
    hosts: before.hosts.map((host) => (host.name === now.name ? withGroupsOf(now, host) : host)),
  }));
}

/** They take it back, unless the product has begun with the host as they left it: then a revert leads back to that. */
export async function takeBack(tale: Tale): Promise<void> {
  if (tale.meddlings.length > 0) await othersRest(tale);
  for (const { isFirst, left, ...one } of tale.meddlings.splice(0).toReversed()) {
    if (isFirst && left !== undefined && (await isBegun(tale, left))) {
      tale.isDisordered = true;
      const hosts = tale.first.hosts.map((host) => (host.name === left.name ? withGroupsOf(left, host) : host));
      tale.first = { ...tale.first, hosts };
    } else if (one.undo()) tale.run.say(`somebody takes back on ${one.host}: ${one.what}`);
  }
}

async function remember(tale: Tale, done: Meddling, left: Host | undefined): Promise<void> {
  const at = tale.run.world.clock.now().toISOString();
  tale.meddlings.push({ ...done, at, left, isFirst: !(await isBegun(tale, left)) });
}

async function findHost({ run, place }: Tale, name: string): Promise<Host | undefined> {
  return (await run.world.read(place.cluster)).hosts.find((host) => host.name === name);
}

/** The product keeps how it found the host. */
async function isBegun({ run, place }: Tale, host: Host | undefined): Promise<boolean> {
  const baselines = await run.world.parts.store.baselines.list(place.cluster);
  return baselines.some((one) => one.host === host?.moref.value);
}

/** Distributed port groups are no host's own: what the job changed in them before is no work of the one who came then. */
function withGroupsOf(host: Host, other: Host): Host {
  const { distributedPortGroups } = other.network ?? {};
  return host.network === undefined ? host : { ...host, network: { ...host.network, distributedPortGroups } };
}
