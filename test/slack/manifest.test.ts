import { expect, it } from 'vitest';
import { createManifest } from '../../shared/slack/manifest.ts';

const manifest = createManifest({ url: 'https://example.invalid/slack/events' });

it('asks for no more than commands and posting', () => {
  expect(manifest.oauth_config?.scopes?.bot).toEqual(['commands', 'chat:write']);
});

it('sends commands and clicks to the one address', () => {
  expect(manifest.features?.slash_commands).toMatchObject([
    { command: '/vmotion', url: 'https://example.invalid/slack/events', should_escape: true },
  ]);
  expect(manifest.settings?.interactivity).toEqual({
    is_enabled: true,
    request_url: 'https://example.invalid/slack/events',
  });
});

it('stays within the lengths that Slack allows', () => {
  const [command] = manifest.features?.slash_commands ?? [];
  expect(manifest.display_information.name.length).toBeLessThanOrEqual(35);
  expect(manifest.display_information.description?.length).toBeLessThanOrEqual(140);
  expect(command?.usage_hint?.length).toBeLessThanOrEqual(1000);
});
