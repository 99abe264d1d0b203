// files.*: an upload in three calls, and what became of it.
import { z } from 'zod';
import { type FileShare, type LabFile, pngSize, toMessageFile } from '../file-store.ts';
import { LAB_BOT } from '../people.ts';
import { validateBlocks } from '../validate-blocks.ts';
import {
  type ApiAnswer,
  type ApiForm,
  findPostable,
  type Method,
  parseJson,
  refuse,
  type World,
} from './api-arguments.ts';
import { findUnready } from './chat.ts';

export const FILE_METHODS: Record<string, Method> = {
  'files.getUploadURLExternal': { scope: 'files:write', run: getUploadUrl },
  'files.completeUploadExternal': { scope: 'files:write', run: completeUpload },
  'files.info': { scope: 'files:read', run: info },
};

/** Slack takes a gigabyte; the lab keeps files in memory. */
export const FILE_BYTES_MAX = 16 * 1024 * 1024;
const SNIPPET_BYTES_MAX = 1024 * 1024;
const ALT_CHARS_MAX = 1000;

// The description's argument is alt_txt. What is named otherwise Slack does not look at.
function getUploadUrl(form: ApiForm, { files, url }: World): ApiAnswer {
  const name = form.get('filename') ?? '';
  const length = Number(form.get('length') ?? '0');
  const altText = form.get('alt_txt');
  if (name === '') return refuse('invalid_arguments', ['[ERROR] missing required field: filename']);
  if (!Number.isInteger(length) || length <= 0) return refuse('missing_argument');
  if ((altText?.length ?? 0) > ALT_CHARS_MAX) return refuse('alt_txt_too_large');
  if (form.has('snippet_type') && length > SNIPPET_BYTES_MAX) return refuse('snippet_too_large');
  if (length > FILE_BYTES_MAX) return refuse('file_upload_size_restricted');
  const { id, token } = files.begin({ name, length, altText });
  return { ok: true, upload_url: `${url()}/upload/${token}`, file_id: id };
}

const filesSchema = z
  .array(z.looseObject({ id: z.string().min(1), title: z.string().optional() }))
  .min(1)
  .max(10);

function completeUpload(form: ApiForm, world: World): ApiAnswer {
  const given = filesSchema.safeParse(parseJson(form.get('files')));
  if (!given.success) return refuse('invalid_arguments', ['[ERROR] invalid `files`']);
  const place = findPlace(form, world);
  if ('error' in place) return refuse(place.error, place.messages);
  if (given.data.some(({ id }) => world.files.find(id) === undefined)) return refuse('file_not_found');
  const isShared = place.channel !== undefined && !takeNotShared(world);
  const share = isShared ? createShare(place, given.data.length, world) : () => undefined;
  for (const { id, title } of given.data) {
    // The bytes never came, or it was completed before.
    if (!world.files.complete(id, { title, onReady: share })) return refuse('file_update_failed');
  }
  return { ok: true, files: given.data.map(({ id }) => toSlackFile(world.files.find(id), world.url())) };
}

type Place = { channel?: string; threadTs?: string; text: string; blocks: unknown[] };

function findPlace(form: ApiForm, world: World): Place | { error: string; messages?: string[] } {
  const text = form.get('initial_comment') ?? '';
  // With a comment Slack does not look at the blocks.
  const blocks = text === '' && form.has('blocks') ? parseJson(form.get('blocks')) : [];
  const messages = [...validateBlocks(blocks, world.faults), ...findUnready(blocks, world)];
  if (messages.length > 0) return { error: 'invalid_blocks', messages };
  const content = { text, blocks: blocks as unknown[] };
  if (!form.has('channel_id')) return content;
  const channel = findPostable(world, form.get('channel_id'));
  if (typeof channel === 'string') return { error: channel === 'channel_not_found' ? 'invalid_channel' : channel };
  const parent = world.log.all(channel.id).find((one) => one.ts === form.get('thread_ts'));
  const threadTs = parent?.threadTs ?? parent?.ts;
  return { ...content, channel: channel.id, ...(threadTs === undefined ? {} : { threadTs }) };
}

function takeNotShared({ faults }: World): boolean {
  if (faults.filesNotShared === 0) return false;
  faults.filesNotShared -= 1;
  return true;
}

/** One message with all files of the call, posted when the last of them was processed. */
function createShare({ channel = '', threadTs, text, blocks }: Place, count: number, { log }: World) {
  const ready: LabFile[] = [];
  return (file: LabFile) => {
    ready.push(file);
    if (ready.length < count) return;
    const thread = threadTs === undefined ? {} : { threadTs };
    const message = { channel, user: LAB_BOT.id, text, blocks, ...thread, files: ready.map(toMessageFile) };
    const { ts } = log.post(message);
    for (const one of ready) one.shares.push({ channel, ts, ...thread });
  };
}

function info(form: ApiForm, { files, url }: World): ApiAnswer {
  const id = form.get('file') ?? '';
  files.asked(id);
  const file = files.find(id);
  if (file === undefined) return refuse('file_not_found');
  return { ok: true, file: toSlackFile(file, url()), comments: [], response_metadata: { next_cursor: '' } };
}

function toSlackFile(file: LabFile | undefined, url: string): object {
  if (file === undefined) return {};
  const size = pngSize(file.bytes);
  const isReady = file.mimetype !== '';
  return {
    id: file.id,
    created: 0,
    timestamp: 0,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: isReady ? (file.name.split('.').at(-1) ?? '') : '',
    user: LAB_BOT.id,
    size: file.bytes.length,
    is_external: false,
    is_public: file.shares.length > 0,
    url_private: `${url}${toMessageFile(file).url}`,
    permalink: `${url}${toMessageFile(file).url}`,
    channels: [...new Set(file.shares.map(({ channel }) => channel))],
    groups: [],
    ims: [],
    shares: file.shares.length === 0 ? {} : { public: toShares(file.shares) },
    ...(file.altText === undefined ? {} : { alt_txt: file.altText }),
    ...(isReady && size !== undefined ? { original_w: size.width, original_h: size.height } : {}),
  };
}

function toShares(shares: FileShare[]): object {
  const byChannel = Map.groupBy(shares, ({ channel }) => channel);
  return Object.fromEntries(
    [...byChannel].map(([channel, list]) => [
      channel,
      list.map(({ ts, threadTs }) => ({ ts, ...(threadTs === undefined ? {} : { thread_ts: threadTs }) })),
    ]),
  );
}
