// A workspace with an app behind it that remembers its requests, and the real client beside it.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LogLevel, WebClient } from '@slack/web-api';
import { afterEach } from 'vitest';
import { createLabSlack, type LabSlack, type LabSlackOptions } from '../../infra/lab/slack/workspace.ts';

/** Runs after each test of the file that imports this. */
export const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const ignore = () => undefined;
/** The client's own error lines would stand between the results. */
export const SILENT = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  setLevel: ignore,
  getLevel: () => LogLevel.ERROR,
  setName: ignore,
};

export type Received = { headers: IncomingMessage['headers']; body: string; form: URLSearchParams };
export type Answer = { status?: number; type?: string; body?: string };

/** A workspace with an app behind it that remembers its requests and answers as told. `never`: it keeps silent. */
export async function aLab(
  app: (request: Received) => Answer | Promise<Answer> | 'never' = () => ({}),
  options: Partial<LabSlackOptions> = {},
) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString('utf8');
      const one = { headers: request.headers, body, form: new URLSearchParams(body) };
      received.push(one);
      const answer = await app(one);
      if (answer === 'never') return;
      response
        .writeHead(answer.status ?? 200, { 'content-type': answer.type ?? 'application/json' })
        .end(answer.body ?? '');
    })();
  });
  const port = await listen(server);
  closing.push(() => close(server));
  const commandUrl = () => `http://127.0.0.1:${port}/slack/events`;
  const lab = await createLabSlack({ signingSecret: 'shh', botToken: 'xoxb-lab', commandUrl, ...options });
  closing.push(() => lab.close());
  return { lab, received, client: clientOf(lab) };
}

export function listen(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}

export function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** The real client of that workspace, without repetitions. */
export function clientOf(lab: LabSlack, rejectRateLimitedCalls = false): WebClient {
  const retryConfig = { retries: 0 };
  return new WebClient('xoxb-lab', {
    slackApiUrl: lab.apiUrl,
    retryConfig,
    rejectRateLimitedCalls,
    logLevel: LogLevel.ERROR,
    logger: SILENT,
  });
}

/** What tests read of the payload of a click, a modal or a menu. */
export type Payload = {
  type?: string;
  trigger_id: string;
  value: string;
  actions: { action_id: string; selected_option: { value: string } }[];
  view: {
    id: string;
    hash: string;
    previous_view_id: string | null;
    state: { values: Record<string, Record<string, { value: string } | undefined> | undefined> };
  };
};

export const payloadOf = (request: Received | undefined) => JSON.parse(request?.form.get('payload') ?? '{}') as Payload;

/** A call whose answer has a ts. */
export const call = (client: WebClient, method: string, options: Record<string, unknown>) =>
  client.apiCall(method, options) as unknown as Promise<{ ts: string }>;
