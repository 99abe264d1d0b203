import { type AlarmSignal, ofColour } from './alarm-signal.ts';
import type { TriggeredAlarm } from './triggered-alarm.ts';

/** What an alarm that was read from vCenter itself says to those who receive alarms. */
export function triggeredSignal(
  { key, alarm, entity, status, at }: TriggeredAlarm,
  where: { vcenter: string; cluster: string },
): AlarmSignal {
  const isHost = entity.moref.type === 'HostSystem';
  const object = { name: entity.name, moref: entity.moref.value };
  return {
    source: 'poll',
    alarm: alarm.name,
    alarmId: alarm.moref.value,
    ...(ofColour(status) ?? { state: 'raised', severity: 'info' }),
    status: { to: status },
    vcenter: where.vcenter,
    host: isHost ? object : undefined,
    cluster: { name: where.cluster },
    object: entity.name,
    summary: `${alarm.name} is ${status} on ${entity.name}, as vCenter shows it.`,
    at,
    occurrence: `${key}:${at}`,
  };
}
