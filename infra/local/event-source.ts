// What AWS calls an event source mapping: takes messages from a queue, gives them to a function, settles what it says.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
  SQSServiceException,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Log } from '../../shared/log.ts';
import type { Clock } from '../../shared/ports.ts';
import { invoke, type LocalContext } from './invoke.ts';
import { toSqsEvent } from './sqs-event.ts';

export type EventSourceOptions = {
  name: string;
  client: SQSClient;
  queueUrl: string;
  handler: (event: SQSEvent, context: LocalContext) => Promise<SQSBatchResponse | undefined>;
  /** The function's time limit. */
  timeLimitMs: number;
  /** How many invocations may run at once: at most one of them for each message group. */
  maximumConcurrency: number;
  /** When a message that failed for the nth time is given again. In AWS that is after the queue's visibility. */
  retrySeconds: (receives: number) => number;
  clock: Clock;
  log: Log;
};

/** `stop` takes no more messages and resolves when the invocations under way are over. `trouble`: why no messages are
 * taken at the moment, where that is so. */
export type EventSource = { stop(): Promise<void>; trouble(): string | undefined };

const WAIT_SECONDS = 20;
const BATCH_MAX = 10;
const PAUSE_MS = 1000;
const SETTLE_TRIES_MAX = 60;
// Longer than a poll that finds nothing.
const SILENCE_MS_MAX = WAIT_SECONDS * 1000 + 10_000;

/** Starts at once. Messages of one group are handled in order; a queue that can't be reached is asked again. */
export function startEventSource(options: EventSourceOptions): EventSource {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  let isReached = true;
  // Not the time of day, which may be set.
  let polledAt = performance.now();

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (running.size >= options.maximumConcurrency) {
        await Promise.race(running);
        continue;
      }
      const free = options.maximumConcurrency - running.size;
      for (const group of groupsOf(await receive(Math.min(BATCH_MAX, free)))) start(group);
    }
    await Promise.all(running);
  }

  function start(group: Message[]): void {
    const run = runGroup({ ...options, signal: stopping.signal }, group).finally(() => running.delete(run));
    running.add(run);
  }

  async function receive(max: number): Promise<Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: options.queueUrl,
      MaxNumberOfMessages: max,
      WaitTimeSeconds: WAIT_SECONDS,
      MessageSystemAttributeNames: ['All'],
    });
    polledAt = performance.now();
    try {
      const { Messages = [] } = await options.client.send(command, {
        abortSignal: stopping.signal,
        // It waits for a message, so longer than any other call.
        requestTimeout: SILENCE_MS_MAX,
      });
      isReached = true;
      return Messages;
    } catch (error) {
      if (!stopping.signal.aborted) {
        isReached = false;
        options.log.error('queue-not-polled', { queue: options.name, error });
        await options.clock.sleep(PAUSE_MS);
      }
      return [];
    }
  }

  const polling = poll();
  return {
    async stop() {
      stopping.abort();
      await polling;
    },
    trouble() {
      if (stopping.signal.aborted) return 'takes no more messages';
      if (!isReached) return 'its queue can’t be reached';
      const silentMs = performance.now() - polledAt;
      const isBusy = running.size >= options.maximumConcurrency;
      if (isBusy || silentMs <= 2 * SILENCE_MS_MAX) return undefined;
      return `has not asked its queue for ${Math.round(silentMs / 1000)} s`;
    },
  };
}

function groupsOf(messages: Message[]): Message[][] {
  return [...Map.groupBy(messages, (message) => message.Attributes?.MessageGroupId ?? '').values()];
}

/** `signal`: the source is being stopped. */
type Running = EventSourceOptions & { signal: AbortSignal };

async function runGroup(options: Running, messages: Message[]): Promise<void> {
  const failed = await failedOf(options, messages);
  for (const message of messages) {
    await settle(options, message, failed.has(message.MessageId ?? ''));
  }
}

/** Ids of the messages that must come again. As with Lambda: all of them, when the answer can't be trusted. */
async function failedOf(options: EventSourceOptions, messages: Message[]): Promise<Set<string>> {
  const ids = messages.map((message) => message.MessageId ?? '');
  try {
    const { handler, timeLimitMs } = options;
    const event = toSqsEvent(options.name, messages);
    const answer = await invoke({ name: options.name, timeLimitMs, run: (context) => handler(event, context) });
    const failed = (answer?.batchItemFailures ?? []).map((failure) => failure.itemIdentifier);
    return new Set(failed.every((id) => ids.includes(id)) ? failed : ids);
  } catch (error) {
    options.log.error('invocation-failed', { function: options.name, error });
    return new Set(ids);
  }
}

/** A message that is not settled keeps its whole group waiting until its visibility ends, so it is tried for a while. */
async function settle(options: Running, message: Message, hasFailed: boolean): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await settleOnce(options, message, hasFailed);
      return;
    } catch (error) {
      const { name, signal, log, clock } = options;
      // It comes again when its visibility ends; what it asked for is then found done.
      log.error('message-not-settled', { queue: name, messageId: message.MessageId, tries, error });
      // What the queue has answered it will answer again: the message's visibility is over, for example.
      const isAnswered = error instanceof SQSServiceException && error.$fault === 'client';
      if (isAnswered || tries >= SETTLE_TRIES_MAX || signal.aborted) return;
      await clock.sleep(PAUSE_MS, signal);
    }
  }
}

async function settleOnce(options: EventSourceOptions, message: Message, hasFailed: boolean): Promise<void> {
  const handle = { QueueUrl: options.queueUrl, ReceiptHandle: message.ReceiptHandle };
  if (hasFailed) {
    const receives = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
    const VisibilityTimeout = options.retrySeconds(receives);
    await options.client.send(new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout }));
  } else {
    await options.client.send(new DeleteMessageCommand(handle));
  }
}
