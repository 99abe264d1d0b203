import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const manifest = (...args: string[]) =>
  spawnSync(process.execPath, ['infra/local/manifest.ts', ...args], { encoding: 'utf8' });

describe('npm run manifest', () => {
  it('prints a manifest whose requests go to the path that both places listen on', () => {
    const { stdout, status } = manifest('--url', 'https://hooks.example.com');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      features: { slash_commands: [{ command: '/vmotion', url: 'https://hooks.example.com/slack/events' }] },
      settings: { interactivity: { request_url: 'https://hooks.example.com/slack/events' } },
    });
  });

  it('prints one without any address for Socket Mode', () => {
    const { stdout, status } = manifest('--socket');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ settings: { socket_mode_enabled: true } });
    expect(stdout).not.toContain('https://');
  });

  it.each([
    { what: 'no address', args: [] },
    { what: 'both ways', args: ['--socket', '--url', 'https://hooks.example.com'] },
    { what: 'an address without TLS', args: ['--url', 'http://hooks.example.com'] },
    { what: 'an unknown option', args: ['--uri', 'https://hooks.example.com'] },
  ])('says how it is used when given $what, and ends with 2', ({ args }) => {
    const { stderr, stdout, status } = manifest(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('npm run manifest -- --url https://');
  });
});
