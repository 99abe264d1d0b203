import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { generate } from 'selfsigned';
import type { LabVcenter } from './vcenter.ts';

/** `url` without /sdk. `sha256`: of the certificate, as AA:BB:…, to be pinned. `close` also ends open connections. */
export type Listening = { url: string; sha256: string; close(): Promise<void> };

const BODY_LARGEST = 16 * 1024 * 1024;

/** Serves the lab's vCenter on 127.0.0.1 with a certificate made for this run. Port 0 takes a free one. */
export async function listenHttps(lab: LabVcenter, options: { port: number }): Promise<Listening> {
  const { key, cert } = await createCertificate();
  const server = createServer({ key, cert }, (request, response) => {
    respond(lab, request, response).catch(() => {
      // The lab broke the connection: the caller must not learn what became of its call.
      request.socket.destroy();
    });
  });
  // `closeAllConnections` does not know a connection that is still shaking hands.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  // A client may keep its connection for as long as a slow host takes.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    sha256: new X509Certificate(cert).fingerprint256,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function respond(lab: LabVcenter, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  const answer = await lab.handle({ method: request.method ?? 'GET', path: request.url ?? '/', headers, body });
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
  response.end(answer.body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LARGEST) throw new Error(`the request is larger than ${BODY_LARGEST} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** An elliptic-curve key: made in milliseconds, where an RSA key would take a good part of a second. */
async function createCertificate(): Promise<{ key: string; cert: string }> {
  const made = await generate([{ name: 'commonName', value: 'vcenter.lab.local' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { key: made.private, cert: made.cert };
}
