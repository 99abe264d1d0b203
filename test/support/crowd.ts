// Many clusters of a few vCenters, and many workers beside each other, on a clock that passes only while all wait.
import { createHash } from 'node:crypto';
import type { LabOptions } from '../../infra/lab/vcenter/vcenter.ts';
import { createDecideApproval } from '../../shared/app/decide-approval.ts';
import type { Parts } from '../../shared/app/parts.ts';
import { createReceiveCommand } from '../../shared/app/receive-command.ts';
import { createReportCard } from '../../shared/app/report-card.ts';
import { createReport } from '../../shared/app/report.ts';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import { createTick } from '../../shared/app/tick.ts';
import type { Reply } from '../../shared/domain/reply.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import type { Job } from '../../shared/domain/job.ts';
import { createJsonLog } from '../../shared/log.ts';
import type { Chat, JobMessage, Store, Vsphere } from '../../shared/ports.ts';
import { CARD_RENDERERS } from '../../shared/slack/views/card.ts';
import { renderJob } from '../../shared/slack/views/job.ts';
import { threadItems } from '../../shared/slack/views/thread.ts';
import { type CrowdPlaces, createCrowdPlaces, crowdSettings } from './crowd-places.ts';
import { createMemoryChat, type MemoryChat } from './memory-chat.ts';
import { createMemoryGroups } from './memory-groups.ts';
import { createMemoryQueue } from './memory-queue.ts';
import { createMemoryStore } from './memory-store.ts';
import { createRandom } from './random.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';
import { ANN, BOB, CHANNEL } from './world.ts';

export type CrowdOptions = {
  clusters: number;
  vcenters: number;
  /** How many slices run beside each other at most, over all vCenters. */
  functions: number;
  /** `vcenters.X.workers`. */
  workers: number;
  lab?: LabOptions | undefined;
  store?: Store | undefined;
  /** Where messages go; kept in memory unless said otherwise. */
  slack?: Chat | undefined;
  /** What stands between the product and its vCenters. */
  around?: ((vsphere: Vsphere, crowd: CrowdPlaces & { clock: VirtualClock }) => Vsphere) | undefined;
  settings?: ((settings: Settings) => void) | undefined;
  /** What the product has that is other than the right user and password. */
  credentials?: (() => { password?: string }) | undefined;
};

export type Crowd = CrowdPlaces & {
  parts: Parts;
  clock: VirtualClock;
  chat: MemoryChat;
  /** Jobs whose message was given up after three deliveries. */
  deadLetters(): string[];
  /** A command that makes a job. */
  type(text: string): Promise<Job>;
  /** Any command, with its answer. */
  say(text: string): Promise<Reply>;
  approve(jobId: string): Promise<void>;
  /** What the clock does each minute; `play` does it too. */
  tick(): Promise<void>;
  /** Delivers, ticks and lets time pass until nothing is at work any more, or for so long. */
  play(forMs: number): Promise<void>;
};

/** As the job queue and its functions are set up: see infra/aws/limits.ts. */
const SLICE_MS = 117_000;
const VISIBILITY_MS = 135_000;
const RECEIVES_MAX = 3;
const TICK_MS = 60_000;

type Waiting = { message: JobMessage; receives: number; visibleAt: number };

/** cluster-0 … cluster-N, shared out among vc-0 … vc-M, each like the lab's cluster-a. */
export function createCrowd(options: CrowdOptions): Crowd {
  const clock = createVirtualClock();
  const settings = crowdSettings(options);
  const random = createRandom(1);
  const queue = createMemoryQueue();
  const store = options.store ?? createMemoryStore();
  const places = createCrowdPlaces(options, { settings, clock, store });
  const chat = createMemoryChat();
  const log = createJsonLog(() => undefined);
  const parts: Parts = {
    settings,
    store,
    queue,
    vsphere: options.around?.(places.vsphere, { ...places, clock }) ?? places.vsphere,
    clock,
    ids: { next: (length) => Array.from({ length }, () => random.below(36).toString(36)).join('') },
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    log,
    groups: createMemoryGroups(new Map()),
  };
  const receiveCommand = createReceiveCommand(parts);
  const decideApproval = createDecideApproval(parts);
  const runSlice = createRunSlice(parts);
  const slack = options.slack ?? chat;
  const report = createReport({ store, chat: slack, clock, log, render: renderJob, thread: withoutPictures });
  const reportCard = createReportCard({ store, chat: slack, clock, log, render: CARD_RENDERERS });
  const tick = createTick(parts);
  const deadLetters: string[] = [];
  const waiting = new Map<string, Waiting[]>();
  const running = new Map<string, Promise<void>>();
  let requests = 0;

  const deliver = async (item: Waiting, group: Waiting[]): Promise<void> => {
    item.receives += 1;
    const deadline = new Date(clock.now().getTime() + SLICE_MS);
    const result = await runSlice(item.message, deadline).catch(() => 'retry' as const);
    if (result !== 'retry') group.splice(group.indexOf(item), 1);
    else if (item.receives < RECEIVES_MAX) item.visibleAt = clock.now().getTime() + VISIBILITY_MS;
    else {
      group.splice(group.indexOf(item), 1);
      deadLetters.push(item.message.jobId);
      await tick.abandon(item.message);
    }
  };

  const take = (): void => {
    for (let message = queue.takeJob(); message !== undefined; message = queue.takeJob()) {
      const group = waiting.get(message.cluster) ?? [];
      group.push({ message, receives: 0, visibleAt: 0 });
      waiting.set(message.cluster, group);
    }
    for (const [cluster, group] of waiting) {
      const [head] = group;
      if (head === undefined || head.visibleAt > clock.now().getTime()) continue;
      if (running.has(cluster) || running.size >= options.functions) continue;
      const run = deliver(head, group).finally(() => running.delete(cluster));
      running.set(cluster, run);
    }
  };

  const tell = async (): Promise<void> => {
    // Notices that pile up become one, as the rows say more than they do.
    const latest = new Map<string, ReturnType<typeof queue.takeNotice>>();
    for (let notice = queue.takeNotice(); notice !== undefined; notice = queue.takeNotice())
      latest.set(notice.jobId, notice);
    for (const notice of latest.values()) if (notice !== undefined) await report(notice);
    for (let notice = queue.takeCardNotice(); notice !== undefined; notice = queue.takeCardNotice())
      await reportCard(notice);
  };

  const say = (text: string) =>
    receiveCommand({ requestId: `r-${(requests += 1)}`, text, user: ANN, channel: CHANNEL });

  return {
    parts,
    clock,
    chat,
    ...places,
    deadLetters: () => [...deadLetters],
    say,
    async type(text) {
      const reply = await say(text);
      if (reply.kind !== 'queued') throw new Error(`not queued: ${JSON.stringify(reply)}`);
      return reply.job;
    },
    async approve(jobId) {
      const digest = (await store.jobs.find(jobId))?.plan?.digest.slice(0, 12);
      const press = { jobId, decision: 'approve' as const, digest, user: BOB, channel: CHANNEL };
      await decideApproval({ ...press, requestId: `r-${(requests += 1)}` });
    },
    tick: () => tick.tick(),
    async play(forMs) {
      const end = clock.now().getTime() + forMs;
      let tickAt = clock.now().getTime() + TICK_MS;
      while (clock.now().getTime() < end) {
        take();
        await tell();
        if (running.size > 0) await Promise.race([...running.values(), clock.sleep(1000)]);
        else if (queue.peekJobs().length === 0) {
          if ([...waiting.values()].every((group) => group.length === 0) && !(await isAnyAtWork(store))) return;
          await clock.sleep(1000);
        }
        if (clock.now().getTime() < tickAt) continue;
        tickAt = clock.now().getTime() + TICK_MS;
        await tick.tick();
      }
    },
  };
}

const AT_REST: ReadonlySet<string> = new Set(['awaiting-approval', 'planned', 'paused']);

/** Drawing takes longer than all the rest. */
const withoutPictures: typeof threadItems = (...of) =>
  threadItems(...of).filter((item) => item.kind === 'reply' || !['heat-map', 'picture'].includes(item.key));

async function isAnyAtWork({ jobs }: Store): Promise<boolean> {
  return (await jobs.listOpen()).some(({ state }) => !AT_REST.has(state));
}
