// chat.*: messages, replies, private answers.
import { z } from 'zod';
import { slackFileIds } from '../block-kit/walk.ts';
import type { LabMessage, MessageContent } from '../message-log.ts';
import { LAB_BOT, LAB_TEAM } from '../people.ts';
import { areBlocksTooLong, validateBlocks } from '../validate-blocks.ts';
import {
  type ApiAnswer,
  type ApiForm,
  findOwn,
  findPostable,
  isTrue,
  type Method,
  parseJson,
  refuse,
  type World,
} from './api-arguments.ts';

const POST_CHARS_MAX = 40_000;
const UPDATE_CHARS_MAX = 4000;
const METADATA_CHARS_MAX = 8000;

export const CHAT_METHODS: Record<string, Method> = {
  'chat.postMessage': { scope: 'chat:write', run: postMessage },
  'chat.postEphemeral': { scope: 'chat:write', run: postEphemeral },
  'chat.update': { scope: 'chat:write', run: updateMessage },
  'chat.delete': { scope: 'chat:write', run: deleteMessage },
};

function postMessage(form: ApiForm, world: World): ApiAnswer {
  return withContent(form, world, POST_CHARS_MAX, (content) => {
    const channel = findPostable(world, form.get('channel'));
    if (typeof channel === 'string') return refuse(channel);
    const thread = findThread(form, world, channel.id);
    if (thread !== undefined && 'error' in thread) return refuse(thread.error);
    const metadata = readMetadata(form);
    if (metadata !== undefined && 'error' in metadata) return refuse(metadata.error);
    const isBroadcast = thread !== undefined && isTrue(form, 'reply_broadcast') ? { isBroadcast: true } : {};
    const message = { channel: channel.id, user: LAB_BOT.id, ...content, ...thread, ...metadata, ...isBroadcast };
    const posted = world.log.post(message);
    return { ok: true, channel: channel.id, ts: posted.ts, message: toSlack(posted) };
  });
}

function postEphemeral(form: ApiForm, world: World): ApiAnswer {
  return withContent(form, world, POST_CHARS_MAX, (content) => {
    const channel = findPostable(world, form.get('channel'));
    if (typeof channel === 'string') return refuse(channel);
    const user = world.users.find((one) => one.id === form.get('user'));
    if (user === undefined) return refuse('user_not_in_channel');
    const thread = findThread(form, world, channel.id);
    if (thread !== undefined && 'error' in thread) return refuse(thread.error);
    const message = { channel: channel.id, user: LAB_BOT.id, to: user.id, ...content, ...thread };
    return { ok: true, message_ts: world.log.postPrivate(message).ts };
  });
}

function updateMessage(form: ApiForm, world: World): ApiAnswer {
  return withContent(form, world, UPDATE_CHARS_MAX, (content) => {
    const found = findOwn(form, world);
    if (typeof found === 'string') return refuse(found);
    // Its text can be changed, or an old reply shown in the channel, but not both at once.
    if (isTrue(form, 'reply_broadcast')) return refuse('no_dual_broadcast_content_update');
    const metadata = readMetadata(form);
    if (metadata !== undefined && 'error' in metadata) return refuse(metadata.error);
    const message = world.log.update(found, { ...content, ...metadata });
    if (message === undefined) return refuse('message_not_found');
    return { ok: true, ...found, text: content.text, message: toSlack(message) };
  });
}

function deleteMessage(form: ApiForm, world: World): ApiAnswer {
  const found = findOwn(form, world);
  if (typeof found === 'string') return refuse(found === 'cant_update_message' ? 'cant_delete_message' : found);
  world.log.remove(found);
  return { ok: true, ...found };
}

function withContent(
  form: ApiForm,
  world: World,
  charsMax: number,
  use: (content: MessageContent) => ApiAnswer,
): ApiAnswer {
  const text = form.get('text') ?? '';
  const blocks = form.has('blocks') ? parseJson(form.get('blocks')) : [];
  if (text.length > charsMax) return refuse('msg_too_long');
  const messages = [...validateBlocks(blocks, world.faults), ...findUnready(blocks, world)];
  if (messages.length > 0) return refuse('invalid_blocks', messages);
  if (areBlocksTooLong(blocks)) return refuse('msg_blocks_too_long');
  if (text === '' && (blocks as unknown[]).length === 0) return refuse('no_text');
  return use({ text, blocks: blocks as unknown[] });
}

/** A file that was not processed yet, or is no image, is refused like a block that is wrong. */
export function findUnready(blocks: unknown, { files }: Pick<World, 'files'>): string[] {
  return slackFileIds(blocks)
    .filter((id) => !files.isImage(id))
    .map((id) => `[ERROR] invalid slack file: ${id} [json-pointer:/blocks]`);
}

// A reply to a message that is gone is not refused: Slack posts it into the channel, and the answer has no thread_ts.
function findThread(
  form: ApiForm,
  { log }: World,
  channel: string,
): { threadTs: string } | { error: string } | undefined {
  const ts = form.get('thread_ts');
  if (ts === undefined || ts === '') return undefined;
  if (!/^\d{10}\.\d{6}$/.test(ts)) return { error: 'invalid_thread_ts' };
  const parent = log.all(channel).find((one) => one.ts === ts);
  if (parent === undefined) return undefined;
  return { threadTs: parent.threadTs ?? parent.ts };
}

const plain = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const flat = z.record(z.string(), plain);
const metadataSchema = z.strictObject({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.union([plain, flat, z.array(z.union([plain, flat]))])),
});

function readMetadata(form: ApiForm): { metadata: unknown } | { error: string } | undefined {
  const text = form.get('metadata');
  if (text === undefined) return undefined;
  const parsed = metadataSchema.safeParse(parseJson(text));
  if (!parsed.success) return { error: 'invalid_metadata_format' };
  return text.length > METADATA_CHARS_MAX ? { error: 'metadata_too_large' } : { metadata: parsed.data };
}

/** A message as Slack answers it. */
function toSlack(message: LabMessage): object {
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    bot_id: LAB_BOT.botId,
    app_id: LAB_BOT.appId,
    team: LAB_TEAM.id,
    text: message.text,
    blocks: message.blocks,
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
    ...(message.isBroadcast === true ? { subtype: 'thread_broadcast' } : {}),
    ...(message.edited > 0 ? { edited: { user: message.user, ts: message.ts } } : {}),
  };
}
