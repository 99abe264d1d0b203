import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize, resolve } from 'node:path';
import { parseConfigFile } from '../../shared/contracts/config-file.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { OpsError } from '../../shared/errors.ts';
import { FUNCTION_NAMES, type FunctionName } from './bundle.ts';

/** The name under which the configuration lies beside each function. */
export const CONFIG_FILE = 'vmotion.yaml';

export type FunctionAssets = { settings: Settings; folders: Record<FunctionName, string> };

export type AssetOptions = {
  /** The stage's vmotion.yaml. */
  config: string;
  /** Holds `<function>/index.mjs`. */
  bundles: string;
  /** Where the folders for Lambda are made. */
  out: string;
};

/** For each function a folder with its bundle, vmotion.yaml and the authorities this names. Throws `config-missing` or
 * `config-invalid`, so that a configuration that would not work is never deployed. */
export function prepareAssets({ config, bundles, out }: AssetOptions): FunctionAssets {
  const text = readConfig(config);
  const authorities = new Map<string, string>();
  const settings = parseConfigFile(text, config, (path) => {
    const content = readFileSync(resolve(dirname(config), path), 'utf8');
    authorities.set(path, content);
    return content;
  });
  for (const path of authorities.keys()) assertInside(config, path);
  rmSync(out, { recursive: true, force: true });
  const folders = FUNCTION_NAMES.map((name) => {
    const folder = join(out, name);
    cpSync(join(bundles, name), folder, { recursive: true });
    for (const [path, content] of [[CONFIG_FILE, text] as const, ...authorities]) write(join(folder, path), content);
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

/** The function finds the file by the same path, so it must lie beside the configuration or below. */
function assertInside(config: string, path: string): void {
  if (!isAbsolute(path) && !normalize(path).startsWith('..')) return;
  throw new OpsError('config-invalid', `${config} names ${path}, which lies outside its own folder.`, {
    retry: 'never',
    remedy: 'Put the file beside vmotion.yaml, or below, and name it relative to that.',
  });
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
