import { RemovalPolicy, SecretValue, type Stack } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Settings } from '../../shared/domain/settings.ts';
import { acknowledge } from './acknowledge.ts';

export type StageSecrets = { slack: Secret; alarms: Secret; vcenters: Secret[] };

/** An empty secret for Slack, one for the ways in for alarms, and one for each that vmotion.yaml names. People put the values in: the template never
 * has them, and a later deployment does not touch them. */
export function createSecrets(stack: Stack, key: Key, settings: Settings): StageSecrets {
  const names = [...new Set(Object.values(settings.vcenters).map(({ secret }) => secret))];
  return {
    slack: create(stack, 'SlackSecret', {
      key,
      secretName: `${stack.stackName}/slack`,
      description: '{ "signingSecret": ..., "botToken": "xoxb-..." }',
    }),
    alarms: create(stack, 'AlarmSecret', {
      key,
      secretName: `${stack.stackName}/alarms`,
      description: '{ "vcenter": ..., "json": ... }: a key for each way in that is open',
    }),
    vcenters: names.map((secretName) =>
      create(stack, `VcenterSecret-${secretName.replaceAll(/[^A-Za-z0-9]/g, '-')}`, {
        key,
        secretName,
        description: '{ "user": ..., "password": ... }',
      }),
    ),
  };
}

type SecretOptions = { key: Key; secretName: string; description: string };

function create(stack: Stack, id: string, { key, secretName, description }: SecretOptions): Secret {
  const secret = new Secret(stack, id, {
    secretName,
    description,
    encryptionKey: key,
    secretStringValue: SecretValue.unsafePlainText('{}'),
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const reason = 'Slack and vCenter issue these by themselves; docs/deploy.md says how they are rotated.';
  acknowledge(secret, 'AwsSolutions-SMG4', reason);
  return secret;
}
