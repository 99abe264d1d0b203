import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const LEFT_OUT = new Set(['node_modules', '.git', 'cdk.out', 'dist']);

/** The files below a folder, or the file itself. Of a repository those that git keeps or would keep. */
export function listFiles(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  try {
    const args = ['-C', path, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const listed = execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const files = listed.split('\0').filter((file) => file !== '');
    if (files.length > 0) return files.map((file) => join(path, file)).filter(isFile);
  } catch {
    // No repository, or no git: everything that is there.
  }
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => !file.split('/').some((part) => LEFT_OUT.has(part)))
    .map((file) => join(path, file))
    .filter(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
