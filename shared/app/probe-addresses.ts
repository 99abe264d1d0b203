// Addresses that shall be assigned must not answer yet.
import {
  type Asker,
  type Candidate,
  NEAR_PINGS,
  type Question,
  ROUTED_PINGS,
  secondsOf,
  shareQuestions,
} from '../domain/address-askers.ts';
import type { Reach } from '../domain/profile.ts';
import { type ErrorCode, OpsError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { HostRef, VsphereSession } from '../ports.ts';
import { mapLimited } from './map-limited.ts';
import { toPing } from './probe-matrix.ts';

/** Hosts that ask at the same moment. */
const HOSTS_MAX = 64;

/** `hosts`: the references of those that can ask, by name. */
export type Asking = { session: VsphereSession; hosts: Map<string, HostRef>; log: Log };

/** What keeps one host from asking for good, while vCenter and the other hosts are well. */
const CANNOT_ASK: ReadonlySet<ErrorCode> = new Set(['vcenter-fault', 'vcenter-object-gone']);

/** The candidates that answer a ping from an adapter in their own subnet, or else through a router. What a host was chosen for
 * that never can ask, others are asked once more. Where nobody can nothing is known. What may pass is thrown: another slice
 * asks again. */
export async function findAnswering(
  asking: Asking,
  askers: Asker[],
  candidates: Candidate[],
  reach: Reach,
): Promise<Question[]> {
  const able = askers.filter(({ host }) => asking.hosts.has(host));
  const questions = shareQuestions(able, candidates, reach);
  const first = await askAll(asking, questions);
  const isUnasked = ({ heardBy }: Question) => first.mute.has(heardBy.host);
  const others = able.filter(({ host }) => !first.mute.has(host));
  const again = shareQuestions(others, questions.filter(isUnasked), reach, secondsOf(questions));
  const second = await askAll(asking, again);
  return [...questions, ...again].filter((one) => first.answering.has(one) || second.answering.has(one));
}

/** `mute`: hosts that never can ask. */
type Answers = { answering: ReadonlySet<Question>; mute: ReadonlySet<string> };

async function askAll(asking: Asking, questions: Question[]): Promise<Answers> {
  const answering = new Set<Question>();
  const mute = new Set<string>();
  const byAsker = [...Map.groupBy(questions, ({ heardBy }) => heardBy.host)];
  // One ping at a time a host.
  await mapLimited(byAsker, HOSTS_MAX, async ([name, ones]) => {
    const host = asking.hosts.get(name);
    if (host === undefined) return;
    try {
      for (const one of ones) if (await isAnswering(asking, host, one)) answering.add(one);
    } catch (error) {
      if (!(error instanceof OpsError && error.retry === 'never' && CANNOT_ASK.has(error.code))) throw error;
      asking.log.warn('addresses-not-asked', { host: name, error });
      mute.add(name);
    }
  });
  return { answering, mute };
}

async function isAnswering({ session }: Asking, host: HostRef, one: Question): Promise<boolean> {
  const probe = { sizeBytes: 84, dontFragment: false, count: one.isRouted ? ROUTED_PINGS : NEAR_PINGS };
  const outcome = await session.ping(host, toPing(one.heardBy, one.address, probe));
  return outcome.kind === 'sent' && outcome.received > 0;
}

/** "172.17.8.6, wanted for esx12, already answers a ping from esx11 vmk2, through its router". */
export function answersText({ address, host, heardBy, isRouted }: Question): string {
  const way = isRouted ? ', through its router' : '';
  return `${address}, wanted for ${host}, already answers a ping from ${heardBy.host} ${heardBy.device}${way}`;
}
