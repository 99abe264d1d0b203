import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CLIENT_LIMITS } from './client-limits.ts';
import { type ReadSecret, secretMissing } from './secrets.ts';

/** AWS Secrets Manager. Throws `secret-missing` where a secret has no text, and the SDK's errors. */
export function createSecretsManagerReader(): ReadSecret {
  return async (name) => {
    const client = new SecretsManagerClient(CLIENT_LIMITS);
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
      if (SecretString === undefined) throw secretMissing(name, undefined);
      return SecretString;
    } finally {
      client.destroy();
    }
  };
}
