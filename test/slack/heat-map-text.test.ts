import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endLabels, heatMapAltText, wrapText } from '../../shared/slack/heat-map-text.ts';
import { aHeatMapInput, LOST, LOSSY, numberOf, OK, someEnds, someMatrix } from './a-matrix.ts';

describe('the alt text', () => {
  it('tells the whole result: state, cluster, time, verdict and every path that failed', () => {
    const cells = someMatrix(someEnds(4), 'routed', (from, to) =>
      numberOf(from) === 1 && numberOf(to) === 2
        ? LOST
        : numberOf(from) === 3 && numberOf(to) === 4
          ? LOSSY
          : undefined,
    );
    const text = heatMapAltText(aHeatMapInput(cells));
    expect(text).toContain('FAILED 2 of 12 paths: vMotion paths of cluster-a, 2026-11-21 10:00 UTC, job j-7f3k9c.');
    expect(text).toContain('10 of 12 paths are as expected.');
    expect(text).toContain('look for a filter on the way');
    expect(text).toMatch(/Not as expected: esx01 vmk2 -> esx02 vmk2 does not answer; esx03 vmk2 -> esx04 vmk2 loses/);
  });

  it('names leaks, and nothing where all is well', () => {
    const ends = someEnds(3, { adapters: 2 });
    const leak = someMatrix(ends, 'islands', (from, to) =>
      from.island === 1 && to.island === 2 && numberOf(from) === 1 && numberOf(to) === 3 ? OK : undefined,
    );
    expect(heatMapAltText(aHeatMapInput(leak))).toContain('Not as expected: esx01 vmk2 -> esx03 vmk3 answers');
    expect(heatMapAltText(aHeatMapInput(someMatrix(ends, 'islands')))).not.toContain('Not as expected');
  });

  it('says how many more there are, and never has more than 2000 characters', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.string({ unit: 'binary', maxLength: 120 }),
        fc.string({ unit: 'grapheme', maxLength: 4000 }),
        (hosts, name, words) => {
          const cells = someMatrix(someEnds(hosts, { nameOf: (host) => `${name}${host}` }), 'routed', () => LOST);
          const input = aHeatMapInput(cells);
          const summary = { ...input.summary, verdict: [words, ...input.summary.verdict] };
          const text = heatMapAltText({ ...input, cluster: words, summary });
          expect(text.length).toBeLessThanOrEqual(2000);
          expect(text.isWellFormed()).toBe(true);
          const told = text.split('Not as expected: ')[1] ?? '';
          const more = Number(/ and (\d+) more\.$/.exec(text)?.[1] ?? 0);
          expect(told.split(' does not answer').length - 1 + more).toBe(cells.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the name of an adapter', () => {
  const labelsOf = (hosts: string[]) => {
    const ends = someEnds(hosts.length, { nameOf: (host) => hosts[host - 1] ?? '' });
    return endLabels(ends, someMatrix(ends, 'routed'));
  };

  it.each([
    { hosts: ['esx01.lab.local', 'esx02.lab.local'], labels: ['esx01 vmk2', 'esx02 vmk2'], what: 'the first label' },
    {
      hosts: ['esx.a.local', 'esx.b.local'],
      labels: ['esx.a.local vmk2', 'esx.b.local vmk2'],
      what: 'all that differs',
    },
    { hosts: ['10.0.0.51', '11.0.0.51'], labels: ['10.0.0.51 vmk2', '11.0.0.51 vmk2'], what: 'a whole address' },
    {
      hosts: ['esx-frankfurt-production-rack17-node01', 'esx-frankfurt-production-rack17-node02'],
      labels: ['esx-frankfu…ack17-node01 vmk2', 'esx-frankfu…ack17-node02 vmk2'],
      what: 'both ends of a long name',
    },
  ])('has $what: $labels', ({ hosts, labels }) => {
    expect(labelsOf(hosts)).toEqual(labels);
  });
});

describe('wrapped text', () => {
  it('keeps to its lines and characters, and loses nothing that it does not say it lost', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 1, max: 9 }),
        (text, charsMax, linesMax) => {
          const lines = wrapText(text, charsMax, linesMax);
          expect(lines.length).toBeLessThanOrEqual(linesMax);
          for (const line of lines) expect(Array.from(line).length).toBeLessThanOrEqual(charsMax);
          if (lines.at(-1)?.endsWith('…') === true) return;
          expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/[\s\p{Cc}\p{Cf}]/gu, '').toWellFormed());
        },
      ),
    );
  });

  it('breaks between words, and a word only where it is longer than a line', () => {
    expect(wrapText('No path to esx01 works', 8, 9)).toEqual(['No path', 'to esx01', 'works']);
    expect(wrapText('abcdefghij k', 4, 9)).toEqual(['abcd', 'efgh', 'ij k']);
    expect(wrapText('one two three', 5, 2)).toEqual(['one', 'two…']);
  });
});
