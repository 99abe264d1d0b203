// Disturbs the local place at each of its calls in turn, starts it again on the same data, and looks at what it left.
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finish } from './finish.ts';
import { inFolder } from './in-folder.ts';
import type { Prepared } from './prepare.ts';
import type { Deed, Disturbance, Side } from './process.ts';
import { type Acted, playOn, type Story } from './stories.ts';

export type Point = { at: number; side: Side };
/** `isTwice`: the process that goes on is disturbed too. `seconds`: how long what is gone stays away. `keep`: the data
 * folder of a point that failed. */
export type Attack = { how: Deed; seconds: number; isTwice: boolean; keep: boolean };
/** `problems` is empty where everything is as it should be. `isHit`: false where the run was over before. */
export type Walked = Point & { call: string; isHit: boolean; problems: string[] };

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

/** Where it is kept. */
export async function keep(folder: string): Promise<string> {
  const kept = await mkdtemp(join(tmpdir(), 'vmotion-kill-kept-'));
  await cp(folder, kept, { recursive: true });
  return kept;
}

export function toDisturbance({ at, side }: Point, { how, seconds }: Attack): Disturbance {
  return {
    DISTURB_AT: String(at),
    DISTURB_SIDE: side,
    DISTURB_HOW: how,
    DISTURB_SECONDS: String(seconds),
  };
}

/** Another point for each point, on the other side of the call. */
export function secondOf({ at, side }: Point): Point {
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
