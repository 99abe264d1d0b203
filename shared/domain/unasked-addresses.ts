// Addresses that nobody asks for before they are given away: whoever approves the plan should know which.
import {
  type Asker,
  ASKING_SECONDS_MAX,
  askersOf,
  type Candidate,
  canAsk,
  ROUTED_PINGS,
  shareQuestions,
  toAskers,
} from './address-askers.ts';
import type { Finding } from './finding.ts';
import type { Host } from './inventory.ts';
import { networkAfter } from './network-after.ts';
import { newAddresses } from './new-addresses.ts';
import type { HostPlan } from './plan.ts';
import type { Profile, Reach } from './profile.ts';
import { toWaves } from './rollout.ts';

const SHOWN_MAX = 4;

/** Hosts are asked before the plan, and before each wave those that are through with it. One warning for all addresses
 * that nobody can ask for, and one for those of waves too large for the time that asking may take. `hosts`: those that
 * can be read. */
export function findUnasked(hosts: Host[], plans: HostPlan[], { reach, rollout }: Profile): Finding[] {
  const networks = new Map(hosts.flatMap((host) => (host.network === undefined ? [] : [[host.name, host.network]])));
  const changing = plans.filter((plan) => plan.kind === 'change');
  const askers: Asker[] = askersOf(hosts);
  const wanted = changing.map((plan) => newAddresses(plan, networks.get(plan.host.name)));
  const before = new Set(shareQuestions(askers, wanted.flat(), reach).map(keyOf));
  const unable: Candidate[] = [];
  const tooMany: Candidate[] = [];
  for (const wave of toWaves(changing.length, rollout)) {
    const candidates = wave.flatMap((index) => wanted[index] ?? []);
    const able = new Set(candidates.filter((candidate) => canAsk(askers, candidate, reach)));
    unable.push(...candidates.filter((candidate) => !able.has(candidate)));
    tooMany.push(...leftOut(askers, [...able], reach).filter((candidate) => !before.has(keyOf(candidate))));
    for (const { host, steps } of wave.flatMap((index) => changing[index] ?? [])) {
      const network = networks.get(host.name);
      if (network !== undefined) askers.push(...toAskers(host.name, networkAfter(network, steps)));
    }
  }
  return [
    ...toFinding(
      unable,
      'No host has an adapter in these networks yet, or a router to them, so nobody can ask beforehand whether the addresses are free',
      'Ping them from a machine in those networks before you approve.',
    ),
    ...toFinding(
      tooMany,
      `So few hosts can ask for so many addresses of one wave, a second each, that after ${ASKING_SECONDS_MAX} seconds it goes on without having asked for these`,
      'Choose smaller waves in vmotion.yaml (rollout.wave), or ping them from a machine in those networks before you approve.',
    ),
  ];
}

const keyOf = ({ host, address }: Candidate): string => `${host} ${address}`;

/** Those that the wave doesn't come to. Where one host alone could ask for all in time, nobody need look. */
function leftOut(askers: Asker[], candidates: Candidate[], reach: Reach): Candidate[] {
  if (candidates.length * ROUTED_PINGS <= ASKING_SECONDS_MAX) return [];
  const asked = new Set(shareQuestions(askers, candidates, reach).map(keyOf));
  return candidates.filter((candidate) => !asked.has(keyOf(candidate)));
}

function toFinding(unasked: Candidate[], why: string, remedy: string): Finding[] {
  if (unasked.length === 0) return [];
  const shown = unasked.slice(0, SHOWN_MAX).map(({ address, host }) => `${address} of ${host}`);
  const more = unasked.length - shown.length;
  const all = more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
  return [{ code: 'address-not-asked', severity: 'warning', message: `${why}: ${all}.`, remedy }];
}
