// What `npm run build` runs: the functions as they go to AWS, in dist/functions.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLE_BYTES_MAX, bundleFunctions } from './bundle.ts';

const FOLDER = fileURLToPath(new URL('../../dist/functions', import.meta.url));
const PARTS_SHOWN = 5;

const bundles = await bundleFunctions(FOLDER);
for (const { name, file, bytes, parts } of bundles) {
  const heaviest = parts.slice(0, PARTS_SHOWN).map((part) => `${part.name} ${toKilobytes(part.bytes)}`);
  process.stdout.write(`${name.padEnd(9)} ${toKilobytes(bytes)} KB  ${join(file)}  (${heaviest.join(', ')})\n`);
}
const tooLarge = bundles.filter(({ name, bytes }) => bytes > BUNDLE_BYTES_MAX[name]);
for (const { name, bytes } of tooLarge) {
  process.stderr.write(`${name} has ${bytes} bytes; at most ${BUNDLE_BYTES_MAX[name]} are allowed for a fast start.\n`);
}
process.exitCode = tooLarge.length === 0 ? 0 : 1;

function toKilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0);
}
