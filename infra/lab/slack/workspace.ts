// A Slack workspace for people who have none: the Web API that the real client calls, signed requests or Socket Mode to
// the app, and a page to type and click in. It refuses what Slack refuses.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OpsError } from '../../../shared/errors.ts';
import { createDeliver, deliverEvent } from './deliver.ts';
import { routeFiles } from './file-routes.ts';
import { createFileStore, type FileStore, type LabFile } from './file-store.ts';
import { homeOpenedEvent } from './forms.ts';
import { readText, sendJson } from './http-body.ts';
import { type Clicked, createInteractions, type Interactions } from './interactions.ts';
import { createLabFaults, type LabFaults } from './lab-faults.ts';
import { type ChangeKind, createMessageLog, type LabMessage, type PrivateMessage } from './message-log.ts';
import { createModals, type Modals } from './modals.ts';
import { createPageRoutes, type PageRoutes } from './page-routes.ts';
import { LAB_CHANNELS, LAB_GROUPS, LAB_USERS, type LabChannel, type LabGroup, type LabUser } from './people.ts';
import { createRateLimiter, type RateLimiter } from './rate-limits.ts';
import { createResponseUrls, type ResponseUrls } from './response-urls.ts';
import type { Side } from './side.ts';
import { createSocketMode, type SocketMode } from './socket-mode.ts';
import { createTriggers } from './triggers.ts';
import { createViewStore, type LabView } from './view-store.ts';
import { createWebApi, scopeOf, type WebApi } from './web-api.ts';

export type LabSlackOptions = {
  /** 0 or absent: any free one. */
  port?: number | undefined;
  signingSecret: string;
  botToken: string;
  /** For Socket Mode. */
  appToken?: string | undefined;
  /** Where signed requests go: commands, clicks, views, options of menus, events. */
  commandUrl: () => string;
  users?: LabUser[];
  channels?: LabChannel[];
  groups?: LabGroup[];
  /** What the page suggests to type first. */
  hints?: string[];
  /** What the page shows beside the channel. */
  side?: Side | undefined;
  /** Slack's three seconds, unless a test needs less. */
  answerWithinMs?: number;
  /** How long a trigger_id opens a view: Slack's three seconds, unless a test needs less. */
  triggerLivesMs?: number;
};

export type LabSlack = {
  /** The page's address. */
  url: string;
  /** For the Web API client's `slackApiUrl`. */
  apiUrl: string;
  port: number;
  faults: LabFaults;
  /** User groups. Their members can be changed while it runs. */
  groups: LabGroup[];
  /** What stands in a channel: messages, and replies that were broadcast. */
  messages(channel?: string): LabMessage[];
  /** The replies to a message, the oldest first. */
  replies(channel: string, ts: string): LabMessage[];
  /** What only that person sees. */
  privates(user: string): PrivateMessage[];
  files(): LabFile[];
  onChange(listener: (message: LabMessage | PrivateMessage, kind: ChangeKind) => void): () => void;
  /** Types as a person would, and answers what only that person sees. */
  type: Interactions['type'];
  /** Presses a button, past its confirmation, or chooses of a menu (`value`). Answers what only that person sees,
   * undefined where that is nothing. */
  click: Interactions['click'];
  suggest: Interactions['suggest'];
  /** A person's open modals, the one on top last. */
  modals(user: string): LabView[];
  fillIn: Modals['fillIn'];
  submit: Modals['submit'];
  dismiss: Modals['dismiss'];
  home(user: string): LabView | undefined;
  /** Goes to the app's Home tab, as the app is told; resolves once it has answered. */
  openHome(user: string): Promise<void>;
  /** Uses a button or a menu of the Home tab. */
  clickHome(input: Pick<Clicked, 'user' | 'actionId' | 'blockId' | 'value'>): Promise<void>;
  /** Socket Mode's connections. */
  sockets: Pick<SocketMode, 'count' | 'disconnect'>;
  /** Removes a message, as a person with the right to would. */
  remove(at: { channel: string; ts: string }): boolean;
  close(): Promise<void>;
};

const HINTS = [
  '/vmotion',
  '/vmotion help',
  '/vmotion status cluster-a',
  '/vmotion enable cluster-a',
  '/vmotion test cluster-a',
];
const APP_TOKEN = 'xapp-lab';

/** Listens on 127.0.0.1 only. Throws `port-in-use`. */
export async function createLabSlack(options: LabSlackOptions): Promise<LabSlack> {
  const { users = LAB_USERS, channels = LAB_CHANNELS, hints = HINTS, side, answerWithinMs = 3000 } = options;
  const { signingSecret, commandUrl, botToken, appToken = APP_TOKEN } = options;
  const groups = structuredClone(options.groups ?? LAB_GROUPS);
  let port = 0;
  const url = () => `http://127.0.0.1:${port}`;
  const log = createMessageLog();
  const faults = createLabFaults();
  const files = createFileStore(faults);
  const views = createViewStore();
  const triggers = createTriggers({ livesMs: options.triggerLivesMs });
  const sockets = createSocketMode();
  const deliver = createDeliver({ signingSecret, commandUrl, faults, answerWithinMs, sockets });
  const responses = createResponseUrls({ log, files, faults, url });
  const people = { users, channels, groups };
  const parts = { log, views, triggers, ...people, faults, deliver, responses };
  const interactions = createInteractions(parts);
  const modals = createModals(parts, interactions);
  const socketUrl = () => sockets.newUrl(`127.0.0.1:${port}`);
  const api = createWebApi({ log, files, views, triggers, ...people, faults, url, socketUrl }, { botToken, appToken });
  const toHome = async (user: string) => {
    await deliverEvent(deliver, homeOpenedEvent({ users, faults }, user, views.home(user)));
  };
  const page = createPageRoutes({ log, views, interactions, modals, openHome: toHome, ...people, hints, side });
  const limit = createRateLimiter(faults);
  const server = createServer((request, response) => {
    route({ api, page, responses, files, faults, limit, port }, request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (!response.headersSent) sendJson(response, 400, { error: message });
      else response.end();
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket) => {
    if (isOwn(request, port)) sockets.upgrade(request, socket);
    else socket.destroy();
  });
  port = await listen(server, options.port ?? 0);
  return {
    url: url(),
    apiUrl: `${url()}/api/`,
    port,
    faults,
    groups,
    messages: (channel) => log.inChannel(channel),
    replies: (channel, ts) => log.replies(channel, ts),
    privates: (user) => log.privateOf(user),
    files: () => files.all(),
    onChange: (listener) => log.onChange(listener),
    type: (input) => interactions.type(input),
    click: (input) => interactions.click(input),
    suggest: (input) => interactions.suggest(input),
    modals: (user) => views.stackOf(user),
    fillIn: (input) => modals.fillIn(input),
    submit: (input) => modals.submit(input),
    dismiss: (input) => modals.dismiss(input),
    home: (user) => views.home(user),
    openHome: toHome,
    clickHome: (input) => interactions.useInView({ ...input, viewId: views.home(input.user)?.id ?? '' }),
    sockets,
    remove: (at) => log.remove(at),
    close() {
      sockets.close();
      return close(server);
    },
  };
}

type Routes = {
  api: WebApi;
  page: PageRoutes;
  responses: ResponseUrls;
  files: FileStore;
  faults: LabFaults;
  limit: RateLimiter;
  port: number;
};

async function route(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A web page elsewhere must not reach this one through the person's browser, by name or by cross-site post.
  if (!isOwn(request, routes.port)) return sendJson(response, 403, { error: 'not this address' });
  const { pathname } = new URL(request.url ?? '/', 'http://lab');
  if (pathname.startsWith('/api/')) return callApi(routes, pathname.slice('/api/'.length), request, response);
  if (request.method === 'POST' && pathname.startsWith('/respond/')) {
    const body: unknown = JSON.parse(await readText(request));
    const error = routes.responses.respond(pathname.slice('/respond/'.length), body);
    return error === undefined ? sendJson(response, 200, { ok: true }) : sendJson(response, 404, { ok: false, error });
  }
  if (await routeFiles(routes.files, request, response)) return;
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
  const { faults } = routes;
  const form = await readArguments(request);
  const retryAfter = routes.limit(method, form.get('channel'));
  if (retryAfter !== undefined) {
    return sendJson(response, 429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(retryAfter) });
  }
  const token = request.headers.authorization?.replace(/^Bearer /, '') ?? form.get('token');
  const answer = routes.api(method, { token, form });
  if (faults.answersLost > 0) {
    faults.answersLost -= 1;
    response.destroy();
    return;
  }
  const accepted = scopeOf(method);
  sendJson(response, 200, answer, {
    'x-oauth-scopes': faults.scopes.join(','),
    ...(accepted === undefined ? {} : { 'x-accepted-oauth-scopes': accepted }),
  });
}

async function readArguments(request: IncomingMessage): Promise<Map<string, string>> {
  const body = await readText(request);
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
