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
  const bySource = Map.groupBy(
    candidates.flatMap((candidate) => {
      const source = sources.find((one) => one.host !== candidate.host && contains(one, candidate.address));
      return source === undefined ? [] : [{ ...candidate, heardBy: source }];
    }),
    (one) => one.heardBy.host,
  );
  // One ping at a time a host, all hosts at once.
  await Promise.all(
    [...bySource].map(async ([name, ones]) => {
      const host = pinger.hosts.get(name);
      for (const one of host === undefined ? [] : ones) {
        const outcome = host && (await pinger.session.ping(host, toPing(one.heardBy, one.address, SMALL_PROBE)));
        if (outcome?.kind === 'sent' && outcome.received > 0) answering.push(one);
      }
    }),
  );
  return answering;
}
