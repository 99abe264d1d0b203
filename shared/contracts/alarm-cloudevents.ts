// CloudEvents 1.0 as VMware Event Broker sends vCenter's events: attributes in headers (binary) or all in one JSON object
// (structured), the event itself with Go's capitalised names.
import { z } from 'zod';
import { type AlarmSignal, type NamedObject, ofColour, type Severity } from '../domain/alarm-signal.ts';
import {
  ALARMS_MAX,
  alarmInvalid,
  type AlarmRequest,
  checkAlarm,
  looseMoment,
  looseText,
  parseAlarmJson,
  requiredText,
} from './alarm-payload.ts';

const envelopeSchema = z.object({
  specversion: z.literal('1.0', { error: 'must be 1.0' }),
  id: requiredText,
  source: requiredText,
  type: requiredText,
  subject: looseText,
  time: looseMoment,
  data: z.looseObject({}, { error: 'must be an object' }),
});
type Envelope = z.infer<typeof envelopeSchema>;

const referenceSchema = z.object({ value: z.string() }).optional().catch(undefined);

/** `{ "Name": "esx01", "Host": { "Type": "HostSystem", "Value": "host-11" } }`. */
const argumentSchema = z
  .looseObject({ name: looseText })
  .nullish()
  .catch(undefined)
  .transform((value): NamedObject | undefined => {
    if (value === undefined || value === null) return undefined;
    const inner = Object.values(value).find((one) => typeof one === 'object' && one !== null);
    const moref = referenceSchema.parse(inner)?.value;
    return { name: value.name, moref };
  });

const eventSchema = z.object({
  fullformattedmessage: looseText,
  message: looseText,
  username: looseText,
  createdtime: looseMoment,
  eventtypeid: looseText,
  severity: looseText,
  alarm: argumentSchema,
  entity: argumentSchema,
  host: argumentSchema,
  computeresource: argumentSchema,
  objectname: looseText,
  from: looseText,
  to: looseText,
});
type VcenterEvent = z.infer<typeof eventSchema>;

/** Binary, structured, or a batch of structured ones. Throws `alarm-invalid`. */
export function parseCloudEvents(request: AlarmRequest): AlarmSignal[] {
  return readEnvelopes(request).flatMap((envelope) => toSignals(envelope, request.at));
}

function readEnvelopes({ body, headers }: AlarmRequest): Envelope[] {
  const content = parseAlarmJson(body);
  const mediaType = headers['content-type']?.toLowerCase() ?? '';
  if (mediaType.startsWith('application/cloudevents-batch+json')) {
    return checkAlarm(z.array(envelopeSchema).max(ALARMS_MAX), content);
  }
  if (mediaType.startsWith('application/cloudevents+json')) return [checkAlarm(envelopeSchema, content)];
  if (headers['ce-specversion'] === undefined) throw alarmInvalid('the headers have no ce-specversion');
  const names = ['specversion', 'id', 'source', 'type', 'subject', 'time'];
  const attributes = Object.fromEntries(names.map((name) => [name, headers[`ce-${name}`]]));
  return [checkAlarm(envelopeSchema, { ...attributes, data: content })];
}

function toSignals(envelope: Envelope, at: Date): AlarmSignal[] {
  const seen = checkAlarm(eventSchema, lowerKeys(envelope.data, 0));
  const name = eventName(envelope);
  const shared = {
    source: 'cloudevents' as const,
    vcenter: envelope.source,
    host: seen.host ?? ofType(seen.entity, 'host-'),
    cluster: seen.computeresource ?? ofType(seen.entity, 'domain-c'),
    object: seen.entity?.name ?? seen.objectname,
    summary: seen.fullformattedmessage ?? seen.message ?? '',
    user: seen.username,
    at: envelope.time ?? seen.createdtime ?? at.toISOString(),
    occurrence: envelope.id,
  };
  if (name === 'AlarmStatusChangedEvent') {
    const status = ofColour(seen.to);
    const alarm = seen.alarm?.name;
    if (alarm === undefined || seen.to === undefined) throw alarmInvalid('data has no Alarm.Name or no To');
    if (status === undefined) return [];
    const told = { ...shared, ...status, alarm, alarmId: seen.alarm?.moref };
    return [{ ...told, status: { from: seen.from, to: seen.to } }];
  }
  const event = seen.eventtypeid ?? name;
  const problem = CLEARS[event];
  const state = problem === undefined ? ('raised' as const) : ('cleared' as const);
  const severity = severityOf(seen, event);
  return [{ ...shared, alarm: problem ?? event, event: problem ?? event, state, severity, isEvent: true }];
}

/** What each of these says is over. */
const CLEARS: Record<string, string> = {
  'esx.clear.net.redundancy.restored': 'esx.problem.net.redundancy.lost',
  'esx.clear.net.connectivity.restored': 'esx.problem.net.connectivity.lost',
  'esx.clear.net.dvport.redundancy.restored': 'esx.problem.net.dvport.redundancy.lost',
  'esx.clear.net.dvport.connectivity.restored': 'esx.problem.net.dvport.connectivity.lost',
  'esx.clear.net.vmnic.linkstate.up': 'esx.problem.net.vmnic.linkstate.down',
  MtuMatchEvent: 'MtuMismatchEvent',
};

/** Newer routers: `com.vmware.vsphere.<Event>.v0`. Older ones: `com.vmware.event.router/event`, the event in the subject. */
function eventName({ type, subject }: Envelope): string {
  const newer = /^com\.vmware\.vsphere\.(.+)\.v\d+$/.exec(type)?.[1];
  return newer ?? subject ?? type;
}

function severityOf({ severity }: VcenterEvent, event: string): Severity {
  if (severity === 'error') return 'critical';
  if (severity === 'info' || severity === 'warning') return severity;
  return /problem|error|fail|conflict|duplicate|lost/i.test(event) ? 'warning' : 'info';
}

function ofType(object: NamedObject | undefined, prefix: string): NamedObject | undefined {
  return object?.moref?.startsWith(prefix) === true ? object : undefined;
}

const DEPTH_MAX = 6;

/** Go writes `FullFormattedMessage`, other clients `fullFormattedMessage`: one spelling for both. */
function lowerKeys(value: unknown, depth: number): unknown {
  if (depth > DEPTH_MAX || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((one) => lowerKeys(one, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key.toLowerCase(), lowerKeys(one, depth + 1)]));
}
