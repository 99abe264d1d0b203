import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { leanPackages } from './lean-packages.ts';
import { INTERPRETED_SCHEMAS, leanProject } from './lean-project.ts';
import { copyPackageFiles, PICTURE_FILES } from './package-files.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The functions that run in AWS, each by the name that functions/wiring.ts exports it under. */
export const FUNCTION_NAMES = ['slack', 'alarm', 'worker', 'notifier', 'clock'] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** The largest that a function may become, in bytes: what a cold start has to read. */
export const BUNDLE_BYTES_MAX: Record<FunctionName, number> = {
  // A person waits for this one, three seconds at most.
  slack: 800_000,
  alarm: 550_000,
  worker: 850_000,
  notifier: 700_000,
  clock: 500_000,
};

/** Whether somebody waits for its answer, and so for its cold start. */
const IS_AWAITED: Record<FunctionName, boolean> = {
  slack: true,
  alarm: true,
  worker: false,
  notifier: false,
  clock: false,
};

/** What lies beside a bundle, because it is no code. */
const FILES: Partial<Record<FunctionName, string[]>> = { notifier: PICTURE_FILES };

/** `parts`: bytes by package, or by room of the project, the heaviest first. `importedLater`: modules that are imported
 * while the function runs; each is wrapped with all that it imports, and so compiled twice. */
export type Bundle = {
  name: FunctionName;
  file: string;
  bytes: number;
  parts: { name: string; bytes: number }[];
  importedLater: string[];
};

// Packages in the old module format call require(), which an ECMAScript module has not got.
const BANNER = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** Writes `<folder>/<name>/index.mjs`, which exports `handler`, for each function, and what it reads from packages. */
export async function bundleFunctions(folder: string): Promise<Bundle[]> {
  return Promise.all(FUNCTION_NAMES.map((name) => bundle(name, join(folder, name, 'index.mjs'))));
}

async function bundle(name: FunctionName, file: string): Promise<Bundle> {
  const first = IS_AWAITED[name] ? `import '${INTERPRETED_SCHEMAS}';` : '';
  const metafile = await bundleCode(`${first} export { ${name} as handler } from './functions/wiring.ts';`, file);
  copyPackageFiles(FILES[name] ?? [], dirname(file));
  const { bytes, inputs } = outputOf(metafile);
  const importedLater = listImportedLater(metafile, Object.keys(inputs));
  return { name, file: relative(process.cwd(), file), bytes, parts: toParts(inputs), importedLater };
}

/** Bundles a module written in code, which names the project's files from its root, as the functions are bundled. */
export async function bundleCode(contents: string, file: string): Promise<Metafile> {
  const { metafile } = await build({
    stdin: { contents, resolveDir: ROOT },
    absWorkingDir: ROOT,
    outfile: file,
    bundle: true,
    minify: true,
    // Names of functions and classes stand in stack traces, and the SDK's errors are known by theirs.
    keepNames: false,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: BANNER },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    plugins: [leanProject, leanPackages],
  });
  return metafile;
}

function outputOf(metafile: Metafile): Metafile['outputs'][string] {
  const [output] = Object.values(metafile.outputs);
  if (output === undefined) throw new Error('esbuild wrote no bundle');
  return output;
}

/** Of the modules in the bundle, not of what stands in for those that are left out. */
function listImportedLater(metafile: Metafile, bundled: string[]): string[] {
  const imports = bundled.flatMap((path) => metafile.inputs[path]?.imports ?? []);
  const later = imports.filter(({ kind, path }) => kind === 'dynamic-import' && !/^(left-out|required):/.test(path));
  return [...new Set(later.map(({ path }) => path))];
}

function toParts(inputs: Metafile['outputs'][string]['inputs']): Bundle['parts'] {
  const bytes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path.split('/').slice(0, 2).join('/');
    bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
  }
  return [...bytes].map(([name, bytes]) => ({ name, bytes })).toSorted((left, right) => right.bytes - left.bytes);
}
