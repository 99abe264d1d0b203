import { Duration, type Stack } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { acknowledge } from './acknowledge.ts';
import { RECEIVES_MAX, TIMEOUT_SECONDS, visibilitySeconds } from './limits.ts';

export type QueuePair = { queue: Queue; deadLetters: Queue };
export type Queues = { jobs: QueuePair; notices: QueuePair; cards: QueuePair };

const KEPT_DAYS = 14;

/** jobs.fifo, notices.fifo and cards.fifo, each with its dead-letter queue. Not of high throughput: ids are then unique over the
 * whole queue, as they are in the embedded one. They go with their stack: whatever they hold, the clock sends again. */
export function createQueues(stack: Stack, key: Key): Queues {
  const ofNotifier = { timeout: TIMEOUT_SECONDS.notifier, deadTimeout: TIMEOUT_SECONDS.clock };
  return {
    jobs: createPair(stack, key, { name: 'jobs', timeout: TIMEOUT_SECONDS.worker, deadTimeout: TIMEOUT_SECONDS.clock }),
    notices: createPair(stack, key, { name: 'notices', ...ofNotifier }),
    // One of their own: a storm of alarms would keep jobs' notices waiting.
    cards: createPair(stack, key, { name: 'cards', ...ofNotifier }),
  };
}

type Pair = { name: keyof Queues; timeout: number; deadTimeout: number };

const ID_OF = { jobs: 'Jobs', notices: 'Notices', cards: 'Cards' } as const;

function createPair(stack: Stack, key: Key, { name, timeout, deadTimeout }: Pair): QueuePair {
  const id = ID_OF[name];
  const shared = {
    fifo: true,
    contentBasedDeduplication: false,
    encryption: QueueEncryption.KMS,
    encryptionMasterKey: key,
    enforceSSL: true,
    retentionPeriod: Duration.days(KEPT_DAYS),
  };
  const deadLetters = new Queue(stack, `${id}Dead`, {
    ...shared,
    queueName: `${stack.stackName}-${name}-dead.fifo`,
    visibilityTimeout: Duration.seconds(visibilitySeconds(deadTimeout)),
  });
  acknowledge(deadLetters, 'Serverless-SQSRedrivePolicy', 'It is the end of the line: its alarm calls a person.');
  const queue = new Queue(stack, id, {
    ...shared,
    queueName: `${stack.stackName}-${name}.fifo`,
    visibilityTimeout: Duration.seconds(visibilitySeconds(timeout)),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: RECEIVES_MAX },
  });
  return { queue, deadLetters };
}
