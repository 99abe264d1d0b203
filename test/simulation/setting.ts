// What a seed draws before its story begins.
import type { ScenarioName } from '../../infra/lab/vcenter/scenarios.ts';
import type { LabOptions } from '../../infra/lab/vcenter/vcenter.ts';
import { DVS_CLUSTERS, type LabClusterName } from '../../infra/lab/vcenter/topology.ts';
import type { AlarmPolicy } from '../../shared/domain/alarm-policy.ts';
import type { Random } from '../support/random.ts';
import { chooseRules } from './alarms.ts';
import { chooseCluster, chooseScenarios, chooseSwitches } from './choose.ts';
import { chooseFavourites } from './fault-types.ts';
import type { Weather } from './faults.ts';
import { chooseWeather } from './weather.ts';

/** One vCenter, which the settings call `name`. */
export type SiteSetting = {
  name: string;
  clusters: LabClusterName[];
  scenarios: ScenarioName[];
  /** Faults that it is prone to. */
  favourites: string[];
  lab: Pick<LabOptions, 'hosts' | 'switches' | 'latency'>;
};

export type Setting = {
  weather: Weather;
  sites: SiteSetting[];
  /** How often somebody wants something of a job that runs, a turn. */
  nerves: number;
  /** How often somebody else asks for something on the same cluster while a job runs, a turn. */
  rivals: number;
  /** How many commands a story has at most. */
  commandsMax: number;
  /** How often monitoring sends an alarm, a turn; 0: there is none, nor rules that act on alarms. */
  busy: number;
  policy: AlarmPolicy;
  /** How many workers may be at each vCenter at once; 0: as many as vmotion.yaml says by itself. */
  workers: number;
  holdsDrs: boolean;
  /** How many hosts are changed at once, first and then. */
  rollout: { canary: number; wave: number };
  /** Changes may start at night only. */
  isNightly: boolean;
  /** 0: no audits by schedule. */
  auditMinutes: number;
};

export function drawSetting(random: Random): Setting {
  const weather = chooseWeather(random);
  const sites = drawSites(random);
  const nerves = random.pick([0, 0, 0.01, 0.04]);
  const rivals = random.pick([0, 0, 0.005]);
  const busy = random.chance(0.4) ? random.pick([0.01, 0.03]) : 0;
  const policy = chooseRules(random);
  const auditMinutes = random.pick([0, 0, 30, 240]);
  const workers = random.pick([0, 0, 1, 2]);
  const holdsDrs = random.chance(0.25);
  const isNightly = random.chance(0.05);
  const rollout = random.pick(ROLLOUTS);
  const commandsMax = sites.flatMap(({ clusters }) => clusters).length > 1 ? 2 : 4;
  return {
    weather,
    sites,
    commandsMax,
    nerves,
    rivals,
    busy,
    policy,
    workers,
    holdsDrs,
    rollout,
    isNightly,
    auditMinutes,
  };
}

const ROLLOUTS = [
  { canary: 1, wave: 1 },
  { canary: 1, wave: 1 },
  { canary: 1, wave: 1 },
  { canary: 1, wave: 2 },
  { canary: 2, wave: 2 },
];

/** Mostly one cluster; else up to three, in one vCenter or two. Clusters of different vCenters have hosts with the same
 * references, as they do in real ones. */
function drawSites(random: Random): SiteSetting[] {
  const clusters = new Set([chooseCluster(random)]);
  const wanted = random.chance(0.6) ? 1 : random.pick([2, 2, 3]);
  // Two that share a distributed switch come together more often than by chance, and then mostly in one vCenter.
  if (wanted > 1 && DVS_CLUSTERS.some((one) => clusters.has(one)) && random.chance(0.6))
    for (const one of DVS_CLUSTERS) clusters.add(one);
  while (clusters.size < wanted) clusters.add(chooseCluster(random));
  const [first, ...more] = clusters;
  if (first === undefined) throw new Error('no cluster was drawn');
  const isTwin = (one: LabClusterName) => [one, first].every((name) => DVS_CLUSTERS.includes(name));
  const there = more.filter((one) => random.chance(isTwin(one) ? 0.1 : 0.5));
  const here = [first, ...more.filter((one) => !there.includes(one))];
  const groups = there.length === 0 ? [here] : [here, there];
  return groups.map((own, index) => ({
    name: index === 0 ? 'lab' : 'lab-2',
    clusters: own,
    scenarios: chooseScenarios(random, random.pick(own)),
    favourites: chooseFavourites(random),
    lab: drawLab(random),
  }));
}

function drawLab(random: Random): SiteSetting['lab'] {
  return {
    hosts: 2 + random.below(3),
    switches: chooseSwitches(random),
    latency: random.pick(['none', 'none', 'lan'] as const),
  };
}
