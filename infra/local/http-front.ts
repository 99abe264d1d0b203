// What AWS calls an HTTP API: turns a request of Slack or an alarm into the event that the function gets there.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { OpsError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { Health } from './health.ts';
import { invoke, type LocalContext } from './invoke.ts';

export type HttpFrontOptions = {
  port: number;
  /** POST /slack/events; nothing is there where it is absent. */
  slack?:
    | ((event: APIGatewayProxyEventV2, context: LocalContext) => Promise<APIGatewayProxyStructuredResultV2>)
    | undefined;
  /** Everything below /alarm/, by whatever method; nothing is there where it is absent. */
  alarm?:
    | ((event: APIGatewayProxyEventV2, context: LocalContext) => Promise<APIGatewayProxyStructuredResultV2>)
    | undefined;
  /** GET /healthz; nothing is there where it is absent. */
  health?: (() => Promise<Health>) | undefined;
  log: Log;
};

export type HttpFront = { url: string; stop(): Promise<void> };

const BODY_BYTES_MAX = 1024 * 1024;
/** As in AWS. */
const TIME_LIMIT_MS = { slack: 10_000, alarm: 20_000 } as const;

/** Listens on 127.0.0.1. Throws `port-in-use`. */
export async function startHttpFront(options: HttpFrontOptions): Promise<HttpFront> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      options.log.error('http-front-failed', { error });
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.listen(options.port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new OpsError('port-in-use', `Port ${options.port} of 127.0.0.1 can't be listened on.`, {
      retry: 'never',
      remedy: 'Stop what listens there, or choose another one: npm start -- --port 8090.',
      cause,
    });
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(options: HttpFrontOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0];
  if (request.method === 'GET' && path === '/healthz') return answerHealth(options, response);
  const name = path?.startsWith('/alarm/') === true ? 'alarm' : 'slack';
  const handler = options[name];
  const isHere = name === 'alarm' || (request.method === 'POST' && path === '/slack/events');
  if (handler === undefined || path === undefined || !isHere) return send(response, { statusCode: 404 });
  const body = await readBody(request);
  if (body === undefined) return send(response, { statusCode: 413 });
  const event = toEvent(request, path, body);
  const run = (context: LocalContext) => handler(event, context);
  return send(response, await invoke({ name, timeLimitMs: TIME_LIMIT_MS[name], run }));
}

/** 503 while anything is in trouble, so that whoever watches need not read the body. */
async function answerHealth({ health }: HttpFrontOptions, response: ServerResponse): Promise<void> {
  if (health === undefined) return send(response, { statusCode: 404 });
  const found = await health();
  return send(response, {
    statusCode: found.status === 'ready' ? 200 : 503,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: `${JSON.stringify(found)}\n`,
  });
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Payload format 2.0. API Gateway sends form bodies, which all of Slack's are, in base64. */
function toEvent(request: IncomingMessage, path: string, body: Buffer): APIGatewayProxyEventV2 {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  const now = new Date();
  return {
    version: '2.0',
    routeKey: `${request.method ?? 'POST'} ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: Object.fromEntries(headers),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: '127.0.0.1',
      domainPrefix: 'local',
      http: {
        method: request.method ?? 'POST',
        path,
        protocol: 'HTTP/1.1',
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: String(now.getTime()),
      routeKey: `${request.method ?? 'POST'} ${path}`,
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    body: body.toString('base64'),
    isBase64Encoded: true,
  };
}

function send(response: ServerResponse, result: APIGatewayProxyStructuredResultV2): void {
  const { statusCode = 200, headers = {}, body = '', isBase64Encoded = false } = result;
  const names = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  response.writeHead(statusCode, Object.fromEntries(names));
  response.end(isBase64Encoded ? Buffer.from(body, 'base64') : body);
}
