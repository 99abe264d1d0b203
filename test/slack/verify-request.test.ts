import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { BODY_BYTES_MAX, verifyRequest } from '../../shared/slack/verify-request.ts';

const NOW = new Date('2026-11-21T10:00:00.400Z');
const SECRET = 's3cret';
const SECONDS = Math.floor(NOW.getTime() / 1000);

function signed(bytes: Buffer, headers: Record<string, string> = {}) {
  const digest = createHmac('sha256', SECRET).update(`v0:${SECONDS}:`).update(bytes).digest('hex');
  return {
    body: bytes.toString('base64'),
    isBase64Encoded: true,
    headers: {
      'Content-Type': 'application/json',
      'X-Slack-Request-Timestamp': String(SECONDS),
      'X-SLACK-Signature': `v0=${digest}`,
      ...headers,
    },
  };
}

it('signs the bytes as they came, whatever they are, and finds headers in any case', () => {
  const bytes = Buffer.from([0x7b, 0xff, 0xc3, 0xbc, 0x00, 0x7d]);
  expect(verifyRequest(signed(bytes), SECRET, NOW)).toMatchObject({ kind: 'signed', contentType: 'application/json' });
});

it('decodes the body as UTF-8', () => {
  const verdict = verifyRequest(signed(Buffer.from('{"a":"Zürich 🐝"}')), SECRET, NOW);
  expect(verdict).toMatchObject({ kind: 'signed', body: '{"a":"Zürich 🐝"}' });
});

it('has the same replay key for a copy and another one for another request', () => {
  const key = (text: string) => {
    const verdict = verifyRequest(signed(Buffer.from(text)), SECRET, NOW);
    return verdict.kind === 'signed' ? verdict.replayKey : undefined;
  };
  expect(key('{}')).toMatch(/^[0-9a-f]{64}$/);
  expect(key('{}')).toBe(key('{}'));
  expect(key('{}')).not.toBe(key('{ }'));
});

it.each([
  {
    what: 'one bit of the body changed',
    request: { ...signed(Buffer.from('{"a":1}')), body: Buffer.from('{"a":2}').toString('base64') },
    reason: 'signature-differs',
  },
  {
    what: 'a timestamp that is none',
    request: signed(Buffer.from('{}'), { 'X-Slack-Request-Timestamp': '1e9' }),
    reason: 'no-timestamp',
  },
  {
    what: 'a negative timestamp',
    request: signed(Buffer.from('{}'), { 'X-Slack-Request-Timestamp': '-1' }),
    reason: 'no-timestamp',
  },
  {
    what: 'a signature in capitals',
    request: signed(Buffer.from('{}'), { 'X-SLACK-Signature': `v0=${'A'.repeat(64)}` }),
    reason: 'signature-version',
  },
  {
    what: 'a signature that is too short',
    request: signed(Buffer.from('{}'), { 'X-SLACK-Signature': 'v0=abcd' }),
    reason: 'signature-version',
  },
  { what: 'no content type', request: signed(Buffer.from('{}'), { 'Content-Type': '' }), reason: 'content-type' },
  { what: 'one byte too many', request: signed(Buffer.alloc(BODY_BYTES_MAX + 1, 0x20)), reason: 'too-large' },
  { what: 'an empty body', request: signed(Buffer.alloc(0)), reason: 'no-body' },
])('rejects $what as $reason', ({ request, reason }) => {
  expect(verifyRequest(request, SECRET, NOW)).toEqual({ kind: 'rejected', reason });
});

it('rejects a right digest under another version', () => {
  const { headers, ...request } = signed(Buffer.from('{}'));
  const renamed = { ...headers, 'X-SLACK-Signature': headers['X-SLACK-Signature'].replace('v0=', 'v9=') };
  expect(verifyRequest({ ...request, headers: renamed }, SECRET, NOW)).toEqual({
    kind: 'rejected',
    reason: 'signature-version',
  });
});

it('takes a body as large as it may be', () => {
  expect(verifyRequest(signed(Buffer.alloc(BODY_BYTES_MAX, 0x20)), SECRET, NOW).kind).toBe('signed');
});
