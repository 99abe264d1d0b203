// What Slack puts into the forms that it sends to an app.
import { randomBytes } from 'node:crypto';
import type { LabMessage, PrivateMessage } from './message-log.ts';
import { LAB_BOT, LAB_TEAM, type LabChannel, type LabUser } from './people.ts';

type People = { users: LabUser[]; channels: LabChannel[] };
type Place = { user: string; channel: string };

export type LabButton = {
  type: 'button';
  action_id: string;
  value?: string;
  style?: string;
  text: object;
  block_id: string;
};

/** The form of a slash command. Each has a trigger_id of its own. */
export function commandForm(
  people: People,
  typed: Place & { name: string; text: string; url: string },
): Record<string, string> {
  return {
    token: 'lab',
    team_id: LAB_TEAM.id,
    team_domain: LAB_TEAM.domain,
    channel_id: typed.channel,
    channel_name: people.channels.find((one) => one.id === typed.channel)?.name ?? '',
    user_id: typed.user,
    user_name: people.users.find((one) => one.id === typed.user)?.name ?? '',
    command: typed.name,
    text: escapeTyped(people, typed.text),
    api_app_id: LAB_BOT.appId,
    is_enterprise_install: 'false',
    response_url: typed.url,
    trigger_id: newTriggerId(),
  };
}

type Clicked = Place & { message: LabMessage | PrivateMessage; button: LabButton; url: string };

/** The payload of a pressed button. */
export function clickPayload(people: People, { user, channel, message, button, url }: Clicked): object {
  const name = people.users.find((one) => one.id === user)?.name ?? '';
  return {
    type: 'block_actions',
    user: { id: user, username: name, name, team_id: LAB_TEAM.id },
    api_app_id: LAB_BOT.appId,
    token: 'lab',
    container: { type: 'message', message_ts: message.ts, channel_id: channel, is_ephemeral: 'to' in message },
    trigger_id: newTriggerId(),
    team: LAB_TEAM,
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel, name: people.channels.find((one) => one.id === channel)?.name ?? '' },
    message: { type: 'message', user: message.user, ts: message.ts, text: message.text, blocks: message.blocks },
    response_url: url,
    actions: [{ ...button, action_ts: (Date.now() / 1000).toFixed(6) }],
  };
}

/** As with should_escape: people and channels arrive as ids, the three reserved characters as entities. */
export function escapeTyped({ users, channels }: People, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped
    .replace(/@([a-z0-9_.-]+)/gi, (typed, name: string) => {
      const user = users.find((one) => one.name === name);
      return user === undefined ? typed : `<@${user.id}|${user.name}>`;
    })
    .replace(/#([a-z0-9_-]+)/gi, (typed, name: string) => {
      const channel = channels.find((one) => one.name === name);
      return channel === undefined ? typed : `<#${channel.id}|${channel.name}>`;
    });
}

function newTriggerId(): string {
  return `${Date.now()}.${randomBytes(4).readUInt32BE()}.${randomBytes(16).toString('hex')}`;
}
