import type { LabFaults } from '../lab-faults.ts';
import type { FileStore } from '../file-store.ts';
import type { MessageLog } from '../message-log.ts';
import { LAB_BOT, type LabChannel, type LabGroup, type LabUser } from '../people.ts';
import type { Triggers } from '../triggers.ts';
import type { ViewStore } from '../view-store.ts';

/** Arguments of a call, as a form or a JSON body named them; what is not a text is JSON in here. */
export type ApiForm = Map<string, string>;
export type ApiAnswer = { ok: boolean; error?: string; [key: string]: unknown };

/** What the methods answer from. */
export type World = {
  log: MessageLog;
  files: FileStore;
  views: ViewStore;
  triggers: Triggers;
  users: LabUser[];
  channels: LabChannel[];
  groups: LabGroup[];
  faults: LabFaults;
  /** The workspace's own address, without a slash at the end. */
  url: () => string;
  /** Where a Socket Mode client connects to, once. */
  socketUrl: () => string;
};

/** `scope`: what the token needs; none where it needs nothing. */
export type Method = { scope?: string; isAppLevel?: boolean; run: (form: ApiForm, world: World) => ApiAnswer };

export const refuse = (error: string, messages: string[] = []): ApiAnswer => ({
  ok: false,
  error,
  ...(messages.length === 0 ? {} : { response_metadata: { messages } }),
});

/** Undefined for what is no JSON. */
export function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Slack takes `true`, `1` and their like. */
export const isTrue = (form: ApiForm, name: string) => ['true', '1'].includes(form.get(name) ?? '');

export function findChannel(channels: LabChannel[], name: string | undefined): LabChannel | undefined {
  return channels.find((channel) => channel.id === name || `#${channel.name}` === name);
}

/** The channel, if the bot may post there; otherwise Slack's word. */
export function findPostable({ channels, faults }: World, name: string | undefined): LabChannel | string {
  const channel = findChannel(channels, name);
  if (channel === undefined) return 'channel_not_found';
  return faults.notInChannels.includes(channel.id) ? 'not_in_channel' : channel;
}

/** A message of the bot's own that still stands there; otherwise Slack's word. */
export function findOwn(form: ApiForm, { log, channels }: World): { channel: string; ts: string } | string {
  const channel = findChannel(channels, form.get('channel'))?.id;
  if (channel === undefined) return 'channel_not_found';
  const ts = form.get('ts') ?? '';
  const message = log.all(channel).find((one) => one.ts === ts && one.isTombstone !== true);
  if (message === undefined) return 'message_not_found';
  return message.user === LAB_BOT.id ? { channel, ts } : 'cant_update_message';
}
