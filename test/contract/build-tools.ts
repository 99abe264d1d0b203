// Builds govmomi's govc and vcsim once for each version of their sources, into a folder outside the repository.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SOURCES = join(import.meta.dirname, 'tools');
const GO_CANDIDATES = ['go', '/usr/local/go/bin/go'];

/** Where the tools of the present sources stand once `setup` has run. */
export function toolsFolder(): string {
  const version = /govmomi v([\d.]+)/.exec(readFileSync(join(SOURCES, 'go.mod'), 'utf8'))?.[1] ?? 'unknown';
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'govc/main.go', 'vcsim/main.go'])
    hash.update(readFileSync(join(SOURCES, file)));
  return join(tmpdir(), `vmotion-ops-tools-${version}-${hash.digest('hex').slice(0, 8)}`);
}

/** Run by vitest before the suite. Throws where Go is missing: a suite that was asked for never passes by idling. */
export function setup(): void {
  const folder = toolsFolder();
  if (existsSync(folder)) return;
  const go = findGo();
  // Built beside and then renamed, so that a build broken off in the middle is never taken for a whole one.
  const building = mkdtempSync(`${folder}-`);
  try {
    process.stdout.write('Building govc and vcsim (about a minute, once) ...\n');
    execFileSync(go, ['build', '-mod=readonly', '-buildvcs=false', '-o', `${building}/`, './govc', './vcsim'], {
      cwd: SOURCES,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (!existsSync(folder)) renameSync(building, folder);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  if (readdirSync(folder).length !== 2)
    throw new Error(`${folder} does not hold govc and vcsim: remove it and try again`);
}

function findGo(): string {
  for (const candidate of GO_CANDIDATES) {
    try {
      execFileSync(candidate, ['version'], { stdio: 'ignore' });
      return candidate;
    } catch {
      // The next place may have it.
    }
  }
  throw new Error(
    'The contract suite builds govc and vcsim with Go 1.25 or newer, and there is no "go" on this machine.',
  );
}
