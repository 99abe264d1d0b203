import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { configJsonSchema } from '../../shared/contracts/config-json-schema.ts';

it('prints the JSON Schema of vmotion.yaml and nothing else', () => {
  const script = fileURLToPath(new URL('../../infra/local/schema.ts', import.meta.url));
  const printed = execFileSync(process.execPath, [script], { encoding: 'utf8' });
  expect(JSON.parse(printed)).toEqual(configJsonSchema());
});
