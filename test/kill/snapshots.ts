// What a SIGKILL at each call of a story leaves, from one run of it: at each call the process stands still while its
// data folder is copied. Each copy goes on by itself, at the time of day at which it was taken.
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finish } from './finish.ts';
import { inFolder } from './in-folder.ts';
import { type Begun, begin, playWhole } from './prepare.ts';
import { playOn, type Story } from './stories.ts';
import { type Attack, keep, type Point, secondOf, toDisturbance, type Walked } from './walk.ts';

/** `takenAt`: milliseconds since 1970. */
export type Snapshot = Point & { call: string; takenAt: number; folder: string };

/** `stoodStillMs`: how long the process did at most, for one copy. */
export type Recorded = Begun & { snapshots: Snapshot[]; stoodStillMs: number };

/** Plays the story once and copies its data folder at each of its calls, before it leaves and when its answer has come.
 * In the order in which they were taken. Throws where the machine has too much to do for it. */
export async function record(story: Story): Promise<Recorded> {
  const begun = await begin(story);
  const taken = join(begun.root, 'taken');
  await playWhole(story, begun, async (data) => {
    await rm(taken, { recursive: true, force: true });
    await mkdir(taken);
    return { DISTURB_SNAPSHOTS: taken, DISTURB_DATA: data };
  });
  const stoodStillMs = Number(await readFile(join(taken, 'longest'), 'utf8'));
  return { ...begun, snapshots: await readSnapshots(taken), stoodStillMs };
}

/** In the order in which they were taken. */
export async function readSnapshots(taken: string): Promise<Snapshot[]> {
  const lines = (await readFile(join(taken, 'index'), 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const snapshot = JSON.parse(line) as Omit<Snapshot, 'folder'>;
    return { ...snapshot, folder: join(taken, `${snapshot.at}-${snapshot.side}`) };
  });
}

/** Those whose rows and hosts are byte for byte the same are one: nothing else outlives a process, its queues least of
 * all. The first of each is first. */
export async function groupAlike(snapshots: Snapshot[]): Promise<Snapshot[][]> {
  const digests = await Promise.all(snapshots.map(({ folder }) => digestOf(folder)));
  const indexes = Map.groupBy(snapshots.keys(), (index) => digests[index]);
  return [...indexes.values()].map((group) => group.map((index) => snapshots[index] as Snapshot));
}

// The lock's holder is dead in any case, and nobody reads logs.
const SAYS_NOTHING = /(^|\/)(lock(\..*)?|LOCK|LOG|LOG\.old|vmotion-ops\.log)$/;

async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  for (const file of files.toSorted()) {
    const name = file.slice(folder.length + 1);
    if (SAYS_NOTHING.test(name)) continue;
    const content = await readFile(file);
    hash.update(`${name} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** Lets a copy go on as if its process had died then; then finishes the story as people would. */
export async function goOn(
  story: Story,
  { folder, takenAt, call, at, side }: Snapshot,
  attack: Attack,
): Promise<Walked> {
  return inFolder(async (root) => {
    const data = join(root, 'data');
    await cp(folder, data, { recursive: true });
    // It is long ago by now. What was held then is still held.
    const then = { CLOCK_SHIFT_SECONDS: String((takenAt - Date.now()) / 1000) };
    if (attack.isTwice) await playOn(data, story.finish, { ...then, ...toDisturbance(secondOf({ at, side }), attack) });
    const problems = await finish(data, story.finish, then);
    if (attack.keep && problems.length > 0) problems.push(`kept in ${await keep(folder)}`);
    return { at, side, call, isHit: true, problems };
  });
}
