// Looks for secrets in files: npm exec -- node test/secret-scan/main.ts PATH... [--known FILE]
// A folder with all in it; of a repository what git keeps. FILE: one known secret a line. Exit code 1 when one is found.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { findSecrets } from './find-secrets.ts';
import { isExpected } from './expected.ts';
import { listFiles } from './list-files.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { known: { type: 'string' } } });
const lines = values.known === undefined ? [] : readFileSync(values.known, 'utf8').split('\n');
const known = lines.map((line) => line.trim()).filter((line) => line !== '');

const files = positionals.flatMap(listFiles);
let found = 0;
for (const file of files) {
  for (const { what, line, sample } of findSecrets(read(file), known)) {
    if (isExpected(file, what)) continue;
    found += 1;
    console.log(`${file}:${line} ${what} ${sample}`);
  }
}
console.log(`${files.length} files, ${found} secrets`);
process.exitCode = found > 0 || files.length === 0 ? 1 : 0;

/** Rows are kept zipped where they are large. */
function read(file: string): string {
  const bytes = readFileSync(file);
  try {
    return gunzipSync(bytes, { maxOutputLength: 64 * 1024 * 1024 }).toString('utf8');
  } catch {
    return bytes.toString('utf8');
  }
}
