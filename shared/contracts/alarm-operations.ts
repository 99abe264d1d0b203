// Notifications of VCF Operations (Aria, vRealize) by its REST plug-in: one alert, in JSON or XML.
import { z } from 'zod';
import type { AlarmSignal, AlarmState, Severity } from '../domain/alarm-signal.ts';
import {
  alarmInvalid,
  type AlarmRequest,
  checkAlarm,
  looseMoment,
  looseText,
  parseAlarmJson,
  requiredText,
} from './alarm-payload.ts';
import { readFlatXml } from './flat-xml.ts';

const schema = z.object({
  alertName: requiredText,
  alertId: looseText,
  status: requiredText,
  criticality: looseText,
  resourceName: looseText,
  resourceKind: looseText,
  updateDate: looseMoment,
  startDate: looseMoment,
  info: looseText,
});
type Alert = z.infer<typeof schema>;

/** Throws `alarm-invalid`. */
export function parseOperationsAlert({ body, headers, at }: AlarmRequest): AlarmSignal[] {
  const isXml = /\bxml\b/i.test(headers['content-type'] ?? '');
  const seen = checkAlarm(schema, isXml ? readXml(body) : parseAlarmJson(body));
  const when = seen.updateDate ?? seen.startDate ?? at.toISOString();
  return [
    {
      source: 'operations',
      alarm: seen.alertName ?? '',
      state: stateOf(seen),
      severity: severityOf(seen),
      status: { to: seen.status },
      ...placeOf(seen),
      summary: seen.info ?? '',
      at: when,
      occurrence: seen.alertId === undefined ? undefined : `${seen.alertId} ${seen.status ?? ''} ${when}`,
    },
  ];
}

function readXml(body: string): unknown {
  const root = readFlatXml(body);
  if (root.name !== 'alert') throw alarmInvalid('the XML has no alert at its top');
  return root.texts;
}

function stateOf({ status }: Alert): AlarmState {
  return /^cancel/i.test(status ?? '') || /^inactive$/i.test(status ?? '') ? 'cleared' : 'raised';
}

function severityOf({ criticality = '' }: Alert): Severity {
  if (/CRITICAL|IMMEDIATE/i.test(criticality.replace(/^ALERT_CRITICALITY_LEVEL_/i, ''))) return 'critical';
  return /WARNING/i.test(criticality) ? 'warning' : 'info';
}

function placeOf({ resourceKind = '', resourceName: name }: Alert): Pick<AlarmSignal, 'host' | 'cluster' | 'object'> {
  if (name === undefined) return {};
  if (/^host ?system$/i.test(resourceKind)) return { host: { name } };
  return /^cluster ?compute ?resource$/i.test(resourceKind) ? { cluster: { name } } : { object: name };
}
