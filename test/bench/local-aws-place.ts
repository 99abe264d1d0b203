// Table, queues and secrets on this machine, for functions that are started as AWS starts them.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startQueueEmulator } from '../../infra/local/queue-emulator.ts';
import { startTableEmulator } from '../../infra/local/table-emulator.ts';
import { createDynamoStore } from '../../shared/aws/store.ts';
import { writeLabSettings } from '../support/lab-settings-file.ts';

/** `env`: what the functions are told by where they run. */
export type LocalAwsPlace = { env: Record<string, string>; stop(): Promise<void> };

const VISIBILITY_SECONDS = 60;

export async function startLocalAwsPlace(secret: object): Promise<LocalAwsPlace> {
  const [table, queues, secrets] = await Promise.all([
    startTableEmulator({}),
    startQueueEmulator({ jobVisibilitySeconds: VISIBILITY_SECONDS, noticeVisibilitySeconds: VISIBILITY_SECONDS }),
    startSecrets(secret),
  ]);
  // As it is from the second start of a day on: the first one asks Slack.
  await createDynamoStore(table).installation.put({ teams: ['T0LAB'], readAt: new Date().toISOString() });
  const folder = await mkdtemp(join(tmpdir(), 'vmotion-ops-settings-'));
  return {
    env: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
      AWS_ENDPOINT_URL_SQS: queues.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
      JOB_TABLE: table.table,
      JOB_QUEUE_URL: queues.jobs.url,
      NOTICE_QUEUE_URL: queues.notices.url,
      CARD_QUEUE_URL: queues.cards.url,
      CONFIG_FILE: writeLabSettings(folder),
      SLACK_SECRET: 'slack',
      ALARM_SECRET: 'alarm',
    },
    async stop() {
      await Promise.all([table.stop(), queues.stop(), secrets.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Secrets Manager with one secret, whatever its name: GetSecretValue and nothing else. */
async function startSecrets(secret: object): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    const isKnown = request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue';
    response.writeHead(isKnown ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(isKnown ? { Name: 'slack', SecretString: JSON.stringify(secret) } : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
