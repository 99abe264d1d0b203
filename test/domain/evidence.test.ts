import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMigrations, toAddress } from '../../shared/domain/evidence.ts';

const ID = '1331653923451684';
const head = (line: number, part: string) => `2012-03-13T15:52:${String(line).padStart(2, '0')}.451Z cpu2:8224)${part}`;

/** What the source host logs for a migration over two adapters. */
const SOURCE = [
  head(
    1,
    `Migrate: vm 8224: 3234: Setting VMOTION info: Source ts = ${ID}, src ip = <172.16.1.51> dest ip = <172.16.1.52> Dest wid = 10480 using SHARED swap`,
  ),
  head(2, 'Tcpip_Vmk: 1059: Affinitizing 172.16.1.51 to world 8297, Success'),
  head(3, `VMotion: 2425: ${ID} S: Set ip address '172.16.1.51' worldlet affinity to send World ID 8297`),
  head(4, `MigrateNet: 1158: ${ID} S: Successfully bound connection to vmknic '172.16.1.51'`),
  head(5, 'MigrateNet: vm 8224: 2096: Accepted connection from <172.16.1.52>'),
  head(6, `MigrateNet: 1158: ${ID} S: Successfully bound connection to vmknic '172.16.1.51'`),
  head(7, `VMotionUtil: 3087: ${ID} S: Stream connection 1 added.`),
  head(8, `MigrateNet: 1158: ${ID} S: Successfully bound connection to vmknic '172.16.2.51'`),
  head(9, `VMotionUtil: 3087: ${ID} S: Stream connection 2 added.`),
  head(
    10,
    `VMotion: 3878: ${ID} S: Stopping pre-copy: only 43720 pages left to send, which can be sent within the switchover time goal of 0.500 seconds (network bandwidth ~571.132 MB/s, 13975% t2d)`,
  ),
];

describe('a log', () => {
  it('gives a migration with its addresses, adapters, streams and bandwidth', () => {
    expect(parseMigrations('esx01', SOURCE)).toEqual([
      {
        id: ID,
        host: 'esx01',
        side: 'source',
        sourceAddress: '172.16.1.51',
        destinationAddress: '172.16.1.52',
        bound: [
          { address: '172.16.1.51', device: undefined, connections: 2 },
          { address: '172.16.2.51', device: undefined, connections: 1 },
        ],
        streams: 2,
        acceptedFrom: ['172.16.1.52'],
        bandwidthMegabytes: 571.132,
      },
    ]);
  });

  it.each([
    { what: 'plain', text: "'172.16.1.51'", address: '172.16.1.51', device: undefined },
    { what: 'with the adapter', text: "vmk3 - '172.16.1.51'", address: '172.16.1.51', device: 'vmk3' },
    { what: 'as IPv6 maps it', text: "'::ffff:172.16.1.51'", address: '172.16.1.51', device: undefined },
    { what: 'with both', text: "vmk12 - '::ffff:172.16.1.51'", address: '172.16.1.51', device: 'vmk12' },
    { what: 'of IPv6', text: "vmk3 - '2001:DB8:0::51'", address: '2001:db8::51', device: 'vmk3' },
    { what: 'of a link', text: "vmk3 - 'fe80::51%vmk3'", address: 'fe80::51', device: 'vmk3' },
  ])('names an adapter $what', ({ text, address, device }) => {
    const line = head(4, `MigrateNet: 1158: ${ID} D: Successfully bound connection to vmknic ${text}`);
    expect(parseMigrations('esx02', [line])).toMatchObject([
      { side: 'destination', bound: [{ address, device, connections: 1 }] },
    ]);
  });

  it('keeps migrations apart whose lines are mixed', () => {
    const other = SOURCE.map((line) => line.replaceAll(ID, '1331653923451685').replaceAll('172.16.2.', '172.16.3.'));
    const mixed = SOURCE.flatMap((line, index) => [line, other[index] ?? '']);
    const [first, second] = parseMigrations('esx01', mixed);
    expect(first?.bound.map((one) => one.address)).toEqual(['172.16.1.51', '172.16.2.51']);
    expect(second?.bound.map((one) => one.address)).toEqual(['172.16.1.51', '172.16.3.51']);
    expect([first?.streams, second?.streams]).toEqual([2, 2]);
  });

  it('gives what is left of a migration whose beginning was rotated away', () => {
    expect(parseMigrations('esx01', SOURCE.slice(7))).toMatchObject([
      { id: ID, side: 'source', bound: [{ address: '172.16.2.51' }], streams: 1 },
    ]);
  });

  it('of anything else gives nothing', () => {
    expect(parseMigrations('esx01', ['', 'ScsiDeviceIO: 1234: Cmd failed', `${ID} S: hello`])).toEqual([]);
  });

  it('keeps the newest of very many', () => {
    const many = Array.from(
      { length: 500 },
      (_, index) => `VMotionUtil: 1: ${1331653923000000 + index} S: Stream connection 1 added.`,
    );
    const traces = parseMigrations('esx01', many);
    expect(traces).toHaveLength(200);
    expect(traces.at(-1)?.id).toBe('1331653923000499');
  });

  it('never breaks the reader, whatever stands in it', () => {
    const scrap = fc.constantFrom(
      ...SOURCE,
      "bound connection to vmknic '",
      'Source ts = ',
      '<',
      "'",
      '%',
      '\u0000',
      ID,
    );
    const line = fc
      .array(fc.oneof(scrap, fc.string({ unit: 'binary' })), { maxLength: 8 })
      .map((parts) => parts.join(' '));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        for (const trace of parseMigrations('esx01', lines)) {
          expect(trace.id).toMatch(/^\d{6,20}$/);
          for (const { address } of trace.bound) expect(toAddress(address)).toBe(address);
          expect(new Set(trace.bound.map((one) => one.address)).size).toBe(trace.bound.length);
        }
      }),
    );
  });

  it('is read in time that grows with its length only', () => {
    const hostile = `MigrateNet: ${'MigrateNet: Accepted '.repeat(100)} ${`${ID} S: `.repeat(100)}`;
    expect(
      parseMigrations(
        'esx01',
        Array.from({ length: 2000 }, () => hostile),
      ),
    ).toEqual([]);
  });
});

it.each([
  { text: '1.2', what: 'too short' },
  { text: '172.16.1.256', what: 'out of range' },
  { text: 'esx01', what: 'a name' },
  { text: '', what: 'nothing' },
  { text: undefined, what: 'absent' },
])('$what is no address', ({ text }) => {
  expect(toAddress(text)).toBeUndefined();
});
