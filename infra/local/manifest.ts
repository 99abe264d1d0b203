// `npm run manifest -- --url https://your.address`: prints the Slack app's manifest, to paste into a new app.
import { parseArgs } from 'node:util';
import { createManifest } from '../../shared/slack/manifest.ts';

const USAGE = `usage: npm run manifest -- --url https://your.address

The address Slack can reach: the HTTP API's (see docs/deploy.md) or the proxy in front of "npm start -- --config".
Paste what is printed at Slack's "Create an app from a manifest".
`;

/** Slack sends commands and clicks to this path of both places. */
const PATH = '/slack/events';

try {
  const { values } = parseArgs({ options: { url: { type: 'string' } } });
  const url = new URL(values.url ?? '');
  if (url.protocol !== 'https:') throw new Error(`${url.href} is not an https:// address`);
  const requests = url.pathname === '/' ? new URL(PATH, url) : url;
  process.stdout.write(`${JSON.stringify(createManifest({ url: requests.href }), undefined, 2)}\n`);
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${why}\n\n${USAGE}`);
  process.exitCode = 2;
}
