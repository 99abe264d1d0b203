// How one path is tested: which ping comes next, and when enough is known. Decides; sends nothing.
import { isIpv6 } from './ip-network.ts';
import type { CellResult, Expectation } from './matrix.ts';

/** One ping to send. `sizeBytes` is the whole packet with its IP header. */
export type Probe = { sizeBytes: number; dontFragment: boolean; count: number };

/** What became of it. `too-long`: the first hop is smaller than the packet. */
export type ProbeOutcome =
  | { kind: 'sent'; sent: number; received: number; roundTripMicros: number }
  | { kind: 'too-long' }
  | { kind: 'refused'; reason: string };

export type Probed = { probe: Probe; outcome: ProbeOutcome };

export type NextProbe = { kind: 'probe'; probe: Probe } | { kind: 'judged'; result: CellResult };

/** What of a packet is not payload: 8 bytes of ICMP and the IP header, which is longer in IPv6. */
export function pingHeaderBytes(address: string): number {
  return 8 + (isIpv6(address) ? 40 : 20);
}

/** 56 bytes of payload, as ping sends by itself. */
const SMALL_BYTES = 84;
/** What nearly every path that is not jumbo lets through, so the search starts here. */
const ETHERNET_BYTES = 1500;

/**
 * The next ping for a path, after what was learnt so far. A path that works costs one ping; one that fails is asked
 * again, then with a small packet, then its MTU is found by bisection: at most 20 pings.
 */
export function nextProbe(path: { mtuBytes: number; expected: Expectation }, probed: Probed[]): NextProbe {
  const [quick, again, small, ...sizes] = probed;
  if (path.expected === 'not-applicable') return judged({ kind: 'not-tested' });
  if (path.expected === 'unreachable') return judgeIsland(quick);
  if (quick === undefined) return send(path.mtuBytes, 1);
  if (quick.outcome.kind === 'refused') return judged({ kind: 'refused', reason: quick.outcome.reason });
  if (received(quick) > 0) return judged({ kind: 'ok', mtuBytes: path.mtuBytes, roundTripMicros: roundTrip(quick) });
  if (again === undefined) return send(path.mtuBytes, 3);
  if (received(again) === sent(again) && received(again) > 0) {
    return judged({ kind: 'ok', mtuBytes: path.mtuBytes, roundTripMicros: roundTrip(again) });
  }
  if (received(again) > 0) return judged({ kind: 'lossy', received: received(again), sent: sent(again) + 1 });
  if (small === undefined) return { kind: 'probe', probe: { sizeBytes: SMALL_BYTES, dontFragment: false, count: 2 } };
  if (small.outcome.kind === 'refused') return judged({ kind: 'refused', reason: small.outcome.reason });
  if (received(small) === 0) return judged({ kind: 'lost' });
  return findMtu(path.mtuBytes, small, sizes);
}

/** A path that must not exist is asked once; silence is the good answer. */
function judgeIsland(quick: Probed | undefined): NextProbe {
  if (quick === undefined) return { kind: 'probe', probe: { sizeBytes: SMALL_BYTES, dontFragment: false, count: 1 } };
  if (received(quick) > 0) return judged({ kind: 'ok', mtuBytes: SMALL_BYTES, roundTripMicros: roundTrip(quick) });
  return judged(
    quick.outcome.kind === 'refused' ? { kind: 'refused', reason: quick.outcome.reason } : { kind: 'lost' },
  );
}

function findMtu(fullBytes: number, small: Probed, sizes: Probed[]): NextProbe {
  let passes = SMALL_BYTES;
  let fails = fullBytes;
  for (const { probe, outcome } of sizes) {
    if (outcome.kind === 'sent' && outcome.received > 0) passes = Math.max(passes, probe.sizeBytes);
    else fails = Math.min(fails, probe.sizeBytes);
  }
  if (fails - passes <= 1) return judged({ kind: 'mtu', mtuBytes: passes, roundTripMicros: roundTrip(small) });
  return send(nextSize(passes, fails), 1);
}

/** 1500 first and 1501 next: most often that is the whole answer, and both are part of any other. */
function nextSize(passes: number, fails: number): number {
  if (passes < ETHERNET_BYTES && fails > ETHERNET_BYTES) return ETHERNET_BYTES;
  if (passes === ETHERNET_BYTES && fails >= 2 * ETHERNET_BYTES) return ETHERNET_BYTES + 1;
  return Math.floor((passes + fails) / 2);
}

function send(sizeBytes: number, count: number): NextProbe {
  return { kind: 'probe', probe: { sizeBytes, dontFragment: true, count } };
}

function judged(result: CellResult): NextProbe {
  return { kind: 'judged', result };
}

const received = ({ outcome }: Probed): number => (outcome.kind === 'sent' ? outcome.received : 0);
const sent = ({ outcome, probe }: Probed): number => (outcome.kind === 'sent' ? outcome.sent : probe.count);
const roundTrip = ({ outcome }: Probed): number => (outcome.kind === 'sent' ? outcome.roundTripMicros : 0);
