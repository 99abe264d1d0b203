// Addresses that shall be assigned must not answer yet.
import {
  type Asker,
  type Candidate,
  NEAR_PINGS,
  type Question,
  ROUTED_PINGS,
  shareQuestions,
} from '../domain/address-askers.ts';
import type { Reach } from '../domain/profile.ts';
import { mapLimited } from './map-limited.ts';
import { type Pinger, toPing } from './probe-matrix.ts';

/** Hosts that ask at the same moment. */
const HOSTS_MAX = 64;

/** The candidates that answer a ping from an adapter in their own subnet, or else through a router. Where nobody can ask
 * nothing is known. */
export async function findAnswering(
  pinger: Pinger,
  askers: Asker[],
  candidates: Candidate[],
  reach: Reach,
): Promise<Question[]> {
  const answering = new Set<Question>();
  const able = askers.filter(({ host }) => pinger.hosts.has(host));
  const questions = shareQuestions(able, candidates, reach);
  const byAsker = [...Map.groupBy(questions, ({ heardBy }) => heardBy.host)];
  // One ping at a time a host.
  await mapLimited(byAsker, HOSTS_MAX, async ([name, ones]) => {
    const host = pinger.hosts.get(name);
    if (host === undefined) return;
    for (const one of ones) {
      const probe = { sizeBytes: 84, dontFragment: false, count: one.isRouted ? ROUTED_PINGS : NEAR_PINGS };
      const outcome = await pinger.session.ping(host, toPing(one.heardBy, one.address, probe));
      if (outcome.kind === 'sent' && outcome.received > 0) answering.add(one);
    }
  });
  return questions.filter((one) => answering.has(one));
}

/** "172.17.8.6, wanted for esx12, already answers a ping from esx11 vmk2, through its router". */
export function answersText({ address, host, heardBy, isRouted }: Question): string {
  const way = isRouted ? ', through its router' : '';
  return `${address}, wanted for ${host}, already answers a ping from ${heardBy.host} ${heardBy.device}${way}`;
}
