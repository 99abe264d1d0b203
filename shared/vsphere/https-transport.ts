import { Agent, type RequestOptions, request as sendRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Trust } from '../domain/settings.ts';
import { OpsError } from '../errors.ts';
import { connectTrusted } from './tls-connection.ts';
import type { SoapTransport } from './transport.ts';

/** `socketsMax`: calls under way at the same moment; the others wait for their turn, which counts as their time. */
export type HttpsTransportOptions = {
  url: string;
  trust: Trust;
  connectTimeoutMs?: number;
  maxBytes?: number;
  socketsMax?: number;
};

const CONNECT_TIMEOUT_MS = 15_000;
const MAX_BYTES = 64 * 1024 * 1024;
const SESSION_COOKIE = 'vmware_soap_session';

/** A transport over kept-alive HTTPS connections. `url` is the vCenter's, with or without /sdk. */
export function createHttpsTransport(options: HttpsTransportOptions): SoapTransport {
  const url = new URL(options.url);
  const path = url.pathname === '/' ? '/sdk' : url.pathname;
  const maxBytes = options.maxBytes ?? MAX_BYTES;
  const agent = createTrustingAgent(url, options);

  const send = async (message: Message) => {
    const reply = await exchange({ agent, host: hostOf(url), port: portOf(url), ...message });
    const cookies = reply.headers['set-cookie'] ?? [];
    const setCookie = cookies.find((cookie) => cookie.startsWith(`${SESSION_COOKIE}=`));
    return { status: reply.status, body: reply.body, setCookie, date: reply.headers.date };
  };

  return {
    post({ body, soapAction, cookie, timeoutMs }) {
      const headers = {
        'Content-Type': 'text/xml; charset="utf-8"',
        'Content-Length': String(Buffer.byteLength(body)),
        SOAPAction: soapAction,
        ...(cookie === undefined ? {} : { Cookie: cookie }),
      };
      return send({ method: 'POST', path, headers, body, timeoutMs, maxBytes });
    },
    async get(path, timeoutMs) {
      const { status, body, date } = await send({
        method: 'GET',
        path,
        headers: {},
        body: undefined,
        timeoutMs,
        maxBytes,
      });
      return { status, body, date };
    },
    close: () => agent.destroy(),
  };
}

type Message = {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
  timeoutMs: number;
  maxBytes: number;
};
type Reply = { status: number; headers: IncomingMessage['headers']; body: string };

/** An agent whose sockets have passed the trust check before a request sees them. */
function createTrustingAgent(
  url: URL,
  { trust, connectTimeoutMs = CONNECT_TIMEOUT_MS, socketsMax }: HttpsTransportOptions,
): Agent {
  const target = { host: hostOf(url), port: portOf(url), trust, timeoutMs: connectTimeoutMs };
  const connecting = new Set<Duplex>();
  const agent = new Agent({ keepAlive: true, maxSockets: socketsMax ?? Number.POSITIVE_INFINITY, maxFreeSockets: 128 });
  agent.createConnection = (_options: RequestOptions, callback) => {
    const socket = connectTrusted(target, (error, trusted) => {
      connecting.delete(socket);
      if (trusted === undefined) callback?.(error ?? null, undefined as never);
      else callback?.(null, trusted);
    });
    connecting.add(socket);
    return undefined;
  };
  const destroy = agent.destroy.bind(agent);
  agent.destroy = () => {
    for (const socket of connecting) socket.destroy();
    destroy();
  };
  return agent;
}

function exchange(message: Message & { agent: Agent; host: string; port: number }): Promise<Reply> {
  const { agent, host, port, method, path, body, timeoutMs, maxBytes } = message;
  return new Promise<Reply>((resolve, reject) => {
    let isSent = false;
    const headers = { ...message.headers, 'Accept-Encoding': 'gzip', 'User-Agent': 'vmotion-ops' };
    const request = sendRequest({ agent, host, port, method, path, headers });
    const deadline = setTimeout(() => request.destroy(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
    const fail = (cause: Error) => {
      clearTimeout(deadline);
      reject(cause instanceof OpsError ? cause : toOpsError(cause, { isSent, where: `${host}:${port}` }));
    };
    // The agent hands out only connected and trusted sockets: from here on bytes may have left.
    request.once('socket', () => (isSent = true));
    request.once('error', fail);
    request.once('response', (response) => {
      const headers = response.headers;
      const finish = (text: string) => resolve({ status: response.statusCode ?? 0, headers, body: text });
      readBody(response, maxBytes)
        .then(finish, fail)
        .finally(() => clearTimeout(deadline));
    });
    request.end(body);
  });
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<string> {
  const isZipped = response.headers['content-encoding'] === 'gzip';
  const unzip = isZipped ? createGunzip() : undefined;
  // pipe() does not pass on errors: a reply cut off in the middle has to end the unzipping too.
  if (unzip !== undefined) response.once('error', (error) => unzip.destroy(error)).pipe(unzip);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of unzip ?? response) {
    size += chunk.length;
    if (size > maxBytes) {
      response.destroy();
      throw replyTooLarge(maxBytes);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function toOpsError(cause: Error, { isSent, where }: { isSent: boolean; where: string }): OpsError {
  if (!isSent) {
    return new OpsError('vcenter-unreachable', `No connection to vCenter at ${where}: ${cause.message}.`, {
      retry: 'later',
      remedy: 'Check that vCenter is up and that a route and a firewall rule lead to it.',
      cause,
    });
  }
  return new OpsError('vcenter-timeout', `vCenter at ${where} was asked and did not answer: ${cause.message}.`, {
    retry: 'outcome-unknown',
    remedy: 'Look at the host in vCenter before anything is repeated: the call may have been carried out.',
    cause,
  });
}

function replyTooLarge(maxBytes: number): OpsError {
  return new OpsError('vcenter-reply-invalid', `vCenter's answer is larger than ${maxBytes} bytes.`, {
    retry: 'outcome-unknown',
    remedy: 'Check that the URL is that of a vCenter.',
  });
}

const hostOf = (url: URL) => url.hostname.replace(/^\[(.*)\]$/, '$1');
const portOf = (url: URL) => Number(url.port || 443);
