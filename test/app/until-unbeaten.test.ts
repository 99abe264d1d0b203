// Two notifiers that show the same row: what the slower one writes over, and how it is put right.
import { describe, expect, it } from 'vitest';
import { keepShown, requireUnbeaten, untilUnbeaten } from '../../shared/app/until-unbeaten.ts';
import { OpsError } from '../../shared/errors.ts';
import { createJsonLog } from '../../shared/log.ts';

type Shown = { ts: string; shownVersion: number; seq?: number };

/** What a table answers whose row somebody else has written since. */
const beatenError = (what: string) =>
  new OpsError('write-conflict', `${what} is no longer at this version.`, { retry: 'later', remedy: 'Read it again.' });

/** A row whose writes fail as often as somebody else was faster. */
function aRow(there: Shown | undefined, beaten: number) {
  const row = { there, writes: [] as Shown[], beaten };
  return {
    row,
    port: {
      find: async () => row.there,
      put: async (shown: Shown) => {
        row.beaten -= 1;
        if (row.beaten >= 0) throw beatenError('j-1');
        row.writes.push(shown);
        row.there = shown;
      },
    },
  };
}

const other = new Error('the table is away');

it.each([
  { what: 'has written the row since', there: { ts: '1.0', shownVersion: 2, seq: 2 }, isBeaten: true },
  { what: 'has written nothing since', there: { ts: '1.0', shownVersion: 2, seq: 1 }, isBeaten: false },
  { what: 'has posted it first', there: { ts: '1.0', shownVersion: 1, seq: 1 }, shown: null, isBeaten: true },
])('asks Slack for nothing where another one $what: $isBeaten', async ({ there, shown, isBeaten }) => {
  const read = shown === null ? undefined : { ts: '1.0', shownVersion: 1, seq: 1 };
  const asked = requireUnbeaten(aRow(there, 0).port, read, 'j-1').then(
    () => false,
    (error: OpsError) => error.code === 'write-conflict',
  );
  expect(await asked).toBe(isBeaten);
});

describe('what Slack has just taken', () => {
  it('is written down', async () => {
    const { row, port } = aRow(undefined, 0);
    await keepShown(port, { ts: '1.0', shownVersion: 2 });
    expect(row.writes).toEqual([{ ts: '1.0', shownVersion: 2 }]);
  });

  it('is owed again where it wrote over a newer state, however often others are faster', async () => {
    const { row, port } = aRow({ ts: '1.0', shownVersion: 5 }, 4);
    await expect(keepShown(port, { ts: '1.0', shownVersion: 2 })).rejects.toMatchObject({ code: 'write-conflict' });
    expect(row.writes).toEqual([{ ts: '1.0', shownVersion: 2 }]);
  });

  it.each([
    { what: 'the other state is no newer', there: { ts: '1.0', shownVersion: 2 } },
    { what: 'the other one has shown an older state, which it overwrote', there: { ts: '1.0', shownVersion: 1 } },
    { what: 'it stands in another message', there: { ts: '2.0', shownVersion: 5 } },
    { what: 'the row is gone', there: undefined },
  ])('leaves the row alone where $what', async ({ there }) => {
    const { row, port } = aRow(there, 1);
    await expect(keepShown(port, { ts: '1.0', shownVersion: 2 })).rejects.toMatchObject({ code: 'write-conflict' });
    expect(row.writes).toEqual([]);
  });

  it('leaves the row alone where the table failed: the notice comes again by itself', async () => {
    const { row, port } = aRow({ ts: '1.0', shownVersion: 5 }, 0);
    port.put = () => Promise.reject(other);
    await expect(keepShown(port, { ts: '1.0', shownVersion: 2 })).rejects.toBe(other);
    expect(row.there).toEqual({ ts: '1.0', shownVersion: 5 });
  });

  it('gives up what can not be owed: somebody is faster all the time, or the table fails', async () => {
    const { row, port } = aRow({ ts: '1.0', shownVersion: 5 }, 100);
    await expect(keepShown(port, { ts: '1.0', shownVersion: 2 })).rejects.toMatchObject({ code: 'write-conflict' });
    // Once for what was shown, and eleven times for what is owed.
    expect(row.beaten).toBe(100 - 12);
    let puts = 0;
    const failing = { ...port, put: () => Promise.reject(puts++ === 0 ? beatenError('j-1') : other) };
    await expect(keepShown(failing, { ts: '1.0', shownVersion: 2 })).rejects.toBe(other);
  });
});

describe('a row that is shown', () => {
  const lines: string[] = [];
  const log = createJsonLog((line) => lines.push(line));
  const show = (errors: unknown[]) => {
    const again: boolean[] = [];
    const ended = untilUnbeaten({ log, of: { jobId: 'j-1' } }, async (isAgain) => {
      again.push(isAgain);
      const error = errors.shift();
      if (error !== undefined) throw error;
    }).then(
      () => 'shown',
      (error: unknown) => error,
    );
    return { again, ended };
  };

  it('is shown once where nobody was faster', async () => {
    const { again, ended } = show([]);
    expect(await ended).toBe('shown');
    expect(again).toEqual([false]);
  });

  it('is read and shown again until nobody was, and the log says how often', async () => {
    lines.length = 0;
    const { again, ended } = show([beatenError('j-1'), beatenError('j-1')]);
    expect(await ended).toBe('shown');
    expect(again).toEqual([false, true, true]);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { event: 'notice-overtaken', jobId: 'j-1', beaten: 0 },
      { event: 'notice-overtaken', jobId: 'j-1', beaten: 1 },
    ]);
  });

  it('comes again later where somebody was faster ten times', async () => {
    const { again, ended } = show(Array.from({ length: 20 }, () => beatenError('j-1')));
    expect(await ended).toMatchObject({ code: 'write-conflict', retry: 'later' });
    expect(again).toHaveLength(11);
  });

  it('is not shown again after any other failure', async () => {
    const refused = new OpsError('slack-refused', 'No.', { retry: 'never', remedy: 'None.' });
    for (const error of [refused, other]) {
      const { again, ended } = show([error]);
      expect(await ended).toBe(error);
      expect(again).toEqual([false]);
    }
  });
});
