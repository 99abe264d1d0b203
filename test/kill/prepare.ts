// What a story begins with, and the calls that it makes when nothing happens to it.
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isUnanswered, ROUNDS_MAX } from './finish.ts';
import type { Disturbance } from './process.ts';
import { type Acted, playOn, type Story } from './stories.ts';

/** A story's data folder before anything bad happens. */
export type Begun = { root: string; folder: string; remove(): Promise<void> };

/** And every call that it makes undisturbed. */
export type Prepared = Begun & { calls: string[] };

/** Plays the story's beginning. Throws where the machine has too much to do for it. */
export async function begin(story: Story): Promise<Begun> {
  const root = await mkdtemp(join(tmpdir(), 'vmotion-kill-'));
  const folder = join(root, 'before');
  await untilAnswered(() => playOn(folder, story.prepare ?? ['/vmotion help']));
  return { root, folder, remove: () => rm(root, { recursive: true, force: true }) };
}

/** Plays the story's beginning once, and once whole, to count its calls. Throws where the machine has too much to do for
 * either. */
export async function prepare(story: Story): Promise<Prepared> {
  const begun = await begin(story);
  const file = join(begun.root, 'calls');
  await playWhole(story, begun, async () => {
    await rm(file, { force: true });
    return { DISTURB_COUNT_FILE: file };
  });
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  return { ...begun, calls: lines.map((line) => line.slice(line.indexOf(' ') + 1)) };
}

/** Plays it from its beginning to its end, again where an answer took too long. `watch` is told the data folder each
 * time, and says how the process is watched. */
export async function playWhole(
  story: Story,
  { root, folder }: Begun,
  watch: (data: string) => Promise<Disturbance>,
): Promise<void> {
  const data = join(root, 'whole');
  await untilAnswered(async () => {
    await rm(data, { recursive: true, force: true });
    await cp(folder, data, { recursive: true });
    return story.act(['--data', data], await watch(data));
  });
}

async function untilAnswered(play: () => Promise<Acted>): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const acted = await play();
    if (acted.code === 0 && !isUnanswered(acted)) return;
  }
  throw new Error('the story can’t be played undisturbed: is there too much to do for this machine?');
}
