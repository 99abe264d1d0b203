// Posts a recorded payload as its sender would, to the way in that it is for.
import { createHmac } from 'node:crypto';
import type { AlarmSecrets, AlarmWay } from '../../shared/contracts/secret-content.ts';
import { usage } from './cli-options.ts';
import { LAB_VCENTER } from './local-config.ts';

export type PostedAlarm = { way: AlarmWay; statusCode: number; body: string };
/** Throws `usage` for text that is none of the formats. */
export type PostAlarm = (payload: string) => Promise<PostedAlarm>;

export function createPostAlarm(parts: { url: string; secrets: () => Promise<AlarmSecrets> }): PostAlarm {
  return async (payload) => {
    const { way, headers } = recognize(payload);
    const secret = (await parts.secrets())[way] ?? '';
    const response = await fetch(`${parts.url}/alarm/${way}`, {
      method: 'POST',
      headers: { ...headers, ...proofOf(way, secret, payload) },
      body: payload,
    });
    return { way, statusCode: response.status, body: await response.text() };
  };
}

type Recognized = { way: AlarmWay; headers: Record<string, string> };

const JSON_TYPE = { 'content-type': 'application/json' };

/** By the fields that only this format has. */
function recognize(payload: string): Recognized {
  if (payload.trimStart().startsWith('<')) return { way: 'operations', headers: { 'content-type': 'application/xml' } };
  const fields = fieldsOf(payload);
  const has = (...names: string[]) => names.every((name) => name in fields);
  if (has('specversion')) return { way: 'cloudevents', headers: { 'content-type': 'application/cloudevents+json' } };
  if (has('FullFormattedMessage'))
    return { way: 'cloudevents', headers: { ...JSON_TYPE, ...binaryAttributes(fields) } };
  if (has('alarmName', 'newStatus')) return { way: 'vcenter', headers: JSON_TYPE };
  if (has('alertName', 'status')) return { way: 'operations', headers: JSON_TYPE };
  if (has('AlertName')) return { way: 'logs', headers: JSON_TYPE };
  if (has('alerts')) return { way: 'alertmanager', headers: JSON_TYPE };
  if (has('alarm', 'state') || has('alarms')) return { way: 'json', headers: JSON_TYPE };
  throw usage('The file of --alarm holds none of the formats that docs/alarms.md describes.');
}

function fieldsOf(payload: string): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(payload);
    if (typeof content === 'object' && content !== null) return { ...content };
  } catch {
    // Said below, as of anything else that is none of the formats.
  }
  throw usage('The file of --alarm is neither a JSON object nor XML.');
}

/** What a recording of the body alone has not got. */
function binaryAttributes(fields: Record<string, unknown>): Record<string, string> {
  const { EventTypeId: eventTypeId, Key: key } = fields;
  const other = typeof eventTypeId === 'string' ? eventTypeId : 'Event';
  const event = 'Alarm' in fields ? 'AlarmStatusChangedEvent' : other;
  return {
    'ce-specversion': '1.0',
    'ce-id': `recorded-${typeof key === 'number' ? key : 0}`,
    'ce-source': LAB_VCENTER,
    'ce-type': `com.vmware.vsphere.${event}.v0`,
  };
}

function proofOf(way: AlarmWay, secret: string, payload: string): Record<string, string> {
  if (way !== 'vcenter' && way !== 'json') return { authorization: `Bearer ${secret}` };
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`v1:${timestamp}:${payload}`).digest('hex');
  return { 'x-vmotion-timestamp': timestamp, 'x-vmotion-signature': `v1=${signature}` };
}
