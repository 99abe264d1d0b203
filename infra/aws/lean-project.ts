import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** To be imported before everything else of a bundle, where a cold start matters more than a warm one. */
export const INTERPRETED_SCHEMAS = 'interpreted-schemas';

/** Bundles the project's own files so that a cold start does no more than its first event asks for. */
export const leanProject: Plugin = {
  name: 'lean-project',
  setup(build) {
    // No file does anything when it is imported, so what only other functions use is left out of this one's bundle.
    build.onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path, resolveDir }) => {
      return { path: join(resolveDir, path), sideEffects: false };
    });
    // By the name `z` alone, all of zod would be bundled; by the names in it, only those in use.
    build.onLoad({ filter: /\/(functions|shared)\/.*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      return { contents: text.replace(/^import \{ z \} from 'zod';$/m, "import * as z from 'zod';"), loader: 'ts' };
    });
    // zod writes and compiles a program for each schema of an object: it pays when thousands of values are parsed.
    build.onResolve({ filter: new RegExp(`^${INTERPRETED_SCHEMAS}$`) }, ({ path, resolveDir }) => {
      return { path, namespace: INTERPRETED_SCHEMAS, pluginData: resolveDir };
    });
    build.onLoad({ filter: /./, namespace: INTERPRETED_SCHEMAS }, ({ pluginData }) => {
      const contents = "import { config } from 'zod'; config({ jitless: true });";
      return { contents, resolveDir: String(pluginData) };
    });
  },
};
