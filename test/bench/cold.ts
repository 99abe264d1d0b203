// Every function as it is built for AWS: its size, the parts that weigh most, and what a cold start takes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { BUNDLE_BYTES_MAX, type Bundle, bundleFunctions, type FunctionName } from '../../infra/aws/bundle.ts';
import { buildChild } from './build-child.ts';
import { startLocalAwsPlace } from './local-aws-place.ts';
import { atMost, type Figure, type Measurement } from './measurement.ts';
import { runChild } from './run-child.ts';

const STARTS = 5;
const PARTS_SHOWN = 5;

const childSchema = z.object({ importMs: z.number(), firstMs: z.number() });

const aMessage = (body: object) => ({
  Records: [{ messageId: 'm', body: JSON.stringify(body), attributes: { MessageGroupId: 'g' } }],
});

/** An event that each function answers after it has built all its parts, and that gives it next to nothing to do. */
const EVENTS: Record<FunctionName, object> = {
  slack: { headers: {}, body: '', isBase64Encoded: false },
  alarm: { headers: {}, body: '', requestContext: { http: { method: 'POST', path: '/alarm/json' } } },
  worker: aMessage({ jobId: 'j-000000', cluster: 'cluster-a', cursor: 0, attempt: 0 }),
  notifier: aMessage({ jobId: 'j-000000', version: 1, attempt: 0 }),
  clock: { source: 'aws.scheduler' },
};

export const cold: Measurement = {
  about: 'every function as built: size, heaviest parts, import, first event',
  async measure(progress) {
    progress('building the functions');
    const folder = await mkdtemp(join(tmpdir(), 'vmotion-ops-cold-'));
    const aws = await startLocalAwsPlace({ signingSecret: 'a-signing-secret-of-the-bench', botToken: 'xoxb-bench' });
    try {
      const child = join(folder, 'child.mjs');
      const [bundles] = await Promise.all([bundleFunctions(folder), buildChild('cold-child.ts', child)]);
      const figures: Figure[] = [];
      for (const bundle of bundles) {
        progress(`${STARTS} cold starts of ${bundle.name}`);
        const file = join(folder, bundle.name, 'index.mjs');
        const env = { ...aws.env, FUNCTION_FILE: file, EVENT: JSON.stringify(EVENTS[bundle.name]) };
        figures.push(...sizesOf(bundle), ...(await startsOf(bundle.name, child, env)));
      }
      return figures;
    } finally {
      await aws.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function sizesOf({ name, bytes, parts }: Bundle): Figure[] {
  return [
    { what: `${name}: minified`, value: bytes / 1000, unit: 'KB', bound: atMost(BUNDLE_BYTES_MAX[name] / 1000) },
    ...parts
      .slice(0, PARTS_SHOWN)
      .map((part) => ({ what: `${name}: of that ${part.name}`, value: part.bytes / 1000, unit: 'KB' })),
  ];
}

/** What others do on the machine can only add to it, so the fastest start is nearest to the truth. */
async function startsOf(name: FunctionName, child: string, env: Record<string, string>): Promise<Figure[]> {
  const starts: z.infer<typeof childSchema>[] = [];
  for (let run = 0; run < STARTS; run += 1) {
    const { exitCode, stdout } = await runChild([child], { env });
    if (exitCode !== 0) throw new Error(`${name} ended with ${exitCode}`);
    starts.push(childSchema.parse(JSON.parse(stdout)));
  }
  const fastest = (pick: keyof z.infer<typeof childSchema>) => Math.min(...starts.map((start) => start[pick]));
  return [
    { what: `${name}: import, fastest of ${STARTS} starts`, value: fastest('importMs'), unit: 'ms' },
    { what: `${name}: first event, with its calls to emulators`, value: fastest('firstMs'), unit: 'ms' },
  ];
}
