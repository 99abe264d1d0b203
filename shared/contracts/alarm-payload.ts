// What every format of alarms has in common: a payload is read loosely, since the products that send it add fields with
// every version, and what is wrong is said by its path.
import { z } from 'zod';
import type { AlarmSignal } from '../domain/alarm-signal.ts';
import { OpsError } from '../errors.ts';

/** `headers`: names in lower case. `at`: when the request came. */
export type AlarmRequest = { body: string; headers: Record<string, string | undefined>; at: Date };

/** Throws `alarm-invalid`. */
export type ParseAlarms = (request: AlarmRequest) => AlarmSignal[];

/** More alarms than that in one request are refused. */
export const ALARMS_MAX = 500;

/** Text that may be absent, null, a number or empty; then it is undefined. */
export const looseText = z
  .union([z.string(), z.number(), z.null()])
  .optional()
  .transform((value) => {
    const text = value === undefined || value === null ? '' : String(value).trim();
    return text === '' ? undefined : text;
  });

export const requiredText = looseText.refine((value) => value !== undefined, { error: 'is missing or empty' });

/** Milliseconds since 1970, or a moment in ISO 8601; what is neither counts as absent. */
export const looseMoment = z
  .unknown()
  .optional()
  .transform((value) => {
    const ms = typeof value === 'number' ? value : typeof value === 'string' ? toMs(value) : Number.NaN;
    return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 && ms > 0 ? new Date(ms).toISOString() : undefined;
  });

function toMs(text: string): number {
  return /^\d{12,14}$/.test(text) ? Number(text) : Date.parse(text);
}

/** The body as JSON of whatever shape. Throws `alarm-invalid`. */
export function parseAlarmJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw alarmInvalid('the body is not JSON');
  }
}

/** The value as the schema has it. Throws `alarm-invalid` with the path of the first field that is wrong, and never its value. */
export function checkAlarm<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'the body' : issue.path.join('.');
  throw alarmInvalid(`${where} ${issue?.message ?? 'is wrong'}`);
}

/** `what`: never more of the payload than names of its fields. */
export function alarmInvalid(what: string): OpsError {
  return new OpsError('alarm-invalid', `The alarm can't be read: ${what}.`, {
    retry: 'never',
    remedy: 'Compare what is sent with docs/alarms.md, which has an example of every format.',
  });
}
