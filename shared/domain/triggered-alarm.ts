// An alarm that vCenter shows as triggered.
import type { Moref } from './inventory.ts';

/** As vCenter colours them; gray: it does not know. */
export const ALARM_STATUSES = ['gray', 'green', 'yellow', 'red'] as const;
export type AlarmStatus = (typeof ALARM_STATUSES)[number];

/** `entity`: what the alarm stands on, a host as a rule. `at`: when it came to this status, ISO 8601. */
export type TriggeredAlarm = {
  key: string;
  alarm: { moref: Moref; name: string };
  entity: { moref: Moref; name: string };
  status: AlarmStatus;
  at: string;
  isAcknowledged: boolean;
};
