import { describe, expect, it } from 'vitest';
import { CELL_MARKS, type CellMark } from '../../shared/domain/cell-mark.ts';
import type { Cell } from '../../shared/domain/matrix.ts';
import { MARK_LOOKS } from '../../shared/slack/heat-map-marks.ts';
import { heatMapSvg } from '../../shared/slack/heat-map-svg.ts';
import { renderHeatMap } from '../../shared/slack/heat-map.ts';
import { type DrawnCell, type DrawnHeatMap, readHeatMap } from '../support/read-heat-map.ts';
import { type Png, readPng } from '../support/read-png.ts';
import { aHeatMapInput, everyMark, LOST, numberOf, someEnds, someMatrix } from './a-matrix.ts';

type Picture = { png: Png; bytes: number; drawn: DrawnHeatMap };

async function drawPicture(cells: Cell[], override = {}): Promise<Picture> {
  const input = aHeatMapInput(cells, override);
  const { png, width, height } = await renderHeatMap(input);
  const read = readPng(png);
  expect([read.width, read.height]).toEqual([width, height]);
  return { png: read, bytes: png.length, drawn: readHeatMap(heatMapSvg(input).svg) };
}

/** What the eye sees of a pixel in grey, 0 to 255: ITU-R BT.601. */
function greyOf([red, green, blue]: [number, number, number]): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

function firstCells({ drawn }: Picture): Map<CellMark, DrawnCell> {
  return new Map(
    CELL_MARKS.map((mark) => {
      const cell = drawn.cells.find((one) => one.mark === mark);
      if (cell === undefined) throw new Error(`no cell is ${mark}`);
      return [mark, cell];
    }),
  );
}

function greysOf({ png }: Picture, { left, top, side }: DrawnCell): number[] {
  const steps = Array.from({ length: side }, (_, index) => index);
  return steps.flatMap((y) => steps.map((x) => greyOf(png.pixelAt(left + x, top + y))));
}

const mean = (numbers: number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

describe('the picture', () => {
  it('is a PNG with the colour of its mark in every cell', async () => {
    const picture = await drawPicture(everyMark());
    for (const { mark, left, top, side } of picture.drawn.cells) {
      const { fill } = MARK_LOOKS[mark as CellMark];
      const colours = [0.25, 0.5, 0.75].flatMap((x) =>
        [0.1, 0.25, 0.75, 0.9].map((y) =>
          picture.png
            .pixelAt(Math.floor(left + side * x), Math.floor(top + side * y))
            .map(toHex)
            .join(''),
        ),
      );
      expect(
        colours.map((colour) => `#${colour}`),
        mark,
      ).toContain(fill);
    }
  });

  it('tells all marks apart in grey, by more than how dark they are', async () => {
    const picture = await drawPicture(everyMark());
    const greys = new Map([...firstCells(picture)].map(([mark, cell]) => [mark, greysOf(picture, cell)]));
    for (const [mark, own] of greys) {
      for (const [other, theirs] of greys) {
        if (mark >= other) continue;
        const shift = mean(own) - mean(theirs);
        const apart = own.filter((grey, index) => Math.abs(grey - (theirs[index] ?? 0)) > 40).length / own.length;
        const shaped =
          own.filter((grey, index) => Math.abs(grey - (theirs[index] ?? 0) - shift) > 25).length / own.length;
        expect(apart, `${mark} and ${other}`).toBeGreaterThan(0.05);
        expect(shaped, `the shapes of ${mark} and ${other}`).toBeGreaterThan(0.05);
      }
    }
  });

  it('is darker in grey where something is wrong than where all is well', async () => {
    const picture = await drawPicture(everyMark());
    const greys = new Map([...firstCells(picture)].map(([mark, cell]) => [mark, mean(greysOf(picture, cell))]));
    const wellMin = Math.min(greys.get('ok') ?? 0, greys.get('silent') ?? 0, greys.get('not-applicable') ?? 0);
    for (const mark of ['lost', 'mtu', 'lossy', 'refused', 'leak'] as const) {
      expect(greys.get(mark), mark).toBeLessThan(wellMin - 30);
    }
  });

  it('writes letters: the state is white on the band', async () => {
    const { png } = await drawPicture(someMatrix(someEnds(4), 'routed'));
    const band = Array.from({ length: png.width * 30 }, (_, index) =>
      png.pixelAt(index % png.width, Math.floor(index / png.width)),
    );
    const white = band.filter((pixel) => greyOf(pixel) > 240).length / band.length;
    expect(white).toBeGreaterThan(0.02);
    expect(white).toBeLessThan(0.3);
  });

  it('of 64 hosts with two adapters stays below a megabyte', async () => {
    const cells = someMatrix(someEnds(64, { adapters: 2 }), 'islands', (from, to) =>
      numberOf(from) === 12 || numberOf(to) === 40 ? LOST : undefined,
    );
    const { bytes, png } = await drawPicture(cells);
    expect(bytes).toBeLessThan(1_000_000);
    expect(Math.max(png.width, png.height)).toBeLessThanOrEqual(4096);
  });

  it.each(['</text><x>', '\u0000\u001b[31m', '\uD800\uFFFE', '\u202Eevil', 'مضيف', '🐝🐝', '宿主', 'a\u0301\u0302'])(
    'is drawn with %j for a name',
    async (name) => {
      const cells = someMatrix(someEnds(3, { nameOf: (host) => `${name}${host}` }), 'routed');
      const { drawn } = await drawPicture(cells, { cluster: name });
      expect(drawn.cells.length).toBe(cells.length + 1);
    },
  );

  it('of the same matrix is the same, also when several are drawn at once', async () => {
    const input = aHeatMapInput(someMatrix(someEnds(3), 'routed'));
    const [one, two] = await Promise.all([renderHeatMap(input), renderHeatMap(input)]);
    expect(Buffer.compare(one.png, two.png)).toBe(0);
  });
});

function toHex(value: number): string {
  return value.toString(16).padStart(2, '0');
}
