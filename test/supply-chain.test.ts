// What is installed, from where, how heavy, and under which licence: read from the lockfile, and weighed where it is.
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

const manifest = z
  .object({ dependencies: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));

const lockfile = z
  .object({
    lockfileVersion: z.literal(3),
    packages: z.record(
      z.string(),
      z.object({
        version: z.string().optional(),
        resolved: z.string().optional(),
        integrity: z.string().optional(),
        license: z.string().optional(),
        dev: z.boolean().optional(),
        optional: z.boolean().optional(),
        inBundle: z.boolean().optional(),
        os: z.array(z.string()).optional(),
        hasInstallScript: z.boolean().optional(),
        dependencies: z.record(z.string(), z.string()).optional(),
        optionalDependencies: z.record(z.string(), z.string()).optional(),
      }),
    ),
  })
  .parse(JSON.parse(read('package-lock.json')));

const installed = Object.entries(lockfile.packages).filter(([path]) => path !== '');
const direct = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];

/** Licences that were read, and may be used in what is shipped. */
const LICENCES = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MIT OR Apache-2.0',
  // Files stay under their own licence; we change none of them.
  'MPL-2.0',
  // A choice of two, of which we take the first.
  '(MIT OR GPL-3.0-or-later)',
  // dejavu-fonts-ttf: the Bitstream Vera licence, which lets fonts be shipped with a program.
  'SEE LICENSE IN README.md AND LICENSE',
]);

describe('the dependencies', () => {
  it('are exact versions', () => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it.each(direct)('%s stands in docs/dependencies.md with its reason', (name) => {
    const row = read('docs/dependencies.md')
      .split('\n')
      .find((line) => line.startsWith(`| \`${name}\` |`));
    expect(row?.split('|')[4]?.trim()).toMatch(/\w/);
  });

  it('in the docs are all still there', () => {
    const named = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    expect(named.filter((name) => name === undefined || !direct.includes(name))).toEqual([]);
  });
});

/** Where Node finds `name` for the package at `from`, as the lockfile's path of it. */
function resolvePackage(from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (lockfile.packages[path] !== undefined) return path;
    if (at === '') return undefined;
  }
}

/** The package and everything it needs; what it only goes along with is somebody else's. */
function closureOf(name: string): Set<string> {
  const found = new Set<string>();
  const walk = (from: string, one: string): void => {
    const path = resolvePackage(from, one);
    if (path === undefined || found.has(path)) return;
    found.add(path);
    const { dependencies, optionalDependencies } = lockfile.packages[path] ?? {};
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) walk(path, next);
  };
  walk('', name);
  return found;
}

/** Of the package's own files, without those of packages within it. */
function bytesOf(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules')
    .map((entry) => `${folder}/${entry.name}`)
    .reduce((sum, path) => sum + (lstatSync(path).isDirectory() ? bytesOf(path) : lstatSync(path).size), 0);
}

describe('the figures in docs/dependencies.md', () => {
  const docs = read('docs/dependencies.md');

  it.each(direct)('of %s are right', (name) => {
    const [, packages, megabytes] = new RegExp(`^\\| \`${name}\` \\| (\\d+), ([\\d.]+) \\|`, 'm').exec(docs) ?? [];
    const closure = closureOf(name);
    expect(Number(packages)).toBe(closure.size);
    // Binaries differ from platform to platform.
    if (process.platform !== 'linux' || process.arch !== 'x64') return;
    const root = fileURLToPath(new URL('..', import.meta.url));
    const actual = [...closure].reduce((sum, path) => sum + bytesOf(root + path), 0) / 1e6;
    expect(Math.abs(actual - Number(megabytes))).toBeLessThan(0.2 + actual / 20);
  });

  it('of all together are right', () => {
    const shipped = installed.filter(([, one]) => one.dev !== true);
    const [, runs, all] = /Together: (\d+) packages that the product runs with, (\d+) with/.exec(docs) ?? [];
    expect([Number(runs), Number(all)]).toEqual([shipped.length, installed.length]);
  });
});

describe('the lockfile', () => {
  it('fetches from nowhere but the registry that npm is set to', () => {
    expect(installed.filter(([, one]) => one.resolved !== undefined).map(([path]) => path)).toEqual([]);
  });

  it('has a hash for every package, but for what comes inside another one and for binaries of other platforms', () => {
    const bare = installed.filter(([, one]) => one.integrity === undefined && one.inBundle !== true);
    const isOtherPlatform = ([path, one]: (typeof bare)[number]) =>
      one.optional === true && one.os !== undefined && /@(biomejs|oxlint|oxlint-tsgolint)\//.test(path);
    expect(bare.filter((one) => !isOtherPlatform(one)).map(([path]) => path)).toEqual([]);
  });

  it('holds only licences that were read', () => {
    const unread = installed.filter(([, one]) => one.license !== undefined && !LICENCES.has(one.license));
    expect(unread.map(([path, one]) => `${path}: ${one.license}`)).toEqual([]);
    const silent = installed.filter(([, one]) => one.license === undefined && one.inBundle !== true && !isBinary(one));
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  it('lets only these run a script when they are installed', () => {
    const scripted = installed.filter(([, one]) => one.hasInstallScript === true).map(([path]) => path);
    expect(scripted.toSorted()).toEqual(['classic-level', 'esbuild', 'node'].map((name) => `node_modules/${name}`));
  });
});

function isBinary(one: { os?: string[] | undefined }): boolean {
  return one.os !== undefined;
}
