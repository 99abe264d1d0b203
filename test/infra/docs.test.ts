// What docs/deploy.md, one-machine.md and security.md hand to people: commands, a workflow, a unit, a table of borders.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { TIMEOUT_SECONDS } from '../../infra/aws/limits.ts';
import { parseCliOptions } from '../../infra/local/cli-options.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const blockOf = (path: string, language: string, holds: string) =>
  [...read(path).matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))]
    .map(([, text = '']) => text)
    .find((text) => text.includes(holds)) ?? '';

const DOCS = [
  'README.md',
  ...['deploy', 'operations', 'one-machine', 'security', 'alarms'].map((one) => `docs/${one}.md`),
];

describe.each(DOCS)('%s', (path) => {
  it('names commands that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(path).matchAll(/npm (?:--prefix \S+ )?run ([a-z][\w:-]*)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('names files of the project that there are', () => {
    const named = [...read(path).matchAll(/`((?:infra|functions|shared|test|docs)\/[\w./-]+\.\w+)`/g)];
    expect(named.map(([, file = '']) => file).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('links to headings that there are', () => {
    const links = [...read(path).matchAll(/\]\(([\w-]*(?:\/[\w-]+)*(?:\.md)?)#([\w-]+)\)/g)];
    const folder = path.includes('/') ? 'docs/' : '';
    const missing = links.filter(([, file, anchor]) => {
      return !headingsOf(file === '' ? path : `${folder}${file ?? ''}`).includes(anchor ?? '');
    });
    expect(missing.map(([link]) => link)).toEqual([]);
  });
});

describe('the workflow of docs/deploy.md', () => {
  const text = blockOf('docs/deploy.md', 'yaml', 'jobs:');
  const { permissions, jobs } = parse(text) as {
    permissions: Record<string, string>;
    jobs: { deploy: { steps: { uses?: string; run?: string; with?: Record<string, unknown> }[] } };
  };

  it('has no stored key: it gets one by OIDC, and may do no more in the repository than read it', () => {
    expect(permissions).toEqual({ 'id-token': 'write', contents: 'read' });
    expect(text).not.toMatch(/secrets\.|aws-access-key-id/);
    const configure = jobs.deploy.steps.find(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials@'));
    expect(configure?.with).toMatchObject({ 'role-to-assume': expect.stringMatching(/^arn:aws:iam::\d{12}:role\//) });
  });

  it('tests before it deploys, with the credentials in between', () => {
    const steps = jobs.deploy.steps.map(({ uses, run }) => run ?? uses?.split('@')[0]);
    expect(steps.slice(2)).toEqual([
      'npm ci',
      'npm test',
      'aws-actions/configure-aws-credentials',
      'npx cdk deploy vmotion-ops-prod --no-notices --require-approval never',
    ]);
    for (const { uses = 'a@v1' } of jobs.deploy.steps) expect(uses).toMatch(/@v\d+$/);
  });

  it('is trusted only from that environment of that repository', () => {
    const trust = JSON.parse(blockOf('docs/deploy.md', 'json', 'AssumeRoleWithWebIdentity')) as { Condition: object };
    expect(trust.Condition).toEqual({
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': 'repo:OWNER/REPOSITORY:environment:prod',
      },
    });
  });
});

describe('the unit of docs/one-machine.md', () => {
  const text = blockOf('docs/one-machine.md', 'ini', 'ExecStart=/opt/vmotion-ops');
  const of = (key: string) => [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);

  it('starts what there is, with options that it knows', () => {
    const [node, script = '', ...options] = of('ExecStart')[0]?.split(' ') ?? [];
    expect(node).toBe('/opt/vmotion-ops/node_modules/.bin/node');
    expect(existsSync(join(ROOT, script))).toBe(true);
    expect(parseCliOptions(options)).toMatchObject({ config: '/etc/vmotion-ops/vmotion.yaml' });
  });

  it('waits for a slice to end before it kills', () => {
    expect(Number(of('TimeoutStopSec')[0])).toBeGreaterThan(TIMEOUT_SECONDS.worker);
    expect(of('KillMode')).toEqual(['mixed']);
  });

  it('keeps its data and its secrets from others', () => {
    expect([of('StateDirectoryMode'), of('UMask'), of('NoNewPrivileges')]).toEqual([['0700'], ['0077'], ['yes']]);
    for (const variable of of('Environment')) expect(variable).toMatch(/^[A-Z_]+_FILE=\/etc\/vmotion-ops\//);
  });

  const systemd = spawnSync('systemd-analyze', ['--version']).status === 0;
  it.runIf(systemd)('is understood by systemd, and reckoned well protected', () => {
    const folder = mkdtempSync(join(tmpdir(), 'unit-'));
    try {
      const unit = join(folder, 'vmotion-ops.service');
      // Elsewhere than on that machine there is no such program and no such user.
      writeFileSync(unit, text.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'));
      const verified = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
      const said = verified.stderr.split('\n').filter((line) => line.includes('vmotion-ops.service'));
      expect(said.filter((line) => !/User|user|Cannot|Failed to (?:open|connect)/.test(line))).toEqual([]);
      const judged = spawnSync('systemd-analyze', ['security', '--offline=true', unit], { encoding: 'utf8' });
      const [, level = '10'] = /Overall exposure level for \S+: ([\d.]+)/.exec(judged.stdout) ?? [];
      expect(Number(level)).toBeLessThan(4);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('docs/security.md', () => {
  const [, borders = ''] = /\n## Borders\n([^]*?)\n## /.exec(read('docs/security.md')) ?? [];
  const rows = borders
    .split('\n')
    .filter((line) => /^\| (?!border|---)/.test(line))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));

  it('says of each border who, what proves it, what happens otherwise, and the tests that try it', () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const cells of rows) {
      expect(cells, cells[0]).toHaveLength(5);
      for (const cell of cells) expect(cell, cells[0]).not.toBe('');
      expect(cells[4], cells[0]).toMatch(/`test\/[\w/.-]+`: “[^”]+”/);
    }
  });

  it('names titles of tests, not words that happen to stand in their files', () => {
    const named = [...read('docs/security.md').matchAll(/`(test\/[\w/.-]+)`: “([^”]+)”/g)];
    const missing = named.filter(
      ([, path = '', title = '']) => !titlesOf(read(path)).some((one) => one.includes(title)),
    );
    expect(missing.map(([, path, title]) => `${path}: ${title}`)).toEqual([]);
  });
});

/** Of tests and groups of tests as written, and the words of a table's rows that a title is filled with. */
function titlesOf(text: string): string[] {
  const titles = text.matchAll(/(?:^|[\s)\]])\(\s*(['`"])([^]*?)\1\s*,|\b(?:it|describe)\(\s*(['`"])([^]*?)\3\s*,/gm);
  const rows = text.matchAll(/\{ (?:who|what|why|name): '([^']+)',/g);
  return [...[...titles].map(([, , one, , other]) => one ?? other ?? ''), ...[...rows].map(([, row = '']) => row)];
}

function headingsOf(path: string): string[] {
  return [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
}
