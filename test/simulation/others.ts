// Jobs that no person asked for, people who type while jobs run, and alarms: all that goes on beside a story.
import { isEnded } from '../../shared/domain/exit-code.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { Reply } from '../../shared/domain/reply.ts';
import { ANN, BOB, DAN } from '../support/world.ts';
import { chooseSignal, objectOfSignal } from './alarms.ts';
import { endOf } from './check-end.ts';
import { CALM } from './faults.ts';
import { thaw } from './freezes.ts';
import { interfereWhilePaused } from './interference.ts';
import { chooseWish } from './people.ts';
import { isAtWork, isOther, isTold, type Tale } from './tale.ts';

const JOBS_MAX = 1000;

/** Somebody pauses, stops or cancels the job that is watched, lets it go on, or asks twice. A paused job is not left
 * alone for ever. */
export async function control(tale: Tale): Promise<void> {
  const { run, watched } = tale;
  if (watched === undefined) return;
  const { random, chances, world, say } = run;
  const chance = run.weather() === CALM ? 0 : run.setting.nerves;
  const { state } = chance > 0 || random.chance(0.05) ? await world.job(watched) : { state: undefined };
  if (state === 'paused' ? !random.chance(0.05) : !chances.happens('control', chance)) return;
  if (state === 'paused') await interfereWhilePaused(tale);
  const wish = chooseWish(random, state === 'paused');
  const who = random.pick([ANN, BOB]);
  const text = wish.replace('JOB', watched);
  const copies = Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => world.type(text, who));
  const [reply] = await Promise.all(copies);
  if (reply?.kind === 'controlled') say(`${who} types "${text}": ${reply.says.slice(0, 60)}`);
}

/** Somebody else asks for something on the same cluster while the watched job is at work. */
export async function rival({ run, place, watched }: Tale): Promise<void> {
  if (run.weather() === CALM || watched === undefined || !run.chances.happens('rival', run.setting.rivals)) return;
  const verb = run.random.pick(['enable', 'repair', 'revert', 'test', 'status', 'check']);
  const reply = await run.world.type(`${verb} ${place.cluster}`, BOB);
  run.say(`bob types "${verb} ${place.cluster}" meanwhile: ${toldOf(reply)}`);
}

const toldOf = (reply: Reply): string =>
  reply.kind === 'queued' ? reply.job.id : reply.kind === 'refused' ? reply.code : reply.kind;

/** Once a minute: somebody decides on what rules ask for, and what has ended is checked. */
export async function lookAfterOthers(tale: Tale): Promise<void> {
  const { run, place, looked } = tale;
  const { jobs } = run.world.parts.store;
  for (const job of await jobs.listByCluster(place.cluster, JOBS_MAX)) {
    if (!isOther(run, job) || looked.has(job.id)) continue;
    if (job.state === 'awaiting-approval') await decideOnOther(tale, job);
    if (!isTold(job)) continue;
    looked.add(job.id);
    const all = await jobs.listByCluster(place.cluster, JOBS_MAX);
    run.say(`job of ${job.requestedBy}:`);
    if (all.every((one) => isEnded(one.state) || !isAtWork(one) || one.id === job.id))
      await endOf(tale, job, undefined);
    else run.states.push(`${job.kind}:${job.state}`);
  }
}

async function decideOnOther({ run }: Tale, { id }: Job): Promise<void> {
  const { world, random } = run;
  if (run.weather() === CALM || random.chance(0.1)) {
    await world.press({ jobId: id, decision: 'reject', user: ANN, reason: 'by hand, later' });
  } else if (random.chance(0.3)) {
    for (const user of [ANN, BOB, DAN]) await world.press({ jobId: id, decision: 'approve', user });
  }
}

/** Nobody changes hosts in the middle of a job that nobody watches. */
export async function othersRest(tale: Tale): Promise<void> {
  // Nor before what such a job did has been looked at.
  const isToBeSeen = (job: Job) => isOther(tale.run, job) && (isAtWork(job) || isEnded(job.state));
  const { jobs } = tale.run.world.parts.store;
  const { cluster } = tale.place;
  const isHere = (job: Job) => job.cluster === cluster && isToBeSeen(job);
  await tale.driver.untilQuiet(async () => !(await jobs.listOpen()).some(isHere), cluster);
  await lookAfterOthers(tale);
}

export function sendAlarm({ run, place, driver, first }: Tale): void {
  const { random, chances, setting, world, say } = run;
  if (run.weather() === CALM || setting.busy === 0 || !chances.happens('alarm', setting.busy)) return;
  const hosts = first.hosts.map(({ name }) => name);
  const signal = chooseSignal(random, hosts, place.cluster, world.clock.now());
  run.objects.add(objectOfSignal(signal));
  say(`alarm "${signal.alarm}" on ${signal.host?.name ?? 'nothing'} is ${signal.state}`);
  for (let copies = random.pick([1, 1, 2, 3]); copies > 0; copies -= 1)
    driver.sendAlarm(signal, world.clock.now().getTime() + (random.chance(0.3) ? random.below(120_000) : 0));
}

/** What rules have begun ends, and the last alarms go. */
export async function calmDown(tale: Tale): Promise<void> {
  const { run, driver, place } = tale;
  await thaw(run);
  // Somebody takes the rules out of vmotion.yaml: else one may act as soon as an alarm has been calm for long enough.
  if (run.setting.busy > 0) run.world.parts.settings.alarms = { ...run.setting.policy, rules: [] };
  await driver.untilQuiet(async () => {
    const open = await run.world.parts.store.jobs.listOpen();
    const isOpen = (job: Job) => isEnded(job.state) || (isOther(run, job) && job.kind !== 'audit');
    return driver.left().alarms === 0 && !open.some((job) => job.cluster === place.cluster && isOpen(job));
  }, place.cluster);
  await lookAfterOthers(tale);
}
