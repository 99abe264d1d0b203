import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEnvironmentReader, secretVariable } from '../../infra/local/environment-secrets.ts';
import { createRealSlackPlace } from '../../infra/local/slack-place.ts';

describe('secrets of the environment', () => {
  it.each([
    { name: 'vcenter/prod', variable: 'VMOTION_SECRET_VCENTER_PROD' },
    { name: 'vc-01.lab', variable: 'VMOTION_SECRET_VC_01_LAB' },
  ])('$name stands in $variable', ({ name, variable }) => {
    expect(secretVariable(name)).toBe(variable);
  });

  it('say which variable is missing', async () => {
    const read = createEnvironmentReader({ VMOTION_SECRET_A: '{}' });
    expect(await read('a')).toBe('{}');
    await expect(read('vcenter/prod')).rejects.toMatchObject({
      code: 'secret-missing',
      message: expect.stringContaining('VMOTION_SECRET_VCENTER_PROD') as string,
    });
  });
});

describe('secrets in files', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vmotion-secrets-'));
    file = join(folder, 'prod.json');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are read anew each time, so that a new password needs no restart', async () => {
    const read = createEnvironmentReader({ VMOTION_SECRET_VCENTER_PROD_FILE: file });
    await writeFile(file, '{"user":"a"}\n', { mode: 0o600 });
    expect(await read('vcenter/prod')).toBe('{"user":"a"}');
    await writeFile(file, '{"user":"b"}\n');
    expect(await read('vcenter/prod')).toBe('{"user":"b"}');
  });

  it.each([0o640, 0o604, 0o620, 0o644])('of mode %o are refused, and what is in them is not told', async (mode) => {
    await writeFile(file, 'hunter2');
    await chmod(file, mode);
    const refused = createEnvironmentReader({ VMOTION_SECRET_A_FILE: file })('a');
    await expect(refused).rejects.toMatchObject({
      code: 'secret-missing',
      remedy: expect.stringContaining('chmod 600'),
    });
    await expect(refused).rejects.not.toThrow('hunter2');
  });

  it('that are not there are told by their name', async () => {
    const read = createEnvironmentReader({ VMOTION_SECRET_A_FILE: file });
    await expect(read('a')).rejects.toThrow(`${file} of VMOTION_SECRET_A_FILE can't be read: ENOENT`);
  });

  it('can hold what Slack’s app needs', async () => {
    const token = join(folder, 'token');
    await writeFile(file, 'signing\n', { mode: 0o600 });
    await writeFile(token, 'xoxb-1\n', { mode: 0o600 });
    const env = { SLACK_SIGNING_SECRET_FILE: file, SLACK_BOT_TOKEN_FILE: token };
    expect(createRealSlackPlace(env).signingSecret).toBe('signing');
    await chmod(token, 0o644);
    expect(() => createRealSlackPlace(env)).toThrow('open to others');
  });
});
