import type { AppsManifestCreateArguments } from '@slack/web-api';
import { COMMAND } from './answer.ts';

type Manifest = AppsManifestCreateArguments['manifest'];

/** The app's manifest for requests by HTTP, with the least scopes that the product uses. `url`: where they go. */
export function createManifest({ url }: { url: string }): Manifest {
  return {
    display_information: {
      name: 'vmotion-ops',
      description: 'Configures, proves and reverts the vMotion networks of vSphere clusters.',
      background_color: '#1d3c4c',
    },
    features: {
      bot_user: { display_name: 'vmotion-ops', always_online: true },
      slash_commands: [
        {
          command: COMMAND,
          url,
          description: 'vMotion networks of a cluster: look, plan, change, test, revert',
          usage_hint: 'help | status cluster | enable cluster | test cluster | revert cluster',
          // People and groups then arrive as ids, which is what an approval is counted by.
          should_escape: true,
        },
      ],
    },
    oauth_config: { scopes: { bot: ['commands', 'chat:write'] } },
    settings: {
      interactivity: { is_enabled: true, request_url: url },
      org_deploy_enabled: false,
      socket_mode_enabled: false,
      token_rotation_enabled: false,
    },
  };
}
