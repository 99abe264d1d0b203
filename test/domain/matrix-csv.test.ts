import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell, CellResult } from '../../shared/domain/matrix.ts';
import { matrixCsv } from '../../shared/domain/matrix-csv.ts';
import { anEndpoint } from '../support/builders.ts';

const from = anEndpoint('esx01');
const to = anEndpoint('esx02');
const OK: CellResult = { kind: 'ok', mtuBytes: 9000, roundTripMicros: 240 };
const aCell = (result: CellResult, override: Partial<Cell> = {}): Cell => ({
  from,
  to,
  expected: 'reachable',
  result,
  ...override,
});

/** Reads CSV as RFC 4180 has it; throws for anything else. */
function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let rest = text;
  let record: string[] = [];
  while (rest.length > 0) {
    const [whole, quoted, plain = '', end] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest) ?? [];
    if (whole === undefined) throw new Error(`not CSV: ${rest.slice(0, 40)}`);
    record.push(quoted?.replaceAll('""', '"') ?? plain);
    rest = rest.slice(whole.length);
    if (end === ',') continue;
    records.push(record);
    record = [];
  }
  return records;
}

function rowsOf(cells: Cell[]): Record<string, string>[] {
  const [header = [], ...records] = readCsv(matrixCsv(cells));
  return records.map((record) => Object.fromEntries(header.map((name, index) => [name, record[index] ?? ''])));
}

describe('the CSV of a matrix', () => {
  it('says what holds quotes and commas as it is', () => {
    const [row] = rowsOf([aCell({ kind: 'refused', reason: 'it says "no", and no more' })]);
    expect(row?.['detail']).toContain('it says "no", and no more');
    expect(Object.keys(row ?? {})).toHaveLength(16);
  });

  it('has a header and a line for each cell, with both ends', () => {
    expect(matrixCsv([aCell(OK)])).toBe(
      'from_host,from_device,from_address,to_host,to_device,to_address,netstack,family,expected,result,as_expected,' +
        'path_mtu_bytes,round_trip_ms,loss_percent,detail,cause\r\n' +
        'esx01,vmk2,172.16.1.51,esx02,vmk2,172.16.1.52,vmotion,IPv4,reachable,ok,yes,9000,0.24,0,,\r\n',
    );
    expect(matrixCsv([]).split('\r\n')).toHaveLength(2);
  });

  it.each<{ result: CellResult; row: Record<string, string> }>([
    {
      result: { kind: 'mtu', mtuBytes: 1500, roundTripMicros: 251 },
      row: { path_mtu_bytes: '1500', round_trip_ms: '0.251' },
    },
    { result: { kind: 'lossy', received: 2, sent: 3 }, row: { loss_percent: '33.3', path_mtu_bytes: '' } },
    { result: { kind: 'lossy', received: 0, sent: 0 }, row: { loss_percent: '100' } },
    { result: { kind: 'lost' }, row: { loss_percent: '100', round_trip_ms: '', cause: 'this path only' } },
    {
      result: { kind: 'refused', reason: 'No route, says ESXi' },
      row: { detail: 'No route, says ESXi', loss_percent: '' },
    },
    { result: { kind: 'not-tested' }, row: { path_mtu_bytes: '', loss_percent: '', detail: '' } },
  ])('says what came of a path that is $result.kind', ({ result, row }) => {
    expect(rowsOf([aCell(result)])).toMatchObject([{ ...row, result: result.kind, as_expected: 'no' }]);
  });

  it('says that silence is as it must be between islands, and an answer a leak', () => {
    const cells = [{ kind: 'lost' } as const, OK].map((result) => aCell(result, { expected: 'unreachable' }));
    expect(rowsOf(cells)).toMatchObject([
      { expected: 'unreachable', result: 'lost', as_expected: 'yes', cause: '' },
      { expected: 'unreachable', result: 'ok', as_expected: 'no', cause: 'leak between islands' },
    ]);
  });

  it('blames no leak on a path that was not tested', () => {
    expect(rowsOf([aCell({ kind: 'not-tested' }, { expected: 'unreachable' })])).toMatchObject([{ cause: '' }]);
  });

  it('tells the family of IPv6 addresses', () => {
    const cell = aCell(OK, { from: { ...from, address: 'fd00::1' }, to: { ...to, address: 'fd00::2' } });
    expect(rowsOf([cell])).toMatchObject([{ family: 'IPv6', from_address: 'fd00::1', to_address: 'fd00::2' }]);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '\uFF1D1'])(
    'puts an apostrophe before %j, which a spreadsheet would calculate',
    (host) => {
      expect(rowsOf([aCell(OK, { from: { ...from, host } })])).toMatchObject([{ from_host: `'${host}` }]);
    },
  );

  it('comes back as it was, whatever names and reasons are', () => {
    const text = fc.string({ unit: 'binary', maxLength: 30 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text, text), { maxLength: 8 }), (given) => {
        const cells = given.map(([host, device, reason]) =>
          aCell({ kind: 'refused', reason }, { from: { ...from, host, device } }),
        );
        const rows = rowsOf(cells);
        expect(rows).toHaveLength(given.length);
        for (const [index, texts] of given.entries()) {
          const row = rows[index] ?? {};
          for (const [field, value] of [row['from_host'], row['from_device'], row['detail']].map((one, n) => [
            one,
            texts[n],
          ])) {
            expect([value, `'${value}`]).toContain(field);
            expect(field).not.toMatch(/^[=+\-@\t\r\n]/);
          }
        }
      }),
    );
  });
});
