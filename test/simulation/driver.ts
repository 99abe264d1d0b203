// Time, queues and functions of one run: turn by turn, each drawn from the seed.
import type { AlarmSignal } from '../../shared/domain/alarm-signal.ts';
import type { CardNotice, JobMessage, NoticeMessage, Queue } from '../../shared/ports.ts';
import { objectOfSignal } from './alarms.ts';
import { createFunctions } from './invoke.ts';
import { heads, put, type Queued } from './queues.ts';
import type { Run } from './run.ts';
import { createStage } from './stage.ts';

const TICK_MS = 60_000;
/** How much later than sent a message may come. */
const DELAY_MS = 240_000;
/** Turns of the driver before a run counts as one that never ends. */
const TURNS_MAX = 20_000;

/** What happens beside the queues. `isClockWell`: its round went through. */
export type Beside = { eachMinute(isClockWell: boolean): Promise<void>; eachTurn(): Promise<void> };

export type Driver = {
  /** Plays stories at the same time: a turn begins when all of them wait for one. Rejects with what broke first. */
  play(stories: (() => Promise<void>)[]): Promise<void>;
  /** For a story: turns until nothing is at work for the cluster, or for any, and `isQuiet`. */
  untilQuiet(isQuiet: () => Promise<boolean>, cluster?: string): Promise<void>;
  sendAlarm(signal: AlarmSignal, visibleAt: number): void;
  /** `notices`: of jobs and of cards. */
  left(): { jobs: number; notices: number; alarms: number };
};

export function createDriver(run: Run, beside: Beside): Driver {
  const { world, random, chances } = run;
  const { clock } = world;
  const jobs: Queued<JobMessage>[] = [];
  const notices: Queued<NoticeMessage>[] = [];
  const cards: Queued<CardNotice>[] = [];
  const alarms: Queued<AlarmSignal>[] = [];
  const now = () => clock.now().getTime();
  const send = <T>(all: Queued<T>[], message: T) => {
    const isLate = chances.happens('delay', run.weather().delay);
    put(all, message, now() + (isLate ? random.below(DELAY_MS) : 0));
    // The same message once more, now or later: a queue delivers at least once.
    if (chances.happens('second-copy', run.weather().crash * 3)) put(all, message, now() + random.below(90_000));
  };
  const clusters = new Map<string, string>();
  const queue: Queue = {
    async sendJob(message) {
      clusters.set(message.jobId, message.cluster);
      send(jobs, message);
    },
    async sendNotice(message) {
      if ('card' in message) send(cards, message);
      else send(notices, message);
    },
  };
  world.parts.queue.sendJob = queue.sendJob;
  world.parts.queue.sendNotice = queue.sendNotice;
  const functions = createFunctions(run, queue, (jobId) => clusters.get(jobId));

  world.hear = functions.hear;

  let lastTick = 0;
  const turn = async (): Promise<void> => {
    const choices: (() => void)[] = [
      ...heads(jobs, ({ cluster }) => cluster, clock).map((item) => () => functions.deliverJob(item, jobs)),
      ...heads(notices, ({ jobId }) => jobId, clock).map((item) => () => functions.deliverNotice(item, notices)),
      ...heads(cards, ({ card }) => card, clock).map((item) => () => functions.deliverNotice(item, cards)),
      ...heads(alarms, objectOfSignal, clock).map((item) => () => functions.deliverAlarm(item, alarms)),
    ];
    if (choices.length > 0 && random.chance(0.8)) random.pick(choices)();
    // While messages wait out their invisibility time may pass faster.
    await clock.advance(choices.length > 0 ? 50 + random.below(500) : 5_000);
    if (now() - lastTick >= TICK_MS) {
      lastTick = now();
      await beside.eachMinute(await functions.runClock());
    }
    await beside.eachTurn();
    run.throwFound();
  };

  const stage = createStage();
  return {
    play: (stories) => stage.play(stories, turn),
    async untilQuiet(isQuiet, cluster) {
      for (let turns = 0; turns < TURNS_MAX; turns += 1) {
        if (functions.running(cluster) === 0 && (await isQuiet())) return;
        await stage.nextTurn();
      }
      const waiting = `${jobs.length} job messages, ${notices.length} notices, ${cards.length} of cards`;
      throw new Error(`never quiet: ${waiting}, ${functions.running()} running`);
    },
    sendAlarm: (signal, visibleAt) => put(alarms, signal, visibleAt),
    left: () => ({ jobs: jobs.length, notices: notices.length + cards.length, alarms: alarms.length }),
  };
}
