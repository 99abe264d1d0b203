import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markOf } from '../../shared/domain/cell-mark.ts';
import type { Cell, CellResult, Endpoint, Expectation } from '../../shared/domain/matrix.ts';
import { explainMatrix } from '../../shared/domain/matrix-causes.ts';
import { type MatrixGrid, toGrids } from '../../shared/domain/matrix-grid.ts';
import { indexMatrix } from '../../shared/domain/matrix-links.ts';
import { toPaths } from '../../shared/domain/paths.ts';
import { anEndpoint } from '../support/builders.ts';

const OK: CellResult = { kind: 'ok', mtuBytes: 9000, roundTripMicros: 190 };
const LOST: CellResult = { kind: 'lost' };

function matrixOf(
  ends: Endpoint[],
  reach: 'routed' | 'islands',
  fails: (from: Endpoint, to: Endpoint) => boolean,
): Cell[] {
  return toPaths(ends, reach).map((path) => ({
    ...path,
    result: (path.expected === 'reachable') === fails(path.from, path.to) ? LOST : OK,
  }));
}

const hosts = (count: number) => Array.from({ length: count }, (_, index) => `esx${index + 1}`);
const single = (count: number) => hosts(count).map((host) => anEndpoint(host));
const double = (count: number) =>
  hosts(count).flatMap((host, index) => [
    anEndpoint(host, { address: `172.16.1.${index + 1}` }),
    anEndpoint(host, { device: 'vmk3', island: 2, address: `172.16.2.${index + 1}` }),
  ]);
const never = () => false;

function onlyGrid(cells: Cell[], endsMax = 128): MatrixGrid {
  const [grid, ...others] = toGrids(cells, endsMax);
  if (grid === undefined || others.length > 0) throw new Error('not one grid');
  return grid;
}

const namesOf = ({ ends }: MatrixGrid) => ends.map(({ host, device }) => `${host} ${device}`);

describe('a mark', () => {
  it.each<{ expected: Expectation; result: CellResult; mark: string }>([
    { expected: 'reachable', result: OK, mark: 'ok' },
    { expected: 'reachable', result: { kind: 'mtu', mtuBytes: 1500, roundTripMicros: 1 }, mark: 'mtu' },
    { expected: 'reachable', result: { kind: 'lossy', received: 1, sent: 3 }, mark: 'lossy' },
    { expected: 'reachable', result: LOST, mark: 'lost' },
    { expected: 'reachable', result: { kind: 'refused', reason: 'x' }, mark: 'refused' },
    { expected: 'reachable', result: { kind: 'not-tested' }, mark: 'not-tested' },
    { expected: 'unreachable', result: OK, mark: 'leak' },
    { expected: 'unreachable', result: { kind: 'mtu', mtuBytes: 1500, roundTripMicros: 1 }, mark: 'leak' },
    { expected: 'unreachable', result: LOST, mark: 'silent' },
    { expected: 'unreachable', result: { kind: 'refused', reason: 'x' }, mark: 'silent' },
    { expected: 'unreachable', result: { kind: 'not-tested' }, mark: 'not-tested' },
    { expected: 'not-applicable', result: { kind: 'not-tested' }, mark: 'not-applicable' },
  ])('is $mark where $expected is expected and the result is $result.kind', ({ expected, result, mark }) => {
    expect(markOf({ from: anEndpoint('esx1'), to: anEndpoint('esx2'), expected, result })).toBe(mark);
  });
});

describe('a grid', () => {
  it('orders hosts as people count, the adapters of a host together', () => {
    const routed = double(11).map((end) => ({ ...end, gateway: end.address.replace(/\d+$/, '254') }));
    expect(namesOf(onlyGrid(matrixOf(routed, 'routed', never))).slice(0, 4)).toEqual([
      'esx1 vmk2',
      'esx1 vmk3',
      'esx2 vmk2',
      'esx2 vmk3',
    ]);
  });

  it('keeps islands together, declared or not, so that what is between them is a field of its own', () => {
    const grid = onlyGrid(matrixOf(double(3), 'islands', never));
    expect(namesOf(onlyGrid(matrixOf(double(3), 'routed', never)))).toEqual(namesOf(grid));
    expect(namesOf(grid)).toEqual(['esx1 vmk2', 'esx2 vmk2', 'esx3 vmk2', 'esx1 vmk3', 'esx2 vmk3', 'esx3 vmk3']);
    expect(grid.groups).toEqual([1, 1, 1, 2, 2, 2]);
    expect(grid.marks[0]).toEqual([undefined, 'ok', 'ok', undefined, 'silent', 'silent']);
  });

  it('has the source in the row and the destination in the column', () => {
    const grid = onlyGrid(matrixOf(single(3), 'routed', (from, to) => from.host === 'esx1' && to.host === 'esx3'));
    expect(grid.marks).toEqual([
      [undefined, 'ok', 'lost'],
      ['ok', undefined, 'ok'],
      ['ok', 'ok', undefined],
    ]);
  });

  it('is made for each address family', () => {
    const v6 = single(3).map((end, index) => ({ ...end, address: `fd00::${index + 1}`, prefixLength: 64 }));
    const grids = toGrids(matrixOf([...single(2), ...v6], 'routed', never), 128);
    expect(grids.map(({ family, ends }) => [family, ends.length])).toEqual([
      ['IPv4', 2],
      ['IPv6', 3],
    ]);
    expect(toGrids([], 128)).toEqual([]);
  });

  it('leaves out who fails least where there are too many, and says how many', () => {
    const grid = onlyGrid(
      matrixOf(single(20), 'routed', (from) => from.host === 'esx17'),
      5,
    );
    expect(grid.leftOut).toBe(15);
    expect(namesOf(grid)).toEqual(['esx1 vmk2', 'esx2 vmk2', 'esx3 vmk2', 'esx4 vmk2', 'esx17 vmk2']);
  });
});

describe('suspects', () => {
  const isOneOf = (names: string[], end: Endpoint) => names.includes(end.host);

  it.each([
    {
      what: 'a host that nobody reaches, both ways',
      fails: (from: Endpoint, to: Endpoint) => isOneOf(['esx3'], from) || isOneOf(['esx3'], to),
      rows: [2],
      columns: [2],
    },
    {
      what: 'two such hosts',
      fails: (from: Endpoint, to: Endpoint) => isOneOf(['esx3', 'esx6'], from) || isOneOf(['esx3', 'esx6'], to),
      rows: [2, 5],
      columns: [2, 5],
    },
    { what: 'a host that can not send', fails: (from: Endpoint) => isOneOf(['esx4'], from), rows: [3], columns: [] },
    {
      what: 'a host that nobody reaches, and a pair besides: the pair is not hidden, its ends not blamed for the host',
      fails: (from: Endpoint, to: Endpoint) =>
        isOneOf(['esx1'], to) || (isOneOf(['esx5'], from) && isOneOf(['esx7'], to)),
      rows: [4],
      columns: [0, 6],
    },
    {
      what: 'one pair, both ways',
      fails: (from: Endpoint, to: Endpoint) => isOneOf(['esx2', 'esx8'], from) && isOneOf(['esx2', 'esx8'], to),
      rows: [1, 7],
      columns: [1, 7],
    },
    {
      what: 'both ends where one fails to two others, which is too little to blame it alone',
      fails: (from: Endpoint, to: Endpoint) => isOneOf(['esx2'], from) && isOneOf(['esx4', 'esx8'], to),
      rows: [1],
      columns: [3, 7],
    },
    { what: 'everybody, which tells nothing', fails: () => true, rows: [], columns: [] },
  ])('are $what', ({ fails, rows, columns }) => {
    const grid = onlyGrid(matrixOf(single(8), 'routed', fails));
    const inOrder = (set: ReadonlySet<number>) => [...set].sort((a, b) => a - b);
    expect({ rows: inOrder(grid.suspectRows), columns: inOrder(grid.suspectColumns) }).toEqual({ rows, columns });
    expect([...grid.suspects].sort((a, b) => a - b)).toEqual(inOrder(new Set([...rows, ...columns])));
  });

  it('are told in the order of how much they explain', () => {
    const fails = (from: Endpoint, to: Endpoint) =>
      isOneOf(['esx6'], from) || isOneOf(['esx6'], to) || (isOneOf(['esx1'], from) && isOneOf(['esx2'], to));
    expect(onlyGrid(matrixOf(single(8), 'routed', fails)).suspects).toEqual([5, 0, 1]);
  });

  it('are not the adapters behind a gateway that fails: the verdict blames the gateway', () => {
    const ends = hosts(9).map((host, index) => {
      const subnet = `10.0.${index % 3}`;
      return anEndpoint(host, { address: `${subnet}.${index + 10}`, prefixLength: 24, gateway: `${subnet}.1` });
    });
    const isBehind = ({ gateway }: Endpoint) => gateway === '10.0.1.1';
    const cells = matrixOf(ends, 'routed', (from, to) => isBehind(from) !== isBehind(to));
    expect(
      explainMatrix(indexMatrix(cells))
        .map(({ sentence }) => sentence)
        .join(),
    ).toContain('10.0.1.1');
    expect(onlyGrid(cells).suspects).toEqual([]);
  });

  it('are named by the words of the verdict, whatever fails', () => {
    const subset = fc.subarray(hosts(8), { maxLength: 1 });
    fc.assert(
      fc.property(subset, subset, (senders, receivers) => {
        const cells = matrixOf(single(8), 'routed', (from, to) => isOneOf(senders, from) || isOneOf(receivers, to));
        const words = explainMatrix(indexMatrix(cells))
          .map(({ sentence }) => sentence)
          .join(' ');
        const { ends, suspects } = onlyGrid(cells);
        for (const index of suspects) expect(words).toContain(ends[index]?.host);
        expect(suspects.length > 0).toBe(senders.length + receivers.length > 0);
      }),
    );
  });

  it('are not those that were only not tested', () => {
    const cells = matrixOf(single(8), 'routed', never).map(
      (cell): Cell => (cell.from.host === 'esx2' ? { ...cell, result: { kind: 'not-tested' } } : cell),
    );
    expect(onlyGrid(cells).suspects).toEqual([]);
  });
});
