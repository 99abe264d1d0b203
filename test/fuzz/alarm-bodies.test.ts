// What proven senders may post by mistake or in bad faith. Each request is taken or refused with a reason that a person can
// read; a refused one has no effect, nothing crashes, and nothing of a body is logged.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAlarmFunction } from '../../functions/alarm.ts';
import type { AlarmSecrets, AlarmWay } from '../../shared/contracts/secret-content.ts';
import { createJsonLog } from '../../shared/log.ts';
import { aPolicy, createAlarmWorld } from '../support/alarm-world.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { anyEdit, anyJson } from './any-json.ts';
import { HOSTILE_TEXTS } from './mutate-xml.ts';

const NOW = new Date('2026-01-02T03:04:05.000Z');
/** Stands in every good payload, so that a body that is logged is noticed. */
const MARK = 'marked-as-private';
const RUNS = 150;
const SECRETS = {
  vcenter: 'vcenter-secret-0123456789',
  cloudevents: 'cloudevents-secret-0123456789',
  operations: 'operations-secret-0123456789',
  logs: 'logs-secret-0123456789',
  alertmanager: 'alertmanager-secret-0123456789',
  json: 'json-secret-0123456789',
} satisfies AlarmSecrets;

const CE = { 'ce-specversion': '1.0', 'ce-id': '1f0c', 'ce-source': 'https://vcenter.lab.local/sdk' };
const FORMATS: { way: AlarmWay; file: string; media: string; headers?: Record<string, string> }[] = [
  { way: 'vcenter', file: 'vcenter.json', media: 'application/json' },
  {
    way: 'cloudevents',
    file: 'cloudevents-alarm.json',
    media: 'application/json',
    headers: { ...CE, 'ce-type': 'com.vmware.vsphere.AlarmStatusChangedEvent.v0', 'ce-time': NOW.toISOString() },
  },
  { way: 'cloudevents', file: 'cloudevents-eventex.json', media: 'application/cloudevents+json' },
  { way: 'operations', file: 'operations.json', media: 'application/json' },
  { way: 'operations', file: 'operations.xml', media: 'application/xml' },
  { way: 'logs', file: 'logs.json', media: 'application/json' },
  { way: 'alertmanager', file: 'alertmanager.json', media: 'application/json' },
  { way: 'json', file: 'json.json', media: 'application/json' },
];

const payloadOf = (file: string) =>
  readFileSync(new URL(`../contracts/alarm-payloads/${file}`, import.meta.url), 'utf8');

function eventOf(format: (typeof FORMATS)[number], body: Buffer, media: string): APIGatewayProxyEventV2 {
  const timestamp = String(Math.floor(NOW.getTime() / 1000));
  const signature = createHmac('sha256', SECRETS[format.way]).update(`v1:${timestamp}:`).update(body).digest('hex');
  const headers = {
    ...format.headers,
    'content-type': media,
    'x-vmotion-timestamp': timestamp,
    'x-vmotion-signature': `v1=${signature}`,
    'x-vmotion-secret': SECRETS[format.way],
  };
  const http = { method: 'POST', path: `/alarm/${format.way}`, protocol: '', sourceIp: '', userAgent: '' };
  return {
    headers,
    body: body.toString('base64'),
    isBase64Encoded: true,
    requestContext: { http },
  } as unknown as APIGatewayProxyEventV2;
}

function aPlace() {
  const world = createAlarmWorld({ policy: aPolicy() });
  const logged: string[] = [];
  let received = 0;
  const send = async (format: (typeof FORMATS)[number], body: Buffer, media = format.media) => {
    const before = received;
    const handle = createAlarmFunction({
      receiveAlarm: async (signal) => {
        received += 1;
        return world.receive(signal);
      },
      secrets: async () => SECRETS,
      once: createMemoryStore().once,
      clock: { now: () => NOW },
      log: createJsonLog((line) => logged.push(line)),
    });
    const response = await handle(eventOf(format, body, media));
    const status = response.statusCode ?? 0;
    const isTaken = [200, 201, 202].includes(status);
    if (!isTaken) expect([400, 413, 415]).toContain(status);
    const answer = JSON.parse(response.body ?? '') as Record<string, unknown>;
    if (!isTaken) {
      expect(answer).toMatchObject({ error: expect.stringMatching(/./) });
      expect(received).toBe(before);
    }
    expect(response.body).not.toMatch(/node_modules|\.ts:\d|Error:/);
    return { status, isTaken };
  };
  return { ...world, send, logged };
}

/** Texts and keys of the formats themselves: what is half right goes further than what is all wrong. */
const anyValue = anyJson({
  keys: [
    'alarms',
    'alerts',
    'labels',
    'alertname',
    'alarm',
    'state',
    'host',
    'name',
    'at',
    'messages',
    'fields',
    'data',
  ],
  leaves: [
    'raised',
    'cleared',
    'firing',
    'Red',
    'red',
    '1.0',
    '2026-13-45T99:99:99+99:99',
    '2026-01-02T03:04:05+23:59',
    MARK,
    1e300,
  ],
});

function withMark(value: unknown): unknown {
  if (typeof value === 'string') return value.replace('vMotion', `vMotion ${MARK}`);
  if (Array.isArray(value)) return value.map(withMark);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withMark(one)]));
}

describe.each(FORMATS)('$way, $file', (format) => {
  const text = payloadOf(format.file).replaceAll('esx02', MARK);

  it('is taken or refused, cut off or garbled anywhere', async () => {
    const { send, logged } = aPlace();
    const anyBytes = fc.record({
      at: fc.integer({ min: 0, max: text.length }),
      kept: fc.boolean(),
      bytes: fc.uint8Array({ maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(anyBytes, async ({ at, kept, bytes }) => {
        const rest = kept ? text.slice(at + bytes.length) : '';
        await send(format, Buffer.concat([Buffer.from(text.slice(0, at)), bytes, Buffer.from(rest)]));
      }),
      { numRuns: RUNS },
    );
    expect(logged.join('')).not.toContain(MARK);
  });

  it.runIf(format.file.endsWith('.json'))('is taken or refused with fields wrong, missing and strange', async () => {
    const place = aPlace();
    const good: unknown = withMark(JSON.parse(text));
    const edits = fc.array(anyEdit(anyValue), { minLength: 1, maxLength: 3 });
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          { weight: 5, arbitrary: edits.map((all) => all.reduce<unknown>((one, { edit }) => edit(one), good)) },
          { weight: 1, arbitrary: anyValue },
        ),
        async (body) => {
          statuses.add((await place.send(format, Buffer.from(JSON.stringify(body) ?? ''))).status);
        },
      ),
      { numRuns: RUNS },
    );
    expect(statuses.size).toBeGreaterThan(1);
    expect(place.logged.join('')).not.toContain(MARK);
    // What was taken can be shown, whatever it is called.
    await place.settleAll();
  });

  it.runIf(format.file.endsWith('.xml'))('is taken or refused with hostile texts and structures', async () => {
    const { send, logged } = aPlace();
    const anyPiece = fc.oneof(
      fc.constantFrom(...HOSTILE_TEXTS, '&#0;', '&lol;', '<![CDATA[x]]>', '<!-- -->', '<?php ?>'),
      fc.constantFrom('<x>'.repeat(9), '<x/>'.repeat(600), '</alert>', '<alert>', '<__proto__>x</__proto__>'),
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: text.length }), anyPiece, async (at, piece) => {
        await send(format, Buffer.from(text.slice(0, at) + piece + text.slice(at)));
      }),
      { numRuns: RUNS },
    );
    expect(logged.join('')).not.toContain(MARK);
  });

  it.each([
    { what: 'nested a hundred thousand deep', body: Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)) },
    { what: 'deep in a field', body: Buffer.from(`{"data":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`) },
    { what: 'XML nested deep', body: Buffer.from('<alert>'.repeat(30_000)) },
    {
      what: 'a hundred thousand keys',
      body: Buffer.from(`{${Array.from({ length: 20_000 }, (_, at) => `"k${at}":1`).join()}}`),
    },
    {
      what: 'a bomb of entities',
      body: Buffer.from('<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><alert>&b;</alert>'),
    },
    { what: 'in UTF-16', body: Buffer.from(text, 'utf16le') },
    { what: 'bytes of no encoding', body: Buffer.from([0xff, 0xfe, 0xfd, 0x00, 0xc3, 0x28]) },
    { what: 'larger than is read', body: Buffer.alloc(300_000, '[') },
  ])('is refused: $what', async ({ body }) => {
    const { send } = aPlace();
    expect((await send(format, body)).isTaken).toBe(false);
    expect((await send(format, body, `${format.media}; charset=utf-16`)).isTaken).toBe(false);
  });
});
