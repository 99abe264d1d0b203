// What the sender on the vCenter appliance posts: vCenter's variables for alarm scripts, in one flat JSON object.
import { z } from 'zod';
import { type AlarmSignal, ofColour, ofMoref } from '../domain/alarm-signal.ts';
import { type AlarmRequest, checkAlarm, looseText, parseAlarmJson, requiredText } from './alarm-payload.ts';

const schema = z.object({
  /** The sender's own id of this run: the same for each attempt to deliver it. */
  id: looseText,
  vcenter: looseText,
  alarmName: requiredText,
  alarmId: looseText,
  targetName: looseText,
  targetId: looseText,
  oldStatus: looseText,
  newStatus: requiredText,
  triggeringSummary: looseText,
  declaringSummary: looseText,
  alarmValue: looseText,
  eventDescription: looseText,
  eventUserName: looseText,
  eventComputeResource: looseText,
  eventHost: looseText,
});

/** None where vCenter does not know the alarm's status itself (gray). Throws `alarm-invalid`. */
export function parseVcenterAlarm({ body, at }: AlarmRequest): AlarmSignal[] {
  const seen = checkAlarm(schema, parseAlarmJson(body));
  const status = ofColour(seen.newStatus);
  if (status === undefined) return [];
  const target = { name: seen.targetName, moref: seen.targetId };
  const own = ofMoref(target);
  const host = own.host ?? (seen.eventHost === undefined ? undefined : { name: seen.eventHost });
  const named = seen.eventComputeResource === undefined ? undefined : { name: seen.eventComputeResource };
  return [
    {
      source: 'vcenter',
      ...status,
      alarm: seen.alarmName ?? '',
      alarmId: seen.alarmId,
      status: { from: seen.oldStatus, to: seen.newStatus },
      vcenter: seen.vcenter,
      host,
      cluster: own.cluster ?? named,
      object: seen.targetName,
      summary: seen.eventDescription ?? seen.triggeringSummary ?? seen.alarmValue ?? '',
      user: seen.eventUserName,
      at: at.toISOString(),
      occurrence: seen.id,
    },
  ];
}
