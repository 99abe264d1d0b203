// vCenters and hosts that are away for a while, whatever runs at that moment.
import type { LabHost } from '../../infra/lab/vcenter/model.ts';
import { CALM } from './faults.ts';
import type { Run, Site } from './run.ts';

const LEAST_MS = 10_000;
const MOST_MS = 420_000;

/** Once a turn, and at last with calm weather, in which everything comes back. */
export function passOutages(run: Run): void {
  for (const site of run.sites) {
    comeBack(run, site);
    if (run.weather() === CALM) continue;
    const { outage } = run.weather();
    if (run.chances.happens('vcenter-restart', outage)) restart(run, site);
    if (run.chances.happens('host-away', outage)) loseHost(run, site);
  }
}

const now = ({ world }: Run): number => world.clock.now().getTime();
const until = (run: Run): number => now(run) + LEAST_MS + run.random.below(MOST_MS);

function restart(run: Run, site: Site): void {
  site.outage = { kind: run.random.pick(['silent', 'proxy'] as const), until: until(run) };
  site.lab.endSessions();
  run.say(`${site.vcenter} restarts`);
}

function loseHost(run: Run, site: Site): void {
  const host = run.random.pick(site.lab.model.clusters.flatMap(({ hosts }) => hosts));
  if (host.connection !== 'connected') return;
  // Disconnected by a person it runs on; rebooted it does not.
  const isRebooting = run.random.chance(0.6);
  host.connection = isRebooting ? 'notResponding' : 'disconnected';
  host.isRunning = !isRebooting;
  site.away.set(host, until(run));
  run.say(`${host.name} is ${host.connection}`);
}

function comeBack(run: Run, site: Site): void {
  const isOver = (at: number) => run.weather() === CALM || at <= now(run);
  if (site.outage !== undefined && isOver(site.outage.until)) {
    site.outage = undefined;
    run.say(`${site.vcenter} is back`);
  }
  for (const [host, at] of site.away) if (isOver(at)) bringBack(run, site, host);
}

function bringBack(run: Run, site: Site, host: LabHost): void {
  site.away.delete(host);
  if (host.isUnlucky && site.lab.scenarios().includes('host-down')) return;
  host.connection = 'connected';
  host.isRunning = true;
  site.cameBack.set(host.name, now(run));
  run.say(`${host.name} is connected`);
}
