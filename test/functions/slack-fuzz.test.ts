// What comes at the address that the whole internet can reach. Every request is answered with an empty 401 or with
// something a person can read; nothing crashes, nothing has an effect that was not signed, and no body is logged.
import { createHmac } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aSlackFunction } from './a-slack-function.ts';
import { clickBody, commandBody, homeBody, NOW, payloadBody, SIGNING_SECRET, slackEvent } from './slack-request.ts';

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
/** Stands in every body that could be logged by mistake. */
const MARK = 'marked-as-private';
const LIMIT = 120_000;

/** A request that is signed over exactly these bytes. */
function signed(bytes: Uint8Array, contentType: string, isBase64Encoded = true): APIGatewayProxyEventV2 {
  const timestamp = String(Math.floor(NOW.getTime() / 1000));
  const signature = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:`).update(bytes).digest('hex');
  const headers = {
    'Content-Type': contentType,
    'X-Slack-Request-Timestamp': timestamp,
    'X-Slack-Signature': `v0=${signature}`,
  };
  const body = Buffer.from(bytes);
  const event = slackEvent({ headers });
  return { ...event, body: isBase64Encoded ? body.toString('base64') : body.toString('utf8'), isBase64Encoded };
}

async function answerOf(event: APIGatewayProxyEventV2) {
  const place = aSlackFunction();
  const response = await place.handle(event);
  expect([200, 401]).toContain(response.statusCode);
  if (response.statusCode === 401) expect(response.body).toBe('');
  const type = String(response.headers?.['content-type'] ?? '');
  if (type.includes('json')) expect(JSON.parse(response.body ?? '')).toBeTypeOf('object');
  expect(place.logged.join('')).not.toContain(MARK);
  expect(response.body).not.toMatch(/node_modules|\.ts:\d|Error:/);
  const effects = [...place.commands, ...place.decisions, ...place.views.modals()].length;
  return { ...place, response, effects };
}

const anyBytes = fc.uint8Array({ maxLength: 2000 });
const anyHeaders = fc.dictionary(
  fc.constantFrom('content-type', 'Content-Type', 'x-slack-signature', 'X-Slack-Request-Timestamp', 'x-other'),
  fc.oneof(
    fc.string(),
    fc.constantFrom(FORM, JSON_TYPE, `${JSON_TYPE};charset=utf-16`, 'text/plain', 'v0=', `v0=${'0'.repeat(64)}`),
    fc.constant(String(Math.floor(NOW.getTime() / 1000))),
  ),
);

/** Keys that mean something to JavaScript, and those that Slack uses. */
const anyKey = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'length'),
  fc.constantFrom(
    'type',
    'user',
    'id',
    'actions',
    'view',
    'state',
    'values',
    'event',
    'command',
    'payload',
    'trigger_id',
  ),
  fc.string({ maxLength: 8 }),
);
const anyLeaf = fc.oneof(
  fc.string(),
  fc.constantFrom('block_actions', 'view_submission', 'block_suggestion', 'event_callback', 'approve-plan', MARK),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const { value: anyJson } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    anyLeaf,
    fc.array(tie('value'), { maxLength: 6 }),
    fc.array(fc.tuple(anyKey, tie('value')), { maxLength: 6 }).map((pairs) => Object.fromEntries(pairs)),
  ),
}));

describe('anything at all', () => {
  it('without a valid signature gets an empty 401 and has no effect', { timeout: LIMIT }, async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, anyHeaders, fc.boolean(), fc.boolean(), async (bytes, headers, isBase64, isText) => {
        const body = isText ? Buffer.from(bytes).toString('latin1') : Buffer.from(bytes).toString('base64');
        const event = { ...slackEvent({ headers }), body, isBase64Encoded: isBase64 };
        const { response, effects } = await answerOf(event);
        expect(response.statusCode).toBe(401);
        expect(effects).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('that is signed gets an answer and has no effect by chance', { timeout: LIMIT }, async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, fc.constantFrom(FORM, JSON_TYPE), async (bytes, type) => {
        const { effects } = await answerOf(signed(bytes, type));
        expect(effects).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('in signed JSON, with keys that JavaScript knows, gets an answer', { timeout: LIMIT }, async () => {
    await fc.assert(
      fc.asyncProperty(anyJson, fc.boolean(), async (value, isForm) => {
        const json = JSON.stringify(value);
        const text = isForm ? new URLSearchParams({ payload: json }).toString() : json;
        await answerOf(signed(Buffer.from(text), isForm ? FORM : JSON_TYPE));
      }),
      { numRuns: 500 },
    );
    expect(({} as Record<string, unknown>)['type']).toBeUndefined();
  });

  it('in a signed form gets an answer', { timeout: LIMIT }, async () => {
    const fields = fc.dictionary(anyKey, fc.oneof(fc.string(), fc.constantFrom('/vmotion', '%', '%zz', MARK)));
    await fc.assert(
      fc.asyncProperty(fields, fc.string(), async (form, tail) => {
        const body = `${new URLSearchParams(form).toString()}&${tail}`;
        const { decisions } = await answerOf(signed(Buffer.from(body), FORM));
        expect(decisions).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

const VALID = [
  { what: 'a command', body: commandBody({ text: `reject j-7f3k9c ${MARK}` }), type: FORM },
  { what: 'a click', body: clickBody({ action_id: 'approve-plan', value: 'j-7f3k9c|ab12cd34ef56' }), type: FORM },
  { what: 'a Home tab', body: homeBody(), type: JSON_TYPE },
];

describe.each(VALID)('$what', ({ body, type }) => {
  it('with one byte changed after it was signed has no effect', { timeout: LIMIT }, async () => {
    const at = fc.nat({ max: body.length - 1 });
    await fc.assert(
      fc.asyncProperty(at, fc.integer({ min: 1, max: 255 }), async (index, by) => {
        const event = signed(Buffer.from(body), type);
        const bytes = Buffer.from(event.body ?? '', 'base64');
        bytes[index] = (bytes[index] ?? 0) ^ by;
        const { response, effects } = await answerOf({ ...event, body: bytes.toString('base64') });
        expect(response.statusCode).toBe(401);
        expect(effects).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it('cut off at any place and signed so is answered', { timeout: LIMIT }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: body.length }), async (length) => {
        const { effects } = await answerOf(signed(Buffer.from(body.slice(0, length)), type));
        expect(effects).toBeLessThanOrEqual(1);
      }),
      { numRuns: 100 },
    );
  });

  it('counts once, whatever its copies look like', async () => {
    const place = aSlackFunction();
    const event = signed(Buffer.from(body), type);
    const plain = signed(Buffer.from(body), type, false);
    const answers = [];
    for (const copy of [event, plain, event]) answers.push((await place.handle(copy)).statusCode);
    expect(answers).toEqual([200, 401, 401]);
  });

  it('does not wear an older or newer signature', async () => {
    for (const timestampOffset of [-86_400, -301, 301, 86_400, 10 ** 9]) {
      const { response, effects } = await answerOf(slackEvent({ body, contentType: type, timestampOffset }));
      expect(response.statusCode).toBe(401);
      expect(effects).toBe(0);
    }
  });
});

const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const deepObject = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const bytesOf = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding);
const click = (more: object) => bytesOf(clickBody({ action_id: 'approve-plan', value: 'j-1|ab12cd34ef56' }, more));

const deepClick = (levels: number) => {
  const payload = new URLSearchParams(clickBody({ action_id: 'approve-plan', value: 'j-1|ab12cd34ef56' })).get(
    'payload',
  );
  return encodeURIComponent((payload ?? '').replace('{', `{"state":${deepObject(levels)},`));
};

/** What once was thought of, each with what must become of it. */
const CORPUS: { what: string; bytes: Buffer; type: string; status?: number; effects?: number }[] = [
  { what: 'an empty body', bytes: bytesOf(''), type: FORM, status: 401 },
  { what: 'a body of megabytes', bytes: Buffer.alloc(10 * 1024 * 1024, 'a'), type: FORM, status: 401 },
  { what: 'one byte more than is read', bytes: Buffer.alloc(256 * 1024 + 1, 'a'), type: FORM, status: 401 },
  { what: 'as much as is read', bytes: Buffer.alloc(256 * 1024, 'a'), type: FORM },
  { what: 'text', bytes: bytesOf('hello'), type: 'text/plain', status: 401 },
  {
    what: 'a multipart form',
    bytes: bytesOf('--x\r\n\r\n--x--'),
    type: 'multipart/form-data; boundary=x',
    status: 401,
  },
  { what: 'no type', bytes: bytesOf('a=b'), type: '', status: 401 },
  { what: 'UTF-16', bytes: bytesOf(commandBody(), 'utf16le'), type: `${FORM}; charset=utf-16` },
  { what: 'JSON in UTF-16', bytes: bytesOf(homeBody(), 'utf16le'), type: `${JSON_TYPE}; charset=utf-16` },
  { what: 'a byte order mark', bytes: bytesOf(`\uFEFF${homeBody()}`), type: JSON_TYPE },
  { what: 'broken percent-encoding', bytes: bytesOf(`command=%2Fvmotion&text=%E0%A4%A&user_id=%`), type: FORM },
  { what: 'nulls', bytes: bytesOf('command=/vmotion\0&text=\0\0&user_id=U\0&channel_id=C\0'), type: FORM },
  { what: 'JSON in a form’s clothes', bytes: bytesOf(homeBody()), type: FORM },
  { what: 'a form in JSON’s clothes', bytes: bytesOf(commandBody()), type: JSON_TYPE },
  { what: 'null', bytes: bytesOf('null'), type: JSON_TYPE },
  { what: 'a number', bytes: bytesOf('7'), type: JSON_TYPE },
  { what: 'an array', bytes: bytesOf('[{"type":"block_actions"}]'), type: JSON_TYPE },
  { what: 'a payload of null', bytes: bytesOf('payload=null'), type: FORM },
  { what: 'two payloads', bytes: bytesOf('payload={}&payload={}'), type: FORM },
  { what: 'half a payload', bytes: bytesOf(`payload={"type":"${MARK}`), type: FORM },
  { what: 'arrays 100,000 deep', bytes: bytesOf(deep(100_000)), type: JSON_TYPE },
  { what: 'objects 40,000 deep', bytes: bytesOf(deepObject(40_000)), type: JSON_TYPE },
  { what: 'a click with a state 10,000 deep', bytes: bytesOf(`payload=${deepClick(10_000)}`), type: FORM, effects: 1 },
  {
    what: 'a click with 20,000 actions',
    bytes: click({ actions: Array.from({ length: 20_000 }, () => ({})) }),
    type: FORM,
  },
  {
    what: 'ten thousand fields',
    bytes: bytesOf(Array.from({ length: 10_000 }, (_, i) => `f${i}=1`).join('&')),
    type: FORM,
  },
  { what: 'a prototype', bytes: bytesOf('{"__proto__":{"type":"block_actions"},"constructor":{}}'), type: JSON_TYPE },
  { what: 'a prototype in a form', bytes: bytesOf('__proto__[type]=x&__proto__=y&command=/vmotion'), type: FORM },
  { what: 'an ssl_check with a command', bytes: bytesOf(`ssl_check=1&${commandBody()}`), type: FORM },
  {
    what: 'a challenge that is no text',
    bytes: bytesOf('{"type":"url_verification","challenge":{}}'),
    type: JSON_TYPE,
  },
  { what: 'a click without actions', bytes: click({ actions: [] }), type: FORM },
  { what: 'a click of nobody', bytes: click({ user: null }), type: FORM },
  { what: 'a click with another answer address', bytes: click({ response_url: 'file:///etc/passwd' }), type: FORM },
  {
    what: 'a dialog of the past',
    bytes: bytesOf(payloadBody({ type: 'dialog_submission', callback_id: 'x' })),
    type: FORM,
  },
  { what: 'a shortcut', bytes: bytesOf(payloadBody({ type: 'shortcut', callback_id: 'x' })), type: FORM },
  { what: 'a view that is no view', bytes: bytesOf(payloadBody({ type: 'view_submission', view: 7 })), type: FORM },
  {
    what: 'a view without an id',
    bytes: bytesOf(payloadBody({ type: 'view_submission', view: { type: 'modal' } })),
    type: FORM,
  },
  { what: 'an event without a type', bytes: bytesOf('{"type":"event_callback","event":{}}'), type: JSON_TYPE },
  {
    what: 'an event of another kind',
    bytes: bytesOf('{"type":"event_callback","event":{"type":"message"}}'),
    type: JSON_TYPE,
  },
  {
    what: 'a command in capitals of its type',
    bytes: bytesOf(commandBody()),
    type: 'Application/X-WWW-Form-Urlencoded ; Charset="UTF-8"',
    effects: 1,
  },
];

it.each(CORPUS)(
  'answers $what, with an effect only where it is a command',
  async ({ bytes, type, status, effects }) => {
    const answer = await answerOf(signed(bytes, type));
    expect(answer.response.statusCode).toBe(status ?? 200);
    expect(answer.effects).toBe(effects ?? 0);
  },
);

it.each(CORPUS.filter(({ bytes }) => bytes.length > 0))('answers $what with 401 when it is not signed', async (one) => {
  const event = signed(one.bytes, one.type);
  const headers = { ...event.headers, 'X-Slack-Signature': `v0=${'0'.repeat(64)}` };
  expect((await answerOf({ ...event, headers })).response).toEqual({ statusCode: 401, body: '' });
});
