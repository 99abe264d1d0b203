// What stands at vCenter's address may speak HTTP as it likes. Every call comes to an end: with an answer that can be
// looked at, or with a failure that says what it means for a write.
import type { RequestListener, ServerResponse } from 'node:http';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { OpsError } from '../../shared/errors.ts';
import { createHttpsTransport } from '../../shared/vsphere/https-transport.ts';
import { startTlsServer, type TestServer } from '../vsphere/tls-server.ts';

const MAX_BYTES = 1_000_000;
const REQUEST = { body: '<AddVirtualNic/>', soapAction: 'urn:vim25/8.0.3.0', cookie: undefined, timeoutMs: 20_000 };
const LIMIT = 60_000;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function ask(answer: RequestListener, timeoutMs = REQUEST.timeoutMs) {
  const server = await startTlsServer(answer);
  closing.push(() => server.stop());
  const trust = { kind: 'sha256', fingerprint: server.fingerprint } as const;
  const transport = createHttpsTransport({ url: server.url, trust, maxBytes: MAX_BYTES });
  closing.push(() => transport.close());
  return { server, ended: transport.post({ ...REQUEST, timeoutMs }).then(toAnswer, toFailure) };
}

const toAnswer = ({ status, body }: { status: number; body: string }) => ({ status, body });
function toFailure(error: unknown): { code: string; retry: string } {
  if (!(error instanceof OpsError)) throw new Error('not a failure with a code', { cause: error });
  expect(error.remedy).not.toBe('');
  return { code: error.code, retry: error.retry };
}

/** Writes again and again until the other side has had enough. */
function drip(response: ServerResponse, piece: string | Buffer, everyMs: number): void {
  const timer = setInterval(() => response.write(piece), everyMs);
  response.once('close', () => clearInterval(timer));
}

const LOST = { code: 'vcenter-timeout', retry: 'outcome-unknown' };
const TOO_LARGE = { code: 'vcenter-reply-invalid', retry: 'outcome-unknown' };
/** 200 MB of nothing, in 200 KB. */
const bomb = gzipSync(Buffer.alloc(200_000_000));

describe('an answer that never ends', () => {
  const slow: { what: string; answer: RequestListener }[] = [
    { what: 'a byte of its body at a time', answer: (_request, response) => drip(response, 'x', 5) },
    {
      what: 'a byte of its zipped body at a time',
      answer(_request, response) {
        response.writeHead(200, { 'Content-Encoding': 'gzip' });
        let at = 0;
        const timer = setInterval(() => response.write(bomb.subarray(at, (at += 1))), 5);
        response.once('close', () => clearInterval(timer));
      },
    },
    {
      what: 'a byte of its headers at a time',
      answer(request) {
        request.socket.write('HTTP/1.1 200 OK\r\n');
        const timer = setInterval(() => request.socket.write('x'), 5);
        request.socket.once('close', () => clearInterval(timer));
      },
    },
    {
      what: 'one provisional answer after another',
      answer(request, response) {
        const timer = setInterval(() => response.writeProcessing(), 5);
        request.socket.once('close', () => clearInterval(timer));
      },
    },
    { what: 'nothing after its headers', answer: (_request, response) => response.writeHead(200).flushHeaders() },
  ];

  it.each(slow)('is given up at the time that the call has: $what', { timeout: LIMIT }, async ({ answer }) => {
    const { ended, server } = await ask(answer, 400);
    expect(await ended).toEqual(LOST);
    // And the connection with it.
    await server.ended();
  });

  it.each([
    {
      what: 'plain',
      answer: (_request: unknown, response: ServerResponse) => {
        const more = () => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
          if (!response.destroyed) response.once('drain', more);
        };
        more();
      },
    },
    {
      what: 'a bomb of gzip',
      answer: (_request: unknown, response: ServerResponse) =>
        void response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(bomb),
    },
    {
      what: 'a stated length beyond all limits',
      answer: (_request: unknown, response: ServerResponse) => {
        response.writeHead(200, { 'Content-Length': String(2 ** 40) });
        drip(response, Buffer.alloc(65_536), 1);
      },
    },
  ])('is cut off at the largest size, while it still comes: $what', { timeout: LIMIT }, async ({ answer }) => {
    const { ended, server } = await ask(answer);
    expect(await ended).toEqual(TOO_LARGE);
    await server.ended();
  });
});

const raw =
  (text: string): RequestListener =>
  (request) =>
    void request.socket.end(text);

describe('an answer that is not HTTP, or half of it', () => {
  it.each([
    { what: 'nothing', answer: raw('') },
    { what: 'another protocol', answer: raw('220 mail.example.com ESMTP\r\n') },
    { what: 'a status that is no number', answer: raw('HTTP/1.1 OK OK\r\n\r\n') },
    { what: 'headers beyond all limits', answer: raw(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(200_000)}\r\n\r\n`) },
    { what: 'a thousand cookies', answer: raw(`HTTP/1.1 200 OK\r\n${'Set-Cookie: a=b\r\n'.repeat(20_000)}\r\n`) },
    { what: 'a chunk of no size', answer: raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n') },
    { what: 'a chunk cut off', answer: raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf') },
    { what: 'two lengths', answer: raw('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx') },
    { what: 'less than its length', answer: raw('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nxx') },
  ])('leaves the outcome unknown: $what', { timeout: LIMIT }, async ({ answer }) => {
    expect(await (await ask(answer)).ended).toEqual(LOST);
  });

  it.each([
    { what: 'gzip cut off', body: gzipSync('x'.repeat(10_000)).subarray(0, 20) },
    { what: 'gzip damaged', body: Buffer.from('this is not gzip at all') },
  ])('leaves the outcome unknown: $what', { timeout: LIMIT }, async ({ body }) => {
    const { ended } = await ask((_request, response) =>
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(body),
    );
    expect(await ended).toEqual(LOST);
  });
});

describe('an answer in other clothes', () => {
  const encodings = [
    { encoding: 'deflate', body: deflateSync('<ok/>') },
    { encoding: 'br', body: Buffer.from([1, 2, 3]) },
    { encoding: 'gzip, gzip', body: gzipSync(gzipSync('<ok/>')) },
  ];
  it.each(encodings)('is not unpacked where nobody asked for $encoding', async ({ encoding, body }) => {
    const { ended } = await ask((_request, response) =>
      response.writeHead(200, { 'Content-Encoding': encoding }).end(body),
    );
    expect(await ended).toEqual({ status: 200, body: body.toString('utf8') });
  });

  it('is followed nowhere', async () => {
    let asked = 0;
    const other: TestServer = await startTlsServer((_request, response) => {
      asked += 1;
      response.end();
    });
    closing.push(() => other.stop());
    for (const status of [301, 302, 303, 307, 308]) {
      const { ended } = await ask((_request, response) => response.writeHead(status, { Location: other.url }).end());
      expect(await ended).toEqual({ status, body: '' });
    }
    expect(asked).toBe(0);
  });

  it('counts by its status, whatever type it says it is of', async () => {
    for (const type of ['text/html', 'application/json', 'text/xml; charset=iso-8859-1', '']) {
      const { ended } = await ask((_request, response) =>
        response.writeHead(200, { 'Content-Type': type }).end('<ok/>'),
      );
      expect(await ended).toEqual({ status: 200, body: '<ok/>' });
    }
  });
});
