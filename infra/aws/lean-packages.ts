import { dirname, join } from 'node:path';
import type { OnResolveResult, Plugin } from 'esbuild';

const BOLT = /node_modules\/@slack\/bolt\//;
const RECEIVERS = /\/receivers\/(HTTP|Express|SocketMode)(Receiver|ModuleFunctions|Functions|ResponseAck)$/;

/** What Bolt loads for ways of receiving requests that a function has not got: half of its weight. */
const BOLT_LEFT_OUT = /^(express|raw-body|path-to-regexp|@slack\/oauth|@slack\/socket-mode)$/;

/** Where a laptop's credentials come from. Lambda gives a function's in its environment. */
const CREDENTIALS_LEFT_OUT = /^@aws-sdk\/credential-provider-(ini|sso|process|web-identity)$/;

/** Imported as an ECMAScript module, Node loads its whole fetch for one of its names: a tenth of a cold start. */
const HTTP = /^(node:)?https?$/;

/** Replaces what no function runs: Bolt's other receivers, the SDK's ways to log in from a laptop, and all of zod's
 * languages but the one in use. What is left out says so when it is called after all. */
export const leanPackages: Plugin = {
  name: 'lean-packages',
  setup(build) {
    build.onResolve({ filter: BOLT_LEFT_OUT }, ({ path, importer }) => (BOLT.test(importer) ? leave(path) : undefined));
    build.onResolve({ filter: /^\.\.?\// }, ({ path, importer }) => {
      return BOLT.test(importer) && RECEIVERS.test(join(dirname(importer), path)) ? leave(path) : undefined;
    });
    build.onResolve({ filter: CREDENTIALS_LEFT_OUT }, ({ path }) => leave(path));
    build.onResolve({ filter: HTTP }, ({ path, kind }) =>
      kind === 'import-statement' || kind === 'dynamic-import' ? { path, namespace: 'required' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
    build.onLoad({ filter: /./, namespace: 'left-out' }, ({ path }) => ({ contents: leftOut(path) }));
    build.onLoad({ filter: /node_modules\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
    build.onLoad({ filter: /node_modules\/zod\/v4\/classic\/from-json-schema\.js$/ }, () => ({
      contents: 'export const fromJSONSchema = undefined;',
    }));
  },
};

const leave = (path: string): OnResolveResult => ({ path, namespace: 'left-out' });

function leftOut(path: string): string {
  const message = JSON.stringify(`${path} is left out of this bundle by infra/aws/lean-packages.ts`);
  return `const gone = () => { throw new Error(${message}); };
    exports.__esModule = true;
    exports.default = class { constructor() { gone(); } };
    // The SDK asks one source of credentials after the other, past those that say so.
    const skipped = () => async () => { throw Object.assign(new Error(${message}), { tryNextLink: true }); };
    for (const name of ['fromIni', 'fromSSO', 'fromProcess', 'fromTokenFile']) exports[name] = skipped;`;
}
