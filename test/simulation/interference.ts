// People and faults that come between a plan and its change, in one cluster's story.
import { chooseLateFault } from './choose.ts';
import { CALM } from './faults.ts';
import { type HostPicture, type Picture, pictureOf } from './lab-picture.ts';
import { addIntruder } from './intruders.ts';
import { othersRest } from './others.ts';
import { meddle, type Meddling } from './people.ts';
import type { Tale } from './tale.ts';

/** What was well while it was planned may not be so any more when it is carried out. */
export function breakSomething({ run, place }: Tale): void {
  if (run.weather() !== CALM && run.chances.happens('intruder', 0.1)) addIntruder(run, place);
  if (run.weather() === CALM || !run.chances.happens('late-fault', 0.1)) return;
  const { scenarios, lab } = place.site;
  const name = chooseLateFault(run.random, place.cluster);
  if (scenarios.includes(name)) return;
  scenarios.push(name);
  lab.setScenario(name, true);
  place.site.brokenAt = run.world.clock.now().getTime();
  run.say(`now there is ${name}`);
}

/** Somebody changes a host while a plan waits. */
export async function interfere(tale: Tale): Promise<void> {
  const { run, place } = tale;
  if (run.weather() === CALM || !run.chances.happens('meddling', 0.15)) return;
  await othersRest(tale);
  const before = pictureOf(place.site.lab.model, place.cluster);
  const done = meddle(run.random, place.site.lab, place.cluster);
  if (done === undefined) return;
  run.say(`somebody changes ${done.host}: ${done.what}`);
  await remember(tale, done, getHost(tale, before, done.host));
}

/** The same while a job is paused: on a host that it has not begun with. */
export async function interfereWhilePaused(tale: Tale): Promise<void> {
  const { run, place, watched } = tale;
  if (watched === undefined || !run.chances.happens('meddling', 0.3)) return;
  const before = pictureOf(place.site.lab.model, place.cluster);
  const done = meddle(run.random, place.site.lab, place.cluster);
  if (done === undefined) return;
  const { hosts } = await run.world.job(watched);
  const isPending = hosts.some((host) => host.name === done.host && host.outcome === 'pending');
  if (!isPending || done.isOfAll) {
    if (!done.undo()) run.say(`somebody changes ${done.host} for good: ${done.what}`);
    return;
  }
  run.say(`somebody changes ${done.host}: ${done.what}`);
  const now = getHost(tale, before, done.host);
  await remember(tale, done, now);
  place.eras.amend(watched, (then) => withHost(then, now));
}

/** They take it back, unless the product has begun with the host as they left it: then a revert leads back to that. */
export async function takeBack(tale: Tale): Promise<void> {
  if (tale.meddlings.length > 0) await othersRest(tale);
  const found = new Set<string>();
  for (const { isFirst, left, ...one } of tale.meddlings.splice(0).toReversed()) {
    if (isFirst && (await isBegun(tale, left))) {
      tale.isDisordered = true;
      // As they left it last.
      if (!found.has(left.name)) tale.first = withHost(tale.first, left);
      found.add(left.name);
    } else if (one.undo()) tale.run.say(`somebody takes back on ${one.host}: ${one.what}`);
  }
}

async function remember(tale: Tale, done: Meddling, left: HostPicture): Promise<void> {
  const at = tale.run.world.clock.now().toISOString();
  tale.meddlings.push({ ...done, at, left, isFirst: !(await isBegun(tale, left)) });
}

/** As it is now; one that has left the cluster as it was `before`. */
function getHost({ place }: Tale, before: Picture, name: string): HostPicture {
  const now = pictureOf(place.site.lab.model, place.cluster);
  const host = [...now.hosts, ...before.hosts].find((one) => one.name === name);
  if (host === undefined) throw new Error(`${name} is gone`);
  return host;
}

/** The product keeps how it found the host: also where another cluster has it for a while. */
async function isBegun({ run, place }: Tale, host: HostPicture): Promise<boolean> {
  const clusters = run.places.filter(({ site }) => site === place.site).map(({ cluster }) => cluster);
  const baselines = await Promise.all(clusters.map((name) => run.world.parts.store.baselines.list(name)));
  return baselines.flat().some((one) => one.host === host.moref);
}

const withHost = (picture: Picture, host: HostPicture): Picture => ({
  ...picture,
  hosts: picture.hosts.map((one) => (one.name === host.name ? host : one)),
});
