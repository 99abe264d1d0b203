import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseConfigFile } from '../shared/contracts/config-file.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { OpsError } from '../shared/errors.ts';

/** The settings in this vmotion.yaml and the files it names. Throws `config-missing` or `config-invalid`. */
export function readSettings(path: string): Settings {
  const folder = dirname(resolve(path));
  return parseConfigFile(readText(path), path, (named) => readFileSync(resolve(folder, named), 'utf8'));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new OpsError('config-missing', `The configuration ${path} can't be read: ${why}.`, {
      retry: 'never',
      remedy: 'Give the path of your vmotion.yaml; infra/lab/vmotion.yaml is a good start for one.',
      cause,
    });
  }
}
