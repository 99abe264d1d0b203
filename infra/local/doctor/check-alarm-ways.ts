import { ALARM_WAYS, type AlarmSecrets } from '../../../shared/contracts/secret-content.ts';
import { type Check, ok, warn } from './check.ts';

/** Which of the ways in for alarms have a key. Without one a way is closed, which is right for those nobody uses. */
export function checkAlarmWays(secrets: AlarmSecrets): Check[] {
  const open = ALARM_WAYS.filter((way) => secrets[way] !== undefined);
  const about = 'ways in for alarms';
  if (open.length > 0) return [ok(about, `Open: ${open.join(', ')}.`)];
  const remedy = 'Give each way that something is to send alarms by a key: docs/alarms.md says how.';
  return [warn(about, 'None has a key, so no alarm comes in.', remedy)];
}
