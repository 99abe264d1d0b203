import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import type { OnResolveResult, Plugin } from 'esbuild';

const BOLT = /node_modules\/@slack\/bolt\//;
const RECEIVERS = /\/receivers\/(HTTP|Express|SocketMode)(Receiver|ModuleFunctions|Functions|ResponseAck)$/;

/** What Bolt loads for ways of receiving requests that a function has not got: half of its weight. */
const BOLT_LEFT_OUT = /^(express|raw-body|path-to-regexp|@slack\/oauth|@slack\/socket-mode)$/;

/** Where credentials of a laptop, a container or a virtual machine come from. Lambda gives a function's in its
 * environment. */
const CREDENTIALS_LEFT_OUT =
  /^(@aws-sdk\/credential-provider-(ini|sso|process|web-identity|http)|@smithy\/credential-provider-imds)$/;

/** The SDK imports these when it needs them, which is never: streams of events, and the names of browsers. In one file,
 * what may be imported later, with all that this imports, is wrapped into functions, and so compiled twice. */
const IMPORTED_LATER = /^(@smithy\/core\/event-streams|bowser)$/;

/** Reads ~/.aws, which no function has. */
const SHARED_FILES = /@smithy\/core\/dist-es\/submodules\/config\/shared-ini-file-loader\/loadSharedConfigFiles\.js$/;
const NO_SHARED_FILES = `export { CONFIG_PREFIX_SEPARATOR } from './constants';
  export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`;

/** Whether a stream is a browser's: to ask for that type alone makes Node load all of them. */
const STREAM_TYPES = /@smithy\/core\/dist-es\/submodules\/serde\/util-stream\/stream-type-check\.js$/;
const NO_STREAM_OF_BROWSERS = 'export const isReadableStream = () => false; export const isBlob = () => false;';

/** Imported as an ECMAScript module, each name of a module of Node's own is read at once, and some are made only when
 * they are read: all of fetch for `http`, the standard streams for `process`. */
const NODE = new RegExp(`^(node:)?(${builtinModules.join('|')})$`);

/** Replaces what no function runs: Bolt's other receivers, the SDK's ways to log in from elsewhere, the files of a
 * laptop, and all of zod's languages but the one in use. What is left out says so when it is called after all. */
export const leanPackages: Plugin = {
  name: 'lean-packages',
  setup(build) {
    build.onResolve({ filter: BOLT_LEFT_OUT }, ({ path, importer }) => (BOLT.test(importer) ? leave(path) : undefined));
    build.onResolve({ filter: /^\.\.?\// }, ({ path, importer }) => {
      return BOLT.test(importer) && RECEIVERS.test(join(dirname(importer), path)) ? leave(path) : undefined;
    });
    build.onResolve({ filter: CREDENTIALS_LEFT_OUT }, ({ path }) => leave(path));
    build.onResolve({ filter: IMPORTED_LATER }, ({ path, kind }) =>
      kind === 'dynamic-import' ? leave(path) : undefined,
    );
    build.onLoad({ filter: SHARED_FILES }, () => ({ contents: NO_SHARED_FILES }));
    build.onLoad({ filter: STREAM_TYPES }, () => ({ contents: NO_STREAM_OF_BROWSERS }));
    build.onResolve({ filter: NODE }, ({ path, kind }) =>
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

const CREDENTIALS = [
  'fromIni',
  'fromSSO',
  'fromProcess',
  'fromTokenFile',
  'fromHttp',
  'fromContainerMetadata',
  'fromInstanceMetadata',
];

function leftOut(path: string): string {
  const message = JSON.stringify(`${path} is left out of this bundle by infra/aws/lean-packages.ts`);
  return `const gone = () => { throw new Error(${message}); };
    exports.__esModule = true;
    exports.default = class { constructor() { gone(); } };
    // The SDK asks one source of credentials after the other, past those that say so.
    const skipped = () => async () => { throw Object.assign(new Error(${message}), { tryNextLink: true }); };
    for (const name of ${JSON.stringify(CREDENTIALS)}) exports[name] = skipped;`;
}
