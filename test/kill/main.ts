// `npm run kill-walk`: SIGKILL at every call of an enable, before it leaves and after its answer. `-- --every 10` takes
// every tenth, `-- --at 37 --side after` plays one again.
import { parseArgs } from 'node:util';
import { countCalls, killAt, type Point, type Side, type Walked } from './walk.ts';

const PROCESSES = 2;

const { values } = parseArgs({
  options: { every: { type: 'string' }, at: { type: 'string' }, side: { type: 'string' } },
});

const calls = await countCalls();
const points = choosePoints();
process.stdout.write(`${calls.length} calls, ${points.length} deaths\n`);
const failed: Walked[] = [];
let killed = 0;
const left = [...points];
await Promise.all(Array.from({ length: PROCESSES }, walk));
// The clock ticks in between, so the last calls are not always reached.
process.stdout.write(`${killed} killed, ${points.length - failed.length} passed, ${failed.length} failed\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

function choosePoints(): Point[] {
  const sides: Side[] = values.side === 'before' || values.side === 'after' ? [values.side] : ['before', 'after'];
  const step = Number(values.every ?? '1');
  const all = calls.map((_, index) => index + 1).filter((at) => at % step === 0 || step === 1);
  return (values.at === undefined ? all : [Number(values.at)]).flatMap((at) => sides.map((side) => ({ at, side })));
}

async function walk(): Promise<void> {
  for (let point = left.shift(); point !== undefined; point = left.shift()) {
    const walked = await killAt(point, calls);
    if (walked.isKilled) killed += 1;
    if (walked.problems.length === 0) continue;
    failed.push(walked);
    const { at, side, call, problems } = walked;
    process.stdout.write(`FAILED ${side} call ${at} (${call}): ${problems.join('; ')}\n`);
    process.stdout.write(`  again: npm run kill-walk -- --at ${at} --side ${side}\n`);
  }
}
