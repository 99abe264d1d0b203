import { describe, expect, it } from 'vitest';
import { createSecretsManager } from '../../shared/aws/secrets.ts';
import { OpsError } from '../../shared/errors.ts';

function setup(texts: Record<string, string>) {
  let nowMs = Date.UTC(2026, 0, 5);
  const reads: string[] = [];
  const clock = { now: () => new Date(nowMs), elapsedMs: () => 0, sleep: async () => undefined };
  const read = async (name: string) => {
    reads.push(name);
    const text = texts[name];
    if (text !== undefined) return text;
    throw Object.assign(new Error('gone'), { name: 'ResourceNotFoundException' });
  };
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { secrets: createSecretsManager({ clock, read }), reads, texts, pass };
}

const good = '{"user":"svc","password":"s3cr3t-one"}';

describe('secrets', () => {
  it('are read once in five minutes, and anew after that', async () => {
    const { secrets, reads, texts, pass } = setup({ 'vcenter/a': good });
    await Promise.all([secrets.credentials('vcenter/a'), secrets.credentials('vcenter/a')]);
    pass(299_000);
    expect(await secrets.credentials('vcenter/a')).toEqual({ user: 'svc', password: 's3cr3t-one' });
    expect(reads).toHaveLength(1);
    texts['vcenter/a'] = '{"user":"svc","password":"rotated"}';
    pass(2_000);
    expect(await secrets.credentials('vcenter/a')).toMatchObject({ password: 'rotated' });
  });

  it('are asked for again after a failure', async () => {
    const { secrets, texts } = setup({});
    await expect(secrets.credentials('vcenter/a')).rejects.toMatchObject({ code: 'secret-missing', retry: 'never' });
    texts['vcenter/a'] = good;
    expect(await secrets.credentials('vcenter/a')).toMatchObject({ user: 'svc' });
  });

  it.each([
    { what: 'is no JSON', text: 's3cr3t-one' },
    { what: 'is JSON, but no object', text: '"s3cr3t-one"' },
    { what: 'misses the user', text: '{"password":"s3cr3t-one"}' },
    { what: 'has a number for a password', text: '{"user":"s3cr3t-one","password":7}' },
  ])('are refused when the text $what, without a word of it in the error', async ({ text }) => {
    const { secrets } = setup({ 'vcenter/a': text });
    const error = await secrets.credentials('vcenter/a').then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(OpsError);
    expect(error).toMatchObject({ code: 'secret-missing', retry: 'never' });
    const { message, remedy, cause } = error as OpsError;
    expect(JSON.stringify({ message, remedy, cause })).not.toContain('s3cr3t');
  });

  it('of Slack need a signing secret and a bot token', async () => {
    const { secrets } = setup({
      a: '{"signingSecret":"x","botToken":"xoxb-1"}',
      b: '{"signingSecret":"x","botToken":"1"}',
    });
    expect(await secrets.slack('a')).toEqual({ signingSecret: 'x', botToken: 'xoxb-1' });
    await expect(secrets.slack('b')).rejects.toThrow('botToken');
  });
});
