// Threads, metadata and private answers, through the real client.
import { expect, it } from 'vitest';
import { aLab } from './slack-lab.ts';

const CHANNEL = 'C0VSPHERE';

async function aThread() {
  const { lab, client, received } = await aLab();
  const post = (more: object) => client.apiCall('chat.postMessage', { channel: CHANNEL, text: 'x', ...more });
  const { ts } = (await post({ text: 'RUNNING' })) as unknown as { ts: string };
  return { lab, client, received, post, ts };
}

it('keeps replies out of the channel, and shows a broadcast one in both places', async () => {
  const { lab, post, ts } = await aThread();
  const quiet = await post({ text: 'esx01 done', thread_ts: ts });
  expect(quiet).toMatchObject({ ok: true, message: { thread_ts: ts } });
  await post({ text: 'esx02 failed', thread_ts: ts, reply_broadcast: true });
  expect(lab.messages(CHANNEL).map(({ text }) => text)).toEqual(['RUNNING', 'esx02 failed']);
  expect(lab.replies(CHANNEL, ts).map(({ text }) => text)).toEqual(['esx01 done', 'esx02 failed']);
});

it('updates a reply in place', async () => {
  const { lab, client, post, ts } = await aThread();
  const reply = (await post({ text: 'esx01 runs', thread_ts: ts })) as unknown as { ts: string };
  await client.chat.update({ channel: CHANNEL, ts: reply.ts, text: 'esx01 done' });
  expect(lab.replies(CHANNEL, ts)).toMatchObject([{ text: 'esx01 done', edited: 1, threadTs: ts }]);
});

it('puts a reply to a reply into the same thread', async () => {
  const { lab, post, ts } = await aThread();
  const reply = (await post({ text: 'one', thread_ts: ts })) as unknown as { ts: string };
  await post({ text: 'two', thread_ts: reply.ts });
  expect(lab.replies(CHANNEL, ts).map(({ text }) => text)).toEqual(['one', 'two']);
});

it('posts a reply into the channel when its message is gone, and the answer shows it', async () => {
  const { lab, post, ts } = await aThread();
  lab.remove({ channel: CHANNEL, ts });
  const { message } = (await post({ text: 'late', thread_ts: ts })) as unknown as { message: object };
  expect(message).not.toHaveProperty('thread_ts');
  expect(lab.messages(CHANNEL).map(({ text }) => text)).toEqual(['late']);
});

it('keeps the thread of a deleted message readable', async () => {
  const { lab, client, post, ts } = await aThread();
  await post({ text: 'esx01 done', thread_ts: ts });
  await client.chat.delete({ channel: CHANNEL, ts });
  expect(lab.messages(CHANNEL)).toMatchObject([{ ts, isTombstone: true, text: 'This message was deleted.' }]);
  await post({ text: 'esx02 done', thread_ts: ts });
  expect(lab.replies(CHANNEL, ts)).toHaveLength(2);
  await expect(client.chat.update({ channel: CHANNEL, ts, text: 'OK' })).rejects.toThrow('message_not_found');
});

it('keeps metadata, and keeps it when an update has none', async () => {
  const { lab, client, post } = await aThread();
  const metadata = { event_type: 'job', event_payload: { job: 'j-1', version: 2, hosts: ['a', 'b'] } };
  const { ts } = (await post({ metadata })) as unknown as { ts: string };
  await client.chat.update({ channel: CHANNEL, ts, text: 'y' });
  expect(lab.messages(CHANNEL).at(-1)?.metadata).toEqual(metadata);
});

it.each([
  {
    what: 'metadata that nests too deeply',
    more: { metadata: { event_type: 'x', event_payload: { a: { b: { c: 1 } } } } },
    word: 'invalid_metadata_format',
  },
  { what: 'metadata without a type', more: { metadata: { event_payload: {} } }, word: 'invalid_metadata_format' },
  {
    what: 'metadata that is too large',
    more: { metadata: { event_type: 'x', event_payload: { a: 'x'.repeat(8000) } } },
    word: 'metadata_too_large',
  },
  { what: 'a thread_ts that is none', more: { thread_ts: 'yesterday' }, word: 'invalid_thread_ts' },
  { what: 'nothing to say', more: { text: '' }, word: 'no_text' },
  { what: 'a text that is too long', more: { text: 'x'.repeat(40_001) }, word: 'msg_too_long' },
])('refuses $what', async ({ more, word }) => {
  const { lab, post } = await aThread();
  await expect(post(more)).rejects.toThrow(word);
  expect(lab.messages(CHANNEL)).toHaveLength(1);
});

it('refuses an update of a message that is not its own, and of one that never was', async () => {
  const { lab, client } = await aThread();
  await lab.type({ user: 'U0ANN', channel: CHANNEL, text: 'good morning' });
  const own = lab.messages(CHANNEL).at(-1)?.ts ?? '';
  await expect(client.chat.update({ channel: CHANNEL, ts: own, text: 'x' })).rejects.toThrow('cant_update_message');
  await expect(client.chat.delete({ channel: CHANNEL, ts: own })).rejects.toThrow('cant_delete_message');
  await expect(client.chat.update({ channel: CHANNEL, ts: '1.1', text: 'x' })).rejects.toThrow('message_not_found');
});

it('answers one person in a thread', async () => {
  const { lab, client, ts } = await aThread();
  await client.chat.postEphemeral({ channel: CHANNEL, user: 'U0BOB', text: 'only you', thread_ts: ts });
  expect(lab.privates('U0BOB')).toMatchObject([{ text: 'only you', threadTs: ts }]);
  expect(lab.privates('U0ANN')).toEqual([]);
});

it('names the thread of a button that is pressed in it, and answers there', async () => {
  const { lab, post, ts, received } = await aThread();
  const button = { type: 'button', action_id: 'again', text: { type: 'plain_text', text: 'Again' } };
  const reply = (await post({ thread_ts: ts, blocks: [{ type: 'actions', elements: [button] }] })) as unknown as {
    ts: string;
  };
  await lab.click({ user: 'U0ANN', channel: CHANNEL, ts: reply.ts, actionId: 'again' });
  expect(JSON.parse(received[0]?.form.get('payload') ?? '')).toMatchObject({
    container: { message_ts: reply.ts, thread_ts: ts },
    message: { thread_ts: ts },
  });
});

it('takes no command in a thread, but what people say there', async () => {
  const { lab, received, ts } = await aThread();
  const answer = await lab.type({ user: 'U0ANN', channel: CHANNEL, text: '/vmotion help', threadTs: ts });
  expect(answer.text).toContain('not supported in threads');
  await lab.type({ user: 'U0ANN', channel: CHANNEL, text: 'looks fine', threadTs: ts });
  expect(received).toEqual([]);
  expect(lab.replies(CHANNEL, ts).map(({ text }) => text)).toEqual(['looks fine']);
});

it('refuses a channel that it is not in', async () => {
  const { lab, client, post } = await aThread();
  lab.faults.notInChannels.push(CHANNEL);
  await expect(post({})).rejects.toThrow('not_in_channel');
  expect(await client.conversations.info({ channel: CHANNEL })).toMatchObject({ channel: { is_member: false } });
});

it('loses an answer after the call had its effect, when told to', async () => {
  const { lab, post } = await aThread();
  lab.faults.answersLost = 1;
  await expect(post({ text: 'lost' })).rejects.toThrow('A request error occurred');
  expect(lab.messages(CHANNEL).map(({ text }) => text)).toEqual(['RUNNING', 'lost']);
});
