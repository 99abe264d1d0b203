import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import { type HttpFront, type HttpFrontOptions, startHttpFront } from '../../infra/local/http-front.ts';
import { silentLog } from '../../shared/log.ts';

let fronts: HttpFront[] = [];
afterEach(async () => {
  for (const front of fronts) await front.stop();
  fronts = [];
});

async function start(slack: HttpFrontOptions['slack'], port = 0): Promise<HttpFront> {
  const front = await startHttpFront({ port, slack, log: silentLog });
  fronts.push(front);
  return front;
}

describe('the HTTP front', () => {
  it('hands a request over as API Gateway does: headers in lower case, the body’s very bytes in base64', async () => {
    const seen: APIGatewayProxyEventV2[] = [];
    const { url } = await start(async (event) => {
      seen.push(event);
      return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: '{"text":"hello"}' };
    });
    const body = 'command=%2Fvmotion&text=enable+Köln';
    const headers = { 'X-Slack-Signature': 'v0=abc', 'Content-Type': 'application/x-www-form-urlencoded' };
    const response = await fetch(`${url}/slack/events`, { method: 'POST', headers, body });
    expect(await response.json()).toEqual({ text: 'hello' });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(seen[0]).toMatchObject({ version: '2.0', rawPath: '/slack/events', isBase64Encoded: true });
    expect(seen[0]?.headers['x-slack-signature']).toBe('v0=abc');
    expect(Buffer.from(seen[0]?.body ?? '', 'base64').toString()).toBe(body);
  });

  it.each([
    { method: 'GET', path: '/healthz', body: undefined, status: 404 },
    { method: 'GET', path: '/slack/events', body: undefined, status: 404 },
    { method: 'POST', path: '/elsewhere', body: 'x', status: 404 },
    { method: 'POST', path: '/slack/events', body: 'x'.repeat(1024 * 1024 + 1), status: 413 },
    { method: 'POST', path: '/slack/events', body: 'x', status: 500 },
  ])('answers $status to $method $path', async ({ method, path, body, status }) => {
    const { url } = await start(async () => Promise.reject(new Error('broken')));
    const response = await fetch(`${url}${path}`, { method, ...(body === undefined ? {} : { body }) });
    expect(response.status).toBe(status);
  });

  it('says which port is in use', async () => {
    const { url } = await start(async () => ({ statusCode: 200 }));
    const { port } = new URL(url);
    await expect(start(async () => ({ statusCode: 200 }), Number(port))).rejects.toMatchObject({ code: 'port-in-use' });
  });
});
