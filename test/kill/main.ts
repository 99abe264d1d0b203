// `npm run kill-walk`: something bad at every call of a story, before it leaves and after its answer. See USAGE.
import { parseArgs } from 'node:util';
import { DEEDS, type Deed, type Side } from './process.ts';
import { STORIES, type Story } from './stories.ts';
import { prepare } from './prepare.ts';
import { tear } from './torn.ts';
import { goOn, groupAlike, record } from './snapshots.ts';
import { type Attack, disturbAt, type Point, type Walked } from './walk.ts';

const PROCESSES = '2';
const SECONDS = '2';
const PROGRESS_EVERY = 20;

const USAGE = `npm run kill-walk                     every call of an enable, before it leaves and after its answer
  --story NAME     ${Object.keys(STORIES).join(', ')}, or all (default enable)
  --how DEED       ${DEEDS.join(', ')} (default SIGKILL)
  --seconds N      how long what is gone stays away (default 2)
  --snapshots      all points of SIGKILL from one run, by copies of its data folder (Linux); alike ones go on once
  --torn           instead: the process dies within a call to the table, between two of its writes or in one (Linux)
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
    snapshots: { type: 'boolean' },
    torn: { type: 'boolean' },
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
const isKnown = how !== undefined && names.every((name) => STORIES[name] !== undefined);
const isCopied = values.snapshots === true || values.torn === true;
const isOffered = !isCopied || how === 'SIGKILL';
if (values.help === true || !isKnown || !isOffered) {
  process.stdout.write(USAGE);
  process.exitCode = values.help === true ? 0 : 2;
} else {
  let failures = 0;
  for (const name of names) {
    const startedAt = performance.now();
    const walk: Walk = { name, story: STORIES[name] as Story, attack: toAttack(how) };
    const told = isCopied ? await walkSnapshots(walk) : await walkStory(walk);
    const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
    process.stdout.write(`${name}: ${told.text}, ${minutes} min\n`);
    failures += told.failed;
  }
  process.exitCode = failures === 0 ? 0 : 1;
}

type Walk = { name: string; story: Story; attack: Attack };
/** `failed`: how many points fell. */
type Told = { failed: number; text: string };

function toAttack(how: Deed): Attack {
  return {
    how,
    seconds: Number(values.seconds ?? SECONDS),
    isTwice: values.twice === true,
    keep: values.keep === true,
  };
}

async function walkStory(walk: Walk): Promise<Told> {
  const { name, story, attack } = walk;
  const prepared = await prepare(story);
  try {
    const points = choosePoints(prepared.calls.length);
    process.stdout.write(`${name}: ${prepared.calls.length} calls, ${points.length} points for ${attack.how}\n`);
    const walked = await walkAll(walk, points, (point) => disturbAt(story, prepared, point, attack));
    // The clock ticks in between, so the last calls are not always reached.
    const hit = walked.filter(({ isHit }) => isHit).length;
    const { failed, text } = sum(walked, points.length);
    return { failed, text: `${hit} hit, ${text}` };
  } finally {
    await prepared.remove();
  }
}

async function walkSnapshots(walk: Walk): Promise<Told> {
  const { name, story, attack } = walk;
  const recorded = await record(story);
  try {
    const calls = Math.max(...recorded.snapshots.map(({ at }) => at));
    const points = choosePoints(calls);
    const isChosen = (one: Point) => points.some(({ at, side }) => at === one.at && side === one.side);
    const chosen = (values.torn === true ? await tear(recorded.snapshots) : recorded.snapshots).filter(isChosen);
    const groups = await groupAlike(chosen);
    const text = `${calls} calls, ${chosen.length} points of which ${groups.length} differ`;
    process.stdout.write(`${name}: ${text}, stood still ${recorded.stoodStillMs} ms at most\n`);
    const walked = await walkAll(walk, groups, async ([first, ...alike]) => {
      if (first === undefined) throw new Error('a group of points has none');
      const one = await goOn(story, first, attack);
      return { ...one, call: alike.length === 0 ? one.call : `${one.call}, and ${alike.length} alike` };
    });
    return sum(walked, groups.length);
  } finally {
    await recorded.remove();
  }
}

function sum(walked: Walked[], points: number): Told {
  const failed = walked.filter(({ problems }) => problems.length > 0).length;
  const left = walked.length < points ? `, ${points - walked.length} not walked` : '';
  return { failed, text: `${walked.length - failed} passed, ${failed} failed${left}` };
}

function choosePoints(calls: number): Point[] {
  const sides: Side[] = values.side === 'before' || values.side === 'after' ? [values.side] : ['before', 'after'];
  const step = Number(values.every ?? '1');
  const all = Array.from({ length: calls }, (_, index) => index + 1).filter((at) => at % step === 0);
  return (values.at === undefined ? all : [Number(values.at)]).flatMap((at) => sides.map((side) => ({ at, side })));
}

async function walkAll<P>(walk: Walk, points: P[], goThrough: (point: P) => Promise<Walked>): Promise<Walked[]> {
  const left = [...points];
  const done: Walked[] = [];
  const until = performance.now() + Number(values.minutes ?? 'Infinity') * 60_000;
  const next = () => (performance.now() < until ? left.shift() : undefined);
  const one = async () => {
    for (let point = next(); point !== undefined; point = next()) {
      const walked = await goThrough(point);
      done.push(walked);
      if (walked.problems.length > 0) tell(walk, walked);
      if (done.length % PROGRESS_EVERY === 0)
        process.stdout.write(`${walk.name}: ${done.length} of ${points.length}\n`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.processes ?? PROCESSES) }, one));
  return done;
}

function tell({ name, attack }: Walk, { at, side, call, problems }: Walked): void {
  const twice = attack.isTwice ? ' --twice' : '';
  const copied = values.torn === true ? ' --torn' : values.snapshots === true ? ' --snapshots' : '';
  process.stdout.write(`FAILED ${side} call ${at} (${call}): ${problems.join('; ')}\n`);
  process.stdout.write(
    `  again: npm run kill-walk -- --story ${name} --how ${attack.how}${twice}${copied} --at ${at} --side ${side}\n`,
  );
}
