// What all parts of one seed's run share.
import type { Device } from '../../infra/lab/vcenter/fabric.ts';
import type { LabHost } from '../../infra/lab/vcenter/model.ts';
import type { LabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import type { ScenarioName } from '../../infra/lab/vcenter/scenarios.ts';
import type { LabClusterName } from '../../infra/lab/vcenter/topology.ts';
import type { Freeze } from '../../shared/domain/freeze.ts';
import type { Reply } from '../../shared/domain/reply.ts';
import type { Random } from '../support/random.ts';
import type { World } from '../support/world.ts';
import type { Write } from './write-calls.ts';
import type { Chances } from './chances.ts';
import type { Eras } from './eras.ts';
import type { Fate, Weather } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { Setting } from './setting.ts';
import type { ChannelWatch } from './watch-channel.ts';
import type { Stored } from './watch-store.ts';

/** One vCenter with the scenarios that are on there. */
export type Site = {
  vcenter: string;
  lab: LabVcenter;
  scenarios: ScenarioName[];
  /** Faults that it is prone to. */
  favourites: string[];
  /** Devices that answer on addresses of hosts' own, and since when. */
  /** When the last fault began in the middle of a story. */
  brokenAt?: number;
  intruders: Device[];
  /** While it restarts: nobody answers, or a proxy does. Until when. */
  outage: { kind: 'silent' | 'proxy'; until: number } | undefined;
  /** When something last went wrong there, or on the way to it. */
  troubledAt: number | undefined;
  /** Hosts on which a ping was refused once: whether an address answers, they may not have asked. */
  mute: Set<string>;
  /** Hosts that are away for a while, and until when. */
  away: Map<LabHost, number>;
  /** When each host that was away came back, by its name. */
  cameBack: Map<string, number>;
};

/** One cluster, where its story plays. */
export type Place = { cluster: LabClusterName; site: Site; eras: Eras };

export type Run = {
  seed: number;
  random: Random;
  chances: Chances;
  setting: Setting;
  world: World;
  sites: Site[];
  places: Place[];
  fate: Fate;
  say(line: string): void;
  weather(): Weather;
  /** From now on nothing goes wrong any more. */
  calmWeather(): void;
  freezes: Freeze[];
  /** What alarms were sent about. */
  objects: Set<string>;
  /** Ends of jobs, as "enable:done". */
  states: string[];
  /** `overtaken`: functions whose message was given to another one while they were at work. */
  counts: { crashes: number; overtaken: number };
  /** Jobs and cards whose notifier died after another one had taken over: what it told Slack last may be old, which nobody
   * is left to put right. */
  silenced: Set<string>;
  /** How often something may have been done once more, by these ports: a function died, was overtaken, or got no answer. */
  repeats(...ports: string[]): number;
  lost(what: string): number;
  /** Every write that arrived at a vCenter, in its order. */
  writes: Write[];
  ledger: Ledger;
  /** Replies to a request that had to be made again, since nobody answered: it may have had its effect the first time. */
  unsure: WeakSet<Reply>;
  /** Requests that were refused when they were made again. */
  untold: Set<string>;
  stored: Stored;
  channel: ChannelWatch;
  /** When the newest slice of each job began. */
  sliceBegan: Map<string, number>;
  /** For what is found while the product is calling: the driver throws it at the end of the turn. */
  found(error: unknown): void;
  throwFound(): void;
};

/** Throws where there is none. */
export function siteNamed(sites: Site[], name: string): Site {
  const site = sites.find(({ vcenter }) => vcenter === name);
  if (site === undefined) throw new Error(`there is no vCenter ${name}`);
  return site;
}
