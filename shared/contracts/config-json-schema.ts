import { z } from 'zod';
import { configSchema } from './config-schema.ts';

/** The JSON Schema (draft 7, which YAML editors read) of vmotion.yaml, with a description on every key. */
export function configJsonSchema(): Record<string, unknown> {
  return { title: 'vmotion.yaml', ...z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' }) };
}
