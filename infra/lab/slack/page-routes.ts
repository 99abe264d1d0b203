// The page of the lab's workspace and what it asks for: its files, what stands there, and what a person does.
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { readText, sendJson } from './http-body.ts';
import type { Interactions } from './interactions.ts';
import type { MessageLog } from './message-log.ts';
import type { Modals } from './modals.ts';
import { createPageStream, type PageStream, readViews } from './page-stream.ts';
import { LAB_BOT, type LabChannel, type LabGroup, type LabUser } from './people.ts';
import type { Side } from './side.ts';
import type { ViewStore } from './view-store.ts';

export type PageParts = {
  log: MessageLog;
  views: ViewStore;
  interactions: Interactions;
  modals: Modals;
  openHome: (user: string) => Promise<void>;
  users: LabUser[];
  channels: LabChannel[];
  groups: LabGroup[];
  hints: string[];
  side: Side | undefined;
};

/** Answers false when the path is not the page's. */
export type PageRoutes = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

const PAGE = new URL('page/', import.meta.url);
const TYPES: Record<string, string> = { html: 'text/html', css: 'text/css', js: 'text/javascript' };

/** Its files are few and known: nothing else of that folder, or of any other, is ever served. */
const FILES = new Map(
  readdirSync(PAGE).flatMap((file) => {
    const type = TYPES[file.split('.').at(-1) ?? ''];
    return type === undefined ? [] : [[file === 'index.html' ? '/' : `/${file}`, { file, type }]];
  }),
);

const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const input = z.union([z.string().max(3000), z.array(z.string().max(3000)).max(100)]).nullable();
const used = { user: z.string(), actionId: z.string(), blockId: z.string().optional() };
const onMessage = { ...used, channel: z.string(), ts: z.string() };
const inView = { ...used, viewId: z.string() };

const SCHEMAS = {
  type: z.strictObject({
    user: z.string(),
    channel: z.string(),
    text: z.string().min(1).max(4000),
    threadTs: z.string().optional(),
  }),
  click: z.strictObject({ ...onMessage, value: input.optional() }),
  use: z.strictObject({ ...inView, value: input.optional() }),
  suggest: z.union([
    z.strictObject({ ...inView, query: z.string().max(300) }),
    z.strictObject({ ...onMessage, query: z.string().max(300) }),
  ]),
  submit: z.strictObject({
    user: z.string(),
    values: z.array(z.strictObject({ blockId: z.string(), actionId: z.string(), value: input })).max(100),
  }),
  person: z.strictObject({ user: z.string() }),
  scenario: z.strictObject({ name: z.string(), on: z.boolean() }),
};

export function createPageRoutes(parts: PageParts): PageRoutes {
  const stream = createPageStream(parts);
  const actions = createActions(parts);
  return async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://lab');
    const user = searchParams.get('user') ?? '';
    const file = FILES.get(pathname);
    if (request.method === 'GET' && file !== undefined) return sendFile(response, file);
    if (request.method === 'GET' && pathname === '/lab/state') {
      sendJson(response, 200, readState(parts, stream, user), PAGE_HEADERS);
      return true;
    }
    if (request.method === 'GET' && pathname === '/lab/events') {
      response.writeHead(200, { ...PAGE_HEADERS, 'content-type': 'text/event-stream; charset=utf-8' });
      stream.send(response, user);
      return true;
    }
    const action = actions[pathname];
    if (request.method !== 'POST' || action === undefined) return false;
    if (!(request.headers['content-type'] ?? '').startsWith('application/json')) {
      sendJson(response, 415, { error: 'send JSON' });
      return true;
    }
    sendJson(response, 200, (await action(JSON.parse(await readText(request)))) ?? {}, PAGE_HEADERS);
    return true;
  };
}

/** What a person can do with the page, by the path that it is posted to. */
function createActions({
  interactions,
  modals,
  openHome,
  side,
}: PageParts): Record<string, (body: unknown) => Promise<unknown>> {
  return {
    '/lab/type': (body) => interactions.type(SCHEMAS.type.parse(body)),
    '/lab/click': (body) => interactions.click(SCHEMAS.click.parse(body)),
    '/lab/use': (body) => interactions.useInView(SCHEMAS.use.parse(body)),
    '/lab/suggest': (body) => interactions.suggest(SCHEMAS.suggest.parse(body)),
    '/lab/submit': (body) => modals.submit(SCHEMAS.submit.parse(body)),
    '/lab/dismiss': (body) => modals.dismiss(SCHEMAS.person.parse(body)),
    '/lab/home': (body) => openHome(SCHEMAS.person.parse(body).user),
    '/lab/scenario': async (body) => {
      const { name, on } = SCHEMAS.scenario.parse(body);
      side?.setScenario(name, on);
    },
  };
}

async function sendFile(response: ServerResponse, { file, type }: { file: string; type: string }): Promise<boolean> {
  const body = await readFile(new URL(file, PAGE));
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, ...PAGE_HEADERS }).end(body);
  return true;
}

function readState(parts: PageParts, stream: PageStream, user: string): object {
  const { log, users, channels, groups, hints, side } = parts;
  return {
    users,
    channels,
    groups,
    hints,
    bot: LAB_BOT,
    messages: log.all(),
    privates: log.privateOf(user),
    changes: log.changes(),
    views: readViews(parts, user),
    side: side === undefined ? undefined : { ...side.read(), scenarios: side.scenarios() },
    version: stream.version(),
  };
}
