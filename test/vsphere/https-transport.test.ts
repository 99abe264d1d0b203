import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { Trust } from '../../shared/domain/settings.ts';
import { OpsError } from '../../shared/errors.ts';
import { createHttpsTransport } from '../../shared/vsphere/https-transport.ts';
import type { SoapTransport } from '../../shared/vsphere/transport.ts';
import { readBody, startTlsServer, type TestServer } from './tls-server.ts';

const PASSWORD = 'hunter2-and-more';
const REQUEST = {
  body: `<Login>${PASSWORD}</Login>`,
  soapAction: 'urn:vim25/8.0.3.0',
  cookie: undefined,
  timeoutMs: 5_000,
};

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(answer: RequestListener): Promise<TestServer> {
  const server = await startTlsServer(answer);
  closing.push(() => server.stop());
  return server;
}

function connect(server: { url: string }, trust: Trust, options = {}): SoapTransport {
  const transport = createHttpsTransport({ url: server.url, trust, ...options });
  closing.push(() => transport.close());
  return transport;
}

const pin = (server: TestServer): Trust => ({ kind: 'sha256', fingerprint: server.fingerprint });

async function failureOf(promise: Promise<unknown>): Promise<OpsError> {
  const error = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (error instanceof OpsError) return error;
  throw new Error('did not fail with an OpsError', { cause: error });
}

describe('trust', () => {
  const trusted: { by: string; trust: (server: TestServer) => Trust }[] = [
    { by: 'the SHA-256 of the certificate', trust: pin },
    {
      by: 'the SHA-256 in lower case without colons',
      trust: (server) => ({ kind: 'sha256', fingerprint: server.fingerprint.replaceAll(':', '').toLowerCase() }),
    },
    { by: 'the CA', trust: (server) => ({ kind: 'ca', pem: server.certificate }) },
  ];

  it.each(trusted)('is given by $by', async ({ trust }) => {
    const server = await serve(async (request, response) => response.end(await readBody(request)));
    const { status, body } = await connect(server, trust(server)).post(REQUEST);
    expect({ status, body }).toEqual({ status: 200, body: REQUEST.body });
    expect(server.received()).toContain(PASSWORD);
  });

  const refused: { why: string; trust: (other: TestServer) => Trust }[] = [
    { why: 'another certificate is pinned', trust: pin },
    { why: 'the pin is empty', trust: () => ({ kind: 'sha256', fingerprint: '' }) },
    { why: 'another CA is trusted', trust: (other) => ({ kind: 'ca', pem: other.certificate }) },
    { why: 'no known authority signed it', trust: () => ({ kind: 'system' }) },
  ];

  it.each(refused)('is refused when $why, and not one byte is sent', async ({ trust }) => {
    const server = await serve((_request, response) => response.end());
    const other = await serve((_request, response) => response.end());
    const error = await failureOf(connect(server, trust(other)).post(REQUEST));
    expect(error).toMatchObject({ code: 'vcenter-untrusted', retry: 'never' });
    expect(error.message).toContain(server.fingerprint);
    expect(error.remedy).toContain('pin it');
    await server.ended();
    expect(server.received()).toBe('');
  });
});

describe('failures', () => {
  it('are retryable when nothing listens', async () => {
    const server = await startTlsServer(() => undefined);
    await server.stop();
    const error = await failureOf(connect(server, pin(server)).post(REQUEST));
    expect(error).toMatchObject({ code: 'vcenter-unreachable', retry: 'later' });
  });

  it('leave the outcome unknown when the connection breaks after the request', async () => {
    const server = await serve((request) => request.socket.destroy());
    const error = await failureOf(connect(server, pin(server)).post(REQUEST));
    expect(error).toMatchObject({ code: 'vcenter-timeout', retry: 'outcome-unknown' });
  });

  it('leave the outcome unknown when no answer comes in time', async () => {
    const server = await serve(() => undefined);
    const error = await failureOf(connect(server, pin(server)).post({ ...REQUEST, timeoutMs: 100 }));
    expect(error).toMatchObject({ code: 'vcenter-timeout', retry: 'outcome-unknown' });
  });

  it('leave the outcome unknown when the answer stops in the middle', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Length': 1000 }).write('<half', () => response.destroy());
    });
    const error = await failureOf(connect(server, pin(server)).post(REQUEST));
    expect(error).toMatchObject({ code: 'vcenter-timeout', retry: 'outcome-unknown' });
  });

  it('never show what was sent', async () => {
    const server = await serve((request) => request.socket.destroy());
    const error = await failureOf(connect(server, pin(server)).post(REQUEST));
    expect(JSON.stringify([error.message, error.remedy, String(error.cause)])).not.toContain(PASSWORD);
  });
});

describe('answers', () => {
  it('are unzipped, whatever their status', async () => {
    const server = await serve((request, response) => {
      const body = gzipSync(`<fault>${request.headers['accept-encoding']}</fault>`);
      response.writeHead(500, { 'Content-Encoding': 'gzip' }).end(body);
    });
    const { status, body } = await connect(server, pin(server)).post(REQUEST);
    expect({ status, body }).toEqual({ status: 500, body: '<fault>gzip</fault>' });
  });

  it.each([
    { how: 'plain', encode: (text: string) => text, headers: {} },
    { how: 'zipped', encode: gzipSync, headers: { 'Content-Encoding': 'gzip' } },
  ])('are refused when they are too large and $how', async ({ encode, headers }) => {
    const server = await serve((_request, response) => {
      response.writeHead(200, headers).end(encode('x'.repeat(100_000)));
    });
    const error = await failureOf(connect(server, pin(server), { maxBytes: 50_000 }).post(REQUEST));
    expect(error.code).toBe('vcenter-reply-invalid');
  });

  it('carry the session cookie as it came', async () => {
    const cookie = 'vmware_soap_session="52c1-a b"; Path=/; HttpOnly; Secure';
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'Set-Cookie': ['other=1', cookie] }).end('ok');
    });
    expect((await connect(server, pin(server)).post(REQUEST)).setCookie).toBe(cookie);
  });

  it('are waited for by no more calls at once than the vCenter is to be asked', async () => {
    let underWay = 0;
    let most = 0;
    const server = await serve((request, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      request.resume().once('end', () => {
        // Answered in a later turn, so that everything which may come at once has come.
        setImmediate(() => {
          underWay -= 1;
          response.end('<ok/>');
        });
      });
    });
    const transport = connect(server, pin(server), { socketsMax: 3 });
    const replies = await Promise.all(Array.from({ length: 20 }, () => transport.post(REQUEST)));
    expect(replies).toHaveLength(20);
    expect(most).toBeLessThanOrEqual(3);
  });

  it('come over one connection as long as it lasts', async () => {
    const server = await serve((request, response) =>
      response.end(`${request.method} ${request.url} ${request.headers.cookie}`),
    );
    const transport = connect({ url: new URL('/', server.url).href }, pin(server));
    const answers = [
      await transport.get('/sdk/vimServiceVersions.xml', 5_000),
      await transport.post({ ...REQUEST, cookie: 'vmware_soap_session="1"' }),
    ];
    expect(answers.map(({ body }) => body)).toEqual([
      'GET /sdk/vimServiceVersions.xml undefined',
      'POST /sdk vmware_soap_session="1"',
    ]);
    expect(server.connections()).toBe(1);
  });
});
