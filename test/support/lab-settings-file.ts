import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toBuiltSettings } from '../../shared/contracts/built-settings.ts';
import { labSettings } from './world.ts';

/** The lab's settings as a deployment puts them beside its functions. Answers the file's path. */
export function writeLabSettings(folder: string): string {
  const path = join(folder, 'settings.json');
  writeFileSync(path, toBuiltSettings(labSettings()));
  return path;
}
