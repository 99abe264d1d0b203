import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { type Listening, listenHttps } from '../../infra/lab/vcenter/listen.ts';
import { createLabVcenter, type LabOptions } from '../../infra/lab/vcenter/vcenter.ts';
import { encodeEnvelope } from '../../shared/vsphere/envelope.ts';
import { encodeOperation } from '../../shared/vsphere/operation-codec.ts';
import { SERVICE_INSTANCE } from './vcenter-client.ts';

let listening: Listening | undefined;
afterEach(async () => {
  await listening?.close();
  listening = undefined;
});

async function serve(options: LabOptions = {}): Promise<Listening> {
  listening = await listenHttps(createLabVcenter(options), { port: 0 });
  return listening;
}

function post(url: string, body: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}/sdk`, { method: 'POST', rejectUnauthorized: false }, async (response) => {
      resolve({ status: response.statusCode, body: await text(response) });
    });
    outgoing.on('error', reject).end(body);
  });
}

const SERVICE_CONTENT = encodeEnvelope(encodeOperation('RetrieveServiceContent', SERVICE_INSTANCE, {}));

describe('the lab’s vCenter over HTTPS', () => {
  it('answers on a free port of 127.0.0.1', async () => {
    const { url } = await serve();
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(await post(url, SERVICE_CONTENT)).toMatchObject({ status: 200, body: expect.stringContaining('<about>') });
  });

  it('shows the certificate whose SHA-256 it names', async () => {
    const { url, sha256 } = await serve();
    const seen = await new Promise<string>((resolve, reject) => {
      const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().fingerprint256);
        socket.end();
      });
      socket.on('error', reject);
    });
    expect(sha256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(seen).toBe(sha256);
  });

  it('ends the connection without an answer where a hook breaks it', async () => {
    const { url } = await serve({
      hooks: {
        before: () => {
          throw new Error('broken');
        },
      },
    });
    await expect(post(url, SERVICE_CONTENT)).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  it('stops while connections are open', async () => {
    const { url, close } = await serve();
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined).resume();
    await close();
    await ended;
    listening = undefined;
    await expect(post(url, SERVICE_CONTENT)).rejects.toThrow('ECONNREFUSED');
  });
});
