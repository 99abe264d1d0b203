import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_AWS } from '../../infra/local/local-aws.ts';
import { type QueueEmulator, startQueueEmulator } from '../../infra/local/queue-emulator.ts';
import { createSqsQueue } from '../../shared/aws/queue.ts';
import { parseJobMessage, parseNoticeMessage } from '../../shared/contracts/messages.ts';
import type { JobMessage, Queue } from '../../shared/ports.ts';

let emulator: QueueEmulator;
let queue: Queue;

beforeAll(async () => {
  emulator = await startQueueEmulator({ jobVisibilitySeconds: 0, noticeVisibilitySeconds: 0 });
  const { client, jobs, notices, cards } = emulator;
  const urls = { jobQueueUrl: jobs.url, noticeQueueUrl: notices.url, cardQueueUrl: cards.url };
  queue = createSqsQueue({ client, ...urls });
});
afterAll(() => emulator.stop());

/** Takes everything out of the queue, group by group. */
async function drain(url: string): Promise<string[]> {
  const bodies: string[] = [];
  for (let round = 0; round < 50; round++) {
    const command = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 60 });
    const { Messages: messages = [] } = await emulator.client.send(command);
    if (messages.length === 0) return bodies;
    for (const { Body: body = '', ReceiptHandle } of messages) {
      bodies.push(body);
      await emulator.client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    }
  }
  return bodies;
}

const aMessage = (over: Partial<JobMessage> = {}) => ({ jobId: 'j1', cluster: 'a', cursor: 1, attempt: 0, ...over });

describe('the queue', () => {
  it('sends what the worker parses, once however often it is sent', async () => {
    await queue.sendJob(aMessage());
    await queue.sendJob(aMessage());
    expect((await drain(emulator.jobs.url)).map(parseJobMessage)).toEqual([aMessage()]);
  });

  it.each([
    { differs: 'attempt', over: { attempt: 1 } },
    { differs: 'cursor', over: { cursor: 2 } },
    { differs: 'job', over: { jobId: 'j9' } },
    { differs: 'cluster, with a blank and an umlaut in its name', over: { cluster: 'Köln 1' } },
  ])('takes both of two messages that differ in their $differs', async ({ differs, over }) => {
    const first = aMessage({ jobId: `j-${differs.slice(0, 7)}` });
    const second = { ...first, ...over };
    await queue.sendJob(first);
    await queue.sendJob(second);
    const messages = (await drain(emulator.jobs.url)).map(parseJobMessage);
    expect(messages).toHaveLength(2);
    expect(messages).toEqual(expect.arrayContaining([first, second]));
  });

  it('sends a notice for each version and attempt', async () => {
    const notice = { jobId: 'j1', version: 1, attempt: 0 };
    await queue.sendNotice(notice);
    await queue.sendNotice(notice);
    expect((await drain(emulator.notices.url)).map(parseNoticeMessage)).toEqual([notice]);
  });

  it('sends notices of alarm cards to a queue of their own, so that no job waits behind a storm of them', async () => {
    const card = { card: 'a-0123456789', version: 1, attempt: 0 };
    await queue.sendNotice(card);
    await queue.sendNotice(card);
    await queue.sendNotice({ ...card, version: 2 });
    expect(await drain(emulator.notices.url)).toEqual([]);
    const messages = (await drain(emulator.cards.url)).map(parseNoticeMessage);
    expect(messages).toEqual([card, { ...card, version: 2 }]);
  });

  it('says queue-failed, to be tried again, when nobody answers', async () => {
    const client = new SQSClient({ ...LOCAL_AWS, endpoint: 'http://127.0.0.1:1', maxAttempts: 1 });
    const at = (name: string) => `http://127.0.0.1:1/0/${name}.fifo`;
    const urls = { jobQueueUrl: at('jobs'), noticeQueueUrl: at('notices'), cardQueueUrl: at('cards') };
    const dead = createSqsQueue({ client, ...urls });
    await expect(dead.sendJob(aMessage())).rejects.toMatchObject({ code: 'queue-failed', retry: 'later' });
  });
});
