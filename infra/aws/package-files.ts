import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** What pictures are drawn with, and the licence that has to go with the fonts. */
export const PICTURE_FILES = [
  '@resvg/resvg-wasm/package.json',
  '@resvg/resvg-wasm/index_bg.wasm',
  'dejavu-fonts-ttf/package.json',
  'dejavu-fonts-ttf/LICENSE',
  'dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf',
  'dejavu-fonts-ttf/ttf/DejaVuSansMono-Bold.ttf',
];

/** Copies files of packages to where `require.resolve` finds them from a bundle in the folder. They are read when they
 * are needed, so that a cold start does not pay for what most invocations never use. */
export function copyPackageFiles(files: string[], folder: string): void {
  for (const file of files) cpSync(join(MODULES, file), join(folder, 'node_modules', file));
}
