import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellResult, Expectation } from '../../shared/domain/matrix.ts';
import { nextProbe, pingHeaderBytes, type Probe, type Probed, type ProbeOutcome } from '../../shared/domain/probe.ts';

/** Runs a path's probes against what the path answers, and counts the pings. */
function test(
  answer: (probe: Probe, number: number) => ProbeOutcome,
  expected: Expectation = 'reachable',
  mtuBytes = 9000,
): { result: CellResult; pings: number } {
  const probed: Probed[] = [];
  for (;;) {
    const next = nextProbe({ mtuBytes, expected }, probed);
    if (next.kind === 'judged') return { result: next.result, pings: probed.length };
    probed.push({ probe: next.probe, outcome: answer(next.probe, probed.length) });
    if (probed.length > 50) throw new Error('never ends');
  }
}
const sent = (probe: Probe, received: number): ProbeOutcome => ({
  kind: 'sent',
  sent: probe.count,
  received,
  roundTripMicros: received > 0 ? 200 : 0,
});
const passing = (mtu: number) => (probe: Probe) =>
  sent(probe, probe.sizeBytes <= mtu || !probe.dontFragment ? probe.count : 0);

describe('nextProbe', () => {
  it('is content with one ping on a path that works', () => {
    expect(test(passing(9000))).toEqual({ result: { kind: 'ok', mtuBytes: 9000, roundTripMicros: 200 }, pings: 1 });
  });

  it('finds 1500 with two pings beyond the small one, since that is what is nearly always behind a hole', () => {
    expect(test(passing(1500))).toMatchObject({ result: { kind: 'mtu', mtuBytes: 1500 }, pings: 5 });
  });

  it('finds every path MTU to the byte, in at most twenty pings', () => {
    fc.assert(
      fc.property(fc.integer({ min: 84, max: 8999 }), (mtu) => {
        const { result, pings } = test(passing(mtu));
        expect(result).toMatchObject({ kind: 'mtu', mtuBytes: mtu });
        expect(pings).toBeLessThanOrEqual(20);
      }),
    );
  });

  it('finds them below any size that a path should have', () => {
    const path = fc
      .integer({ min: 86, max: 9000 })
      .chain((full) => fc.tuple(fc.constant(full), fc.integer({ min: 84, max: full - 1 })));
    fc.assert(
      fc.property(path, ([full, mtu]) => {
        const { result, pings } = test(passing(mtu), 'reachable', full);
        expect(result).toEqual({ kind: 'mtu', mtuBytes: mtu, roundTripMicros: 200 });
        expect(pings).toBeLessThanOrEqual(20);
      }),
    );
  });

  it('asks at full size once, then three times, then with what fits everywhere', () => {
    const probes: Probe[] = [];
    test((probe) => (probes.push(probe), sent(probe, 0)));
    expect(probes).toEqual([
      { sizeBytes: 9000, dontFragment: true, count: 1 },
      { sizeBytes: 9000, dontFragment: true, count: 3 },
      { sizeBytes: 84, dontFragment: false, count: 2 },
    ]);
  });

  it('counts what was lost of all four, the first one too', () => {
    const one = (probe: Probe, number: number) => sent(probe, number === 0 ? 0 : 2);
    expect(test(one).result).toEqual({ kind: 'lossy', received: 2, sent: 4 });
  });

  it('takes pings that were never sent for no answer', () => {
    const none: ProbeOutcome = { kind: 'sent', sent: 0, received: 0, roundTripMicros: 0 };
    expect(test(() => none)).toEqual({ result: { kind: 'lost' }, pings: 3 });
  });

  it('tells in ESXi’s words what can’t be sent, whenever that is', () => {
    const refused: ProbeOutcome = { kind: 'refused', reason: 'Host is down' };
    const result = { kind: 'refused', reason: 'Host is down' };
    expect(test(() => refused)).toEqual({ result, pings: 1 });
    expect(test((probe, number) => (number < 2 ? sent(probe, 0) : refused))).toEqual({ result, pings: 3 });
    expect(test(() => refused, 'unreachable')).toEqual({ result, pings: 1 });
  });

  it('counts the headers of each family', () => {
    expect([pingHeaderBytes('172.16.1.51'), pingHeaderBytes('fd00::51')]).toEqual([28, 48]);
  });

  it('takes a packet that is too long for the first hop as one that does not pass', () => {
    const result = test((probe) =>
      probe.sizeBytes > 1500 && probe.dontFragment ? { kind: 'too-long' } : sent(probe, probe.count),
    ).result;
    expect(result).toMatchObject({ kind: 'mtu', mtuBytes: 1500 });
  });

  it.each([
    { what: 'silence', answer: (probe: Probe) => sent(probe, 0), kind: 'lost', pings: 3 },
    {
      what: 'no route',
      answer: (): ProbeOutcome => ({ kind: 'refused', reason: 'No route to host' }),
      kind: 'refused',
      pings: 1,
    },
    {
      what: 'one lost ping that works when repeated',
      answer: (probe: Probe, number: number) => sent(probe, number === 0 ? 0 : probe.count),
      kind: 'ok',
      pings: 2,
    },
    {
      what: 'some of three',
      answer: (probe: Probe, number: number) => sent(probe, number === 0 ? 0 : 1),
      kind: 'lossy',
      pings: 2,
    },
  ])('calls $what $kind after $pings pings', ({ answer, kind, pings }) => {
    expect(test(answer)).toMatchObject({ result: { kind }, pings });
  });

  it('asks once across islands, with a packet that any path lets through', () => {
    const probes: Probe[] = [];
    const quiet = test((probe) => (probes.push(probe), sent(probe, 0)), 'unreachable');
    expect(quiet).toMatchObject({ result: { kind: 'lost' }, pings: 1 });
    expect(probes[0]).toMatchObject({ sizeBytes: 84, dontFragment: false });
    expect(test(passing(9000), 'unreachable').result.kind).toBe('ok');
  });

  it('sends nothing where nothing is expected', () => {
    expect(test(passing(9000), 'not-applicable')).toEqual({ result: { kind: 'not-tested' }, pings: 0 });
  });
});
