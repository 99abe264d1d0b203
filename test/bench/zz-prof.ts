import { bundleFunctions } from '../../infra/aws/bundle.ts';
import { startLocalAwsPlace } from './local-aws-place.ts';
import { runChild } from './run-child.ts';
const aws = await startLocalAwsPlace({ signingSecret: 's', botToken: 'xoxb-bench' });
await bundleFunctions('/tmp/prof/dist');
const env = { ...aws.env, SIGNING_SECRET: 's', FUNCTION_FILE: '/tmp/prof/dist/slack/index.mjs', FUNCTION_EXPORT: 'handler', WARM_RUNS: '1' };
const med = (v: number[]) => v.sort((a, b) => a - b)[Math.floor(v.length / 2)]!;
const files = process.argv.slice(2); const acc: Record<string, any[]> = {};
for (let i = 0; i < 9; i++) for (const f of files) (acc[f] ??= []).push(JSON.parse((await runChild(['test/bench/slack-child.ts'], { env: { ...env, FUNCTION_FILE: f, FUNCTION_EXPORT: 'handler' } })).stdout));
for (const f of files) { const a = acc[f]!; const sums = a.map((c) => c.imported.ms + c.first.ms - c.first.waitedMs); console.log(f.split('/').slice(-2).join('/'), 'wall med', med(sums.slice()).toFixed(0), 'min', Math.min(...sums).toFixed(0), 'cpu med', med(a.map((c) => c.imported.cpuMs + c.first.cpuMs)).toFixed(0), 'min', Math.min(...a.map((c) => c.imported.cpuMs + c.first.cpuMs)).toFixed(0)); }
await aws.stop();
