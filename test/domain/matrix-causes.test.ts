// Whatever is broken: the verdict explains all of it, accuses nobody wrongly, and stays short.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAsExpected } from '../../shared/domain/cell.ts';
import { judgeMatrix } from '../../shared/domain/judge-matrix.ts';
import type { Cell, CellResult, Endpoint } from '../../shared/domain/matrix.ts';
import { explainMatrix } from '../../shared/domain/matrix-causes.ts';
import { indexMatrix } from '../../shared/domain/matrix-links.ts';
import { AT_1500, LOSSY, LOST, NOT_TESTED, numberOf, OK, REFUSED, someEnds, someMatrix } from '../slack/a-matrix.ts';

type Fault = {
  kind: 'both' | 'send' | 'reach' | 'groups' | 'one-way' | 'pair' | 'leak';
  a: number;
  b: number;
  result: CellResult;
};
type Network = { hosts: number; adapters: number; hasIpv6: boolean; reach: 'routed' | 'islands'; faults: Fault[] };

const someFault: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constantFrom('both', 'send', 'reach', 'groups', 'one-way', 'pair', 'leak'),
  a: fc.integer({ min: 1, max: 12 }),
  b: fc.integer({ min: 1, max: 12 }),
  result: fc.constantFrom(LOST, AT_1500, LOSSY, REFUSED, NOT_TESTED),
});
const someNetwork: fc.Arbitrary<Network> = fc.record({
  hosts: fc.integer({ min: 2, max: 12 }),
  adapters: fc.constantFrom(1, 1, 2),
  hasIpv6: fc.boolean(),
  reach: fc.constantFrom('routed', 'islands'),
  faults: fc.array(someFault, { maxLength: 5 }),
});

function isHit({ kind, a, b }: Fault, from: Endpoint, to: Endpoint): boolean {
  const [start, end] = [numberOf(from), numberOf(to)];
  switch (kind) {
    case 'both':
      return start === a || end === a;
    case 'send':
      return start === a;
    case 'reach':
      return end === a;
    case 'groups':
      return start <= a !== end <= a;
    case 'one-way':
      return start <= a && end > a;
    case 'pair':
      return start === a && end === b;
    case 'leak':
      return from.island !== to.island && (start === a || b > 6);
    default:
      throw new Error(`unknown fault ${kind satisfies never}`);
  }
}

function cellsOf({ hosts, adapters, hasIpv6, reach, faults }: Network): Cell[] {
  return someMatrix(someEnds(hosts, { adapters, hasIpv6 }), reach, (from, to) => {
    const isWithin = from.island === to.island;
    const fault = faults.find((one) => (one.kind === 'leak') !== isWithin && isHit(one, from, to));
    return fault?.kind === 'leak' ? OK : fault?.result;
  });
}

const wrongOf = (cells: Cell[]) => cells.filter((cell) => !isAsExpected(cell));
const numbersIn = (text: string) =>
  [...text.matchAll(/\besx(\d+)(?:-esx(\d+))?/g)].flatMap(([, from, to]) =>
    Array.from({ length: Number(to ?? from) - Number(from) + 1 }, (_, index) => Number(from) + index),
  );

describe('the causes of a matrix', () => {
  it('explain every path that is not as expected, each once', () => {
    fc.assert(
      fc.property(someNetwork, (network) => {
        const cells = cellsOf(network);
        const explained = explainMatrix(indexMatrix(cells)).flatMap((one) => [...one.cells.keys()]);
        expect(new Set(explained).size).toBe(explained.length);
        expect(new Set(explained)).toEqual(new Set(wrongOf(cells)));
      }),
      { numRuns: 300 },
    );
  });

  it('name no host none of whose paths fail', () => {
    fc.assert(
      fc.property(someNetwork, (network) => {
        const cells = cellsOf(network);
        const touched = new Set(wrongOf(cells).flatMap(({ from, to }) => [numberOf(from), numberOf(to)]));
        for (const { sentence, cells: own } of explainMatrix(indexMatrix(cells))) {
          const mine = new Set([...own.keys()].flatMap(({ from, to }) => [numberOf(from), numberOf(to)]));
          for (const number of numbersIn(sentence)) expect(mine, sentence).toContain(number);
        }
        for (const sentence of judgeMatrix(cells).verdict)
          for (const number of numbersIn(sentence)) expect(touched, sentence).toContain(number);
      }),
      { numRuns: 300 },
    );
  });

  it('come in at most twelve sentences that count what they leave out, and in the same words for any order of cells', () => {
    fc.assert(
      fc.property(someNetwork, fc.infiniteStream(fc.nat()), (network, dice) => {
        const cells = cellsOf(network);
        const { verdict, failures, unexpected } = judgeMatrix(cells);
        expect(verdict.length).toBeLessThanOrEqual(12);
        for (const sentence of verdict) expect(sentence.length, sentence).toBeLessThan(500);
        expect(failures.length).toBe(Math.min(20, unexpected));
        const sizes = explainMatrix(indexMatrix(cells)).map((one) => one.cells.size);
        const left = sizes.slice(8).reduce((sum, size) => sum + size, 0);
        const said = verdict.flatMap((sentence) => /^And (\d+) more paths? /.exec(sentence)?.[1] ?? []);
        expect(said).toEqual(left === 0 ? [] : [String(left)]);
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
        const rolled = cells.map((cell) => ({ cell, at: dice.next().value })).toSorted((a, b) => a.at - b.at);
        expect(judgeMatrix(rolled.map(({ cell }) => cell))).toEqual(judgeMatrix(cells));
      }),
      { numRuns: 200 },
    );
  });

  it('keep the row small when nearly everything fails at random, at 64 hosts with two adapters', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.infiniteStream(fc.double({ min: 0, max: 1 })),
        (share, dice) => {
          const ends = someEnds(64, {
            adapters: 2,
            nameOf: (n) => `${'planet'.repeat(9)}-${(n * 7919) % 64}.example.org`,
          });
          const cells = someMatrix(ends, 'islands', () => (dice.next().value < share ? LOST : undefined));
          const summary = judgeMatrix(cells);
          expect(summary.verdict.length).toBeLessThanOrEqual(12);
          expect(JSON.stringify(summary).length).toBeLessThan(16_000);
        },
      ),
      { numRuns: 6 },
    );
  });

  it('find the two groups of any cluster that falls into two, as trying all of them does', () => {
    const someCluster = fc.record({
      side: fc.array(fc.boolean(), { minLength: 4, maxLength: 8 }),
      within: fc.uniqueArray(fc.tuple(fc.nat({ max: 7 }), fc.nat({ max: 7 })), { maxLength: 6 }),
      result: fc.constantFrom(LOST, AT_1500),
    });
    let found = 0;
    fc.assert(
      fc.property(someCluster, ({ side, within, result }) => {
        const isBroken = (a: number, b: number) =>
          side[a] !== side[b] || within.some(([x, y]) => (x === a && y === b) || (x === b && y === a));
        const cells = someMatrix(someEnds(side.length), 'routed', (from, to) =>
          isBroken(numberOf(from) - 1, numberOf(to) - 1) ? result : undefined,
        );
        const cuts = allCuts(side.length).filter((cut) => isCut(cut, side.length, isBroken));
        const [cut] = cuts;
        // With more than one cut there are more than two groups, or a host that reaches nobody.
        if (cut === undefined || cuts.length > 1 || cut.size < 2 || side.length - cut.size < 2) return;
        found += 1;
        const between = cells.filter(({ from, to }) => cut.has(numberOf(from) - 1) !== cut.has(numberOf(to) - 1));
        const [first] = explainMatrix(indexMatrix(cells));
        expect(new Set(first?.cells.keys())).toEqual(new Set(between));
        expect(first?.sentence).toMatch(result === LOST ? /do not reach each other at all/ : /up to 1500 bytes/);
      }),
      { numRuns: 300 },
    );
    expect(found).toBeGreaterThan(100);
  });
});

/** Each way to split hosts in two, as the side without the last host. */
function allCuts(hosts: number): Set<number>[] {
  return Array.from({ length: 2 ** (hosts - 1) - 1 }, (_, index) => {
    const bits = index + 1;
    return new Set(Array.from({ length: hosts }, (_, host) => host).filter((host) => (bits >> host) % 2 === 1));
  });
}

function isCut(cut: ReadonlySet<number>, hosts: number, isBroken: (a: number, b: number) => boolean): boolean {
  const all = Array.from({ length: hosts }, (_, host) => host);
  return [...cut].every((a) => all.every((b) => cut.has(b) || isBroken(a, b)));
}
