import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { EdgeParts } from '../shared/app/parts.ts';
import { measuredJobs } from '../shared/app/measured.ts';
import { CLIENT_LIMITS } from '../shared/aws/client-limits.ts';
import { createSqsQueue } from '../shared/aws/queue.ts';
import { createDynamoStore } from '../shared/aws/store.ts';
import { parseBuiltSettings } from '../shared/contracts/built-settings.ts';
import type { Environment } from '../shared/contracts/environment.ts';
import type { Log } from '../shared/log.ts';
import type { Metrics } from '../shared/ports.ts';
import { randomIds } from './random-ids.ts';
import { readConfigText } from './read-config-text.ts';
import { sha256 } from './sha256.ts';
import { systemClock } from './system-clock.ts';

const REMEDY = 'Deploy again with npm run deploy, which puts it beside the function.';

export type EdgeWatch = { log: Log; metrics: Metrics };

/** What every function in AWS stands on: the configuration beside it, the table and the queues. */
export function createEdgeParts(environment: Environment, { log, metrics }: EdgeWatch): EdgeParts {
  const { configFile, jobQueueUrl, noticeQueueUrl, cardQueueUrl, table } = environment;
  const document = DynamoDBDocumentClient.from(new DynamoDBClient(CLIENT_LIMITS), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const store = createDynamoStore({ client: document, table });
  return {
    settings: parseBuiltSettings(readConfigText(configFile, REMEDY), configFile),
    store: { ...store, jobs: measuredJobs(store.jobs, metrics) },
    queue: createSqsQueue({ client: createLateSqsClient(), jobQueueUrl, noticeQueueUrl, cardQueueUrl }),
    clock: systemClock,
    ids: randomIds,
    sha256,
    log,
  };
}

/** SQS's client, made at the first message: most events send none. */
function createLateSqsClient() {
  let client: SQSClient | undefined;
  return {
    send(command: SendMessageCommand) {
      client ??= new SQSClient(CLIENT_LIMITS);
      return client.send(command);
    },
  };
}
