import type { ReadSecret } from '../../shared/aws/secrets.ts';
import { OpsError } from '../../shared/errors.ts';

/** The variable that holds the secret of this name: "vcenter/prod" stands in VMOTION_SECRET_VCENTER_PROD. */
export function secretVariable(name: string): string {
  return `VMOTION_SECRET_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}

/** Secrets of a machine without Secrets Manager: JSON in the process's environment. */
export function createEnvironmentReader(env: Record<string, string | undefined>): ReadSecret {
  return async (name) => {
    const variable = secretVariable(name);
    const text = env[variable];
    if (text !== undefined && text !== '') return text;
    throw new OpsError('secret-missing', `The secret ${name} is not in the environment: ${variable} is not set.`, {
      retry: 'never',
      remedy: `Start with ${variable} set to a JSON object: {"user":"...","password":"..."}.`,
    });
  };
}
