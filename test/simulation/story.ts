// One cluster's story: people ask, decide, leave plans for later; at last everything is put back.
import { allHosts } from '../../infra/lab/vcenter/model.ts';
import { isEnded } from '../../shared/domain/exit-code.ts';
import type { Job } from '../../shared/domain/job.ts';
import { findSharing } from '../../shared/domain/sharing-clusters.ts';
import { decideOn } from './approvals.ts';
import { isBeginning, chooseCommand } from './choose.ts';
import { checkReverted } from './check-hosts.ts';
import { violate } from './violation.ts';
import { endOf } from './check-end.ts';
import { keepMachines } from './check-machines.ts';
import { CALM } from './faults.ts';
import { freezeAwhile, thaw } from './freezes.ts';
import { pictureOf, usedElsewhere } from './lab-picture.ts';
import { breakSomething, interfere, takeBack } from './interference.ts';
import { addIntruder, removeIntruders } from './intruders.ts';
import { chooseMistake } from './mistakes.ts';
import { calmDown } from './others.ts';
import { isSeen, isTold, jobIs, type Tale } from './tale.ts';

/** While things go wrong. */
export async function playStorm(tale: Tale): Promise<void> {
  const { run, place, past, plans } = tale;
  const { random, chances, say } = run;
  const { cluster, site } = place;
  const { hosts } = tale.first;
  say(
    `${cluster} with ${hosts.length} hosts, ${site.scenarios.join(' ') || 'healthy'}, ${JSON.stringify(run.weather())}`,
  );
  if (chances.happens('intruder', 0.1)) addIntruder(run, place);
  for (let index = 0; index < 1 + random.below(run.setting.commandsMax); index += 1) {
    if (random.chance(0.5)) await thaw(run);
    if (chances.happens('mistake', 0.3)) await mistake(tale);
    const text = chooseCommand(random, { cluster, past, model: site.lab.model, favourites: site.favourites });
    if (chances.happens('command', 1)) await command(tale, text);
    const waiting = random.chance(0.5) ? plans.pop() : undefined;
    if (waiting !== undefined) await carryOn(tale, waiting);
  }
}

/** In calm weather everything can be put back, whatever happened before. */
export async function playCalm(tale: Tale): Promise<void> {
  const { run, place } = tale;
  const { world } = run;
  await calmDown(tale);
  for (const name of place.site.scenarios.filter((one) => !isBeginning(one))) place.site.lab.setScenario(name, false);
  removeIntruders(place.site);
  if ((await world.parts.store.baselines.list(place.cluster)).length > 0) {
    const job = await revertCalmly(tale);
    // Where a cluster began in disorder, what comes back does not pass its test either.
    const isAsBefore = job.state === 'partial' && job.failure === undefined && tale.isDisordered;
    // Of hosts that have left vCenter nothing can be put back.
    const isAllGone = job.failure?.code === 'host-left-out' && (await areAllGone(tale));
    if (job.state !== 'done' && job.state !== 'in-place' && !isAsBefore && !isAllGone)
      throw new Error(`a calm revert ended ${job.state}: ${job.failure?.what}`);
  }
  // What clusters share is judged when the last of them is back.
  if (sharersOf(tale).length === 0) checkBack(tale);
  await calmDown(tale);
}

/** Whoever needs a distributed port group last gives it back. */
export function checkBack({ first, place: { site, cluster } }: Tale): void {
  const { model } = site.lab;
  checkReverted(first, pictureOf(model, cluster), usedElsewhere(model, cluster));
}

async function areAllGone({ run, place }: Tale): Promise<boolean> {
  const hosts = allHosts(place.site.lab.model);
  const baselines = await run.world.parts.store.baselines.list(place.cluster);
  return baselines.every((baseline) => !hosts.some(({ moref }) => moref.value === baseline.host));
}

async function command(tale: Tale, text: string): Promise<Job | undefined> {
  const reply = await tale.run.world.type(text);
  tale.run.say(`ann types "${text}": ${reply.kind === 'queued' ? reply.job.id : JSON.stringify(reply).slice(0, 120)}`);
  if (reply.kind !== 'queued') return undefined;
  tale.past.push(reply.job.id);
  return carryOn(tale, reply.job.id);
}

/** Follows a job to its end, through approval and start. Nothing for a plan that is left for later. */
async function carryOn(tale: Tale, id: string): Promise<Job | undefined> {
  const { run, driver, place } = tale;
  const { world, chances, say } = run;
  tale.watched = id;
  const machines = keepMachines(place);
  const isDecided = (job: Job) => isTold(job) || job.state === 'awaiting-approval' || job.state === 'planned';
  await driver.untilQuiet(jobIs(tale, id, isDecided), place.cluster);
  tale.watched = undefined;
  const isCalm = run.weather() === CALM;
  if (!isCalm && chances.happens('freeze', 0.12)) await freezeAwhile(run, place.cluster);
  await interfere(tale);
  breakSomething(tale);
  await decideOn(tale, id);
  if ((await world.job(id)).state === 'planned') {
    if (!isCalm && chances.happens('late-plan', 0.3)) {
      tale.plans.push(id);
      await takeBack(tale);
      return undefined;
    }
    await interfere(tale);
    const reply = await world.type(`apply ${id}`);
    say(`ann types "apply ${id}": ${reply.kind}`);
  }
  tale.watched = id;
  await driver.untilQuiet(isSeen(tale, id), place.cluster);
  tale.watched = undefined;
  const job = await world.job(id);
  await endOf(tale, job, machines);
  await takeBack(tale);
  return job;
}

async function mistake({ run, place }: Tale): Promise<void> {
  const { text, user } = chooseMistake(run.random, place.cluster);
  const reply = await run.world.type(text, user);
  if (reply.kind !== 'refused') violate('a mistake is refused', `"${text.slice(0, 60)}" was answered ${reply.kind}`);
}

const REVERTS_MAX = 5;

const sharersOf = ({ run, place }: Tale): string[] => {
  const { settings } = run.world.parts;
  const own = settings.clusters[place.cluster];
  return own === undefined ? [] : findSharing(settings, own).map(({ name }) => name);
};

/** Until no change of a cluster with the same distributed port groups is under way. */
async function sharersRest(tale: Tale): Promise<void> {
  const { leases } = tale.run.world.parts.store;
  const sharers = sharersOf(tale);
  await tale.driver.untilQuiet(async () => {
    const held = await Promise.all(sharers.map((name) => leases.find(name)));
    return !held.some((lease) => lease !== undefined && lease.jobId !== '');
  }, tale.place.cluster);
}
const LOGIN_PAUSE_MS = 7 * 60_000;

async function revertCalmly(tale: Tale): Promise<Job> {
  for (let attempt = 0; attempt < REVERTS_MAX; attempt += 1) {
    await sharersRest(tale);
    await thaw(tale.run);
    const job = await command(tale, `revert ${tale.place.cluster}`);
    // Another cluster has come to need its port groups meanwhile, or needs them no more.
    if (job?.state === 'stale' && sharersOf(tale).length > 0) continue;
    // After three refused logins nobody tries again for a while, so that the account is not locked.
    if (job?.failure?.code === 'vcenter-login-failed') {
      await tale.run.world.clock.advance(LOGIN_PAUSE_MS);
      continue;
    }
    // The simulated people reject, and plans expire, in calm weather too.
    if (job !== undefined && isEnded(job.state) && job.state !== 'rejected' && job.state !== 'expired') return job;
  }
  throw new Error('nobody approved the revert');
}
