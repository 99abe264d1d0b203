import type { AppsManifestCreateArguments } from '@slack/web-api';
import { COMMAND } from './command-name.ts';

type Manifest = AppsManifestCreateArguments['manifest'];

/** The least that the product's calls of the Web API need: each has its reason. */
const SCOPES = {
  commands: '/vmotion',
  'chat:write': 'messages of jobs and alarms',
  'files:write': 'heat maps and full plans in a thread',
  'files:read': 'whether a heat map is ready to be shown',
  'usergroups:read': 'who is in a user group that may change or approve',
  'channels:read': 'which channels a person is in, for the Home tab, and whether the app is in a channel',
  'groups:read': 'the same of private channels',
} as const;

export const BOT_SCOPES = Object.keys(SCOPES) as (keyof typeof SCOPES)[];

/** Where Slack's requests go: to an address, or over the connection of Socket Mode. */
export type ManifestWay = { url: string } | 'socket-mode';

/** The app's manifest, with the least scopes that the product uses. */
export function createManifest(way: ManifestWay): Manifest {
  const isSocket = way === 'socket-mode';
  return {
    display_information: {
      name: 'vmotion-ops',
      description: 'Configures, proves and reverts the vMotion networks of vSphere clusters.',
      background_color: '#1d3c4c',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: false, messages_tab_read_only_enabled: true },
      bot_user: { display_name: 'vmotion-ops', always_online: true },
      slash_commands: [
        {
          command: COMMAND,
          ...(isSocket ? {} : { url: way.url }),
          description: 'vMotion networks of a cluster: look, plan, change, test, revert',
          usage_hint: 'help | status cluster | enable cluster | test cluster | revert cluster',
          // People and groups then arrive as ids, which is what an approval is counted by.
          should_escape: true,
        },
      ],
    },
    oauth_config: { scopes: { bot: BOT_SCOPES } },
    settings: {
      interactivity: {
        is_enabled: true,
        // Menus that are searched in ask at the same address.
        ...(isSocket ? {} : { request_url: way.url, message_menu_options_url: way.url }),
      },
      event_subscriptions: {
        ...(isSocket ? {} : { request_url: way.url }),
        bot_events: ['app_home_opened'],
      },
      org_deploy_enabled: false,
      socket_mode_enabled: isSocket,
      token_rotation_enabled: false,
    },
  };
}
