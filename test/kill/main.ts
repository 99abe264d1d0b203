// `npm run kill-walk`: something bad at every call of a story, before it leaves and after its answer. See USAGE.
import { parseArgs } from 'node:util';
import { DEEDS, type Deed, type Side } from './process.ts';
import { STORIES, type Story } from './stories.ts';
import { type Attack, disturbAt, type Point, prepare, type Prepared, type Walked } from './walk.ts';

const PROCESSES = '2';
const SECONDS = '2';

const USAGE = `npm run kill-walk                     every call of an enable, before it leaves and after its answer
  --story NAME     ${Object.keys(STORIES).join(', ')}, or all (default enable)
  --how DEED       ${DEEDS.join(', ')} (default SIGKILL)
  --seconds N      how long what is gone stays away (default 2)
  --twice          the process that goes on is disturbed as well
  --every N        every N-th call
  --minutes N      begins with no further point after so long, and says how many are left
  --processes N    how many points at once (default ${PROCESSES}); what waits for a table or a queue needs little
  --at N --side S  one call again, S being before or after
  --keep           keeps the data folder of a point that failed
`;

const { values } = parseArgs({
  options: {
    story: { type: 'string' },
    how: { type: 'string' },
    seconds: { type: 'string' },
    twice: { type: 'boolean' },
    every: { type: 'string' },
    minutes: { type: 'string' },
    processes: { type: 'string' },
    at: { type: 'string' },
    side: { type: 'string' },
    keep: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

const names = values.story === 'all' ? Object.keys(STORIES) : [values.story ?? 'enable'];
const how = DEEDS.find((deed) => deed === (values.how ?? 'SIGKILL'));
if (values.help === true || how === undefined || names.some((name) => STORIES[name] === undefined)) {
  process.stdout.write(USAGE);
  process.exitCode = values.help === true ? 0 : 2;
} else {
  let failures = 0;
  for (const name of names) failures += await walkStory(name, STORIES[name] as Story, how);
  process.exitCode = failures === 0 ? 0 : 1;
}

/** How many points fell. */
async function walkStory(name: string, story: Story, deed: Deed): Promise<number> {
  const startedAt = performance.now();
  const prepared = await prepare(story);
  try {
    const attack: Attack = {
      how: deed,
      seconds: Number(values.seconds ?? SECONDS),
      isTwice: values.twice === true,
      keep: values.keep === true,
    };
    const points = choosePoints(prepared.calls.length);
    process.stdout.write(`${name}: ${prepared.calls.length} calls, ${points.length} points for ${deed}\n`);
    const walked = await walkAll({ name, story, prepared, attack }, points);
    const failed = walked.filter(({ problems }) => problems.length > 0).length;
    // The clock ticks in between, so the last calls are not always reached.
    const hit = walked.filter(({ isHit }) => isHit).length;
    const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
    const left = walked.length < points.length ? `, ${points.length - walked.length} not walked` : '';
    const passed = walked.length - failed;
    process.stdout.write(`${name}: ${hit} hit, ${passed} passed, ${failed} failed${left}, ${minutes} min\n`);
    return failed;
  } finally {
    await prepared.remove();
  }
}

function choosePoints(calls: number): Point[] {
  const sides: Side[] = values.side === 'before' || values.side === 'after' ? [values.side] : ['before', 'after'];
  const step = Number(values.every ?? '1');
  const all = Array.from({ length: calls }, (_, index) => index + 1).filter((at) => at % step === 0);
  return (values.at === undefined ? all : [Number(values.at)]).flatMap((at) => sides.map((side) => ({ at, side })));
}

type Walk = { name: string; story: Story; prepared: Prepared; attack: Attack };

async function walkAll(walk: Walk, points: Point[]): Promise<Walked[]> {
  const left = [...points];
  const done: Walked[] = [];
  const until = performance.now() + Number(values.minutes ?? 'Infinity') * 60_000;
  const next = () => (performance.now() < until ? left.shift() : undefined);
  const one = async () => {
    for (let point = next(); point !== undefined; point = next()) {
      const walked = await disturbAt(walk.story, walk.prepared, point, walk.attack);
      done.push(walked);
      if (walked.problems.length > 0) tell(walk, walked);
    }
  };
  await Promise.all(Array.from({ length: Number(values.processes ?? PROCESSES) }, one));
  return done;
}

function tell({ name, attack }: Walk, { at, side, call, problems }: Walked): void {
  const twice = attack.isTwice ? ' --twice' : '';
  process.stdout.write(`FAILED ${side} call ${at} (${call}): ${problems.join('; ')}\n`);
  process.stdout.write(
    `  again: npm run kill-walk -- --story ${name} --how ${attack.how}${twice} --at ${at} --side ${side}\n`,
  );
}
