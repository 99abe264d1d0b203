// What CloudWatch reads in a function's log: one line a figure, in its embedded metric format.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const MODULE = fileURLToPath(new URL('../../shared/aws/metrics.ts', import.meta.url));

describe('metrics', () => {
  it('are lines of stdout that CloudWatch takes for figures, each with its own dimensions', async () => {
    const program = `
      import { createCloudWatchMetrics } from ${JSON.stringify(MODULE)};
      const metrics = createCloudWatchMetrics('vmotion-ops-prod');
      metrics.count('JobsEnded', 1, { state: 'done' });
      metrics.count('SoapCallsPerSlice', 17);`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    expect(stderr).toBe('');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    const directive = (name: string, dimensions: string[]) => ({
      Timestamp: expect.any(Number) as number,
      CloudWatchMetrics: [
        { Namespace: 'vmotion-ops-prod', Dimensions: [dimensions], Metrics: [{ Name: name, Unit: 'Count' }] },
      ],
    });
    expect(lines).toEqual([
      { _aws: directive('JobsEnded', ['service', 'state']), service: 'vmotion-ops', state: 'done', JobsEnded: 1 },
      { _aws: directive('SoapCallsPerSlice', ['service']), service: 'vmotion-ops', SoapCallsPerSlice: 17 },
    ]);
  });
});
