// The methods of Slack's Web API that the app uses, as the real client calls them: a form with JSON inside.
import { LAB_BOT, LAB_TEAM, type LabChannel, type LabUser } from './people.ts';
import type { MessageLog } from './message-log.ts';
import { areBlocksTooLong, validateBlocks } from './validate-blocks.ts';

export type ApiAnswer = { ok: boolean; error?: string; [key: string]: unknown };
export type WebApi = (method: string, form: Map<string, string>) => ApiAnswer;

type World = { log: MessageLog; users: LabUser[]; channels: LabChannel[] };
type Method = (form: Map<string, string>, world: World) => ApiAnswer;

const POST_CHARS_MAX = 40_000;
const UPDATE_CHARS_MAX = 4000;

/** Answers one call. Whether its token is right was decided before. */
export function createWebApi(world: World): WebApi {
  return (method, form) => (METHODS[method] ?? (() => ({ ok: false, error: 'unknown_method' })))(form, world);
}

const METHODS: Record<string, Method> = {
  'api.test': () => ({ ok: true }),
  'auth.test': () => ({
    ok: true,
    url: `https://${LAB_TEAM.domain}.slack.invalid/`,
    team: LAB_TEAM.domain,
    team_id: LAB_TEAM.id,
    user: LAB_BOT.name,
    user_id: LAB_BOT.id,
    bot_id: LAB_BOT.botId,
  }),
  'chat.postMessage': (form, { log, channels }) =>
    withContent(form, POST_CHARS_MAX, (content) => {
      const channel = findChannel(channels, form.get('channel'));
      if (channel === undefined) return { ok: false, error: 'channel_not_found' };
      const message = log.post({ channel: channel.id, user: LAB_BOT.id, ...content });
      return { ok: true, channel: channel.id, ts: message.ts, message: { ...message, type: 'message' } };
    }),
  'chat.postEphemeral': (form, { log, channels, users }) =>
    withContent(form, POST_CHARS_MAX, (content) => {
      const channel = findChannel(channels, form.get('channel'));
      const user = users.find((one) => one.id === form.get('user'));
      if (channel === undefined) return { ok: false, error: 'channel_not_found' };
      if (user === undefined) return { ok: false, error: 'user_not_in_channel' };
      const message = log.postPrivate({ channel: channel.id, user: LAB_BOT.id, to: user.id, ...content });
      return { ok: true, message_ts: message.ts };
    }),
  'chat.update': (form, { log, channels }) =>
    withContent(form, UPDATE_CHARS_MAX, (content) => {
      const found = findOwn(form, { log, channels });
      if (typeof found === 'string') return { ok: false, error: found };
      const message = log.update(found, content);
      return { ok: true, ...found, text: content.text, message };
    }),
  'chat.delete': (form, { log, channels }) => {
    const found = findOwn(form, { log, channels });
    if (typeof found === 'string') return { ok: false, error: found };
    log.remove(found);
    return { ok: true, ...found };
  },
  'users.info': (form, { users }) => {
    const user = users.find((one) => one.id === form.get('user'));
    if (user === undefined) return { ok: false, error: 'user_not_found' };
    return { ok: true, user: { id: user.id, team_id: LAB_TEAM.id, name: user.name, is_bot: false } };
  },
  'conversations.info': (form, { channels }) => {
    const channel = findChannel(channels, form.get('channel'));
    if (channel === undefined) return { ok: false, error: 'channel_not_found' };
    return { ok: true, channel: { id: channel.id, name: channel.name, is_channel: true, is_member: true } };
  },
  'views.open': (form) => {
    const view = parseJson(form.get('view') ?? '');
    if (view === undefined || !form.get('trigger_id')) return { ok: false, error: 'invalid_arguments' };
    return { ok: true, view: { ...(view as object), id: 'V0LAB' } };
  },
};

function withContent(
  form: Map<string, string>,
  charsMax: number,
  use: (content: { text: string; blocks: unknown[] }) => ApiAnswer,
): ApiAnswer {
  const text = form.get('text') ?? '';
  const blocks = form.has('blocks') ? parseJson(form.get('blocks') ?? '') : [];
  if (text.length > charsMax) return { ok: false, error: 'msg_too_long' };
  const messages = validateBlocks(blocks);
  if (messages.length > 0) return { ok: false, error: 'invalid_blocks', response_metadata: { messages } };
  if (areBlocksTooLong(blocks)) return { ok: false, error: 'msg_blocks_too_long' };
  if (text === '' && (blocks as unknown[]).length === 0) return { ok: false, error: 'no_text' };
  return use({ text, blocks: blocks as unknown[] });
}

function findOwn(form: Map<string, string>, { log, channels }: Pick<World, 'log' | 'channels'>) {
  const channel = findChannel(channels, form.get('channel'))?.id;
  if (channel === undefined) return 'channel_not_found';
  const ts = form.get('ts') ?? '';
  const message = log.all(channel).find((one) => one.ts === ts);
  if (message === undefined) return 'message_not_found';
  return message.user === LAB_BOT.id ? { channel, ts } : 'cant_update_message';
}

function findChannel(channels: LabChannel[], name: string | undefined): LabChannel | undefined {
  return channels.find((channel) => channel.id === name || `#${channel.name}` === name);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
