import { describe, expect, it } from 'vitest';
import type { Cell } from '../../shared/domain/matrix.ts';
import { matrixJson } from '../../shared/domain/matrix-json.ts';
import { toPaths } from '../../shared/domain/paths.ts';
import { anEndpoint } from '../support/builders.ts';

const cells = toPaths(
  ['esx01', 'esx02', 'esx03'].map((host) => anEndpoint(host)),
  'routed',
).map(
  (path): Cell => ({
    ...path,
    result:
      path.from.host === 'esx01' && path.to.host === 'esx02'
        ? { kind: 'mtu', mtuBytes: 1500, roundTripMicros: 251 }
        : { kind: 'ok', mtuBytes: 9000, roundTripMicros: 240 },
  }),
);

describe('the JSON of a matrix', () => {
  it('has the verdict and every ordered pair', () => {
    const document = matrixJson(cells);
    expect(document).toMatchObject({ schema: 1, summary: { pairs: 6, ok: 5, failed: 1, unexpected: 1 } });
    expect(document.summary.verdict.join(' ')).toContain('esx01 vmk2 -> esx02 vmk2 lets only 1500 bytes through');
    expect(document.paths).toHaveLength(6);
    expect(document.paths[0]).toEqual({
      from: { host: 'esx01', device: 'vmk2', address: '172.16.1.51', netstack: 'vmotion' },
      to: { host: 'esx02', device: 'vmk2', address: '172.16.1.52', netstack: 'vmotion' },
      family: 'IPv4',
      expected: 'reachable',
      result: 'mtu',
      asExpected: false,
      pathMtu: 1500,
      roundTripMs: 0.251,
      lossPercent: 0,
      cause: 'MTU in one direction',
    });
  });

  it('loses nothing on its way through text', () => {
    const document = matrixJson(cells);
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});
