// The examples of docs/configuration.md are what they say they are.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfigFile } from '../../shared/contracts/config-file.ts';
import { configJsonSchema } from '../../shared/contracts/config-json-schema.ts';
import { OpsError } from '../../shared/errors.ts';

const text = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

const blocks = (language: string) =>
  [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , body = '']) => body);

const files = blocks('yaml').filter((block) => block.startsWith('vcenters:'));
const pieces = blocks('yaml').filter((block) => !block.startsWith('vcenters:'));
const pem = '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n';

/** The shortest file of the page with one key of its first adapter or of its profile replaced. */
function fileWith(piece: string): string {
  const content = parse(files[0] ?? '') as { clusters: { 'cluster-a': { profile: { adapters: object[] } } } };
  const { profile } = content.clusters['cluster-a'];
  const replaced = parse(piece) as object;
  if (['access', 'approval', 'windows'].some((key) => key in replaced)) {
    Object.assign(content.clusters['cluster-a'], replaced);
    return JSON.stringify(content);
  }
  if (['ipv4', 'ipv6', 'attach', 'gatewayOverride'].some((key) => key in replaced))
    Object.assign(profile.adapters[0] ?? {}, replaced);
  // Gateways of single hosts go with the addresses of these hosts.
  else
    Object.assign(
      profile,
      replaced,
      piece.includes('esx01') ? { adapters: [{ ...profile.adapters[0], ...HOSTS }] } : {},
    );
  return JSON.stringify(content);
}

const HOSTS = { ipv4: { hosts: { esx01: '172.17.8.2/30', esx02: '172.17.12.106/30' } } };

it('has whole files and pieces of them', () => {
  expect([files.length, pieces.length]).toEqual([3, 21]);
});

it.each(files.slice(0, 2))('accepts the whole file %#', (file) => {
  expect(Object.keys(parseConfigFile(file, 'vmotion.yaml', () => pem).clusters)).toContain('cluster-a');
});

it.each(pieces)('accepts the piece %j', (piece) => {
  expect(Object.keys(parseConfigFile(fileWith(piece), 'vmotion.yaml', () => pem).clusters)).toEqual(['cluster-a']);
});

it('shows the very message that its wrong file gets', () => {
  const [shown] = blocks('').filter((block) => block.startsWith('vmotion.yaml has'));
  let message = '';
  try {
    parseConfigFile(files[2] ?? '', 'vmotion.yaml');
  } catch (error) {
    if (error instanceof OpsError) message = `${error.message}\n${error.remedy}\n`;
  }
  expect(message).toBe(shown);
});

it('names every key', () => {
  const listed = listProperties(configJsonSchema());
  expect(listed.length).toBeGreaterThan(30);
  expect(listed.filter((key) => !new RegExp(`[\`.]${key}[\`.]`).test(text))).toEqual([]);
});

type Node = { properties?: Record<string, Node>; additionalProperties?: Node | boolean; items?: Node };

function listProperties(node: Node): string[] {
  const named = typeof node.additionalProperties === 'object' ? listProperties(node.additionalProperties) : [];
  const listed = node.items === undefined ? [] : listProperties(node.items);
  const own = Object.entries(node.properties ?? {}).flatMap(([key, child]) => [key, ...listProperties(child)]);
  return [...own, ...named, ...listed];
}
