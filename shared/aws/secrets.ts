import {
  type AlarmSecrets,
  parseAlarmSecrets,
  parseCredentials,
  parseSlackSecret,
  type SlackSecret,
} from '../contracts/secret-content.ts';
import { OpsError } from '../errors.ts';
import type { Clock, Secrets } from '../ports.ts';

/** Answers the text of a secret. */
export type ReadSecret = (name: string) => Promise<string>;

export type SecretsManager = Secrets & {
  slack(name: string): Promise<SlackSecret>;
  alarms(name: string): Promise<AlarmSecrets>;
};

// Short, so that a rotated password is used soon; long enough that a rollout asks once.
const KEEP_MS = 5 * 60_000;

/** Secrets by name, each read at most once in five minutes. Throws `secret-missing`. */
export function createSecretsManager({ clock, read }: { clock: Clock; read: ReadSecret }): SecretsManager {
  const kept = new Map<string, { text: Promise<string>; until: number }>();

  async function readKept(name: string): Promise<string> {
    const there = kept.get(name);
    if (there !== undefined && there.until > clock.now().getTime()) return there.text;
    const text = read(name);
    kept.set(name, { text, until: clock.now().getTime() + KEEP_MS });
    try {
      return await text;
    } catch (cause) {
      kept.delete(name);
      if (cause instanceof OpsError) throw cause;
      throw secretMissing(name, cause);
    }
  }

  return {
    credentials: async (name) => parseCredentials(await readKept(name), name),
    slack: async (name) => parseSlackSecret(await readKept(name), name),
    alarms: async (name) => parseAlarmSecrets(await readKept(name), name),
  };
}

// These say that nobody can read it until somebody changes something; the rest (throttling, network) passes.
const LASTING = new Set(['ResourceNotFoundException', 'AccessDeniedException', 'DecryptionFailure']);

/** `cause`: what reading it failed with, or undefined where it has no text. */
export function secretMissing(name: string, cause: unknown): OpsError {
  const why = cause instanceof Error ? cause.name : 'it has no text';
  const retry = cause instanceof Error && !LASTING.has(cause.name) ? 'later' : 'never';
  return new OpsError('secret-missing', `The secret ${name} can't be read: ${why}.`, {
    retry,
    remedy: `Create the secret ${name} in Secrets Manager and let this function read it.`,
    cause,
  });
}
