// The Slack function as it is built for AWS: its size, its cold start, and a command once it is warm.
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { bundleCode, bundleFunctions } from '../../infra/aws/bundle.ts';
import { buildChild } from './build-child.ts';
import { startLocalAwsPlace } from './local-aws-place.ts';
import { atMost, type Measurement } from './measurement.ts';
import { median } from './median.ts';
import { runChild } from './run-child.ts';

const STARTS = 7;
const WARM_RUNS = 100;
/** Commands that the function's code is still being compiled in. */
const WARM_UP = 20;
const SIGNING_SECRET = 'a-signing-secret-of-the-bench';

const timingSchema = z.object({ ms: z.number(), waitedMs: z.number(), cpuMs: z.number() });
const childSchema = z.object({ imported: timingSchema, first: timingSchema, warm: z.array(timingSchema) });
type Timing = z.infer<typeof timingSchema>;

export const slack: Measurement = {
  about: 'the Slack function as built: size, cold start, a warm command',
  async measure(progress) {
    progress('building the functions');
    const folder = await mkdtemp(join(tmpdir(), 'vmotion-ops-bench-'));
    const aws = await startLocalAwsPlace({ signingSecret: SIGNING_SECRET, botToken: 'xoxb-bench' });
    try {
      const child = join(folder, 'child.mjs');
      const peer = join(folder, 'peer.mjs');
      await Promise.all([
        bundleFunctions(folder),
        bundleCode("export { handler } from './test/bench/slack-peer.ts';", peer),
        buildChild('slack-child.ts', child),
      ]);
      const file = join(folder, 'slack', 'index.mjs');
      const env = { ...aws.env, SIGNING_SECRET, FUNCTION_FILE: file, FUNCTION_EXPORT: 'handler' };
      const starts: z.infer<typeof childSchema>[] = [];
      const peers: z.infer<typeof childSchema>[] = [];
      for (let run = 1; run <= STARTS; run += 1) {
        progress(`cold start ${run} of ${STARTS}`);
        starts.push(await start(child, { ...env, WARM_RUNS: String(run === 1 ? WARM_RUNS : 1) }));
        peers.push(await start(child, { ...env, FUNCTION_FILE: peer }));
      }
      const cold = starts.map(coldMs);
      const imports = starts.map(({ imported }) => imported.ms);
      const waited = median(starts.map(({ first }) => first.waitedMs));
      const warm = (starts[0]?.warm ?? []).slice(WARM_UP);
      // What others do on the machine can only add to it, so the fastest start is nearest to the truth.
      const title = `fastest of ${STARTS} starts`;
      return [
        { what: 'minified', value: (await stat(file)).size / 1e6, unit: 'MB', bound: atMost(1) },
        { what: `import and first signed command, ${title}`, value: Math.min(...cold), unit: 'ms', bound: atMost(120) },
        { what: `import and first signed command, middle of ${STARTS} starts`, value: median(cold), unit: 'ms' },
        {
          what: 'the same as time on processors, of all threads, with what the waiting took',
          value: median(starts.map(({ imported, first }) => imported.cpuMs + first.cpuMs)),
          unit: 'ms',
        },
        { what: 'the import alone', value: Math.min(...imports), unit: 'ms' },
        {
          what: 'beside it: the same of Bolt with one read of a row',
          value: Math.min(...peers.map(coldMs)),
          unit: 'ms',
        },
        { what: 'beside it: waiting for table and secret, here emulators', value: waited, unit: 'ms' },
        { what: 'warm command beside its table calls', value: median(warm.map(ownMs)), unit: 'ms', bound: atMost(5) },
      ];
    } finally {
      await aws.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const coldMs = ({ imported, first }: z.infer<typeof childSchema>): number => imported.ms + ownMs(first);

const ownMs = ({ ms, waitedMs }: Timing): number => ms - waitedMs;

async function start(child: string, env: Record<string, string>): Promise<z.infer<typeof childSchema>> {
  const { exitCode, stdout } = await runChild([child], { env });
  if (exitCode !== 0) throw new Error(`the function's process ended with ${exitCode}`);
  return childSchema.parse(JSON.parse(stdout));
}
