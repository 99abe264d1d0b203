import { describe, expect, it } from 'vitest';
import { createEnvironmentReader, secretVariable } from '../../infra/local/environment-secrets.ts';

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
