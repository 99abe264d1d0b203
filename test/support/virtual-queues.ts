// Queues of SQS on a virtual clock, with the functions behind them: what waits for whom, to the second.
import type { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { toSqsEvent } from '../../infra/local/sqs-event.ts';
import type { VirtualClock } from './virtual-clock.ts';

export type VirtualSource = {
  queueUrl: string;
  /** As many invocations at once, each with one message. */
  maximumConcurrency: number;
  handler: (event: SQSEvent) => Promise<SQSBatchResponse>;
};

export type VirtualQueues = {
  client: { send(command: SendMessageCommand): Promise<void> };
  /** Begins to take messages for a function. */
  take(source: VirtualSource): void;
  /** Takes no more. */
  stop(): void;
  /** How many messages there are, those under way too. */
  left(queueUrl: string): number;
  /** The longest that an invocation took. */
  longestMs(): number;
};

type Held = { body: string; group: string; id: string; receives: number; visibleAt: number; isInFlight: boolean };

const VISIBILITY_MS = 45_000;
const POLL_MS = 250;
/** Of a function that finds nothing to do. */
const INVOCATION_MS = 50;

/** FIFO queues, made at their first message. A message that failed comes again after its visibility; none is given up. */
export function createVirtualQueues(clock: VirtualClock): VirtualQueues {
  const queues = new Map<string, Held[]>();
  const seen = new Set<string>();
  const state = { isStopped: false, longestMs: 0, sent: 0 };
  const now = () => clock.now().getTime();
  const messagesOf = (url: string): Held[] => {
    const held = queues.get(url) ?? [];
    queues.set(url, held);
    return held;
  };

  /** The oldest whose group has nothing before it. */
  function next(held: Held[]): Held | undefined {
    const groups = new Set<string>();
    for (const message of held) {
      if (!groups.has(message.group) && !message.isInFlight && message.visibleAt <= now()) return message;
      groups.add(message.group);
    }
    return undefined;
  }

  async function run({ queueUrl, handler }: VirtualSource): Promise<void> {
    const held = messagesOf(queueUrl);
    while (!state.isStopped) {
      const message = next(held);
      if (message === undefined) {
        await clock.sleep(POLL_MS);
        continue;
      }
      message.isInFlight = true;
      message.receives += 1;
      const begin = now();
      const Attributes = { MessageGroupId: message.group, ApproximateReceiveCount: String(message.receives) };
      const answer = await handler(toSqsEvent('virtual', [{ MessageId: message.id, Body: message.body, Attributes }]));
      await clock.sleep(INVOCATION_MS);
      state.longestMs = Math.max(state.longestMs, now() - begin);
      message.isInFlight = false;
      if (answer.batchItemFailures.length > 0) message.visibleAt = now() + VISIBILITY_MS;
      else held.splice(held.indexOf(message), 1);
    }
  }

  return {
    client: {
      async send({ input }) {
        const { QueueUrl = '', MessageBody = '', MessageGroupId = '', MessageDeduplicationId = '' } = input;
        const id = `${QueueUrl} ${MessageDeduplicationId}`;
        if (seen.has(id)) return;
        seen.add(id);
        state.sent += 1;
        const fresh = { id: `m${state.sent}`, receives: 0, visibleAt: now(), isInFlight: false };
        messagesOf(QueueUrl).push({ body: MessageBody, group: MessageGroupId, ...fresh });
      },
    },
    take(source) {
      for (let one = 0; one < source.maximumConcurrency; one += 1) void run(source);
    },
    stop() {
      state.isStopped = true;
    },
    left: (queueUrl) => messagesOf(queueUrl).length,
    longestMs: () => state.longestMs,
  };
}
