import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { leanPackages } from './lean-packages.ts';
import { copyPackageFiles, PICTURE_FILES } from './package-files.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The functions that run in AWS, each by the name that functions/wiring.ts exports it under. */
export const FUNCTION_NAMES = ['slack', 'alarm', 'worker', 'notifier', 'clock'] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** The largest that a function may become, in bytes: what a cold start has to read. */
export const BUNDLE_BYTES_MAX: Record<FunctionName, number> = {
  // A person waits for this one, three seconds at most.
  slack: 1_000_000,
  alarm: 1_500_000,
  worker: 1_500_000,
  notifier: 1_500_000,
  clock: 1_500_000,
};

/** What lies beside a bundle, because it is no code. */
const FILES: Partial<Record<FunctionName, string[]>> = { notifier: PICTURE_FILES };

/** `parts`: bytes by package, or by room of the project, the heaviest first. */
export type Bundle = { name: FunctionName; file: string; bytes: number; parts: { name: string; bytes: number }[] };

// Packages in the old module format call require(), which an ECMAScript module has not got.
const BANNER = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** Writes `<folder>/<name>/index.mjs`, which exports `handler`, for each function, and what it reads from packages. */
export async function bundleFunctions(folder: string): Promise<Bundle[]> {
  return Promise.all(FUNCTION_NAMES.map((name) => bundle(name, join(folder, name, 'index.mjs'))));
}

async function bundle(name: FunctionName, file: string): Promise<Bundle> {
  const metafile = await bundleCode(`export { ${name} as handler } from './functions/wiring.ts';`, file);
  copyPackageFiles(FILES[name] ?? [], dirname(file));
  const { bytes, inputs } = outputOf(metafile);
  return { name, file: relative(process.cwd(), file), bytes, parts: toParts(inputs) };
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
    plugins: [leanPackages],
  });
  return metafile;
}

function outputOf(metafile: Metafile): Metafile['outputs'][string] {
  const [output] = Object.values(metafile.outputs);
  if (output === undefined) throw new Error('esbuild wrote no bundle');
  return output;
}

function toParts(inputs: Metafile['outputs'][string]['inputs']): Bundle['parts'] {
  const bytes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path.split('/').slice(0, 2).join('/');
    bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
  }
  return [...bytes].map(([name, bytes]) => ({ name, bytes })).toSorted((left, right) => right.bytes - left.bytes);
}
