// Addresses that shall be assigned must not answer yet.
import { contains } from '../domain/ip-network.ts';
import type { Endpoint } from '../domain/matrix.ts';
import { type Pinger, toPing } from './probe-matrix.ts';

/** An address about to be assigned, and the host that shall get it. */
export type Candidate = { host: string; address: string };
export type Answering = Candidate & { heardBy: Endpoint };

const SMALL_PROBE = { sizeBytes: 84, dontFragment: false, count: 1 };

/** The candidates that answer a ping from an adapter in their own subnet. Without such an adapter nothing is known. */
export async function findAnswering(
  pinger: Pinger,
  sources: Endpoint[],
  candidates: Candidate[],
): Promise<Answering[]> {
  const answering: Answering[] = [];
  const bySource = Map.groupBy(spread(sources, candidates), (one) => one.heardBy.host);
  // One ping at a time a host, all hosts at once.
  await Promise.all(
    [...bySource].map(async ([name, ones]) => {
      const host = pinger.hosts.get(name);
      if (host === undefined) return;
      for (const one of ones) {
        const outcome = await pinger.session.ping(host, toPing(one.heardBy, one.address, SMALL_PROBE));
        if (outcome.kind === 'sent' && outcome.received > 0) answering.push(one);
      }
    }),
  );
  return answering;
}

/** Each candidate with the adapter that asks for it. An address nobody has costs the whole wait, so that the work is
 * shared by all who could ask. */
function spread(sources: Endpoint[], candidates: Candidate[]): Answering[] {
  const asked = new Map<string, number>();
  return candidates.flatMap((candidate) => {
    const able = sources.filter((one) => one.host !== candidate.host && contains(one, candidate.address));
    const least = Math.min(...able.map((one) => asked.get(one.host) ?? 0));
    const heardBy = able.find((one) => (asked.get(one.host) ?? 0) === least);
    if (heardBy === undefined) return [];
    asked.set(heardBy.host, least + 1);
    return [{ ...candidate, heardBy }];
  });
}
