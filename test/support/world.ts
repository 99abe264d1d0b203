// The whole product in one process: real use cases, real SOAP client, simulated vCenter; rows and queues in memory.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createLabVcenter, type LabOptions, type LabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { createDecideApproval, type DecisionRequest } from '../../shared/app/decide-approval.ts';
import { getJob } from '../../shared/app/move-job.ts';
import type { EdgeParts, Parts } from '../../shared/app/parts.ts';
import { createReceiveCommand } from '../../shared/app/receive-command.ts';
import { createReport } from '../../shared/app/report.ts';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import { createTick } from '../../shared/app/tick.ts';
import { parseConfigFile } from '../../shared/contracts/config-file.ts';
import type { Cluster } from '../../shared/domain/inventory.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { Reply } from '../../shared/domain/reply.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { createJsonLog } from '../../shared/log.ts';
import type { Vsphere } from '../../shared/ports.ts';
import { renderJob } from '../../shared/slack/views/job.ts';
import { threadItems } from '../../shared/slack/views/thread.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { LAB_GROUPS } from '../../infra/lab/slack/people.ts';
import { createLabTransport, type Wire } from './lab-transport.ts';
import { createMemoryChat, type MemoryChat } from './memory-chat.ts';
import { createMemoryGroups } from './memory-groups.ts';
import { createMemoryQueue, type MemoryQueue } from './memory-queue.ts';
import { createMemoryStore } from './memory-store.ts';
import { createRandom } from './random.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

export const ANN = 'U0ANN';
export const BOB = 'U0BOB';
/** Of the network's people on call. */
export const DAN = 'U0DAN';
/** May only look. */
export const EVE = 'U0EVE';
export const CHANNEL = 'C0VSPHERE';
export const SLICE_MS = 120_000;

/** `vcenters`: more of them beside the first one, which is called "lab", by their names in the settings. */
export type WorldOptions = LabOptions & {
  settings?: (settings: Settings) => void;
  wire?: Wire;
  vcenters?: Record<string, LabOptions>;
};

export type World = {
  lab: LabVcenter;
  /** Every vCenter by its name in the settings; `lab` is the first. */
  labs: ReadonlyMap<string, LabVcenter>;
  parts: Parts;
  clock: VirtualClock;
  queue: MemoryQueue;
  chat: MemoryChat;
  /** Members of Slack's user groups, by the group's id. */
  groups: Map<string, string[]>;
  render: typeof renderJob;
  thread: typeof threadItems;
  /** Every log line, as text. */
  logLines: string[];
  /** How a person's request reaches the product: at once. A simulation lets that fail. */
  hear: (requestId: string, work: (parts: EdgeParts) => Promise<Reply>) => Promise<Reply>;
  type(text: string, user?: string, channel?: string): Promise<Reply>;
  press(request: Omit<DecisionRequest, 'requestId' | 'channel'>): Promise<Reply>;
  /** Delivers messages until none is left, with nobody failing. */
  settle(): Promise<void>;
  /** Types the command, lets bob approve it, and dan where a second one is needed, and answers the job at its end. */
  run(text: string): Promise<Job>;
  job(id: string): Promise<Job>;
  /** The cluster as vCenter answers it, over a connection of its own. */
  read(cluster: string): Promise<Cluster>;
};

export function labSettings(): Settings {
  read ??= readLabSettings();
  // Its own copy for everyone: tests change what they need to be different.
  return structuredClone(read);
}

let read: Settings | undefined;

function readLabSettings(): Settings {
  const path = new URL('../../infra/lab/vmotion.yaml', import.meta.url);
  return parseConfigFile(readFileSync(path, 'utf8'), 'infra/lab/vmotion.yaml');
}

/** `seed` makes ids and the lab's numbers repeat. */
export function createWorld(options: WorldOptions = {}): World {
  const clock = createVirtualClock();
  const lab = createLabVcenter({ clock, ...options });
  const settings = labSettings();
  const labs = new Map([['lab', lab]]);
  for (const [name, own] of Object.entries(options.vcenters ?? {})) {
    labs.set(name, createLabVcenter({ clock, ...own }));
    declareVcenter(settings, name);
  }
  options.settings?.(settings);
  const logLines: string[] = [];
  const log = createJsonLog((line) => logLines.push(line));
  const random = createRandom(options.seed ?? 1);
  const ids = { next: (length: number) => Array.from({ length }, () => random.below(36).toString(36)).join('') };
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const queue = createMemoryQueue();
  const store = createMemoryStore();
  const chat = createMemoryChat();
  const connect = (wire: Wire = {}): Vsphere =>
    createVsphere({
      connect: (vcenter) => createLabTransport(labNamed(labs, vcenter), wire),
      credentials: async (vcenter) => labNamed(labs, vcenter).credentials,
      clock,
      log,
    });
  const groups = new Map(LAB_GROUPS.map(({ id, users }) => [id, users]));
  const vsphere = connect(options.wire);
  const parts: Parts = { settings, store, queue, vsphere, clock, ids, sha256, log, groups: createMemoryGroups(groups) };

  const runSlice = createRunSlice(parts);
  const report = createReport({ store, chat, clock, log, render: renderJob, thread: withoutPictures });
  const tick = createTick(parts);
  let requests = 0;
  const requestId = () => `request-${(requests += 1)}`;

  const world: World = {
    lab,
    labs,
    parts,
    clock,
    queue,
    chat,
    groups,
    render: renderJob,
    thread: withoutPictures,
    logLines,
    hear: (_, work) => work(parts),
    type(text, user = ANN, channel = CHANNEL) {
      const request = { requestId: requestId(), text, user, channel };
      return world.hear(request.requestId, (own) => createReceiveCommand(own)(request));
    },
    press(request) {
      const own = { ...request, requestId: requestId(), channel: CHANNEL };
      return world.hear(own.requestId, (heard) => createDecideApproval(heard)(own));
    },
    async settle() {
      for (let round = 0; round < 10_000; round += 1) {
        const message = queue.takeJob();
        if (message !== undefined) {
          const result = await runSlice(message, new Date(clock.now().getTime() + SLICE_MS));
          if (result === 'retry') await queue.sendJob(message);
          continue;
        }
        const notice = queue.takeNotice();
        if (notice === undefined) return;
        await report(notice);
      }
      throw new Error('messages without end');
    },
    async run(text) {
      const reply = await world.type(text);
      if (reply.kind !== 'queued') throw new Error(`not queued: ${JSON.stringify(reply)}`);
      await world.settle();
      for (const user of [BOB, DAN]) {
        const job = await getJob(store, reply.job.id);
        if (job.state !== 'awaiting-approval') break;
        await world.press({ jobId: job.id, decision: 'approve', digest: job.plan?.digest.slice(0, 12), user });
        await world.settle();
      }
      await tick.tick();
      await world.settle();
      return getJob(store, reply.job.id);
    },
    job: (id) => getJob(store, id),
    read(cluster) {
      const { path = cluster, vcenter = 'lab' } = settings.clusters[cluster] ?? {};
      return connect().withSession(vcenter, 'test-read', (session) => session.readCluster(path));
    },
  };
  return world;
}

/** The vCenter of that name; throws where there is none. */
export function labNamed(labs: ReadonlyMap<string, LabVcenter>, vcenter: string): LabVcenter {
  const lab = labs.get(vcenter);
  if (lab === undefined) throw new Error(`there is no vCenter ${vcenter}`);
  return lab;
}

function declareVcenter(settings: Settings, name: string): void {
  const { lab } = settings.vcenters;
  if (lab !== undefined) settings.vcenters[name] = { ...lab, name, secret: `vcenter/${name}` };
}

/** Drawing takes longer than all the rest, and has tests of its own. */
const withoutPictures: typeof threadItems = (...of) =>
  threadItems(...of).filter((item) => item.kind === 'reply' || !['heat-map', 'picture'].includes(item.key));
