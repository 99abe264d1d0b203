import type { AlarmPolicy } from './alarm-policy.ts';
import type { Settings } from './settings.ts';

/** Without `alarms` in vmotion.yaml every alarm is shown, and nothing is done about any. */
export const DEFAULT_POLICY: AlarmPolicy = {
  rules: [],
  limits: { perObject: 2, perCluster: 4, total: 10 },
  flap: { transitions: 4, minutes: 10 },
};

/** What is done about alarms; without a section in vmotion.yaml they are only shown. */
export function policyOf({ alarms }: Pick<Settings, 'alarms'>): AlarmPolicy {
  return alarms ?? DEFAULT_POLICY;
}
