// The rooms, the bans and the promises of the docs, as a test.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMAND_REFUSALS } from '../shared/domain/command-refusal.ts';
import { END_STATES, exitCodeOf } from '../shared/domain/exit-code.ts';
import { FINDING_CODES } from '../shared/domain/finding.ts';
import { ERROR_CODES } from '../shared/errors.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Each room, and what its files may import of the rest: a folder with everything in it, or one file. */
const ROOMS: Record<string, string[]> = {
  'shared/domain': [],
  'shared/contracts': ['shared/domain', 'shared/errors.ts'],
  'shared/app': ['shared/domain', 'shared/ports.ts', 'shared/errors.ts', 'shared/log.ts'],
  'shared/vsphere': ['shared/domain', 'shared/ports.ts', 'shared/errors.ts', 'shared/log.ts'],
  'shared/aws': ['shared/domain', 'shared/ports.ts', 'shared/contracts', 'shared/errors.ts', 'shared/log.ts'],
  'shared/slack': [
    'shared/domain',
    'shared/ports.ts',
    'shared/contracts',
    'shared/app',
    'shared/errors.ts',
    'shared/log.ts',
  ],
  'shared/ports.ts': ['shared/domain'],
  'shared/errors.ts': ['shared/domain'],
  'shared/log.ts': ['shared/domain'],
  functions: ['shared'],
  'infra/aws': ['shared/contracts', 'shared/domain', 'shared/errors.ts', 'shared/aws/table-definition.ts', 'functions'],
  'infra/lab': ['shared/domain', 'shared/vsphere', 'shared/contracts', 'shared/errors.ts', 'shared/log.ts'],
  'infra/local': ['shared', 'functions', 'infra/lab'],
};

/** Ports are types and nothing else: knowing their shapes ties these rooms to no port. Only `import type` is let in. */
const TYPES: Record<string, string[]> = {
  'shared/contracts': ['shared/ports.ts'],
  'infra/lab': ['shared/ports.ts'],
};

/** Rooms whose packages are few enough to name. The others import what package.json has. */
const PACKAGES: Record<string, string[]> = {
  'shared/domain': ['ipaddr.js'],
  'shared/app': [],
  'shared/contracts': ['zod', 'yaml', 'saxes'],
};

const ENVIRONMENT_READERS = ['functions/wiring.ts', 'infra/'];

type Source = { path: string; text: string };

const sources = ['shared', 'functions', 'infra', 'test'].flatMap(listSources);
const productSources = sources.filter(({ path }) => !path.startsWith('test/'));

function listSources(folder: string): Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((path) => path.endsWith('.ts') && !path.includes('node_modules'))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

type Import = { path: string; target: string; isType: boolean };

/** What a file imports: `target` is a path from the root for the project's own files, else the package as written. */
function listImports({ path, text }: Source): Import[] {
  const found = text.matchAll(/^\s*(?:import|export|\})([^'";]*?)from\s+'([^']+)'|import\s*\(?\s*'([^']+)'/gm);
  return [...found].map(([, clause = '', from, bare]) => {
    const specifier = from ?? bare ?? '';
    const target = specifier.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(path), specifier)) : specifier;
    return { path, target, isType: /^\s*type\b/.test(clause) };
  });
}

const importsOf = (room: string) => productSources.filter(({ path }) => isIn(path, room)).flatMap(listImports);
const isIn = (path: string, room: string) => path === room || path.startsWith(`${room}/`);
const isLocal = (target: string) => /^(shared|functions|infra|test)\//.test(target);
const packageOf = (target: string) =>
  target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');

/** Paths of the product's files that hold a pattern outside comments. */
function holders(pattern: RegExp, among = productSources): string[] {
  return among.filter(({ text }) => pattern.test(withoutComments(text))).map(({ path }) => path);
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[^]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}

describe('rooms', () => {
  it.each(Object.entries(ROOMS))('%s imports only what it may', (room, allowed) => {
    const isAllowed = ({ target, isType }: Import) =>
      [room, ...allowed, ...(isType ? (TYPES[room] ?? []) : [])].some((one) => isIn(target, one));
    const wrong = importsOf(room).filter((one) => isLocal(one.target) && !isAllowed(one));
    expect(wrong.map(({ path, target }) => `${path} imports ${target}`)).toEqual([]);
  });

  it.each(Object.entries(PACKAGES))('%s needs no package but %j', (room, allowed) => {
    const wrong = importsOf(room).filter(({ target }) => !isLocal(target) && !allowed.includes(packageOf(target)));
    expect(wrong.map(({ path, target }) => `${path} imports ${target}`)).toEqual([]);
  });

  it('are all there is', () => {
    const homeless = productSources.filter(({ path }) => !Object.keys(ROOMS).some((room) => isIn(path, room)));
    expect(homeless.map(({ path }) => path)).toEqual([]);
  });

  it('are walked: the imports of this very file are seen', () => {
    const self = sources.find(({ path }) => path === 'test/tidy.test.ts') ?? { path: '', text: '' };
    expect(listImports(self).map(({ target }) => target)).toEqual([
      'node:fs',
      'node:path',
      'node:url',
      'vitest',
      'shared/domain/command-refusal.ts',
      'shared/domain/exit-code.ts',
      'shared/domain/finding.ts',
      'shared/errors.ts',
    ]);
  });
});

describe('bans', () => {
  it('the environment is read in one place', () => {
    const readers = holders(/process\.env\b|\benv\s*[,}].*from 'node:process'/);
    expect(readers.filter((path) => !ENVIRONMENT_READERS.some((place) => path.startsWith(place)))).toEqual([]);
  });

  it('the domain has no clock, no chance, no waiting and no environment', () => {
    const domain = productSources.filter(({ path }) => isIn(path, 'shared/domain'));
    const impure = /\bDate\.now\b|new Date\(\)|Math\.random|\basync\s|\bawait\s|\bprocess\./;
    expect(domain.length).toBeGreaterThan(10);
    expect(holders(impure, domain)).toEqual([]);
  });

  it('nothing is exported by default', () => {
    const written = productSources.filter(({ path }) => !path.endsWith('.d.ts'));
    expect(holders(/^export default\b|\bas default\b/m, written)).toEqual([]);
  });

  it('no file only passes on what others export', () => {
    expect(holders(/^export\s+(\*|(type\s+)?\{[^}]*\})\s+from\b/m)).toEqual([]);
    expect(sources.filter(({ path }) => basename(path) === 'index.ts').map(({ path }) => path)).toEqual([]);
  });

  it('files are named for their idea, in kebab-case', () => {
    const names = sources.map(({ path }) => basename(path).replace(/(\.test|\.suite|\.d)?\.ts$/, ''));
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toEqual([]);
    expect(sources.filter(({ path }) => /(^|[/-])(utils?|helpers?|common|misc)([/.-])/.test(path))).toEqual([]);
  });

  it('no test runs alone or is left out', () => {
    const tests = sources.filter(({ path }) => path.startsWith('test/') && !path.endsWith('tidy.test.ts'));
    expect(holders(/\b(it|test|describe)\.(only|todo|skip)\b/, tests)).toEqual([]);
  });
});

describe('docs/errors.md', () => {
  const text = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
  /** The codes that begin a row of a table. */
  const documented = [...text.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map((match) => match[1]);

  it.each([
    { what: 'every error', codes: ERROR_CODES },
    { what: 'every finding', codes: FINDING_CODES },
    { what: 'every refusal of a command', codes: COMMAND_REFUSALS },
    { what: 'whatever else refuses a command or ends a job', codes: madeInPlace() },
  ])('has a line for $what', ({ codes }) => {
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => !documented.includes(code))).toEqual([]);
  });

  it('has the exit code of every state that a job can end in', () => {
    const rows = [...text.matchAll(/^\| (\d+) \| ([^|]*) \|/gm)];
    const states = rows.flatMap(([, code, cell = '']) =>
      [...cell.matchAll(/`([a-z-]+)`/g)].map(([, state]) => [state, Number(code)]),
    );
    expect(Object.fromEntries(states)).toEqual({
      planned: 0,
      ...Object.fromEntries(END_STATES.map((state) => [state, exitCodeOf(state)])),
    });
  });

  it('has no line for what does not exist', () => {
    const known: string[] = [...ERROR_CODES, ...FINDING_CODES, ...COMMAND_REFUSALS, ...madeInPlace()];
    expect(documented.filter((code) => code !== undefined && !known.includes(code))).toEqual([]);
  });
});

/** Codes of refusals and of failed jobs that are written where they are made. */
function madeInPlace(): string[] {
  const makers = productSources.filter(({ path }) => isIn(path, 'shared/app') || isIn(path, 'shared/domain'));
  const codes = makers.flatMap(({ text }) => [...text.matchAll(/\b(?:code: |refusal\()'([a-z0-9-]+)'/g)]);
  return [...new Set(codes.map((match) => match[1] ?? ''))];
}
