// docs/requirements.md names commands and tests: they must exist.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SCENARIO_NAMES } from '../../infra/lab/vcenter/scenarios.ts';
import { parseCommand } from '../../shared/domain/parse-command.ts';
import { labSettings } from '../support/world.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const text = readFileSync(join(ROOT, 'docs/requirements.md'), 'utf8');
const clusters = Object.keys(labSettings().clusters);

const rows = [...text.matchAll(/^\| ([RX]\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
  ([, id = '', behaviour = '', shows = '', keeps = '']) => ({ id, behaviour, shows, keeps }),
);

it('has one row for each requirement, in their order', () => {
  const ids = (letter: string, count: number) => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
  expect(rows.map((row) => row.id)).toEqual([...ids('R', 35), ...ids('X', 10)]);
});

describe.each(rows)('$id', ({ shows, keeps }) => {
  it('names commands that can be typed, and scenarios that there are', () => {
    for (const [, command = ''] of shows.matchAll(/`\/vmotion ([^`]+)`/g)) {
      expect(parseCommand(command, { clusters })).toHaveProperty('verb');
    }
    const scenarios = [...shows.matchAll(/scenario `([^`]+)`/g)].map(([, name]) => name);
    expect(SCENARIO_NAMES).toEqual(expect.arrayContaining(scenarios));
  });

  it('names a test that there is, or says that it is not there yet', () => {
    if (keeps === 'not yet') {
      expect(shows).toBe('not yet');
      return;
    }
    const [, path = '', title] = /^`(test\/[^`]+)`(?:: "(.+)")?$/.exec(keeps) ?? [];
    expect(existsSync(join(ROOT, path)), `${path} exists`).toBe(true);
    if (title !== undefined) expect(readFileSync(join(ROOT, path), 'utf8')).toContain(title);
  });
});
