// The embedded SQS, in memory: the rows are the truth, so what was in flight is nudged again from them at start.
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { CLIENT_LIMITS } from '../../shared/aws/client-limits.ts';
import { LOCAL_AWS } from './local-aws.ts';

/** A queue and the dead-letter queue that takes what was received `maxReceiveCount` times in vain. */
export type QueuePair = { url: string; deadLetterUrl: string };

export type QueueEmulator = {
  client: SQSClient;
  endpoint: string;
  jobs: QueuePair;
  notices: QueuePair;
  cards: QueuePair;
  stop(): Promise<void>;
};

/** `noticeVisibilitySeconds`: of the cards' queue too, whose messages go to the same function. */
export type QueueOptions = { jobVisibilitySeconds: number; noticeVisibilitySeconds: number };

const RECEIVES_MAX = 3;

/** Starts on a free port of 127.0.0.1, with the product's six FIFO queues. */
export async function startQueueEmulator(options: QueueOptions): Promise<QueueEmulator> {
  // Not its own startFauxqs, which listens on every interface of the machine.
  const server = buildApp({ logger: false });
  const endpoint = await server.listen({ port: 0, host: '127.0.0.1' });
  const client = new SQSClient({ ...LOCAL_AWS, ...CLIENT_LIMITS, endpoint });
  const [jobs, notices, cards] = await Promise.all([
    createPair({ client, endpoint }, 'jobs', options.jobVisibilitySeconds),
    createPair({ client, endpoint }, 'notices', options.noticeVisibilitySeconds),
    createPair({ client, endpoint }, 'cards', options.noticeVisibilitySeconds),
  ]);
  return {
    client,
    endpoint,
    jobs,
    notices,
    cards,
    async stop() {
      client.destroy();
      await server.close();
    },
  };
}

/** Asks the queue of jobs for what it is. Throws what the SDK throws. */
export async function isQueueThere({ client, jobs }: Pick<QueueEmulator, 'client' | 'jobs'>): Promise<boolean> {
  const AttributeNames = ['QueueArn' as const];
  await client.send(new GetQueueAttributesCommand({ QueueUrl: jobs.url, AttributeNames }));
  return true;
}

type Service = { client: SQSClient; endpoint: string };

async function createPair(service: Service, name: string, visibilitySeconds: number): Promise<QueuePair> {
  const deadLetterUrl = await createFifo(service, `${name}-dead.fifo`, {});
  const attributes = new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ['QueueArn'] });
  const deadLetterTargetArn = (await service.client.send(attributes)).Attributes?.['QueueArn'];
  const url = await createFifo(service, `${name}.fifo`, {
    VisibilityTimeout: String(visibilitySeconds),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: RECEIVES_MAX }),
  });
  return { url, deadLetterUrl };
}

async function createFifo(
  { client, endpoint }: Service,
  name: string,
  attributes: Record<string, string>,
): Promise<string> {
  const command = new CreateQueueCommand({ QueueName: name, Attributes: { FifoQueue: 'true', ...attributes } });
  const { QueueUrl } = await client.send(command);
  if (QueueUrl === undefined) throw new Error(`the embedded queue service made no queue ${name}`);
  // It names itself sqs.REGION.localhost, which not every machine resolves.
  return new URL(new URL(QueueUrl).pathname, endpoint).href;
}
