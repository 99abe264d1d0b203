// What one seed reaches, noted where it shows: in rows as they are written, in replies, in cards and in the log.
import type { AlarmCard } from '../../shared/domain/card.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { Reply } from '../../shared/domain/reply.ts';
import type { World } from '../support/world.ts';

export type Reached = {
  note(what: string): void;
  /** Sorted; each once. */
  all(): Promise<string[]>;
};

/** Names: "state:done", "move:applying > verifying", "kind:enable", "outcome:kept", "code:frozen", "card:ask",
 * "verdict:cooling", "by:rule". */
export function watchReached(world: World): Reached {
  const reached = new Set<string>();
  const note = (what: string) => void reached.add(what);
  const states = new Map<string, string>();
  const noteJob = (job: Job) => {
    const before = states.get(job.id);
    if (before !== undefined && before !== job.state) note(`move:${before} > ${job.state}`);
    states.set(job.id, job.state);
    note(`state:${job.state}`);
    note(`kind:${job.kind}`);
    note(`by:${job.origin === undefined ? (job.requestedBy === 'schedule' ? 'schedule' : 'person') : 'rule'}`);
    if (job.stalledSince !== undefined) note('state:stalled');
    for (const { outcome } of job.hosts) note(`outcome:${outcome}`);
    for (const { code } of [job.failure, job.trouble, ...(job.plan?.findings ?? [])].flatMap((one) => one ?? []))
      note(`code:${code}`);
  };
  const { jobs } = world.parts.store;
  const { create, save } = jobs;
  jobs.create = async (job) => {
    const isNew = await create(job);
    if (isNew) noteJob(job);
    return isNew;
  };
  jobs.save = async (job) => {
    await save(job);
    noteJob(job);
  };
  const noteCard = (card: AlarmCard) => {
    note(`card:${card.state}`);
    if (card.held !== undefined) note(`verdict:${card.held.verdict}`);
    if (card.cluster === undefined) note('verdict:unplaced');
    if (card.job !== undefined) note(`verdict:${card.job.isFirst === true ? 'test-first' : verdictOf(card.job.mode)}`);
  };
  const { cards } = world.parts.store;
  const [createCard, saveCard] = [cards.create, cards.save];
  cards.create = async (card) => {
    noteCard(card);
    return createCard(card);
  };
  cards.save = async (card) => {
    noteCard(card);
    await saveCard(card);
  };
  const noteReply = (reply: Reply): Reply => {
    note(`reply:${reply.kind}`);
    if (reply.kind === 'refused') note(`code:${reply.code}`);
    return reply;
  };
  const { type, press } = world;
  world.type = async (...of) => noteReply(await type(...of));
  world.press = async (request) => noteReply(await press(request));
  return {
    note,
    async all() {
      for (const [, on, from, to] of world.logLines.join('\n').matchAll(MOVED)) note(`event:${on} at ${from} > ${to}`);
      for (const [, code] of world.logLines.join('\n').matchAll(/"code":"([a-z-]+)"/g)) note(`code:${code}`);
      return [...reached].toSorted();
    },
  };
}

const MOVED = /"event":"job-moved".*?"on":"([a-z-]+)","from":"([a-z-]+)","to":"([a-z-]+)"/g;

const verdictOf = (mode: 'auto' | 'ask'): string => (mode === 'auto' ? 'act' : 'ask');
