// The page of the lab's workspace and what it asks for: its files, what stands there, what changes, typing, clicking.
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { readBody, sendJson } from './http-body.ts';
import type { Interactions } from './interactions.ts';
import type { MessageLog, PrivateMessage } from './message-log.ts';
import { LAB_BOT, type LabChannel, type LabUser } from './people.ts';

export type PageParts = {
  log: MessageLog;
  interactions: Interactions;
  users: LabUser[];
  channels: LabChannel[];
  hints: string[];
};

/** Answers false when the path is not the page's. */
export type PageRoutes = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

const FILES: Record<string, { file: string; type: string }> = {
  '/': { file: 'index.html', type: 'text/html' },
  '/page.css': { file: 'page.css', type: 'text/css' },
  '/page.js': { file: 'page.js', type: 'text/javascript' },
  '/blocks.js': { file: 'blocks.js', type: 'text/javascript' },
  '/mrkdwn.js': { file: 'mrkdwn.js', type: 'text/javascript' },
};

const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const typeSchema = z.strictObject({ user: z.string(), channel: z.string(), text: z.string().min(1).max(4000) });
const clickSchema = z.strictObject({ user: z.string(), channel: z.string(), ts: z.string(), actionId: z.string() });

export function createPageRoutes(parts: PageParts): PageRoutes {
  return async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://lab');
    const file = FILES[pathname];
    if (request.method === 'GET' && file !== undefined) return sendFile(response, file);
    if (request.method === 'GET' && pathname === '/lab/state') {
      sendJson(response, 200, state(parts, searchParams.get('user') ?? ''), PAGE_HEADERS);
      return true;
    }
    if (request.method === 'GET' && pathname === '/lab/events')
      return stream(parts, response, searchParams.get('user') ?? '');
    if (request.method !== 'POST' || !pathname.startsWith('/lab/')) return false;
    if (!(request.headers['content-type'] ?? '').startsWith('application/json')) {
      sendJson(response, 415, { error: 'send JSON' });
      return true;
    }
    const body: unknown = JSON.parse(await readBody(request));
    if (pathname === '/lab/type') sendJson(response, 200, await parts.interactions.type(typeSchema.parse(body)));
    else if (pathname === '/lab/click')
      sendJson(response, 200, (await parts.interactions.click(clickSchema.parse(body))) ?? {});
    else return false;
    return true;
  };
}

async function sendFile(response: ServerResponse, { file, type }: { file: string; type: string }): Promise<boolean> {
  const body = await readFile(new URL(`page/${file}`, import.meta.url));
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, ...PAGE_HEADERS }).end(body);
  return true;
}

function state({ log, users, channels, hints }: PageParts, user: string): object {
  return {
    users,
    channels,
    hints,
    bot: LAB_BOT,
    messages: log.all(),
    privates: log.privateOf(user),
    changes: log.changes(),
  };
}

// Server-sent events: the browser reconnects by itself and then asks for the whole state again.
function stream({ log }: PageParts, response: ServerResponse, user: string): boolean {
  response.writeHead(200, { ...PAGE_HEADERS, 'content-type': 'text/event-stream; charset=utf-8' });
  response.write('retry: 500\nevent: ready\ndata: {}\n\n');
  const stop = log.onChange((message, kind) => {
    if (kind === 'ephemeral' && (message as PrivateMessage).to !== user) return;
    response.write(`data: ${JSON.stringify({ kind, message, change: log.changes() })}\n\n`);
  });
  response.on('close', stop);
  return true;
}
