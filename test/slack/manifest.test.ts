import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LAB_SCOPES } from '../../infra/lab/slack/people.ts';
import { BOT_SCOPES, createManifest } from '../../shared/slack/manifest.ts';

const URL_OF_APP = 'https://example.invalid/slack/events';
const manifest = createManifest({ url: URL_OF_APP });
const socketManifest = createManifest('socket-mode');

/** What each method needs of a bot's token, from its page at docs.slack.dev. Empty: any token will do. */
const SCOPES: Record<string, string[]> = {
  // Of an app token, not of the bot's.
  'apps.connections.open': [],
  'auth.teams.list': [],
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.info': ['channels:read', 'groups:read'],
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'files.info': ['files:read'],
  'usergroups.users.list': ['usergroups:read'],
  'users.conversations': ['channels:read', 'groups:read'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
};

const ROOMS = ['functions', 'shared', 'infra/local'];

function calledMethods(): string[] {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const files = ROOMS.flatMap((room) =>
    readdirSync(`${root}${room}`, { recursive: true, encoding: 'utf8' }).map((file) => `${root}${room}/${file}`),
  ).filter((file) => file.endsWith('.ts'));
  const texts = files.map((file) => readFileSync(file, 'utf8')).filter((text) => text.includes('web-api'));
  const calls = texts.flatMap((text) => [...text.matchAll(/\bclient\.([a-z]+\.[A-Za-z]+(?:\.[A-Za-z]+)*)\(/g)]);
  return [...new Set(calls.map((call) => call[1] ?? ''))].toSorted();
}

describe('the scopes', () => {
  it('are those of the methods that the product calls, and of its command, and no others', () => {
    const methods = calledMethods();
    expect(methods).toContain('chat.postMessage');
    expect(methods.filter((method) => SCOPES[method] === undefined)).toEqual([]);
    const needed = new Set(['commands', ...methods.flatMap((method) => SCOPES[method] ?? [])]);
    expect([...(manifest.oauth_config?.scopes?.bot ?? [])].toSorted()).toEqual([...needed].toSorted());
  });

  it('are those that the lab grants', () => {
    expect([...LAB_SCOPES].toSorted()).toEqual([...BOT_SCOPES].toSorted());
  });

  it('are the same for both ways', () => {
    expect(socketManifest.oauth_config).toEqual(manifest.oauth_config);
    expect(manifest.oauth_config?.scopes?.user).toBeUndefined();
  });
});

it('sends commands, clicks, questions of menus and events to the one address', () => {
  expect(manifest.features?.slash_commands).toMatchObject([
    { command: '/vmotion', url: URL_OF_APP, should_escape: true },
  ]);
  expect(manifest.settings).toMatchObject({
    interactivity: { is_enabled: true, request_url: URL_OF_APP, message_menu_options_url: URL_OF_APP },
    event_subscriptions: { request_url: URL_OF_APP, bot_events: ['app_home_opened'] },
    socket_mode_enabled: false,
  });
});

it('names no address for Socket Mode', () => {
  expect(JSON.stringify(socketManifest)).not.toContain('http');
  expect(socketManifest.settings).toMatchObject({
    socket_mode_enabled: true,
    interactivity: { is_enabled: true },
    event_subscriptions: { bot_events: ['app_home_opened'] },
  });
});

it('has a Home tab and hears when it is opened', () => {
  expect(manifest.features?.app_home).toMatchObject({ home_tab_enabled: true });
});

it('stays within the lengths that Slack allows', () => {
  const [command] = manifest.features?.slash_commands ?? [];
  expect(manifest.display_information.name.length).toBeLessThanOrEqual(35);
  expect(manifest.display_information.description?.length).toBeLessThanOrEqual(140);
  expect(command?.description?.length).toBeLessThanOrEqual(2000);
  expect(command?.usage_hint?.length).toBeLessThanOrEqual(1000);
});
