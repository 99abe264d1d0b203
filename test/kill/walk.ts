// Disturbs the local place at each of its calls in turn, starts it again on the same data, and looks at what it left.
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LAB_CLUSTERS } from '../../infra/lab/vcenter/topology.ts';
import { createLabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { keepHosts } from '../../infra/local/lab-hosts-file.ts';
import { compareVcenter, readLeftovers, readVcenter } from './leftovers.ts';
import type { Deed, Disturbance, Played, Side } from './process.ts';
import { type Acted, HOSTS, playOn, type Story } from './stories.ts';

export type Point = { at: number; side: Side };
/** `isTwice`: the process that goes on is disturbed too. `seconds`: how long what is gone stays away. `keep`: the data
 * folder of a point that failed. */
export type Attack = { how: Deed; seconds: number; isTwice: boolean; keep: boolean };
/** `problems` is empty where everything is as it should be. `isHit`: false where the run was over before. */
export type Walked = Point & { call: string; isHit: boolean; problems: string[] };

const ROUNDS_MAX = 3;

/** A story's data folder before anything bad happens, and every call that it makes undisturbed. */
export type Prepared = { folder: string; calls: string[]; remove(): Promise<void> };

/** Plays the story's beginning once, and once whole, to count its calls. Throws where the machine has too much to do for
 * either. */
export async function prepare(story: Story): Promise<Prepared> {
  const root = await mkdtemp(join(tmpdir(), 'vmotion-kill-'));
  const folder = join(root, 'before');
  await untilAnswered(() => playOn(folder, story.prepare ?? ['/vmotion help']));
  const file = join(root, 'calls');
  await untilAnswered(async () => {
    const data = join(root, 'counted');
    await rm(data, { recursive: true, force: true });
    await rm(file, { force: true });
    await cp(folder, data, { recursive: true });
    return story.act(['--data', data], { DISTURB_COUNT_FILE: file });
  });
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  return {
    folder,
    calls: lines.map((line) => line.slice(line.indexOf(' ') + 1)),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

async function untilAnswered(play: () => Promise<Acted>): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const acted = await play();
    if (acted.code === 0 && !isUnanswered(acted)) return;
  }
  throw new Error('the story can’t be played undisturbed: is there too much to do for this machine?');
}

/** Slack, or the product itself, gave up on an answer. */
function isUnanswered({ answers }: Pick<Acted, 'answers'>): boolean {
  return answers.some(({ text }) => /timeout|timed out|answer-late/i.test(text));
}

/** Disturbs the story at this point; then finishes it as people would. */
export async function disturbAt(story: Story, prepared: Prepared, point: Point, attack: Attack): Promise<Walked> {
  return inFolder(async (root) => {
    const folder = join(root, 'data');
    await cp(prepared.folder, folder, { recursive: true });
    const acted = await story.act(['--data', folder], toDisturbance(point, attack));
    if (attack.isTwice) await playOn(folder, story.finish, toDisturbance(secondOf(point), attack));
    const problems = [...judgeEnd(acted, attack), ...(await finish(folder, story.finish))];
    if (attack.keep && problems.length > 0) problems.push(`kept in ${await keep(folder)}`);
    const call = prepared.calls[point.at - 1] ?? 'one more call';
    return { ...point, call, isHit: isHit(acted, attack), problems };
  });
}

async function keep(folder: string): Promise<string> {
  const kept = await mkdtemp(join(tmpdir(), 'vmotion-kill-kept-'));
  await cp(folder, kept, { recursive: true });
  return kept;
}

function toDisturbance({ at, side }: Point, { how, seconds }: Attack): Disturbance {
  return {
    DISTURB_AT: String(at),
    DISTURB_SIDE: side,
    DISTURB_HOW: how,
    DISTURB_SECONDS: String(seconds),
  };
}

/** Another point for each point, on the other side of the call. */
function secondOf({ at, side }: Point): Point {
  return { at: ((at * 7) % 40) + 1, side: side === 'before' ? 'after' : 'before' };
}

function isHit({ code, signal }: Acted, { how }: Attack): boolean {
  if (how === 'SIGKILL') return signal === 'SIGKILL';
  return how === 'disk-full' ? code === 10 : true;
}

/** What the disturbed process itself owes: an end of its own has a reason and a remedy. */
function judgeEnd({ code, signal, err }: Acted, { how }: Attack): string[] {
  if (how === 'SIGKILL' || how === 'SIGTERM' || how === 'SIGINT') return [];
  const problems: string[] = [];
  if (signal !== null) problems.push(`the process was ended by ${signal}`);
  if (/^ {4}at .*:\d+:\d+\)?$/m.test(err)) problems.push(`a stack was printed: ${err.slice(-400)}`);
  if (how === 'disk-full' && code === 10 && !err.includes('can’t be written') && !err.includes("can't be written"))
    problems.push(`it ended without saying why: ${err.slice(-200)}`);
  return problems;
}

/** Goes on until the hosts are as they were. A command that took longer than Slack waits is typed again, as a person
 * would: what counts is what the rows and vCenter say. */
async function finish(folder: string, commands: string[]): Promise<string[]> {
  let problems: string[] = [];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { jobs } = await readLeftovers(folder);
    // Nothing but a person lets a paused job go on.
    const paused = jobs.filter(({ state }) => state === 'paused').map(({ id }) => `/vmotion resume ${id}`);
    const played = await playOn(folder, [...paused, ...commands]);
    if (played.answers.length === 0) return [`exit code ${played.code}: ${played.err.slice(-300)}`];
    problems = [...judgeHosts(played), ...(await judgeFolder(folder))];
    // Where the wish to pause was all that the disturbed process had left, the job has come to rest only now.
    const isPaused = problems.some((problem) => problem.endsWith(' is still paused'));
    if (!isPaused && !problems.includes(UNFINISHED)) return problems;
  }
  return problems;
}

const UNFINISHED = 'nothing was answered';

/** Jobs that ended otherwise than well, and hosts that an enable left with too little or twice. */
function judgeHosts({ jobs, answers }: Played): string[] {
  const problems: string[] = [];
  for (const { id, kind, state, hosts, failure } of jobs) {
    // What the disturbed process had asked for has been carried out meanwhile.
    const isOver = failure?.code === 'nothing-to-revert';
    // One that came to rest and goes on stands here twice; what became of it in the end the rows say.
    if (state === 'paused') continue;
    if (!['done', 'in-place'].includes(state) && !isOver)
      problems.push(`${kind} ${id} ended ${state}: ${failure?.code} ${failure?.what}`);
    if (kind !== 'enable') continue;
    for (const host of hosts) {
      const groups = host.after?.vmks.filter(({ netstack }) => netstack === 'vmotion').map((vmk) => vmk.portGroup);
      if (groups?.toSorted().join() !== 'vMotion-A,vMotion-B')
        problems.push(`${host.name} has ${groups?.join() ?? 'nothing'} after ${id}`);
    }
  }
  // Too much to do for this machine: the command is typed again.
  return isUnanswered({ answers }) ? [UNFINISHED, ...problems] : problems;
}

async function judgeFolder(folder: string): Promise<string[]> {
  const { problems } = await readLeftovers(folder);
  return [...problems, ...compareVcenter(await untouchedHosts(), await readVcenter(folder))];
}

let untouched: ReturnType<typeof readVcenter> | undefined;

/** The lab's hosts as every lab of this size has them at first. */
function untouchedHosts(): ReturnType<typeof readVcenter> {
  untouched ??= inFolder(async (folder) => {
    const { model } = createLabVcenter({ hosts: HOSTS, clusters: LAB_CLUSTERS, scenarios: [], latency: 'none' });
    keepHosts(model, join(folder, 'lab-hosts.json'));
    return readVcenter(folder);
  });
  return untouched;
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'vmotion-kill-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
