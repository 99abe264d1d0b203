// The product's functions, each run as Lambda would run it on a message.
import { createSlackPace } from '../../shared/app/pace.ts';
import { createReceiveAlarm } from '../../shared/app/receive-alarm.ts';
import { createReport } from '../../shared/app/report.ts';
import { createReportCard } from '../../shared/app/report-card.ts';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import { createTick } from '../../shared/app/tick.ts';
import type { AlarmSignal } from '../../shared/domain/alarm-signal.ts';
import type { EdgeParts, Parts } from '../../shared/app/parts.ts';
import type { Reply } from '../../shared/domain/reply.ts';
import { OpsError } from '../../shared/errors.ts';
import type { CardNotice, JobMessage, NoticeMessage, Queue, Vsphere } from '../../shared/ports.ts';
import { CARD_RENDERERS } from '../../shared/slack/views/card.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { createLabTransport } from '../support/lab-transport.ts';
import { labNamed, SLICE_MS } from '../support/world.ts';
import { Crash, createProcess, type Fate, mayPause, mortal, type Process } from './faults.ts';
import { badChat, badQueue, badStore } from './service-faults.ts';
import { badWire } from './vcenter-faults.ts';
import { type Queued, RECEIVES_MAX, VISIBILITY_MS } from './queues.ts';
import { type Run, siteNamed } from './run.ts';

/** Whoever stands still with all of its work done, before it tells of it, tells it to a job that has gone on. */
const UNTOLD_FACTOR = 40;

function slowToTell(vsphere: Vsphere, process: Process, fate: Fate): Vsphere {
  return {
    ...vsphere,
    async withSession(...of) {
      const answer = await vsphere.withSession(...of);
      await mayPause(process, fate, 'after its last call to vCenter', UNTOLD_FACTOR);
      return answer;
    },
  };
}

type Work = (process: Process) => Promise<'ok' | 'retry'>;

export type Functions = {
  /** How many are at work: for the cluster and for nobody in particular, or for any. */
  running(cluster?: string): number;
  deliverJob(item: Queued<JobMessage>, all: Queued<JobMessage>[]): void;
  deliverNotice(item: Queued<NoticeMessage | CardNotice>, all: Queued<NoticeMessage | CardNotice>[]): void;
  deliverAlarm(item: Queued<AlarmSignal>, all: Queued<AlarmSignal>[]): void;
  /** One round of the clock. Answers false where it died in it, or something failed. */
  runClock(): Promise<boolean>;
  /** A person's request at the function that hears it. Where that dies or fails, the same request comes again. */
  hear(requestId: string, work: (parts: EdgeParts) => Promise<Reply>): Promise<Reply>;
};

/** Slack gives up after so long, and says so; somebody tries again. */
const RETYPE_MS = 4_000;
const HEARD_MAX = 5;

/** The job or the card that a message is about. */
function subjectOf(message: unknown): string {
  const { jobId, card } = message as Partial<NoticeMessage & CardNotice>;
  return jobId ?? card ?? '';
}

export function createFunctions(run: Run, queue: Queue, clusterOf: (jobId: string) => string | undefined): Functions {
  const { world, fate, say } = run;
  const { clock } = world;
  const running = new Set<{ cluster: string | undefined }>();

  /** Its message comes back when it failed, died or took too long. */
  const invoke = <T>(
    { item, all, cluster }: { item: Queued<T>; all: Queued<T>[]; cluster: string | undefined },
    work: Work,
    abandon: () => Promise<void>,
  ): void => {
    const isOver = () => !all.includes(item);
    const removeItem = () => void all.splice(all.indexOf(item), 1);
    if (item.isInFlight) {
      run.counts.overtaken += 1;
      fate.reach('happening:overtaken');
      say(`whoever is at work on ${JSON.stringify(item.message)} is overtaken`);
      if (item.receives >= RECEIVES_MAX) {
        removeItem();
        abandonLater({ cluster }, abandon);
        return;
      }
    }
    const process = createProcess(fate);
    item.isInFlight = true;
    item.receives += 1;
    item.visibleAt = clock.now().getTime() + VISIBILITY_MS;
    const receipt = item.receives;
    const over = work(process)
      .catch((error: unknown) => {
        if (!process.isCrashed && !(error instanceof Crash)) say(`failed: ${String(error)}`);
        return 'retry' as const;
      })
      .then(async (answer) => {
        // Whatever it made of its own death: nobody heard its answer.
        const result = process.isCrashed ? ('retry' as const) : answer;
        if (process.isCrashed) {
          run.counts.crashes += 1;
          if (isOver() || item.receives !== receipt) run.silenced.add(subjectOf(item.message));
        }
        // Nobody hears whoever comes so late: the message is another one's by now.
        if (isOver() || item.receives !== receipt) return;
        if (result === 'ok') removeItem();
        else if (item.receives >= RECEIVES_MAX) {
          removeItem();
          await abandon();
        } else item.visibleAt = clock.now().getTime() + VISIBILITY_MS;
        item.isInFlight = false;
      });
    keepRunning({ cluster }, over);
  };

  const keepRunning = (one: { cluster: string | undefined }, over: Promise<void>): void => {
    running.add(one);
    void over.finally(() => running.delete(one));
  };
  const abandonLater = (one: { cluster: string | undefined }, abandon: () => Promise<void>): void =>
    keepRunning(one, abandon());

  const partsFor = (process: Process, fate: Fate = run.fate): Parts => ({
    ...world.parts,
    clock: process.clock,
    store: badStore(world.parts.store, process, fate),
    queue: mortal(badQueue(queue, fate), process, fate, 'queue'),
    vsphere: slowToTell(
      createVsphere({
        connect: (vcenter) =>
          createLabTransport(labNamed(world.labs, vcenter), badWire(siteNamed(run.sites, vcenter), process, fate)),
        credentials: async (vcenter) => labNamed(world.labs, vcenter).credentials,
        clock: process.clock,
        log: world.parts.log,
      }),
      process,
      fate,
    ),
  });

  /** What people and the clock start is over within seconds: nothing stands still in it for longer than a message. */
  const brief = (own: Partial<Fate> = {}): Fate => ({
    ...fate,
    weather: () => ({ ...fate.weather(), pause: 0 }),
    ...own,
  });

  const unsureOf = (requestId: string, reply: Reply): Reply => {
    run.unsure.add(reply);
    if (reply.kind === 'refused') run.untold.add(requestId);
    return reply;
  };

  return {
    async runClock() {
      let isWell = true;
      const own = brief({
        story(line) {
          isWell = false;
          fate.story(`the clock: ${line}`);
        },
      });
      const process = createProcess(own);
      try {
        await createTick(partsFor(process, own)).tick();
      } catch (error) {
        isWell = false;
        if (!process.isCrashed) say(`the clock failed: ${String(error)}`);
      }
      if (process.isCrashed) run.counts.crashes += 1;
      return isWell;
    },
    async hear(requestId, work) {
      let isUnsure = false;
      const own = brief({
        story(line) {
          isUnsure = true;
          fate.story(line);
        },
      });
      for (let tries = 1; ; tries += 1) {
        const process = createProcess(own);
        try {
          const reply = await work(tries > HEARD_MAX ? world.parts : partsFor(process, own));
          if (!process.isCrashed) return isUnsure ? unsureOf(requestId, reply) : reply;
        } catch (error) {
          if (!process.isCrashed && !(error instanceof OpsError)) throw error;
        }
        if (process.isCrashed) run.counts.crashes += 1;
        say('nobody answers at the edge');
        await clock.sleep(RETYPE_MS);
      }
    },
    running: (cluster) =>
      [...running].filter((one) => cluster === undefined || one.cluster === undefined || one.cluster === cluster)
        .length,
    deliverJob(item, all) {
      const { message } = item;
      run.sliceBegan.set(message.jobId, clock.now().getTime());
      const work: Work = async (process) => {
        // By its own clock, as Lambda tells how much time is left.
        const deadline = new Date(process.clock.now().getTime() + SLICE_MS);
        return (await createRunSlice(partsFor(process))(message, deadline)) === 'retry' ? 'retry' : 'ok';
      };
      invoke({ item, all, cluster: message.cluster }, work, async () => {
        say(`abandoned ${message.jobId} at cursor ${message.cursor}`);
        await createTick(world.parts).abandon(message);
      });
    },
    deliverNotice(item, all) {
      const work: Work = async (process) => {
        const { store, log, clock: own } = partsFor(process);
        const chat = mortal(badChat(world.chat, fate), process, fate, 'chat');
        const pace = createSlackPace({ once: store.once, clock: own });
        const parts = { store, chat, clock: own, log, pace };
        if ('card' in item.message) await createReportCard({ ...parts, render: CARD_RENDERERS })(item.message);
        else await createReport({ ...parts, render: world.render, thread: world.thread })(item.message);
        // What a process still says after its death nobody hears.
        return process.isCrashed ? 'retry' : 'ok';
      };
      const cluster = 'card' in item.message ? undefined : clusterOf(item.message.jobId);
      invoke({ item, all, cluster }, work, async () => undefined);
    },
    deliverAlarm(item, all) {
      const work: Work = async (process) => {
        await createReceiveAlarm(partsFor(process))(item.message);
        return 'ok';
      };
      invoke({ item, all, cluster: undefined }, work, async () => say(`an alarm is lost: ${item.message.alarm}`));
    },
  };
}
