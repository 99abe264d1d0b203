// What stands in a secret. Errors name the field that is wrong and never its value.
import { z } from 'zod';
import { OpsError } from '../errors.ts';
import type { Credentials } from '../ports.ts';

export type SlackSecret = { signingSecret: string; botToken: string };

/** The ways in for alarms; each has a path and a secret of its own. */
export const ALARM_WAYS = ['vcenter', 'cloudevents', 'operations', 'logs', 'alertmanager', 'json'] as const;
export type AlarmWay = (typeof ALARM_WAYS)[number];
export type AlarmSecrets = { [way in AlarmWay]?: string | undefined };

const credentialsSchema: z.ZodType<Credentials> = z.lazy(() =>
  z.object({ user: z.string().min(1), password: z.string().min(1) }),
);

const slackSecretSchema: z.ZodType<SlackSecret> = z.lazy(() =>
  z.object({
    signingSecret: z.string().min(1),
    botToken: z.string().startsWith('xoxb-'),
  }),
);

// Short secrets can be guessed by whoever may try often.
const alarmSecret = () => z.string().min(16).optional();
const alarmSecretsSchema: z.ZodType<AlarmSecrets> = z.lazy(() =>
  z.object({
    vcenter: alarmSecret(),
    cloudevents: alarmSecret(),
    operations: alarmSecret(),
    logs: alarmSecret(),
    alertmanager: alarmSecret(),
    json: alarmSecret(),
  }),
);

/** `{ "user": …, "password": … }`. Throws `secret-missing`. */
export function parseCredentials(text: string, name: string): Credentials {
  return parseSecret(credentialsSchema, { text, name, fields: 'user and password' });
}

/** `{ "signingSecret": …, "botToken": "xoxb-…" }`. Throws `secret-missing`. */
export function parseSlackSecret(text: string, name: string): SlackSecret {
  return parseSecret(slackSecretSchema, { text, name, fields: 'signingSecret and botToken (xoxb-…)' });
}

/** One key for each way in that is open, each at least 16 characters: the HMAC key of `vcenter` and `json`, the shared
 * secret of the others. Throws `secret-missing`. */
export function parseAlarmSecrets(text: string, name: string): AlarmSecrets {
  return parseSecret(alarmSecretsSchema, { text, name, fields: ALARM_WAYS.join(', ') });
}

function parseSecret<T>(schema: z.ZodType<T>, secret: { text: string; name: string; fields: string }): T {
  const parsed = schema.safeParse(parseJson(secret.text));
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => issue.path.join('.')).filter((path) => path !== '');
  const where = wrong.length === 0 ? 'it is not a JSON object' : `wrong or missing: ${wrong.join(', ')}`;
  // Without the cause: zod's issues may quote what was there.
  throw new OpsError('secret-missing', `The secret ${secret.name} can't be used: ${where}.`, {
    retry: 'never',
    remedy: `Store it as a JSON object with ${secret.fields}.`,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
