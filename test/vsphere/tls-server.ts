import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

export type TestServer = {
  url: string;
  certificate: string;
  /** SHA-256, as people copy it: upper case, with colons. */
  fingerprint: string;
  /** Every byte that clients have sent through TLS, on all connections. */
  received(): string;
  /** TLS connections made so far. */
  connections(): number;
  /** Resolves when every connection opened so far has ended: nothing more will be received on them. */
  ended(): Promise<unknown>;
  stop(): Promise<void>;
};

/** An HTTPS server on a free port of 127.0.0.1 with a certificate of its own, made out to that name. */
export async function startTlsServer(answer: RequestListener, name = '127.0.0.1'): Promise<TestServer> {
  const pems = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const server = createServer({ key: pems.private, cert: pems.cert }, answer);
  let received = '';
  let connections = 0;
  server.on('secureConnection', (socket: TLSSocket) => {
    connections += 1;
    socket.on('error', () => undefined).on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
  });
  const ends: Promise<unknown>[] = [];
  server.on('connection', (socket: Socket) => ends.push(new Promise((resolve) => socket.once('close', resolve))));
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}/sdk`,
    certificate: pems.cert,
    fingerprint: new X509Certificate(pems.cert).fingerprint256,
    received: () => received,
    connections: () => connections,
    ended: () => Promise.all(ends),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
