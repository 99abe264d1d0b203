// The test matrix: which VMkernel adapter should reach which, and what the pings said.

/** One address of an adapter that carries vMotion, as the end of a path. */
export type Endpoint = {
  host: string;
  device: string;
  address: string;
  prefixLength: number;
  netstack: string;
  mtuBytes: number;
  gateway?: string | undefined;
  /** Position among the host's vMotion adapters, from 1: the island it belongs to when reach is `islands`. */
  island: number;
};

export type Expectation = 'reachable' | 'unreachable' | 'not-applicable';

/** What a path turned out to be. `mtu`: answers, but only up to `mtuBytes` with don't-fragment. */
export type CellResult =
  | { kind: 'ok'; mtuBytes: number; roundTripMicros: number }
  | { kind: 'mtu'; mtuBytes: number; roundTripMicros: number }
  | { kind: 'lossy'; received: number; sent: number }
  | { kind: 'lost' }
  /** The host could not send at all: why, in ESXi's words. */
  | { kind: 'refused'; reason: string }
  | { kind: 'not-tested' };

export type Cell = { from: Endpoint; to: Endpoint; expected: Expectation; result: CellResult };

/** `ok` counts cells that are as expected; `unexpected` the others; `failed` those expected to answer that don't. */
export type MatrixSummary = {
  pairs: number;
  ok: number;
  failed: number;
  unexpected: number;
  /** Ordered pairs of hosts between which no path is even expected: nothing can migrate there. */
  apart?: number | undefined;
  /** The hosts, one or both of two, that every path that is not as expected has at an end; none where there is no such. */
  atEveryFailure?: string[] | undefined;
  /** The verdict in words, one sentence a line, the most important first; at most twelve. */
  verdict: string[];
  /** At most twenty rows for a table, some of each cause; the cells have all. */
  failures: { from: string; to: string; result: string; cause: string }[];
};
