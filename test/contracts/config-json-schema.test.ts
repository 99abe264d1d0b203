import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { configJsonSchema } from '../../shared/contracts/config-json-schema.ts';

type Node = {
  properties?: Record<string, Node>;
  additionalProperties?: Node | boolean;
  items?: Node;
  description?: string;
};

/** Every key with its path, however deep. */
function listKeys(node: Node, path = ''): [string, Node][] {
  const own = Object.entries(node.properties ?? {}).flatMap(([key, child]): [string, Node][] => [
    [`${path}/${key}`, child],
    ...listKeys(child, `${path}/${key}`),
  ]);
  const named = typeof node.additionalProperties === 'object' ? listKeys(node.additionalProperties, `${path}/*`) : [];
  return [...own, ...named, ...(node.items === undefined ? [] : listKeys(node.items, `${path}[]`))];
}

it('describes every key', () => {
  const keys = listKeys(configJsonSchema());
  expect(keys.length).toBeGreaterThan(30);
  expect(keys.filter(([, node]) => node.description === undefined).map(([path]) => path)).toEqual([]);
});

it('refuses keys it does not know, at every level', () => {
  const schema = configJsonSchema();
  expect(schema['additionalProperties']).toBe(false);
});

it("accepts the lab's file", () => {
  const lab: unknown = parse(readFileSync(new URL('../../infra/lab/vmotion.yaml', import.meta.url), 'utf8'));
  const schema = z.fromJSONSchema(configJsonSchema());
  expect(schema.safeParse(lab)).toMatchObject({ success: true });
  expect(schema.safeParse({ ...(lab as object), vcentres: {} })).toMatchObject({ success: false });
});
