import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CELL_MARKS, markOf } from '../../shared/domain/cell-mark.ts';
import type { Cell, CellResult } from '../../shared/domain/matrix.ts';
import { heatMapSvg } from '../../shared/slack/heat-map-svg.ts';
import { type DrawnHeatMap, readHeatMap } from '../support/read-heat-map.ts';
import {
  aHeatMapInput,
  AT_1500,
  everyMark,
  LOSSY,
  LOST,
  NOT_TESTED,
  numberOf,
  OK,
  REFUSED,
  someEnds,
  someMatrix,
} from './a-matrix.ts';

const draw = (cells: Cell[], override = {}): DrawnHeatMap =>
  readHeatMap(heatMapSvg(aHeatMapInput(cells, override)).svg);
const textsOf = (drawn: DrawnHeatMap): string => drawn.texts.map(({ text }) => text).join('\n');
const touching = (host: number, result: CellResult) => (from: Cell['from'], to: Cell['to']) =>
  numberOf(from) === host || numberOf(to) === host ? result : undefined;

function countMarks(cells: Cell[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const cell of cells) counts[markOf(cell)] = (counts[markOf(cell)] ?? 0) + 1;
  return counts;
}

/** One square more of each mark stands in the legend. */
function expectEveryCell(drawn: DrawnHeatMap, cells: Cell[]): void {
  const counts = countMarks(cells);
  for (const mark of CELL_MARKS) {
    const count = counts[mark] === undefined ? 0 : counts[mark] + 1;
    expect(drawn.cells.filter((cell) => cell.mark === mark).length, mark).toBe(count);
    expect(drawn.glyphs[mark] ?? 0, mark).toBe(count);
  }
}

describe('the title', () => {
  it('says state, cluster, time and job, and what to look at first', () => {
    const cells = someMatrix(someEnds(8), 'routed', touching(3, LOST));
    const text = textsOf(draw(cells));
    expect(text).toContain('FAILED 14 of 56 paths - cluster-a');
    expect(text).toContain('8 hosts, 2026-11-21 10:00 UTC, j-7f3k9c');
    expect(text).toContain('Look first at: esx03 vmk2');
    expect(text).toContain('No path to or from esx03 vmk2');
  });

  it('does not say twice how many paths fail', () => {
    const cells = someMatrix(someEnds(8), 'routed', touching(3, LOST));
    expect(textsOf(draw(cells)).match(/14 of 56 paths/g)).toHaveLength(1);
  });

  it('gives a long name of a cluster two lines, and cuts it after that', () => {
    const drawn = draw(someMatrix(someEnds(2), 'routed'), { cluster: 'payments-and-settlement-'.repeat(9) });
    const title = drawn.texts.filter(({ fill }) => fill === '#ffffff').map(({ text }) => text);
    expect(title).toHaveLength(2);
    expect(title[1]).toMatch(/^payments-and-settlement-.*…$/);
  });

  it('leaves the rest to the message where there is more to say than there is room', () => {
    const verdict = Array.from({ length: 40 }, (_, index) => `Sentence number ${index} about a failure.`);
    const cells = someMatrix(someEnds(4), 'routed');
    const input = aHeatMapInput(cells);
    const text = textsOf(draw(cells, { summary: { ...input.summary, verdict } }));
    expect(text).toContain('Sentence number 0');
    expect(text).toContain('… more in the message');
    expect(text).not.toContain('Sentence number 20');
  });
});

describe('the grid', () => {
  it('has a square and a glyph for every cell, whatever it came to', () => {
    const cells = everyMark();
    expect(Object.keys(countMarks(cells)).sort()).toEqual([...CELL_MARKS].sort());
    expectEveryCell(draw(cells), cells);
  });

  it('has rows for sources, columns for destinations, in natural order, and nothing where a host meets itself', () => {
    const cells = someMatrix(someEnds(12), 'routed', (from, to) =>
      numberOf(from) === 2 && numberOf(to) === 10 ? LOST : undefined,
    );
    const [lost] = draw(cells).cells;
    const squares = draw(cells).cells.filter(({ mark, side }) => mark === 'ok' && side === lost?.side);
    const lefts = [...new Set(squares.map(({ left }) => left))].sort((a, b) => a - b);
    const tops = [...new Set(squares.map(({ top }) => top))].sort((a, b) => a - b);
    expect([tops.indexOf(lost?.top ?? 0), lefts.indexOf(lost?.left ?? 0)]).toEqual([1, 9]);
    expect(squares.some(({ left, top }) => lefts.indexOf(left) === tops.indexOf(top))).toBe(false);
  });

  it('has the names of rows and of columns', () => {
    const drawn = draw(someMatrix(someEnds(3), 'routed'));
    expect(drawn.texts.filter(({ text }) => text === 'esx02 vmk2').map(({ isTurned }) => isTurned)).toEqual([
      false,
      true,
    ]);
    expect(textsOf(drawn)).toContain('from ↓');
    expect(textsOf(drawn)).toContain('to →');
  });

  it('has a part for each address family', () => {
    const cells = someMatrix(someEnds(4, { hasIpv6: true }), 'routed', (from) =>
      from.address.includes(':') && numberOf(from) === 3 ? LOST : undefined,
    );
    const drawn = draw(cells);
    expectEveryCell(drawn, cells);
    expect(textsOf(drawn)).toMatch(/^IPv4$[^]*^IPv6$/m);
    expect(textsOf(drawn)).toContain('Look first at: esx03 vmk2 IPv6');
    expect(drawn.suspects).toEqual(['esx03 vmk2']);
  });

  it.each([
    { what: 'a lost host', result: touching(3, LOST), suspects: ['esx03 vmk2', 'esx03 vmk2'] },
    {
      what: 'one direction of one pair',
      result: (from: Cell['from'], to: Cell['to']) => (numberOf(from) === 5 && numberOf(to) === 7 ? LOST : undefined),
      suspects: ['esx05 vmk2', 'esx07 vmk2'],
    },
    {
      what: 'one host that can not send',
      result: (from: Cell['from']) => (numberOf(from) === 6 ? REFUSED : undefined),
      suspects: ['esx06 vmk2'],
    },
    { what: 'nothing', result: () => undefined, suspects: [] },
    {
      what: 'two halves, each of which is as suspect as the other',
      result: (from: Cell['from'], to: Cell['to']) => (numberOf(from) <= 4 === numberOf(to) <= 4 ? undefined : AT_1500),
      suspects: [],
    },
  ])('has $suspects in white on black for $what', ({ result, suspects }) => {
    expect(draw(someMatrix(someEnds(8), 'routed', result)).suspects).toEqual(suspects);
  });

  it('has 128 of more adapters, those that fail, and says so', () => {
    const cells = someMatrix(someEnds(140), 'routed', touching(139, LOST));
    const drawn = draw(cells);
    expect(textsOf(drawn)).toContain('128 of 140 adapters; the others fail least');
    expect(drawn.suspects).toEqual(['esx139 vmk2', 'esx139 vmk2']);
    expect(drawn.cells.filter(({ mark }) => mark === 'lost')).toHaveLength(2 * 127 + 1);
  });

  it('shows a matrix without cells as its verdict', () => {
    expect(textsOf(draw([]))).toContain('No path to test');
  });
});

describe('the legend', () => {
  it('has only what the picture shows, with how many there are', () => {
    const text = textsOf(draw(someMatrix(someEnds(4), 'routed', touching(2, AT_1500))));
    expect(text).toContain('6 only smaller packets pass (MTU)');
    expect(text).toContain('6 answers at full size');
    expect(text).toContain('black name: look at this adapter first');
    expect(text).not.toContain('loses packets');
  });
});

const hostile = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
  fc.constantFrom(
    '</text><script>',
    '&amp;',
    '\u0000\u001b[31m',
    '\uFFFE\uFFFF',
    '\uD800',
    '\u202Eevil',
    'مضيف',
    '🐝🐝',
    ']]>',
  ),
);
const matrices = fc
  .record({
    hosts: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(33, 64)),
    adapters: fc.integer({ min: 1, max: 3 }),
    hasIpv6: fc.boolean(),
    reach: fc.constantFrom('routed' as const, 'islands' as const),
    name: hostile,
    results: fc.array(fc.constantFrom(OK, LOST, AT_1500, LOSSY, REFUSED, NOT_TESTED), { minLength: 1, maxLength: 40 }),
    words: hostile,
  })
  .map(({ name, results, words, ...given }) => {
    const ends = someEnds(given.hosts, { ...given, nameOf: (host) => `${name}${host}` });
    const cells = someMatrix(ends, given.reach, (from, to) => results[(numberOf(from) * 31 + numberOf(to) * 7) % 41]);
    return { cells, words };
  });

it('is well-formed and holds every cell, for 1 to 64 hosts and any names', { timeout: 240_000 }, () => {
  fc.assert(
    fc.property(matrices, ({ cells, words }) => {
      const input = aHeatMapInput(cells);
      const verdict = [words, ...input.summary.verdict];
      const { svg, width, height } = heatMapSvg({ ...input, cluster: words, summary: { ...input.summary, verdict } });
      const drawn = readHeatMap(svg);
      expect({ width: drawn.width, height: drawn.height }).toEqual({ width, height });
      expect(Math.max(width, height)).toBeLessThanOrEqual(4096);
      for (const { left, top, side } of drawn.cells) {
        if (left >= 0 && top >= 0 && left + side <= width && top + side <= height) continue;
        expect.fail(`a cell at ${left}, ${top} is outside ${width} x ${height}`);
      }
      for (const { text, end, y, isTurned } of drawn.texts) {
        if (y > 0 && y <= height && (isTurned || (end > 0 && end <= width))) continue;
        expect.fail(`"${text}" ends at ${end}, ${y}, outside ${width} x ${height}`);
      }
      if (new Set(cells.map(({ from }) => from.address)).size <= 128) expectEveryCell(drawn, cells);
    }),
    { numRuns: Number(process.env['RUNS'] ?? 60) },
  );
});
