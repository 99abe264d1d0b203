// The keys of the ways in for alarms, where no Secrets Manager keeps them.
import { randomBytes } from 'node:crypto';
import { ALARM_WAYS, type AlarmSecrets, parseAlarmSecrets } from '../../shared/contracts/secret-content.ts';
import { readSecretVariable } from './environment-secrets.ts';

const VARIABLE = 'VMOTION_SECRET_ALARMS';

/** New ones for this process: they protect nothing but its own loopback. */
export function createLabAlarmSecrets(): () => Promise<AlarmSecrets> {
  const secrets = Object.fromEntries(ALARM_WAYS.map((way) => [way, `lab:${randomBytes(16).toString('hex')}`]));
  return async () => secrets;
}

/** VMOTION_SECRET_ALARMS, or the file that VMOTION_SECRET_ALARMS_FILE names, read anew each time. Where neither is set,
 * every way in is closed. */
export function readAlarmSecrets(env: Record<string, string | undefined>): () => Promise<AlarmSecrets> {
  return async () => {
    const text = readSecretVariable(env, VARIABLE);
    return text === '' ? {} : parseAlarmSecrets(text, VARIABLE);
  };
}
