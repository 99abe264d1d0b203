import { describe, expect, it } from 'vitest';
import { judgeMatrix } from '../../shared/domain/judge-matrix.ts';
import type { Cell, CellResult, Endpoint } from '../../shared/domain/matrix.ts';
import { toPaths } from '../../shared/domain/paths.ts';
import { anEndpoint } from '../support/builders.ts';
import { AT_1500, LOSSY, LOST, numberOf, OK, REFUSED, someEnds, someMatrix } from '../slack/a-matrix.ts';

const ok: CellResult = { kind: 'ok', mtuBytes: 9000, roundTripMicros: 190 };
const lost: CellResult = { kind: 'lost' };
const at1500: CellResult = { kind: 'mtu', mtuBytes: 1500, roundTripMicros: 190 };

function matrixOf(
  ends: Endpoint[],
  result: (from: string, to: string) => CellResult,
  reach: 'routed' | 'islands' = 'routed',
): Cell[] {
  return toPaths(ends, reach).map((path) => ({
    ...path,
    result: path.expected === 'not-applicable' ? { kind: 'not-tested' } : result(path.from.host, path.to.host),
  }));
}
const four = ['esx01', 'esx02', 'esx03', 'esx04'].map((host) => anEndpoint(host));
const touching = (host: string, bad: CellResult) => (from: string, to: string) =>
  from === host || to === host ? bad : ok;

describe('judgeMatrix', () => {
  it('counts ordered pairs and says the size that passes', () => {
    expect(judgeMatrix(matrixOf(four, () => ok))).toMatchObject({
      pairs: 12,
      ok: 12,
      failed: 0,
      unexpected: 0,
      verdict: ["All 12 paths answer at 9000 bytes with don't-fragment."],
    });
  });

  it.each<{ what: string; cells: Cell[]; says: string }>([
    {
      what: 'one path',
      cells: matrixOf(four, () => ok).slice(0, 1),
      says: "The one path answers at 9000 bytes with don't-fragment.",
    },
    {
      what: 'two sizes',
      cells: matrixOf(four, (from) => (from === 'esx01' ? { ...ok, mtuBytes: 10_000 } : ok)),
      says: "All 12 paths answer at 9000 or 10000 bytes with don't-fragment.",
    },
    {
      what: 'islands',
      cells: toPaths(
        four.map((end, index) => ({ ...end, island: 1 + (index % 2) })),
        'islands',
      ).map((path): Cell => ({ ...path, result: path.expected === 'reachable' ? ok : lost })),
      says: "All 4 paths answer at 9000 bytes with don't-fragment. 8 paths between islands are silent, as they must be.",
    },
  ])('says of what is well how well: $what', ({ cells, says }) => {
    expect(judgeMatrix(cells).verdict[0]).toBe(says);
  });

  it('counts first, and shows twenty failures of however many, in as many words as a row can hold', () => {
    const many = Array.from({ length: 8 }, (_, index) => anEndpoint(`esx0${index + 1}`));
    const long: CellResult = { kind: 'refused', reason: 'why '.repeat(100) };
    const all = judgeMatrix(matrixOf(many, () => long));
    expect(all.verdict[0]).toBe('56 of 56 paths fail.');
    expect(all.failures).toHaveLength(20);
    expect(all.failures.map(({ result }) => result.length)).toEqual(all.failures.map(() => 160));
    const one = judgeMatrix(matrixOf(many, (from, to) => (from === 'esx01' && to === 'esx02' ? lost : ok)));
    expect(one.verdict[0]).toBe('1 of 56 paths fails.');
  });

  it.each([
    { broken: 8, left: [] },
    { broken: 9, left: ['And 1 more path is not as expected: see the matrix.'] },
    { broken: 11, left: ['And 3 more paths are not as expected: see the matrix.'] },
  ])('tells eight causes and counts what is left: $broken', ({ broken, left }) => {
    // Single paths, each between two hosts of its own.
    const isBroken = (from: Endpoint, to: Endpoint) =>
      numberOf(from) % 2 === 1 && numberOf(to) === numberOf(from) + 1 && numberOf(from) < 2 * broken;
    const cells = someMatrix(someEnds(24), 'routed', (from, to) => (isBroken(from, to) ? LOST : undefined));
    const { verdict } = judgeMatrix(cells);
    expect(verdict[0]).toBe(`${broken} of 552 paths fail.`);
    expect(verdict.slice(9)).toEqual(left);
    expect(verdict.slice(1, 9).every((line) => line.includes('fails, while'))).toBe(true);
  });

  it('blames the one host whose every path has the smaller MTU, and names the MTU that passes', () => {
    const summary = judgeMatrix(matrixOf(four, touching('esx03', at1500)));
    expect(summary).toMatchObject({ pairs: 12, failed: 6, unexpected: 6 });
    expect(summary.verdict.join(' ')).toMatch(/esx03 vmk2.*only 1500 bytes/);
    expect(summary.verdict).toHaveLength(2);
  });

  it('blames uplink or VLAN of a host that nobody reaches', () => {
    expect(judgeMatrix(matrixOf(four, touching('esx02', lost))).verdict[1]).toMatch(/No path to or from esx02.*uplink/);
  });

  it('names the gateway where subnets are routed', () => {
    const routed = four.map((end, index) => ({
      ...end,
      address: `172.17.8.${4 * index + 2}`,
      prefixLength: 30,
      gateway: `172.17.8.${4 * index + 1}`,
    }));
    expect(judgeMatrix(matrixOf(routed, touching('esx02', lost))).verdict[1]).toContain('its gateway 172.17.8.5');
  });

  it('says when only one direction fails', () => {
    const summary = judgeMatrix(matrixOf(four, (from, to) => (from === 'esx01' && to === 'esx02' ? lost : ok)));
    expect(summary.verdict[1]).toMatch(/esx01 vmk2 -> esx02 vmk2 fails, while esx02 vmk2 -> esx01 vmk2 works/);
    expect(summary.failures).toEqual([
      { from: 'esx01 vmk2', to: 'esx02 vmk2', result: 'does not answer', cause: 'one direction only' },
    ]);
  });

  it('does not blame a host when two hosts are all there is', () => {
    expect(judgeMatrix(matrixOf(four.slice(0, 2), () => lost)).verdict.join(' ')).not.toContain('while others do');
  });

  it('finds two bad hosts without blaming the good ones', () => {
    const bad = new Set(['esx01', 'esx03']);
    const causes = judgeMatrix(matrixOf(four, (from, to) => (bad.has(from) || bad.has(to) ? lost : ok))).verdict.join(
      ' ',
    );
    expect(causes).toMatch(/No path to or from esx01 and esx03 works/);
    expect(causes).not.toMatch(/esx0[24]/);
  });

  it('proves both halves of islands: their own paths answer, others are silent', () => {
    const ends = four.flatMap((end) => [
      end,
      { ...end, device: 'vmk3', address: end.address.replace('172.16.1', '172.16.2'), island: 2 },
    ]);
    const cells = toPaths(ends, 'islands').map(
      (path): Cell => ({ ...path, result: path.expected === 'reachable' ? ok : lost }),
    );
    expect(judgeMatrix(cells)).toMatchObject({ pairs: 48, ok: 48, unexpected: 0 });
    const leaking = cells.map((cell) =>
      cell.expected === 'unreachable' && cell.from.host === 'esx01' ? { ...cell, result: ok } : cell,
    );
    const summary = judgeMatrix(leaking);
    expect(summary).toMatchObject({ failed: 0, unexpected: 6 });
    expect(summary.verdict.join(' ')).toContain('islands are not separate');
  });

  it('says that nothing can migrate between hosts that have no path, although every path there is works', () => {
    const split = [
      ...four.slice(0, 3),
      anEndpoint('esx04', { device: 'vmk1', address: '192.168.40.54', netstack: 'defaultTcpipStack' }),
    ];
    const summary = judgeMatrix(matrixOf(split, () => ok));
    expect(summary).toMatchObject({ pairs: 6, ok: 6, unexpected: 0, apart: 6 });
    expect(summary.verdict[1]).toMatch(/^esx04 has no path to any other host: .* Nothing can migrate/);
    expect(judgeMatrix(matrixOf(four, () => ok)).apart).toBe(0);
  });

  it('does not count what has nothing to prove', () => {
    const apart = [anEndpoint('esx01'), anEndpoint('esx02', { address: '10.1.1.2' })];
    expect(judgeMatrix(matrixOf(apart, () => ok))).toMatchObject({
      pairs: 0,
      verdict: [expect.stringContaining('No path to test'), expect.stringContaining('no path to')],
    });
  });

  it('judges 64 hosts that all fail without taking a noticeable time', () => {
    const many = Array.from({ length: 64 }, (_, index) =>
      anEndpoint(`esx${index}`, { address: `172.16.1.${index + 1}` }),
    );
    expect(judgeMatrix(matrixOf(many, () => lost)).failed).toBe(4032);
  });
});

const wide = someEnds(64);
const isLow = (end: Endpoint) => numberOf(end) <= 32;
const isEsx = (number: number, end: Endpoint) => numberOf(end) === number;
const racks = someEnds(64).map((end) => {
  const rack = Math.floor((numberOf(end) - 1) / 16);
  return { ...end, address: `172.17.${rack}.${numberOf(end) + 9}`, gateway: `172.17.${rack}.1` };
});
const rackOf = (end: Endpoint) => Number(end.address.split('.')[2]);
const twins = someEnds(8, { adapters: 2, hasIpv6: true });
const isV6 = (end: Endpoint) => end.address.includes(':');

type Wrong = (from: Endpoint, to: Endpoint) => CellResult | undefined;
const when = (result: CellResult, isWrong: (from: Endpoint, to: Endpoint) => boolean): Wrong => {
  return (from, to) => (isWrong(from, to) ? result : undefined);
};
/** The same for both directions of a path. */
const between = (result: CellResult, isWrong: (a: Endpoint, b: Endpoint) => boolean): Wrong =>
  when(result, (from, to) => isWrong(from, to) || isWrong(to, from));

describe('the verdict in words', () => {
  it.each<{ what: string; ends: Endpoint[]; wrong: Wrong; says: string[] }>([
    {
      what: 'an MTU hole between two racks',
      ends: wide,
      wrong: when(AT_1500, (from, to) => isLow(from) !== isLow(to)),
      says: [
        'esx01-esx32 and esx33-esx64 reach each other only with packets up to 1500 bytes: the path between the two groups is not jumbo.',
      ],
    },
    {
      what: 'racks that are cut from each other',
      ends: wide,
      wrong: when(LOST, (from, to) => isLow(from) !== isLow(to)),
      says: [
        'esx01-esx32 and esx33-esx64 do not reach each other at all: look at the VLAN and the links between the groups.',
      ],
    },
    {
      what: 'two racks of three with a hole between them, and the way round through the third',
      ends: wide,
      wrong: between(AT_1500, (a, b) => numberOf(a) <= 20 && numberOf(b) > 40),
      says: [
        'esx01-esx20 and esx41-esx64 reach each other only with packets up to 1500 bytes: the path between the two groups is not jumbo.',
      ],
    },
    {
      what: 'three racks',
      ends: wide,
      wrong: when(LOST, (from, to) => Math.ceil(numberOf(from) / 25) !== Math.ceil(numberOf(to) / 25)),
      says: [
        '3 groups, (esx01-esx25), (esx26-esx50), (esx51-esx64), do not reach each other at all: look at the VLAN and the links between the groups.',
      ],
    },
    {
      what: 'one direction between racks',
      ends: wide,
      wrong: when(LOST, (from, to) => isLow(from) && !isLow(to)),
      says: [
        'Nothing from esx01-esx32 reaches esx33-esx64, while the way back works: look for a filter between the groups.',
      ],
    },
    {
      what: 'a host that only cannot send',
      ends: wide,
      wrong: when(LOST, (from) => isEsx(7, from)),
      says: [
        'Nothing that esx07 vmk2 (172.16.1.7) sends arrives, while it is reached: look for a filter on the way out.',
      ],
    },
    {
      what: 'a host that only cannot be reached',
      ends: wide,
      wrong: when(LOST, (_, to) => isEsx(7, to)),
      says: [
        'Nobody reaches esx07 vmk2 (172.16.1.7), while what it sends arrives: look for a filter on the way there.',
      ],
    },
    {
      what: 'a host without a route',
      ends: wide,
      wrong: (from, to) => (isEsx(7, from) ? REFUSED : isEsx(7, to) ? LOST : undefined),
      says: [
        "No path to or from esx07 vmk2 (172.16.1.7) works, while others do: look at its uplink, its VLAN or the switch port behind it. ESXi says why it can't send: Network is unreachable.",
      ],
    },
    {
      what: 'several lost hosts',
      ends: wide,
      wrong: between(LOST, (a) => [3, 4, 5, 60].includes(numberOf(a))),
      says: [
        'No path to or from esx03-esx05 and esx60 works, while others do: look at their uplinks, their VLAN or the switch ports behind them.',
      ],
    },
    {
      what: 'a bad cable',
      ends: wide,
      wrong: between(LOSSY, (a) => isEsx(7, a)),
      says: [
        'Every path to and from esx07 vmk2 (172.16.1.7) loses packets: look at its cables and uplinks, and at the error counters of the switch ports.',
      ],
    },
    {
      what: 'one of several uplinks',
      ends: wide,
      wrong: between(LOST, (a, b) => isEsx(7, a) && numberOf(b) % 2 === 0),
      says: [
        '64 of 126 paths to and from esx07 fail (they do not answer), those with esx02, esx04, esx06, esx08 and 28 others: one of its uplinks or of the links behind it may be wrong.',
      ],
    },
    {
      what: 'no jumbo frames anywhere, and a lost host',
      ends: wide,
      wrong: (from, to) => (isEsx(7, from) || isEsx(7, to) ? LOST : AT_1500),
      says: [
        'Every path that answers lets only 1500 bytes through, not 9000: the network between the hosts is not set to jumbo frames.',
        'No path to or from esx07 vmk2 (172.16.1.7) works, while others do: look at its uplink, its VLAN or the switch port behind it.',
      ],
    },
    {
      what: 'nothing that works',
      ends: wide,
      wrong: () => LOST,
      says: ['No path works: look at what the hosts share, the VLAN and the switches between them.'],
    },
    {
      what: 'a gateway',
      ends: racks,
      wrong: between(LOST, (a, b) => rackOf(a) === 1 && rackOf(b) !== 1),
      says: [
        'No path through the gateway 172.17.1.1 works, while others do: esx17-esx32 are cut off from other subnets.',
      ],
    },
    {
      what: 'a host with a wrong gateway',
      ends: racks,
      wrong: between(
        LOST,
        (a, b) => isEsx(14, { ...a, address: `0.0.0.${Number(a.address.split('.')[3]) - 9}` }) && rackOf(b) > 0,
      ),
      says: ['No path between esx14 vmk2 (172.17.0.23) and other subnets works: look at its gateway 172.17.0.1.'],
    },
    {
      what: 'one adapter of a host',
      ends: twins,
      wrong: between(LOST, (a, b) => a.island === 2 && b.island === 2 && a.host.startsWith('esx05')),
      says: [
        'No path to or from vmk3 of esx05 works, while others do: look at its uplink, its VLAN or the switch port behind it.',
      ],
    },
    {
      what: 'one address family of a host',
      ends: twins,
      wrong: between(LOST, (a, b) => a.island === b.island && isV6(a) && a.host.startsWith('esx05')),
      says: [
        'No path to or from esx05 (IPv6) works, while others do: look at its addresses, routes and gateway of this family.',
      ],
    },
    {
      what: 'one router for both islands',
      ends: twins.filter((end) => !isV6(end)),
      wrong: when(OK, (from, to) => from.island !== to.island),
      says: [
        'vmk2 (172.16.1.0/24) and vmk3 (172.16.2.0/24) reach each other on 112 paths, and must not: the islands are not separate. Look for a router or a VLAN that joins them.',
      ],
    },
    {
      what: 'hosts known by their addresses',
      ends: someEnds(6, { nameOf: (host) => `10.0.0.${50 + host}` }),
      wrong: between(LOST, (a) => isEsx(3, a)),
      says: [
        'No path to or from 10.0.0.53 vmk2 (172.16.1.3) works, while others do: look at its uplink, its VLAN or the switch port behind it.',
      ],
    },
    {
      what: 'names that have nothing in common',
      ends: someEnds(6, { nameOf: (host) => ['ceres', 'eris', 'mars', 'pluto', 'venus', 'vesta'][host - 1] ?? '' }),
      wrong: when(AT_1500, (from, to) => numberOf(from) <= 3 !== numberOf(to) <= 3),
      says: [
        'One group (ceres, eris and mars) and another (pluto, venus and vesta) reach each other only with packets up to 1500 bytes: the path between the two groups is not jumbo.',
      ],
    },
  ])('of $what', ({ ends, wrong, says }) => {
    const { verdict, failed } = judgeMatrix(
      someMatrix(ends, ends === wide || ends === racks ? 'routed' : 'islands', wrong),
    );
    expect(failed > 0 ? verdict.slice(1) : verdict).toEqual(says);
  });

  it('has rows of every cause among the failures, and whole addresses as names', () => {
    const ends = someEnds(20, { nameOf: (host) => `10.0.0.${50 + host}` });
    const { failures } = judgeMatrix(
      someMatrix(ends, 'routed', (from, to) => {
        if (isEsx(3, from) || isEsx(3, to)) return LOST;
        return isEsx(8, from) && isEsx(9, to) ? AT_1500 : undefined;
      }),
    );
    expect(failures).toHaveLength(20);
    expect(failures.at(-1)).toEqual({
      from: '10.0.0.58 vmk2',
      to: '10.0.0.59 vmk2',
      result: 'answers only up to 1500 bytes',
      cause: 'MTU in one direction',
    });
  });

  it.each([
    { what: 'one host', wrong: between(LOST, (a) => isEsx(7, a)), hosts: ['esx07.lab.local'] },
    {
      what: 'one pair',
      wrong: when(LOST, (a, b) => isEsx(7, a) && isEsx(9, b)),
      hosts: ['esx07.lab.local', 'esx09.lab.local'],
    },
    { what: 'two hosts', wrong: between(LOST, (a) => isEsx(7, a) || isEsx(9, a)), hosts: [] },
    { what: 'nobody', wrong: () => undefined, hosts: [] },
  ])('tells, without naming every path, that all failures are of $what', ({ wrong, hosts }) => {
    expect(judgeMatrix(someMatrix(wide, 'routed', wrong)).atEveryFailure).toEqual(hosts);
  });

  it('says once that two groups of hosts have no path, however many hosts there are', () => {
    const split = wide.map((end) => ({ ...end, address: `172.17.${isLow(end) ? 1 : 2}.${numberOf(end)}` }));
    const { verdict, apart } = judgeMatrix(someMatrix(split, 'routed'));
    expect(apart).toBe(2048);
    expect(verdict.slice(1)).toEqual([
      expect.stringMatching(/^esx01-esx32 and esx33-esx64 have no path to each other: .* Nothing can migrate/),
    ]);
  });
});
