import { readFileSync, statSync } from 'node:fs';
import type { ReadSecret } from '../../shared/aws/secrets.ts';
import { OpsError } from '../../shared/errors.ts';

type Env = Record<string, string | undefined>;

/** The variable that holds the secret of this name: "vcenter/prod" stands in VMOTION_SECRET_VCENTER_PROD. */
export function secretVariable(name: string): string {
  return `VMOTION_SECRET_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}

/** Secrets of a machine without Secrets Manager: JSON in the process's environment, or in files that it names. */
export function createEnvironmentReader(env: Env): ReadSecret {
  return async (name) => {
    const variable = secretVariable(name);
    const text = readSecretVariable(env, variable);
    if (text !== '') return text;
    throw new OpsError('secret-missing', `The secret ${name} is not in the environment: ${variable} is not set.`, {
      retry: 'never',
      remedy:
        `Start with ${variable} set to a JSON object, {"user":"...","password":"..."}, ` +
        `or with ${variable}_FILE set to the path of a file that holds it.`,
    });
  };
}

/** What the variable holds, or the file that VARIABLE_FILE names, read anew each time; empty where neither is set.
 * Throws `secret-missing` for a file that can't be read, or that others than its owner can. */
export function readSecretVariable(env: Env, variable: string): string {
  const text = env[variable] ?? '';
  const file = env[`${variable}_FILE`] ?? '';
  return text !== '' || file === '' ? text : readSecretFile(file, variable);
}

// Anything for the file's group, or for everybody.
const OTHERS = 0o077;

function readSecretFile(file: string, variable: string): string {
  const mode = orUnreadable(file, variable, () => statSync(file).mode);
  if ((mode & OTHERS) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0');
    throw new OpsError('secret-missing', `The file ${file} of ${variable}_FILE is open to others: mode ${octal}.`, {
      retry: 'never',
      remedy: `chmod 600 ${file}, and change what was in it if others may have read it.`,
    });
  }
  return orUnreadable(file, variable, () => readFileSync(file, 'utf8').trim());
}

function orUnreadable<T>(file: string, variable: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new OpsError('secret-missing', `The file ${file} of ${variable}_FILE can't be read: ${why}.`, {
      retry: 'never',
      remedy: 'Name a file that the user of this process owns, with mode 0600.',
      cause,
    });
  }
}
