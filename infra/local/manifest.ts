// `npm run manifest -- --url https://your.address`: prints the Slack app's manifest, to paste into a new app.
import { parseArgs } from 'node:util';
import { explainOptions } from '../lab/explain-options.ts';
import { createManifest, type ManifestWay } from '../../shared/slack/manifest.ts';

const USAGE = `usage: npm run manifest -- --url https://your.address
       npm run manifest -- --socket

--url      The address Slack can reach: the HTTP API's (see docs/deploy.md) or the proxy in front of
           "npm start -- --config".
--socket   For "npm start -- --config" without any public address: Socket Mode (see docs/one-machine.md).

Paste what is printed at Slack's "Create an app from a manifest", or into an app's own "App Manifest".
`;

/** Slack sends commands, clicks and events to this path of both places. */
const PATH = '/slack/events';

const OPTIONS = { url: { type: 'string' }, socket: { type: 'boolean' } } as const;

try {
  const { values } = parseArgs({ options: OPTIONS });
  process.stdout.write(`${JSON.stringify(createManifest(toWay(values)), undefined, 2)}\n`);
} catch (error) {
  const why = explainOptions(error, process.argv.slice(2), OPTIONS);
  process.stderr.write(`${why}\n\n${USAGE}`);
  process.exitCode = 2;
}

function toWay({ url, socket }: { url?: string | undefined; socket?: boolean | undefined }): ManifestWay {
  if (socket === true && url === undefined) return 'socket-mode';
  if (socket === true) throw new Error('--url and --socket are two ways; choose one');
  const address = new URL(url ?? '');
  if (address.protocol !== 'https:') throw new Error(`${address.href} is not an https:// address`);
  return { url: (address.pathname === '/' ? new URL(PATH, address) : address).href };
}
