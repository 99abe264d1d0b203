// The world of one seed: its vCenters, clusters and settings, and whoever watches what the product does to them.
import type { LabHooks } from '../../infra/lab/vcenter/vcenter.ts';
import { type ChangeWindow, WEEKDAYS } from '../../shared/domain/settings.ts';
import type { Reply } from '../../shared/domain/reply.ts';
import { createRandom } from '../support/random.ts';
import { createWorld, labNamed, type World } from '../support/world.ts';
import type { Chances } from './chances.ts';
import { createEras } from './eras.ts';
import { CALM } from './faults.ts';
import { pictureOf } from './lab-picture.ts';
import { keepLedger } from './ledger.ts';
import { watchIntruders } from './intruders.ts';
import { type Place, type Run, type Site, siteNamed } from './run.ts';
import { drawSetting, type Setting, type SiteSetting } from './setting.ts';
import { faultyHooks } from './vcenter-faults.ts';
import { watchChannel } from './watch-channel.ts';
import { watchStore } from './watch-store.ts';
import { watchWrites } from './watch-writes.ts';

/** `reached`: what the faults noted. */
export type RunLog = { run: Run; story: string[]; reached: ReadonlySet<string> };

export function createRun(seed: number, chances: Chances): RunLog {
  const random = createRandom(seed);
  const setting = drawSetting(random);
  let { weather } = setting;
  // The labs are made before the run that watches what reaches them.
  const hooks = new Map<string, LabHooks>();
  const sites: Site[] = [];
  const hooksOf = (name: string): LabHooks => ({
    before: (call) => hooks.get(name)?.before?.(call),
    after: (call) => hooks.get(name)?.after?.(call),
  });
  const world = createWorldOf(seed, setting, hooksOf);
  for (const { name, scenarios, favourites } of setting.sites)
    sites.push({
      vcenter: name,
      lab: labNamed(world.labs, name),
      scenarios: [...scenarios],
      favourites,
      intruders: [],
      outage: undefined,
      troubledAt: undefined,
      mute: new Set(),
      away: new Map(),
      cameBack: new Map(),
    });
  // Each vCenter has its own; all else in them is alike.
  for (const [index, { lab }] of sites.entries())
    lab.model.instanceUuid = lab.model.instanceUuid.replace(/.$/, String(index));
  const places = setting.sites.flatMap(({ name, clusters }) =>
    clusters.map((cluster): Place => {
      const site = siteNamed(sites, name);
      return { cluster, site, eras: createEras(() => pictureOf(site.lab.model, cluster)) };
    }),
  );
  const story: string[] = [];
  const reached = new Set<string>();
  const lost = new Map<string, number>();
  const { clock } = world;
  const begin = clock.now().getTime();
  const say = (line: string) => void story.push(`${((clock.now().getTime() - begin) / 1000).toFixed(0)}s ${line}`);
  let firstFound: unknown;
  const unsure = new WeakSet<Reply>();
  const run: Run = {
    seed,
    random,
    chances,
    setting,
    world,
    sites,
    places,
    fate: {
      chances,
      random,
      weather: () => weather,
      clock,
      story: say,
      reach: (what) => void reached.add(what),
      lose: (port) => void lost.set(port, (lost.get(port) ?? 0) + 1),
    },
    say,
    weather: () => weather,
    calmWeather() {
      weather = CALM;
    },
    freezes: [],
    objects: new Set(),
    states: [],
    counts: { crashes: 0, overtaken: 0 },
    silenced: new Set(),
    lost: (what) => lost.get(what) ?? 0,
    repeats: (...ports) =>
      run.counts.crashes + run.counts.overtaken + ports.reduce((sum, port) => sum + (lost.get(port) ?? 0), 0),
    writes: [],
    ledger: keepLedger(world, unsure),
    unsure,
    untold: new Set(),
    stored: watchStore(world),
    channel: watchChannel(
      world,
      sites.map(({ lab }) => lab.credentials.password),
    ),
    sliceBegan: new Map(),
    found(error) {
      firstFound ??= error;
    },
    throwFound() {
      if (firstFound !== undefined) throw firstFound;
    },
  };
  const watch = watchWrites(run);
  const strangers = watchIntruders(run);
  for (const site of sites) {
    const faulty = faultyHooks(site, run.fate);
    hooks.set(site.vcenter, {
      async before(call) {
        await watch(site).before?.(call);
        await strangers(site).before?.(call);
        await faulty.before?.(call);
      },
      async after(call) {
        await watch(site).after?.(call);
        await strangers(site).after?.(call);
        await faulty.after?.(call);
      },
    });
  }
  return { run, story, reached };
}

/** It is open when a story begins, and closes half an hour later. */
const NIGHT: ChangeWindow = { days: [...WEEKDAYS], from: '22:00', to: '04:30', timeZone: 'Europe/Zurich' };

function createWorldOf(seed: number, setting: Setting, hooksOf: (name: string) => LabHooks): World {
  const labOf = ({ name, clusters, scenarios, lab }: SiteSetting) => ({
    ...lab,
    seed,
    clusters,
    scenarios,
    hooks: hooksOf(name),
  });
  const [first, ...others] = setting.sites;
  if (first === undefined) throw new Error('a seed has at least one vCenter');
  return createWorld({
    ...labOf(first),
    vcenters: Object.fromEntries(others.map((one) => [one.name, labOf(one)])),
    settings: (settings) => {
      const { busy, policy, auditMinutes, workers, holdsDrs, isNightly, rollout } = setting;
      if (busy > 0) settings.alarms = policy;
      for (const vcenter of Object.values(settings.vcenters)) if (workers > 0) vcenter.workers = workers;
      for (const { name, clusters } of setting.sites) {
        for (const cluster of clusters) {
          const own = settings.clusters[cluster];
          if (own === undefined) throw new Error(`vmotion.yaml has no ${cluster}`);
          own.vcenter = name;
          own.profile.rollout = { ...own.profile.rollout, ...rollout, holdDrs: holdsDrs };
          if (isNightly) own.windows = [NIGHT];
          if (auditMinutes > 0) own.audit = { everyMinutes: auditMinutes };
        }
      }
    },
  });
}
