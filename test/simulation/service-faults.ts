// The table, the queues and Slack, as they are on bad days: they refuse, they answer nothing after they have done it, and
// a client that asks again by itself meets its own write.
import { OpsError } from '../../shared/errors.ts';
import type { Chat, Queue, Store } from '../../shared/ports.ts';
import type { MemoryChat } from '../support/memory-chat.ts';
import { type Fate, mortal, type Process } from './faults.ts';

/** Calls that only look. */
const READS = /^(find|list|last|chains)/;

export function badStore(store: Store, process: Process, fate: Fate): Store {
  const rows = Object.entries(store).map(([name, port]) => [
    name,
    mortal(badTable(port, fate, name), process, fate, name),
  ]);
  return Object.fromEntries(rows) as Store;
}

function badTable<T extends object>(port: T, fate: Fate, name: string): T {
  return new Proxy(port, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver);
      if (typeof value !== 'function') return value;
      return async (...values: unknown[]) => {
        const call = async (): Promise<unknown> => Reflect.apply(value, target, values);
        const chance = fate.weather().service;
        if (chance === 0) return call();
        const isWrite = !READS.test(String(key));
        const where = `${name}.${String(key)}`;
        if (fate.chances.happens('table-fault', chance)) {
          fate.story(`the table refuses ${where}`);
          fate.lose(name);
          throw tableFailed();
        }
        if (isWrite && fate.chances.happens('table-again', chance)) {
          // As the SDK does it after a lost answer: the second try meets what the first has written.
          fate.story(`the table is asked twice for ${where}`);
          fate.lose(name);
          await call();
          return call();
        }
        const answer = await call();
        if (isWrite && fate.chances.happens('table-answer-lost', chance)) {
          fate.story(`the table's answer is lost: ${where}`);
          fate.lose(name);
          throw tableFailed();
        }
        return answer;
      };
    },
  });
}

const tableFailed = () =>
  new OpsError('table-failed', 'The job table did not answer: ThrottlingException.', {
    retry: 'later',
    remedy: 'Nothing to do: it is tried again.',
  });

/** There are few sends. */
const SENDS_FACTOR = 5;

export function badQueue(queue: Queue, fate: Fate): Queue {
  const bad =
    <M>(send: (message: M) => Promise<void>, name: string) =>
    async (message: M): Promise<void> => {
      const chance = fate.weather().service * SENDS_FACTOR;
      if (fate.chances.happens('queue-fault', chance)) {
        fate.story(`the queue refuses ${name}`);
        throw queueFailed();
      }
      await send(message);
      if (!fate.chances.happens('queue-answer-lost', chance)) return;
      fate.story(`the queue's answer is lost: ${name}`);
      throw queueFailed();
    };
  return {
    sendJob: bad((message) => queue.sendJob(message), 'sendJob'),
    sendNotice: bad((message) => queue.sendNotice(message), 'sendNotice'),
  };
}

const queueFailed = () =>
  new OpsError('queue-failed', 'The queue did not take a message: ServiceUnavailable.', {
    retry: 'later',
    remedy: 'Nothing to do: it is sent again.',
  });

const CHAT_FACTOR = 10;
/** Slack's words for what it does not take. */
export const SLACK_REFUSALS = [
  'invalid_blocks',
  'msg_too_long',
  'msg_blocks_too_long',
  'channel_not_found',
  'not_in_channel',
  'missing_scope',
  'is_archived',
  'restricted_action',
] as const;

/** `chat`: Slack's own, where a person may delete a message. */
export function badChat(chat: MemoryChat, fate: Fate): Chat {
  const fails = (what: string): boolean => {
    const isSo = fate.chances.happens('slack-fault', fate.weather().service * CHAT_FACTOR);
    if (isSo) fate.story(`Slack fails at ${what}`);
    return isSo;
  };
  const bad = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
    if (fails(what)) throw chooseFailure(fate);
    const answer = await call();
    if (!fate.chances.happens('slack-answer-lost', fate.weather().service * CHAT_FACTOR)) return answer;
    fate.story(`Slack's answer is lost: ${what}`);
    fate.lose('chat');
    throw unreachable();
  };
  return {
    post: (message) => bad('post', () => chat.post(message)),
    update(ts, message) {
      if (fate.chances.happens('message-deleted', fate.weather().service * 2)) {
        fate.story('somebody deletes a message');
        fate.lose('deleted');
        chat.remove(ts);
      }
      return bad('update', () => chat.update(ts, message));
    },
    upload: (file) => bad('upload', () => chat.upload(file)),
    async fileState(fileId) {
      if (fate.chances.happens('file-slow', fate.weather().service * CHAT_FACTOR)) {
        const state = fate.random.pick(['pending', 'pending', 'unshared'] as const);
        // Then it is uploaded once more.
        if (state === 'unshared') fate.lose('chat');
        return state;
      }
      return bad('fileState', () => chat.fileState(fileId));
    },
  };
}

const CODES = { rate: 'slack-rate-limited', away: 'slack-unreachable', refused: 'slack-refused' } as const;

function chooseFailure({ random, reach, lose }: Fate): OpsError {
  const kind = random.pick(['rate', 'rate', 'away', 'refused'] as const);
  reach(`code:${CODES[kind]}`);
  if (kind === 'away') return unreachable();
  if (kind === 'rate') {
    const retryAfterMs = 1000 * (1 + random.below(30));
    const detail = { retry: 'later', remedy: 'Nothing to do: it is tried again.', retryAfterMs } as const;
    return new OpsError('slack-rate-limited', `Slack asks to wait ${retryAfterMs / 1000} s (ratelimited).`, detail);
  }
  const fault = random.pick(SLACK_REFUSALS);
  reach(`slack:${fault}`);
  lose('refused');
  return new OpsError('slack-refused', `Slack refused the message: ${fault}.`, {
    retry: 'never',
    remedy: 'Look it up.',
    fault,
  });
}

const unreachable = () =>
  new OpsError('slack-unreachable', "Slack's Web API did not answer in time.", {
    retry: 'outcome-unknown',
    remedy: 'Nothing to do: it is tried again.',
  });
