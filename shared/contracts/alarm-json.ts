// Our own format, for everything else that can post JSON.
import { z } from 'zod';
import { type AlarmSignal, SEVERITIES } from '../domain/alarm-signal.ts';
import { ALARMS_MAX, type AlarmRequest, checkAlarm, parseAlarmJson } from './alarm-payload.ts';

const text = (charsMax: number, description: string) => z.string().min(1).max(charsMax).describe(description);

const objectSchema = z
  .object({
    name: text(255, 'Its name in vCenter.').optional(),
    moref: text(100, 'Its id in vCenter, such as host-11 or domain-c8.').optional(),
  })
  .refine(({ name, moref }) => name !== undefined || moref !== undefined, { error: 'needs a name or a moref' });

const alarmSchema = z
  .object({
    alarm: text(255, 'The name of the alarm. One card for one alarm of one object.'),
    state: z.enum(['raised', 'cleared']).describe('raised: it is so now. cleared: it is over.'),
    severity: z.enum(SEVERITIES).default('warning').describe('How bad it is.'),
    id: text(120, 'Tells this occurrence from another one: a second one with the same id has no effect.').optional(),
    alarmId: text(255, "The alarm's own id.").optional(),
    event: text(255, 'Id of the event behind it, such as esx.problem.net.migrate.bindtovmk.').optional(),
    vcenter: text(255, 'Instance UUID, configured name or network name of the vCenter.').optional(),
    host: objectSchema.optional().describe('The host it is about.'),
    cluster: objectSchema.optional().describe('The cluster it is about, or that the host is in.'),
    summary: text(4000, 'What happened, in words.').optional(),
    user: text(255, 'Who did what led to it.').optional(),
    at: z.iso.datetime({ offset: true }).optional().describe('When it happened; else when it is received.'),
  })
  .describe('One alarm.');

const manySchema = z.object({ alarms: z.array(alarmSchema).min(1).max(ALARMS_MAX) }).describe('Several alarms.');

/** What `npm run schema -- --alarm` prints. Fields that it does not name are ignored. */
export function alarmJsonSchema(): object {
  const schema = z.union([alarmSchema, manySchema]).describe('Body of POST /alarm/json');
  return z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
}

/** Throws `alarm-invalid`. */
export function parseJsonAlarms({ body, at }: AlarmRequest): AlarmSignal[] {
  const content = parseAlarmJson(body);
  const isMany = typeof content === 'object' && content !== null && 'alarms' in content;
  const alarms = isMany ? checkAlarm(manySchema, content).alarms : [checkAlarm(alarmSchema, content)];
  return alarms.map(({ id, summary = '', at: when, ...alarm }) => ({
    ...alarm,
    source: 'json',
    summary,
    at: when === undefined ? at.toISOString() : new Date(when).toISOString(),
    occurrence: id,
  }));
}
