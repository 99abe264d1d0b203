// One seed: stories of requests, faults and people, told on the whole product in one process and then checked.
import { isEnded } from '../../shared/domain/exit-code.ts';
import { checkCards, checkLimits } from './alarms.ts';
import { checkDrs, checkStalled } from './check-troubles.ts';
import { checkQuiet } from './check-quiet.ts';
import { checkSecrets } from './check-secrets.ts';
import { createChances } from './chances.ts';
import { isBeginning } from './choose.ts';
import { createDriver, type Driver } from './driver.ts';
import { createRun } from './create-run.ts';
import { CALM } from './faults.ts';
import { freezeAwhile } from './freezes.ts';
import { pictureOf } from './lab-picture.ts';
import { control, lookAfterOthers, rival, sendAlarm } from './others.ts';
import { passOutages } from './outages.ts';
import { type Reached, watchReached } from './reached.ts';
import type { Run } from './run.ts';
import { checkBack, playCalm, playStorm } from './story.ts';
import { isDeleted, type Tale } from './tale.ts';
import { checkAuditLog, type WireWatch, watchWire } from './watch-wire.ts';

/** `error` absent: every promise was kept. `story`: what happened, a line each. */
export type Outcome = {
  seed: number;
  error?: Error | undefined;
  story: string[];
  states: string[];
  crashes: number;
  /** Calls that changed something at a vCenter, and commands that people typed. */
  writes: number;
  commands: number;
  /** What the seed let happen, each by a name that `without` takes; and what it reached. */
  happened: string[];
  reached: string[];
  /** The product's own log, and every call that vCenter got. */
  log: string[];
  calls: string[];
};

/** `without`: what is left out of the seed's story, as `Chances` names it. */
export async function simulate(seed: number, without: readonly string[] = []): Promise<Outcome> {
  const { run, story, reached: noted } = createRun(seed, createChances(seed, new Set(without)));
  const wire = watchWire(run.world, run.found);
  const reached = watchReached(run.world);
  const summary = () => {
    for (const what of noted) reached.note(what);
    return summaryOf(run, reached);
  };
  try {
    await play(run, wire);
    return { seed, story, ...(await summary()) };
  } catch (error) {
    const failed = error instanceof Error ? error : new Error(String(error));
    return { seed, error: failed, story, ...(await summary()) };
  }
}

async function play(run: Run, wire: WireWatch): Promise<void> {
  const { world, setting } = run;
  const tales: Tale[] = [];
  const driver = createDriver(run, {
    async eachMinute(isClockWell) {
      if (isClockWell) await checkStalled(run);
      for (const tale of tales) await lookAfterOthers(tale);
    },
    async eachTurn() {
      passOutages(run);
      for (const tale of tales) await control(tale);
      for (const tale of tales) await rival(tale);
      for (const tale of tales) sendAlarm(tale);
      const isStormy = run.weather() !== CALM && setting.busy > 0;
      for (const { place } of tales)
        if (isStormy && run.chances.happens('freeze', setting.busy / 20)) await freezeAwhile(run, place.cluster);
    },
  });
  for (const place of run.places) {
    const first = pictureOf(place.site.lab.model, place.cluster);
    tales.push({ ...EMPTY(), run, place, driver, first, isDisordered: place.site.scenarios.some(isBeginning) });
  }
  await driver.play(tales.map((tale) => () => playStorm(tale)));
  run.calmWeather();
  // Somebody takes the windows out of vmotion.yaml: else what is left would wait for the night.
  for (const { cluster } of run.places) delete world.parts.settings.clusters[cluster]?.windows;
  passOutages(run);
  await driver.play(tales.map((tale) => () => playCalm(tale)));
  for (const tale of tales) checkBack(tale);
  await driver.play([() => untilNothingIsLeft(run, driver)]);
  await checkQuiet(world, 0, (job) => job.kind === 'audit');
  checkDrs(run);
  await checkCards(
    world,
    { sent: run.objects, silenced: run.silenced, isDeleted: isDeleted(run) },
    run.repeats('cards', 'notices', 'chat'),
  );
  if (setting.busy > 0) await checkLimits(world, setting.policy);
  const entries = await checkAuditLog(world, run.repeats('auditLog'));
  const passwords = run.sites.map(({ lab }) => lab.credentials.password);
  await checkSecrets(world, { passwords, cookies: wire.cookies }, { entries, channel: run.channel });
}

const EMPTY = () => ({ watched: undefined, past: [], plans: [], meddlings: [], looked: new Set<string>() });

/** And until the clock has looked once more. */
async function untilNothingIsLeft({ world }: Run, driver: Driver): Promise<void> {
  const since = world.clock.now().getTime();
  await driver.untilQuiet(async () => {
    if (world.clock.now().getTime() - since < TWO_ROUNDS_MS) return false;
    const isUntold = (await world.parts.store.jobs.listOpen()).some(({ state }) => isEnded(state));
    const { jobs, notices } = driver.left();
    return jobs + notices === 0 && !isUntold;
  });
}

const TWO_ROUNDS_MS = 125_000;

async function summaryOf(run: Run, reached: Reached): Promise<Omit<Outcome, 'seed' | 'error' | 'story'>> {
  const happened = run.chances.happened();
  for (const name of happened) reached.note(`happening:${name.replace(/#.*/, '')}`);
  for (const { scenarios } of run.sites) for (const name of scenarios) reached.note(`scenario:${name}`);
  return {
    states: run.states,
    crashes: run.counts.crashes,
    writes: run.writes.length,
    commands: happened.filter((name) => name.startsWith('command#')).length,
    happened,
    reached: await reached.all(),
    log: run.world.logLines,
    calls: run.sites.flatMap(({ lab }) => lab.calls().map(callText)),
  };
}

function callText(call: { operation: string; host?: string | undefined; opId?: string | undefined; at: Date }): string {
  return `${call.at.toISOString()} ${call.opId ?? ''} ${call.operation} ${call.host ?? ''}`;
}
