// vmotion.yaml as people and their tools leave it. A file is settings that the planner can work with, or it is refused with
// the place and a remedy; nothing else is thrown, and nothing takes long.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseConfigFile } from '../../shared/contracts/config-file.ts';
import type { Host } from '../../shared/domain/inventory.ts';
import { planCluster } from '../../shared/domain/plan-cluster.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { OpsError } from '../../shared/errors.ts';
import { createWorld } from '../support/world.ts';
import { anyEdit, anyJson } from './any-json.ts';

const text = readFileSync(new URL('../../infra/lab/vmotion.yaml', import.meta.url), 'utf8');
const good: unknown = parse(text);

const CLUSTERS = ['cluster-a', 'cluster-l3', 'cluster-dvs', 'cluster-v6'] as const;
const world = createWorld({ hosts: 3, clusters: CLUSTERS });
const hosts = new Map<string, Host[]>();
for (const name of CLUSTERS) hosts.set(name, (await world.read(name)).hosts);

/** Answers whether the file was taken. */
function tryFile(file: string): boolean {
  let settings: Settings;
  try {
    settings = parseConfigFile(file, 'vmotion.yaml');
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    expect(error).toMatchObject({ code: 'config-invalid', retry: 'never', remedy: expect.stringMatching(/./) });
    // The place: a line, a path, or the whole file.
    expect(error.message).toMatch(/^vmotion\.yaml has .*problem/);
    expect(error.message).toMatch(/\n {2}- (?:.*\bline \d+|the file|.*alias)/is);
    return false;
  }
  for (const [name, { profile }] of Object.entries(settings.clusters)) {
    for (const seen of new Set([hosts.get(name) ?? [], hosts.get('cluster-a') ?? [], []])) planCluster(seen, profile);
  }
  return true;
}

const anyValue = anyJson({
  keys: [
    'vcenters',
    'clusters',
    'lab',
    'profile',
    'stack',
    'gateway',
    'adapters',
    'ipv4',
    'ipv6',
    'attach',
    'vlan',
    'mtu',
    'hosts',
    'subnet',
    'range',
    'subnetPerHost',
    'managementOctet',
    'dns',
    'routes',
    'gatewayOverride',
    'rollout',
    'windows',
    'alarms',
  ],
  leaves: [
    'first-address',
    'none',
    'dhcp',
    'dhcpv6',
    'routerAdvertisement',
    'islands',
    'remove',
    'keep',
    'auto',
    'any',
    '172.16.1.0/24',
    '172.16.1.1',
    '0.0.0.0/0',
    '255.255.255.255/32',
    '10.0.0.0/31',
    '10.0.0.10-10.0.0.5/24',
    '10.0.0.1-10.255.255.254/8',
    'fd00::/64',
    '::/0',
    'fe80::1%vmk0',
    '::ffff:10.0.0.1/96',
    '1.2.3',
    '010.1.1.1/24',
    '10.0.0.0/33',
    '22:00',
    '24:00',
    'Europe/Zurich',
    'Nowhere/City',
    0,
    1,
    30,
    32,
    64,
    128,
    4095,
    9000,
    2 ** 31,
    2 ** 53,
    1e308,
    -1,
  ],
});

describe('a file', () => {
  it('is settings or refused, with keys removed, doubled, moved and wrong', () => {
    const edits = fc.array(anyEdit(anyValue), { minLength: 1, maxLength: 4 });
    let taken = 0;
    fc.assert(
      fc.property(edits, (all) => {
        const file = stringify(
          all.reduce((one, { edit }) => edit(one), good),
          { aliasDuplicateObjects: false },
        );
        taken += tryFile(file) ? 1 : 0;
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 80) },
    );
    expect(taken).toBeGreaterThan(0);
  });

  it('is settings or refused, with its text cut off, garbled and pasted into', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '&a ',
        '*a',
        '<<: *a\n',
        '!!binary "aGk="',
        '!!js/function "x"',
        '---\n',
        '...\n',
        '\t',
        '? ',
        '%YAML 9.9\n',
      ),
      fc.constantFrom(
        '{',
        '[',
        '"',
        "'",
        '|',
        '>',
        '#',
        '\u0000',
        '\uFEFF',
        '\u2028',
        'null',
        '~',
        '.inf',
        '0x1F',
        '1_000',
      ),
      fc.constantFrom('clusters:\n', '  cluster-a:\n', '__proto__: 1\n', 'constructor: { prototype: 1 }\n'),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    let refused = 0;
    const anyCut = fc.record({ at: fc.integer({ min: 0, max: text.length }), piece, isCut: fc.boolean() });
    fc.assert(
      fc.property(anyCut, (one) => {
        const file = text.slice(0, one.at) + one.piece + (one.isCut ? '' : text.slice(one.at));
        refused += tryFile(file) ? 0 : 1;
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 120) },
    );
    expect(refused).toBeGreaterThan(0);
  });

  const bomb = [
    'a0: &a0 [x, x]',
    ...Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`),
  ];
  const merges = [
    'm0: &m0 { a: 1 }',
    ...Array.from({ length: 300 }, (_, at) => `m${at + 1}: &m${at + 1} { <<: *m${at} }`),
  ];
  it.each([
    { what: 'nothing', file: '' },
    { what: 'a comment', file: '# nothing' },
    { what: 'a word', file: 'vcenters' },
    { what: 'a list', file: '[]' },
    { what: 'a bomb of aliases', file: bomb.join('\n') },
    { what: 'a chain of merges', file: merges.join('\n') },
    { what: 'an alias to itself', file: 'clusters: &a { cluster-a: *a }' },
    { what: 'lists nested deep', file: `clusters: ${'['.repeat(20_000)}${']'.repeat(20_000)}` },
    { what: 'maps nested deep', file: `clusters: ${'{a: '.repeat(5000)}1${'}'.repeat(5000)}` },
    {
      what: 'maps nested deep by indentation',
      file: Array.from({ length: 1200 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
    },
    { what: 'a number of a million digits', file: `clusters: ${'9'.repeat(900_000)}` },
    { what: 'a key of a map', file: '? { a: 1 }\n: 2' },
    { what: 'two documents', file: `${text}\n---\n${text}` },
    { what: 'twice the same cluster', file: text.replace('  cluster-l3:\n', '  cluster-a:\n') },
    { what: 'larger than a configuration is', file: `# ${'x'.repeat(1_000_001)}` },
  ])('is refused: $what', ({ file }) => {
    expect(tryFile(file)).toBe(false);
  });
});
