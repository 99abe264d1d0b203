// What a newcomer waits for: the real command line, from its start.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { below, type Measurement } from './measurement.ts';
import { median } from './median.ts';
import { type ChildResult, runChild } from './run-child.ts';

const ROOT = new URL('../../', import.meta.url);
const RUNS = 3;

const documentSchema = z.object({
  exitCode: z.number(),
  jobs: z.array(z.object({ state: z.string(), durationMs: z.number() })).min(1),
});

export const lab: Measurement = {
  about: 'npm start: until it is ready, and until a change of four hosts is done',
  async measure(progress) {
    const ready: number[] = [];
    const whole: number[] = [];
    const job: number[] = [];
    for (let run = 1; run <= RUNS; run += 1) {
      progress(`npm start, run ${run} of ${RUNS}`);
      ready.push(await measureStart());
      progress(`/vmotion enable cluster-a, run ${run} of ${RUNS}`);
      const { ms, document } = await measureEnable();
      whole.push(ms);
      job.push(...document.jobs.map((one) => one.durationMs));
    }
    // What others do on the machine can only add to it, so the fastest run is nearest to the truth.
    const title = `fastest of ${RUNS} runs`;
    return [
      { what: `ready, middle of ${RUNS} runs`, value: median(ready) / 1000, unit: 's' },
      { what: `ready, ${title}`, value: Math.min(...ready) / 1000, unit: 's', bound: below(2) },
      { what: `enable cluster-a on 4 hosts, ${title}`, value: Math.min(...job) / 1000, unit: 's', bound: below(3) },
      { what: 'the same with the start and the end of the process', value: Math.min(...whole) / 1000, unit: 's' },
    ];
  },
};

/** The script that `npm start` runs. */
function startScript(): string {
  const { scripts } = z
    .object({ scripts: z.object({ start: z.string().startsWith('node ') }) })
    .parse(JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')));
  return new URL(scripts.start.slice('node '.length), ROOT).pathname;
}

async function measureStart(): Promise<number> {
  const begin = performance.now();
  let readyMs: number | undefined;
  const result = await runChild([startScript(), '--port', '0'], {
    onOutput(stdout, child) {
      if (readyMs !== undefined || !stdout.includes('is ready')) return;
      readyMs = performance.now() - begin;
      child.kill('SIGINT');
    },
  });
  if (readyMs === undefined) throw new Error(`npm start ended with ${result.exitCode} before it was ready`);
  return readyMs;
}

async function measureEnable(): Promise<ChildResult & { document: z.infer<typeof documentSchema> }> {
  const result = await runChild([startScript(), '/vmotion enable cluster-a', '--approve', '--json']);
  if (result.exitCode !== 0) throw new Error(`the change ended with exit code ${result.exitCode}`);
  return { ...result, document: documentSchema.parse(JSON.parse(result.stdout)) };
}
