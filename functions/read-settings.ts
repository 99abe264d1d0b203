import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseConfigFile } from '../shared/contracts/config-file.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { readConfigText } from './read-config-text.ts';

const REMEDY = 'Give the path of your vmotion.yaml; infra/lab/vmotion.yaml is a good start for one.';

/** The settings in this vmotion.yaml and the files it names. Throws `config-missing` or `config-invalid`. */
export function readSettings(path: string): Settings {
  const folder = dirname(resolve(path));
  const text = readConfigText(path, REMEDY);
  return parseConfigFile(text, path, (named) => readFileSync(resolve(folder, named), 'utf8'));
}
