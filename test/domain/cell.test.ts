import { describe, expect, it } from 'vitest';
import { endText, isAsExpected, resultText } from '../../shared/domain/cell.ts';
import type { CellResult, Expectation } from '../../shared/domain/matrix.ts';
import { anEndpoint } from '../support/builders.ts';

const OK: CellResult = { kind: 'ok', mtuBytes: 9000, roundTripMicros: 190 };
const LOST: CellResult = { kind: 'lost' };
const REFUSED: CellResult = { kind: 'refused', reason: 'No route to host' };
const LOSSY: CellResult = { kind: 'lossy', received: 1, sent: 4 };
const AT_1500: CellResult = { kind: 'mtu', mtuBytes: 1500, roundTripMicros: 190 };
const UNTESTED: CellResult = { kind: 'not-tested' };

describe('a path', () => {
  it.each<{ expected: Expectation; good: CellResult[]; bad: CellResult[] }>([
    { expected: 'reachable', good: [OK], bad: [LOST, REFUSED, LOSSY, AT_1500, UNTESTED] },
    { expected: 'unreachable', good: [LOST, REFUSED], bad: [OK, LOSSY, AT_1500, UNTESTED] },
    { expected: 'not-applicable', good: [OK, LOST, REFUSED, LOSSY, AT_1500, UNTESTED], bad: [] },
  ])('that is $expected is as expected by some results only', ({ expected, good, bad }) => {
    const [from, to] = [anEndpoint('esx01'), anEndpoint('esx02')];
    const asExpected = (results: CellResult[]) => results.map((result) => isAsExpected({ from, to, expected, result }));
    expect(asExpected(good)).toEqual(good.map(() => true));
    expect(asExpected(bad)).toEqual(bad.map(() => false));
  });

  it.each([
    { result: OK, text: 'answers at 9000 bytes' },
    { result: AT_1500, text: 'answers only up to 1500 bytes' },
    { result: LOSSY, text: 'loses packets (1 of 4 answered)' },
    { result: LOST, text: 'does not answer' },
    { result: REFUSED, text: "can't be sent: No route to host" },
    { result: UNTESTED, text: 'was not tested' },
  ])('$text', ({ result, text }) => {
    expect(resultText(result)).toBe(text);
  });

  it('has ends of a short name, and of a family where that is not the usual one', () => {
    expect(endText(anEndpoint('esx01.lab.local'))).toBe('esx01 vmk2');
    expect(endText(anEndpoint('esx01', { address: 'fd00::51' }))).toBe('esx01 vmk2 IPv6');
    expect(endText({ host: 'esx01', device: 'vmk2' })).toBe('esx01 vmk2');
  });
});
