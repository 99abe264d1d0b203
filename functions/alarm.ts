import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { mapLimited } from '../shared/app/map-limited.ts';
import type { AlarmOutcome, ReceiveAlarm } from '../shared/app/receive-alarm.ts';
import { parseAlertmanager } from '../shared/contracts/alarm-alertmanager.ts';
import { parseCloudEvents } from '../shared/contracts/alarm-cloudevents.ts';
import { parseJsonAlarms } from '../shared/contracts/alarm-json.ts';
import { parseLogsAlert } from '../shared/contracts/alarm-logs.ts';
import { parseOperationsAlert } from '../shared/contracts/alarm-operations.ts';
import type { ParseAlarms } from '../shared/contracts/alarm-payload.ts';
import { parseVcenterAlarm } from '../shared/contracts/alarm-vcenter.ts';
import type { AlarmSecrets, AlarmWay } from '../shared/contracts/secret-content.ts';
import type { AlarmSignal } from '../shared/domain/alarm-signal.ts';
import { OpsError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { Clock, OnceStore } from '../shared/ports.ts';
import { type ProofVerdict, SKEW_SECONDS, verifyShared, verifySigned } from './alarm-proof.ts';

export type AlarmFunctionParts = {
  receiveAlarm: ReceiveAlarm;
  /** A way in whose secret is absent is closed. */
  secrets: () => Promise<AlarmSecrets>;
  once: OnceStore;
  clock: Pick<Clock, 'now'>;
  log: Log;
};

type Response = APIGatewayProxyStructuredResultV2;

/** Far above any alarm; a guard against the wrong sender. */
const BODY_BYTES_MAX = 256 * 1024;
/** How many alarms of one request are written at the same time. */
const AT_ONCE = 8;

type Way = {
  parse: ParseAlarms;
  isSigned: boolean;
  /** The status that the sender takes for success, by method; others are not allowed. */
  methods: Record<string, number>;
  media: RegExp;
};

const JSON_MEDIA = /^application\/(?:[\w.+-]+\+)?json\b/i;
const POST_200 = { POST: 200 };

const WAYS: Record<AlarmWay, Way> = {
  vcenter: { parse: parseVcenterAlarm, isSigned: true, methods: POST_200, media: JSON_MEDIA },
  cloudevents: { parse: parseCloudEvents, isSigned: false, methods: POST_200, media: JSON_MEDIA },
  // Its REST plug-in takes nothing else for success.
  operations: {
    parse: parseOperationsAlert,
    isSigned: false,
    methods: { POST: 201, PUT: 202 },
    media: /^(?:application|text)\/(?:[\w.+-]+\+)?(?:json|xml)\b/i,
  },
  logs: { parse: parseLogsAlert, isSigned: false, methods: POST_200, media: JSON_MEDIA },
  alertmanager: { parse: parseAlertmanager, isSigned: false, methods: POST_200, media: JSON_MEDIA },
  json: { parse: parseJsonAlarms, isSigned: true, methods: POST_200, media: JSON_MEDIA },
};

/** Behind /alarm/<way>. Nothing of a body is read before its sender has proven itself, and nothing of it is logged. */
export function createAlarmFunction(parts: AlarmFunctionParts): (event: APIGatewayProxyEventV2) => Promise<Response> {
  return async (event) => {
    const { path, method } = event.requestContext.http;
    const name = wayOf(path);
    const way = name === undefined ? undefined : WAYS[name];
    if (name === undefined || way === undefined) return reject(parts, 404, { way: 'none', reason: 'unknown-path' });
    const status = way.methods[method];
    if (status === undefined) {
      const allow = Object.keys(way.methods).join(', ');
      return withHeader(reject(parts, 405, { way: name, reason: 'method' }), 'allow', allow);
    }
    try {
      return await receive(parts, event, { name, way, status });
    } catch (error) {
      parts.log.error('alarm-failed', { way: name, error });
      return withHeader(answer(503, { error: 'failed', remedy: 'Send it again, signed anew.' }), 'retry-after', '5');
    }
  };
}

function wayOf(path: string): AlarmWay | undefined {
  const name = /^\/alarm\/([a-z]+)\/?$/.exec(path)?.[1];
  return (Object.keys(WAYS) as AlarmWay[]).find((one) => one === name);
}

type Taken = { name: AlarmWay; way: Way; status: number };

async function receive(parts: AlarmFunctionParts, event: APIGatewayProxyEventV2, taken: Taken): Promise<Response> {
  const { name, way, status } = taken;
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > BODY_BYTES_MAX) return reject(parts, 413, { way: name, reason: 'too-large' });
  const secret = (await parts.secrets())[name];
  if (secret === undefined) return reject(parts, 404, { way: name, reason: 'closed' });
  const headers = Object.fromEntries(
    Object.entries(event.headers ?? {}).map(([key, value]) => [key.toLowerCase(), value]),
  );
  const now = parts.clock.now();
  const verdict = way.isSigned ? verifySigned({ headers, body }, secret, now) : verifyShared({ headers, body }, secret);
  const refused = await refuseUnproven(parts, name, verdict, now);
  if (refused !== undefined) return refused;
  if (!way.media.test(headers['content-type'] ?? '')) return reject(parts, 415, { way: name, reason: 'media-type' });
  const signals = read(way.parse, { body: body.toString('utf8'), headers, at: now });
  if (signals instanceof OpsError) {
    const { message, remedy } = signals;
    return {
      ...reject(parts, 400, { way: name, reason: 'malformed' }),
      body: JSON.stringify({ error: message, remedy }),
    };
  }
  return answer(status, await receiveAll(parts, name, signals));
}

async function refuseUnproven(
  parts: AlarmFunctionParts,
  way: AlarmWay,
  verdict: ProofVerdict,
  now: Date,
): Promise<Response | undefined> {
  if (verdict.kind === 'rejected') return reject(parts, 401, { way, reason: verdict.reason });
  if (verdict.signature === undefined) return undefined;
  // As long as its timestamp could be taken, from the one end of the skew to the other.
  const isFirst = await parts.once.claim(`alarm-${way}-${verdict.signature}`, now, 2 * SKEW_SECONDS + 60);
  return isFirst ? undefined : reject(parts, 401, { way, reason: 'replayed' });
}

function read(parse: ParseAlarms, request: Parameters<ParseAlarms>[0]): AlarmSignal[] | OpsError {
  try {
    return parse(request);
  } catch (error) {
    if (error instanceof OpsError && error.code === 'alarm-invalid') return error;
    throw error;
  }
}

async function receiveAll(parts: AlarmFunctionParts, way: AlarmWay, signals: AlarmSignal[]): Promise<object> {
  const outcomes: AlarmOutcome[] = [];
  await mapLimited(signals, AT_ONCE, async (signal) => {
    outcomes.push(await parts.receiveAlarm(signal));
  });
  const count = (kind: AlarmOutcome['kind']) => outcomes.filter((one) => one.kind === kind).length;
  const counts = { taken: count('taken'), duplicates: count('duplicate'), nothingNew: count('nothing-new') };
  parts.log.info('alarm-request', { way, alarms: signals.length, ...counts });
  return { ...counts, cards: [...new Set(outcomes.flatMap(({ card }) => card ?? []))] };
}

const ERRORS: Record<number, string> = {
  400: 'malformed',
  401: 'not proven, or seen before',
  404: 'no such way in, or it is closed',
  405: 'method not allowed',
  413: 'larger than 256 KB',
  415: 'media type not supported',
};

function reject({ log }: AlarmFunctionParts, statusCode: number, fields: { way: string; reason: string }): Response {
  log.warn('alarm-request-rejected', { ...fields, statusCode });
  return answer(statusCode, { error: ERRORS[statusCode] ?? 'refused' });
}

function answer(statusCode: number, body: object): Response {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function withHeader(response: Response, name: string, value: string): Response {
  return { ...response, headers: { ...response.headers, [name]: value } };
}
