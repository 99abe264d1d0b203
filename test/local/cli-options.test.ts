import { describe, expect, it } from 'vitest';
import { parseCliOptions } from '../../infra/local/cli-options.ts';
import { exitCodeOfError } from '../../infra/local/exit-error.ts';

describe('the command line', () => {
  it('takes commands with their slash or without', () => {
    const options = parseCliOptions(['/vmotion enable cluster-a', 'test cluster-a', '--approve']);
    expect(options).toMatchObject({
      commands: ['/vmotion enable cluster-a', '/vmotion test cluster-a'],
      approve: true,
    });
  });

  it('takes the bare command for the help, because a terminal opens no window', () => {
    expect(parseCliOptions(['/vmotion', ' /vmotion ']).commands).toEqual(['/vmotion help', '/vmotion help']);
  });

  it('starts four hosts without latency and the page on 8080 unless told otherwise', () => {
    expect(parseCliOptions([])).toMatchObject({ commands: [], hosts: 4, latency: 'none', port: 8080, user: 'ann' });
  });

  it('takes several scenarios', () => {
    expect(parseCliOptions(['--scenario', 'mtu-hole', '--scenario', 'slow-host']).scenarios).toHaveLength(2);
  });

  it.each([
    { args: ['--host', '4'], says: 'There is no option --host. Did you mean --hosts?' },
    { args: ['--frob'], says: 'There is no option --frob.' },
    { args: ['-x'], says: 'There is no option -x.' },
    { args: ['test cluster-a', '--aprove'], says: 'Did you mean --approve?' },
    { args: ['--hosts', 'four'], says: '--hosts' },
    { args: ['--hosts', '1'], says: '2 to 64' },
    { args: ['--hosts'], says: '--hosts' },
    { args: ['--latency', 'slow'], says: 'none, lan, real' },
    { args: ['--port', '70000'], says: '65535' },
    { args: ['--approve=yes'], says: '--approve' },
  ])('refuses $args, naming what is wrong, with exit code 2', ({ args, says }) => {
    let error: unknown;
    try {
      parseCliOptions(args);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining(says) as string });
    expect(error).toMatchObject({ remedy: expect.stringContaining('Usage: npm start') as string });
    expect(exitCodeOfError(error)).toBe(2);
  });
});
