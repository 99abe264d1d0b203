// A Slack workspace for people who have none: the Web API that the real client calls, signed requests to the app, and a
// page to type and click in. It refuses what Slack refuses.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OpsError } from '../../../shared/errors.ts';
import { createDeliver } from './deliver.ts';
import { readBody, sendJson } from './http-body.ts';
import { createInteractions, type Interactions } from './interactions.ts';
import { createLabFaults, createRateLimiter, type LabFaults } from './lab-faults.ts';
import { type ChangeKind, createMessageLog, type LabMessage, type PrivateMessage } from './message-log.ts';
import { createPageRoutes, type PageRoutes } from './page-routes.ts';
import { LAB_CHANNELS, LAB_USERS, type LabChannel, type LabUser } from './people.ts';
import { createWebApi, type WebApi } from './web-api.ts';

export type LabSlackOptions = {
  /** 0 or absent: any free one. */
  port?: number | undefined;
  signingSecret: string;
  botToken: string;
  /** Where signed requests go. */
  commandUrl: () => string;
  users?: LabUser[];
  channels?: LabChannel[];
  /** What the page suggests to type first. */
  hints?: string[];
  /** Slack's three seconds, unless a test needs less. */
  answerWithinMs?: number;
};

export type LabSlack = {
  /** The page's address. */
  url: string;
  /** For the Web API client's `slackApiUrl`. */
  apiUrl: string;
  port: number;
  faults: LabFaults;
  messages(channel?: string): LabMessage[];
  onChange(listener: (message: LabMessage | PrivateMessage, kind: ChangeKind) => void): () => void;
  /** Types as a person would, and answers what only that person sees. */
  type: Interactions['type'];
  /** Presses a button, past its confirmation. Answers what only that person sees, undefined where that is nothing. */
  click: Interactions['click'];
  /** Removes a message, as a person with the right to would. */
  remove(at: { channel: string; ts: string }): boolean;
  close(): Promise<void>;
};

const HINTS = ['/vmotion help', '/vmotion status cluster-a', '/vmotion enable cluster-a', '/vmotion test cluster-a'];

/** Listens on 127.0.0.1 only. Throws `port-in-use`. */
export async function createLabSlack(options: LabSlackOptions): Promise<LabSlack> {
  const { users = LAB_USERS, channels = LAB_CHANNELS, hints = HINTS, answerWithinMs = 3000 } = options;
  const log = createMessageLog();
  const faults = createLabFaults();
  const { signingSecret, commandUrl } = options;
  const deliver = createDeliver({ signingSecret, commandUrl, faults, answerWithinMs });
  let port = 0;
  const url = () => `http://127.0.0.1:${port}`;
  const interactions = createInteractions({ log, users, channels, deliver, url });
  const api = createWebApi({ log, users, channels });
  const page = createPageRoutes({ log, interactions, users, channels, hints });
  const limit = createRateLimiter(faults);
  const server = createServer((request, response) => {
    const routes = { api, page, interactions, limit, botToken: options.botToken, port };
    route(routes, request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (!response.headersSent) sendJson(response, 400, { error: message });
      else response.end();
    });
  });
  port = await listen(server, options.port ?? 0);
  return {
    url: url(),
    apiUrl: `${url()}/api/`,
    port,
    faults,
    messages: (channel) => log.all(channel),
    onChange: (listener) => log.onChange(listener),
    type: (input) => interactions.type(input),
    click: (input) => interactions.click(input),
    remove: (at) => log.remove(at),
    close: () => close(server),
  };
}

type Routes = {
  api: WebApi;
  page: PageRoutes;
  interactions: Interactions;
  limit: (method: string) => number | undefined;
  botToken: string;
  port: number;
};

async function route(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A web page elsewhere must not reach this one through the person's browser, by name or by cross-site post.
  if (!isOwn(request, routes.port)) return sendJson(response, 403, { error: 'not this address' });
  const { pathname } = new URL(request.url ?? '/', 'http://lab');
  if (pathname.startsWith('/api/')) return callApi(routes, pathname.slice('/api/'.length), request, response);
  if (request.method === 'POST' && pathname.startsWith('/respond/')) {
    const body: unknown = JSON.parse(await readBody(request));
    const error = routes.interactions.respond(pathname.slice('/respond/'.length), body);
    return error === undefined ? sendJson(response, 200, { ok: true }) : sendJson(response, 404, { ok: false, error });
  }
  if (!(await routes.page(request, response))) sendJson(response, 404, { error: 'no such page' });
}

function isOwn({ headers }: IncomingMessage, port: number): boolean {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const isOwnOrigin = headers.origin === undefined || hosts.some((host) => headers.origin === `http://${host}`);
  return hosts.includes(headers.host ?? '') && isOwnOrigin;
}

async function callApi(
  routes: Routes,
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = await readArguments(request);
  const retryAfter = routes.limit(method);
  if (retryAfter !== undefined) {
    return sendJson(response, 429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(retryAfter) });
  }
  const token = request.headers.authorization?.replace(/^Bearer /, '') ?? form.get('token');
  if (token === undefined) return sendJson(response, 200, { ok: false, error: 'not_authed' });
  if (token !== routes.botToken) return sendJson(response, 200, { ok: false, error: 'invalid_auth' });
  sendJson(response, 200, routes.api(method, form));
}

async function readArguments(request: IncomingMessage): Promise<Map<string, string>> {
  const body = await readBody(request);
  if (!(request.headers['content-type'] ?? '').startsWith('application/json'))
    return new Map(new URLSearchParams(body));
  const entries = Object.entries(JSON.parse(body) as Record<string, unknown>);
  return new Map(entries.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]));
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EADDRINUSE') return reject(cause);
      const remedy = 'Stop what listens there, or choose another port with --port.';
      return reject(new OpsError('port-in-use', `Port ${port} is in use.`, { retry: 'never', remedy, cause }));
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // Pages keep their stream of events open for ever.
    server.closeAllConnections();
  });
}
