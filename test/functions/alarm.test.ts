import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createAlarmFunction } from '../../functions/alarm.ts';
import type { AlarmSecrets, AlarmWay } from '../../shared/contracts/secret-content.ts';
import type { AlarmSignal } from '../../shared/domain/alarm-signal.ts';
import { createJsonLog } from '../../shared/log.ts';
import { createMemoryStore } from '../support/memory-store.ts';

const NOW = new Date('2026-01-02T03:04:05.000Z');

const SECRETS = {
  vcenter: 'vcenter-secret-0123456789',
  cloudevents: 'cloudevents-secret-0123456789',
  operations: 'ops:operations-secret-0123456789',
  logs: 'logs-secret-0123456789',
  alertmanager: 'alertmanager-secret-0123456789',
  json: 'json-secret-0123456789',
} satisfies AlarmSecrets;

type Case = {
  what: string;
  way: AlarmWay;
  file: string;
  contentType?: string;
  method?: string;
  headers?: Record<string, string>;
  /** What the sender takes for success. */
  status: number;
  signal: Partial<AlarmSignal>;
};

const HOST = { name: 'esx02.lab.local' };
const CE = { 'ce-specversion': '1.0', 'ce-id': '1f0c', 'ce-source': 'https://vcenter.lab.local/sdk' };

const CASES: Case[] = [
  {
    what: 'the sender on the vCenter appliance',
    way: 'vcenter',
    file: 'vcenter.json',
    status: 200,
    signal: {
      alarm: 'Host vMotion adapter',
      alarmId: 'alarm-303',
      state: 'raised',
      severity: 'critical',
      vcenter: 'vcenter.lab.local',
      host: { name: 'esx02.lab.local', moref: 'host-12' },
      cluster: { name: 'cluster-a' },
      user: 'VSPHERE.LOCAL\\bob',
    },
  },
  {
    what: 'Event Broker, an alarm in binary mode, a newer router',
    way: 'cloudevents',
    file: 'cloudevents-alarm.json',
    headers: {
      ...CE,
      'ce-type': 'com.vmware.vsphere.AlarmStatusChangedEvent.v0',
      'ce-time': '2026-01-02T03:04:05.123Z',
    },
    status: 200,
    signal: {
      alarm: 'Host vMotion adapter',
      alarmId: 'alarm-303',
      state: 'raised',
      severity: 'critical',
      vcenter: 'https://vcenter.lab.local/sdk',
      host: { name: 'esx02.lab.local', moref: 'host-12' },
      cluster: { name: 'cluster-a', moref: 'domain-c8' },
      occurrence: '1f0c',
    },
  },
  {
    what: 'Event Broker, an alarm in binary mode, an older router',
    way: 'cloudevents',
    file: 'cloudevents-alarm.json',
    headers: { ...CE, 'ce-type': 'com.vmware.event.router/event', 'ce-subject': 'AlarmStatusChangedEvent' },
    status: 200,
    signal: { alarm: 'Host vMotion adapter', severity: 'critical' },
  },
  {
    what: 'Event Broker, an EventEx in structured mode',
    way: 'cloudevents',
    file: 'cloudevents-eventex.json',
    contentType: 'application/cloudevents+json; charset=utf-8',
    status: 200,
    signal: {
      alarm: 'esx.problem.net.migrate.bindtovmk',
      event: 'esx.problem.net.migrate.bindtovmk',
      state: 'raised',
      severity: 'critical',
      isEvent: true,
    },
  },
  {
    what: 'Operations, JSON by POST',
    way: 'operations',
    file: 'operations.json',
    status: 201,
    signal: { alarm: 'vMotion network of the host is wrong', severity: 'critical', host: HOST },
  },
  {
    what: 'Operations, JSON by PUT',
    way: 'operations',
    file: 'operations.json',
    method: 'PUT',
    status: 202,
    signal: { state: 'raised', host: HOST },
  },
  {
    what: 'Operations, XML',
    way: 'operations',
    file: 'operations.xml',
    contentType: 'application/xml',
    status: 201,
    signal: { alarm: 'vMotion network & uplinks of the host are wrong', severity: 'warning', host: HOST },
  },
  {
    what: 'Operations for Logs',
    way: 'logs',
    file: 'logs.json',
    status: 200,
    signal: { alarm: 'vMotion could not bind', event: 'vob.net.migrate.bindtovmk', severity: 'warning', host: HOST },
  },
  {
    what: 'Alertmanager',
    way: 'alertmanager',
    file: 'alertmanager.json',
    status: 200,
    signal: { alarm: 'EsxiVmotionMtu', severity: 'critical', host: HOST, cluster: { name: 'cluster-a' } },
  },
  {
    what: 'our own JSON',
    way: 'json',
    file: 'json.json',
    status: 200,
    signal: { alarm: 'vMotion adapter is wrong', at: '2026-01-02T03:04:05.000Z', occurrence: 'run-4711' },
  },
];

const readPayload = (file: string) =>
  readFileSync(new URL(`../contracts/alarm-payloads/${file}`, import.meta.url), 'utf8');

type Request = { path: string; method?: string; headers?: Record<string, string>; body: string; isBase64?: boolean };

function aFunction(secrets: AlarmSecrets = SECRETS) {
  const signals: AlarmSignal[] = [];
  const logged: string[] = [];
  const handle = createAlarmFunction({
    receiveAlarm: async (signal) => {
      signals.push(signal);
      return { kind: 'taken', card: `a-${signals.length}` };
    },
    secrets: async () => secrets,
    once: createMemoryStore().once,
    clock: { now: () => NOW },
    log: createJsonLog((line) => logged.push(line)),
  });
  const send = ({ path, method = 'POST', headers = {}, body, isBase64 = false }: Request) => {
    const http = { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' };
    const event = {
      headers,
      body: isBase64 ? Buffer.from(body).toString('base64') : body,
      isBase64Encoded: isBase64,
      requestContext: { http },
    } as unknown as APIGatewayProxyEventV2;
    return handle(event);
  };
  return { send, signals, logged };
}

function proofOf(way: AlarmWay, body: string, at: Date = NOW): Record<string, string> {
  if (way === 'vcenter' || way === 'json') {
    const timestamp = String(Math.floor(at.getTime() / 1000));
    const signature = createHmac('sha256', SECRETS[way]).update(`v1:${timestamp}:${body}`).digest('hex');
    return { 'X-Vmotion-Timestamp': timestamp, 'X-Vmotion-Signature': `v1=${signature}` };
  }
  if (way === 'operations') return { Authorization: `Basic ${Buffer.from(SECRETS[way]).toString('base64')}` };
  return way === 'logs' ? { 'X-Vmotion-Secret': SECRETS[way] } : { Authorization: `Bearer ${SECRETS[way]}` };
}

function requestOf({ way, file, contentType = 'application/json', method, headers = {} }: Case): Request {
  const body = readPayload(file);
  const all = { 'Content-Type': contentType, ...headers, ...proofOf(way, body) };
  return { path: `/alarm/${way}`, body, headers: all, ...(method === undefined ? {} : { method }) };
}

describe.each(CASES)('$what', (one) => {
  it('is taken, with the status that its sender expects', async () => {
    const { send, signals } = aFunction();
    const response = await send(requestOf(one));
    expect(response).toMatchObject({ statusCode: one.status });
    expect(signals[0]).toMatchObject({ ...one.signal, source: one.way });
  });

  it('is taken in base64 too', async () => {
    const { send, signals } = aFunction();
    await send({ ...requestOf(one), isBase64: true });
    expect(signals[0]).toMatchObject(one.signal);
  });

  it('is refused without its proof, and nothing of it is read', async () => {
    const { send, signals, logged } = aFunction();
    const request = requestOf(one);
    const headers = { 'Content-Type': one.contentType ?? 'application/json', ...one.headers };
    expect(await send({ ...request, headers })).toMatchObject({ statusCode: 401 });
    expect(await send({ ...request, headers: { ...headers, Authorization: 'Bearer wrong' } })).toMatchObject({
      statusCode: 401,
    });
    expect(signals).toEqual([]);
    expect(logged.join('')).toContain('alarm-request-rejected');
    expect(logged.join('')).not.toContain('esx02');
  });

  it('is refused with the secret of another way in', async () => {
    const { send } = aFunction({ ...SECRETS, [one.way]: 'another-secret-0123456789' });
    expect(await send(requestOf(one))).toMatchObject({ statusCode: 401 });
  });

  it('is refused when it is larger than 256 KB', async () => {
    const { send, signals } = aFunction();
    const body = `${readPayload(one.file)}${' '.repeat(256 * 1024)}`;
    const request = { ...requestOf(one), body, headers: { ...requestOf(one).headers, ...proofOf(one.way, body) } };
    expect(await send(request)).toMatchObject({ statusCode: 413 });
    expect(signals).toEqual([]);
  });

  it.each(['', '{', '[]', '{}', '"text"', 'null', '<alert/>', '{"alerts":[{}]}'])('is refused as %j', async (body) => {
    const { send, signals } = aFunction();
    const headers = { ...requestOf(one).headers, ...proofOf(one.way, body) };
    const response = await send({ ...requestOf(one), body, headers });
    expect(response).toMatchObject({ statusCode: 400, body: expect.stringContaining('docs/alarms.md') });
    expect(signals).toEqual([]);
  });

  it('is refused as another media type', async () => {
    const { send } = aFunction();
    const request = requestOf(one);
    const headers = { ...request.headers, 'Content-Type': 'application/x-www-form-urlencoded' };
    expect(await send({ ...request, headers })).toMatchObject({ statusCode: 415 });
  });

  it('is refused while its way in is closed', async () => {
    const { send } = aFunction({ ...SECRETS, [one.way]: undefined });
    expect(await send(requestOf(one))).toMatchObject({ statusCode: 404 });
  });

  it('is refused by another method', async () => {
    const { send } = aFunction();
    const response = await send({ ...requestOf(one), method: 'GET' });
    expect(response).toMatchObject({ statusCode: 405, headers: { allow: expect.stringContaining('POST') } });
  });
});

describe('signed requests', () => {
  const body = readPayload('vcenter.json');
  const request = (at: Date) => ({
    path: '/alarm/vcenter',
    body,
    headers: { 'Content-Type': 'application/json', ...proofOf('vcenter', body, at) },
  });

  it('count once: a copy is refused', async () => {
    const { send, signals } = aFunction();
    expect(await send(request(NOW))).toMatchObject({ statusCode: 200 });
    expect(await send(request(NOW))).toMatchObject({ statusCode: 401 });
    expect(signals).toHaveLength(1);
  });

  it.each([
    { seconds: 300, status: 200 },
    { seconds: 301, status: 401 },
    { seconds: -300, status: 200 },
    { seconds: -301, status: 401 },
  ])('of a clock that is $seconds s away are answered $status', async ({ seconds, status }) => {
    const { send } = aFunction();
    expect(await send(request(new Date(NOW.getTime() + seconds * 1000)))).toMatchObject({ statusCode: status });
  });

  it('are refused with another body or another timestamp', async () => {
    const { send } = aFunction();
    const { headers } = request(NOW);
    expect(await send({ ...request(NOW), body: `${body} ` })).toMatchObject({ statusCode: 401 });
    const later = { ...headers, 'X-Vmotion-Timestamp': String(Math.floor(NOW.getTime() / 1000) + 1) };
    expect(await send({ ...request(NOW), headers: later })).toMatchObject({ statusCode: 401 });
    const upper = { ...headers, 'X-Vmotion-Signature': `v9=${'0'.repeat(64)}` };
    expect(await send({ ...request(NOW), headers: upper })).toMatchObject({ statusCode: 401 });
  });
});

it('knows no other path', async () => {
  const { send } = aFunction();
  const headers = { 'Content-Type': 'application/json' };
  for (const path of [
    '/alarm',
    '/alarm/',
    '/alarm/poll',
    '/alarm/vcenter/x',
    '/alarm/constructor',
    '/alarm/__proto__',
  ]) {
    expect(await send({ path, body: '{}', headers })).toMatchObject({ statusCode: 404 });
  }
});

it('refuses a document type in XML before it is expanded', async () => {
  const { send } = aFunction();
  const body =
    '<!DOCTYPE alert [<!ENTITY a "aaaaaaaa">]><alert><alertName>&a;</alertName><status>ACTIVE</status></alert>';
  const headers = { 'Content-Type': 'text/xml', ...proofOf('operations', body) };
  const response = await send({ path: '/alarm/operations', body, headers });
  expect(response).toMatchObject({ statusCode: 400, body: expect.stringContaining('document type') });
});

it('tells several alarms of one request apart', async () => {
  const { send, signals } = aFunction();
  const logs = CASES.find((one) => one.way === 'logs');
  const alertmanager = CASES.find((one) => one.way === 'alertmanager');
  if (logs === undefined || alertmanager === undefined) throw new Error('no such case');
  await send(requestOf(logs));
  expect(signals.map((signal) => signal.host?.name)).toEqual(['esx02.lab.local', 'esx03.lab.local']);
  const response = await send(requestOf(alertmanager));
  expect(signals.slice(2).map((signal) => signal.state)).toEqual(['raised', 'cleared']);
  expect(JSON.parse(response.body ?? '')).toEqual({ taken: 2, duplicates: 0, nothingNew: 0, cards: ['a-3', 'a-4'] });
});

it('asks to send again when the alarm could not be kept', async () => {
  const logged: string[] = [];
  const handle = createAlarmFunction({
    receiveAlarm: async () => {
      throw new Error('the table is away');
    },
    secrets: async () => SECRETS,
    once: createMemoryStore().once,
    clock: { now: () => NOW },
    log: createJsonLog((line) => logged.push(line)),
  });
  const body = readPayload('logs.json');
  const http = { method: 'POST', path: '/alarm/logs', protocol: '', sourceIp: '', userAgent: '' };
  const headers = { 'content-type': 'application/json', ...proofOf('logs', body) };
  const event = {
    headers,
    body,
    isBase64Encoded: false,
    requestContext: { http },
  } as unknown as APIGatewayProxyEventV2;
  expect(await handle(event)).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
  expect(logged.join('')).toContain('alarm-failed');
});
