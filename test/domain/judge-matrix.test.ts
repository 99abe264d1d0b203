import { describe, expect, it } from 'vitest';
import { judgeMatrix } from '../../shared/domain/judge-matrix.ts';
import type { Cell, CellResult, Endpoint } from '../../shared/domain/matrix.ts';
import { toPaths } from '../../shared/domain/paths.ts';
import { anEndpoint } from '../support/builders.ts';

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
    expect(causes).toMatch(/esx01 vmk2/);
    expect(causes).toMatch(/esx03 vmk2/);
    expect(causes).not.toMatch(/No path to or from esx0[24]/);
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
    expect(summary.verdict[1]).toMatch(/^esx04 has no path to esx01 and 2 more/);
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
