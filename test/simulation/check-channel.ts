// What people see, against what the rows say.
import type { Job } from '../../shared/domain/job.ts';
import type { World } from '../support/world.ts';
import { violate } from './violation.ts';

/** The channel shows each job's end, in a message that stands there. */
export async function checkChannel(world: World, jobs: Job[]): Promise<void> {
  const messages = world.chat.messages();
  for (const job of jobs) {
    const notice = await world.parts.store.notices.find(job.id);
    const message = messages.find((one) => one.ts === notice?.ts);
    if (message === undefined) violate('the channel shows every end', `${job.id} has no message`);
    const stored = await world.job(job.id);
    const records = await world.parts.store.records.list(job.id);
    const cells = stored.matrix === undefined ? [] : await world.parts.store.matrix.list(job.id);
    const wanted = world.render(stored, { records, cells }, world.clock.now());
    if (message.text !== wanted.text)
      violate('the channel shows every end', `${job.id} is ${stored.state}, the channel says "${message.text}"`);
  }
}

/** The thread has everything that belongs there, and a crash says one thing again at most. A notifier that stood still so
 * long that another one took over says everything again that it was about to say: then nothing is said more often than
 * somebody had a reason to. */
export async function checkThread(
  world: World,
  job: Job,
  { repeats, isOvertaken }: { repeats: number; isOvertaken: boolean },
): Promise<void> {
  const { store } = world.parts;
  const stored = await world.job(job.id);
  const notice = await store.notices.find(job.id);
  const records = await store.records.list(job.id);
  const cells = stored.matrix === undefined ? [] : await store.matrix.list(job.id);
  const isPosted = (key: string) => notice?.posted?.[key] !== undefined;
  const owed = world.thread(stored, { records, cells }, isPosted);
  if (owed.length > 0) violate('the thread is complete', `${job.id} owes ${owed.map((item) => item.kind).join(', ')}`);
  // A message that was posted anew after a crash has a thread of its own.
  const said = world.chat.replies().filter((reply) => reply.text.includes(job.id) || reply.threadTs === notice?.ts);
  const told = [...said.map((reply) => `${reply.threadTs} ${reply.text}`), ...filesOf(world, job)];
  checkRepeats(job.id, told, { repeats, isOvertaken });
}

export function checkRepeats(
  job: string,
  told: readonly string[],
  { repeats, isOvertaken }: { repeats: number; isOvertaken: boolean },
): void {
  const counts = [...Map.groupBy(told, (one) => one)].map(([one, all]) => ({ one, again: all.length - 1 }));
  const most = counts.reduce((a, b) => (b.again > a.again ? b : a), { one: '', again: 0 });
  const again = isOvertaken ? most.again : counts.reduce((sum, count) => sum + count.again, 0);
  if (again > repeats)
    violate('a crash repeats one reply', `${job}: ${again} again after ${repeats} repeats: ${most.one.slice(0, 200)}`);
}

function filesOf(world: World, job: Job): string[] {
  return world.chat
    .files()
    .filter((file) => file.title.includes(job.id))
    .map((file) => `${file.threadTs} ${file.title}`);
}
