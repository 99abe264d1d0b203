import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { toBuiltSettings } from '../../shared/contracts/built-settings.ts';
import { parseConfigFile } from '../../shared/contracts/config-file.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { OpsError } from '../../shared/errors.ts';
import { FUNCTION_NAMES, type FunctionName } from './bundle.ts';

/** The name under which the settings lie beside each function. */
export const CONFIG_FILE = 'settings.json';

export type FunctionAssets = { settings: Settings; folders: Record<FunctionName, string> };

export type AssetOptions = {
  /** The stage's vmotion.yaml. */
  config: string;
  /** Holds `<function>/index.mjs`. */
  bundles: string;
  /** Where the folders for Lambda are made. */
  out: string;
};

/** For each function a folder with its bundle and the settings of vmotion.yaml, the authorities that this names among
 * them. Throws `config-missing` or `config-invalid`, so that a configuration that would not work is never deployed. */
export function prepareAssets({ config, bundles, out }: AssetOptions): FunctionAssets {
  const text = readConfig(config);
  const settings = parseConfigFile(text, config, (path) => readFileSync(resolve(dirname(config), path), 'utf8'));
  const built = toBuiltSettings(settings);
  rmSync(out, { recursive: true, force: true });
  const folders = FUNCTION_NAMES.map((name) => {
    const folder = join(out, name);
    cpSync(join(bundles, name), folder, { recursive: true });
    writeFileSync(join(folder, CONFIG_FILE), built);
    return [name, folder] as const;
  });
  return { settings, folders: Object.fromEntries(folders) as Record<FunctionName, string> };
}

function readConfig(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new OpsError('config-missing', `The configuration ${path} can't be read.`, {
      retry: 'never',
      remedy: 'Give the path of your vmotion.yaml as `config` of the stage; infra/lab/vmotion.yaml is a good start.',
      cause,
    });
  }
}
