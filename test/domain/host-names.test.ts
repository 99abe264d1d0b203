import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostLabels, nameHosts } from '../../shared/domain/host-names.ts';

const counted = (count: number, name: (n: number) => string) => Array.from({ length: count }, (_, n) => name(n + 1));
const padded = (n: number) => `esx${String(n).padStart(2, '0')}`;

describe('nameHosts', () => {
  it.each([
    { what: 'one host', names: ['esx01'], text: 'esx01' },
    { what: 'two neighbours', names: ['esx02', 'esx01'], text: 'esx01 and esx02' },
    { what: 'a run', names: counted(32, padded), text: 'esx01-esx32' },
    { what: 'a run without leading zeros', names: counted(12, (n) => `esx${n}`), text: 'esx1-esx12' },
    {
      what: 'two runs and one more',
      names: [...counted(3, padded), 'esx07', 'esx10', 'esx11', 'esx12'],
      text: 'esx01-esx03, esx07 and esx10-esx12',
    },
    { what: 'numbers written in two ways', names: ['esx9', 'esx010', 'esx11'], text: 'esx9, esx010 and esx11' },
    { what: 'full names', names: counted(3, (n) => `esx${n}.site-2.lab`), text: 'esx1.site-2.lab-esx3.site-2.lab' },
    { what: 'addresses', names: ['10.0.0.51', '10.0.0.52', '10.0.0.53'], text: '10.0.0.51-10.0.0.53' },
    {
      what: 'names without a pattern',
      names: ['venus', 'mars', 'pluto', 'saturn', 'ceres', 'eris'],
      text: 'ceres, eris, mars, pluto and 2 others',
    },
    { what: 'nobody', names: [], text: '' },
  ])('says $what as "$text"', ({ names, text }) => {
    expect(nameHosts(names)).toBe(text);
  });

  it('stays short however many hosts there are and however long their names', () => {
    const name = fc.string({ minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 60 }), (names) => {
        expect(nameHosts(names).length).toBeLessThan(280);
      }),
    );
  });

  it('names every host once: those it leaves out are counted', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (numbers) => {
        const text = nameHosts(numbers.map(padded));
        const named = [...text.matchAll(/esx(\d+)(?:-esx(\d+))?/g)].flatMap(([, from, to]) =>
          counted(Number(to ?? from) - Number(from) + 1, (n) => padded(Number(from) + n - 1)),
        );
        const others = Number(/(\d+) others?$/.exec(text)?.[1] ?? 0);
        expect(new Set(named).size).toBe(named.length);
        for (const name of named) expect(numbers.map(padded)).toContain(name);
        expect(named.length + others).toBe(numbers.length);
      }),
    );
  });
});

describe('hostLabels', () => {
  it('takes the first label where it names one host, and never cuts an address', () => {
    const labels = hostLabels(['esx01.a.lab', 'esx01.b.lab', 'esx02.a.lab', '10.0.0.51', 'fd00::51']);
    expect([...labels.values()]).toEqual(['esx01.a.lab', 'esx01.b.lab', 'esx02', '10.0.0.51', 'fd00::51']);
  });
});
