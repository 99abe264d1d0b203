// The product on one machine: embedded queue and table, the functions, and whatever of vCenter and Slack is the lab's.
import { createVcenters } from '../../functions/vcenters.ts';
import { randomIds } from '../../functions/random-ids.ts';
import { sha256 } from '../../functions/sha256.ts';
import { systemClock } from '../../functions/system-clock.ts';
import { createSqsQueue } from '../../shared/aws/queue.ts';
import { createSecretsManager, type ReadSecret } from '../../shared/aws/secrets.ts';
import { createDynamoStore } from '../../shared/aws/store.ts';
import type { Parts } from '../../shared/app/parts.ts';
import type { Reply } from '../../shared/domain/reply.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import type { Log } from '../../shared/log.ts';
import type { Clock, Store, Vsphere } from '../../shared/ports.ts';
import type { LabSlack } from '../lab/slack/workspace.ts';
import type { Latency } from './cli-options.ts';
import { createLabAlarmSecrets, readAlarmSecrets } from './alarm-secrets.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { findLittleSpace } from './disk-space.ts';
import { createEnvironmentReader } from './environment-secrets.ts';
import { createHealthBoard, type HealthPart } from './health.ts';
import { startHttpFront } from './http-front.ts';
import { createLabClock } from './lab-clock.ts';
import { installLabSender } from './lab-sender.ts';
import { createLabSide } from './lab-side.ts';
import { type LabVcenterPlace, startLabVcenterPlace } from './lab-vcenter-place.ts';
import { isLabOnly, LAB_VCENTER, readLocalSettings, wantsLabVcenter, withLabVcenter } from './local-config.ts';
import { createLocalFunctions, NOTIFIER_LIMIT_MS, WORKER_LIMIT_MS } from './local-functions.ts';
import { createPostAlarm, type PostAlarm } from './post-alarm.ts';
import { isQueueThere, type QueueEmulator, startQueueEmulator } from './queue-emulator.ts';
import { resume } from './resume.ts';
import { createRealSlackPlace, startLabSlackPlace } from './slack-place.ts';
import { startSocketMode } from './socket-mode.ts';
import { startTableEmulator } from './table-emulator.ts';

export type LocalPlaceOptions = {
  /** Of the lab's page; of the HTTP front where Slack is a real one. 0: any free one. */
  port: number;
  hosts: number;
  scenarios: string[];
  latency: Latency;
  data?: string | undefined;
  config?: string | undefined;
  tickMs?: number | undefined;
  env: Record<string, string | undefined>;
  log: Log;
};

export type LocalPlace = {
  /** The page's address; without the lab's Slack the address to which Slack's requests must be forwarded. */
  url: string;
  /** Answers 200 while every part of this process is alive. */
  healthUrl: string;
  /** Slack's requests come over a connection of this process's own: nothing has to be forwarded. */
  isSocketMode: boolean;
  settings: Settings;
  store: Store;
  vsphere: Vsphere;
  slack?: LabSlack | undefined;
  vcenter?: LabVcenterPlace | undefined;
  /** Jobs of an earlier process that go on in this one. */
  resumed: string[];
  /** Posts a recorded payload to the way in that it is for, with that one's proof. */
  postAlarm: PostAlarm;
  onReply(listener: (reply: Reply) => void): void;
  /** Finishes the slices under way, then ends everything. */
  stop(): Promise<void>;
};

const TICK_MS = 5000;
// The lab's Slack counts no calls, so a person there need not wait as Slack would make them.
const LAB_UPDATE_INTERVAL_MS = 250;

// A queue gives up on a message after its third time. What is away for a moment is back at the second; and before the
// third every lease has expired that a slice could not give back.
const retrySeconds = (receives: number) => [10, 180, 60][receives - 1] ?? 60;
/** Who plays with the lab's faults should not wait. */
const labRetrySeconds = (receives: number) => [3, 180, 4][receives - 1] ?? 4;

/** Starts everything, or nothing: after a failure what had been started is stopped again. */
export async function startLocalPlace(options: LocalPlaceOptions): Promise<LocalPlace> {
  const started: Undo[] = [];
  try {
    return await start(options, started);
  } catch (error) {
    await undoAll(started);
    throw error;
  }
}

type Undo = () => Promise<void>;

/** The last one started is the first one stopped. */
async function undoAll(started: Undo[]): Promise<void> {
  for (const undo of started.splice(0).reverse()) await undo();
}

async function start(options: LocalPlaceOptions, started: Undo[]): Promise<LocalPlace> {
  const { log, env } = options;
  const declared = readLocalSettings(options.config);
  const isLab = isLabOnly(declared);
  const folder = options.data === undefined ? undefined : await openDataFolder(options.data);
  if (folder !== undefined) started.push(() => folder.close());
  const [table, queues, vcenter] = await Promise.all([
    startTableEmulator({ folder: folder?.tableFolder, wasLeftOpen: folder?.wasLeftOpen }),
    startQueueEmulator({
      jobVisibilitySeconds: inSeconds(WORKER_LIMIT_MS),
      noticeVisibilitySeconds: inSeconds(NOTIFIER_LIMIT_MS),
    }),
    wantsLabVcenter(declared) ? startLabVcenterPlace({ ...options, folder: folder?.path }) : undefined,
  ]);
  for (const one of [table, queues, vcenter]) if (one !== undefined) started.push(() => one.stop());
  const settings = vcenter === undefined ? declared : withLabVcenter(declared, vcenter);
  const clock = isLab ? createLabClock(options.latency) : systemClock;
  const parts = createParts({ settings, table, queues, read: secretsOf(settings, vcenter, env), clock, log });

  const board = createHealthBoard();
  let frontUrl = '';
  const slack = isLab
    ? await startLabSlackPlace({
        port: options.port,
        commandUrl: () => `${frontUrl}/slack/events`,
        side: vcenter === undefined ? undefined : createLabSide(vcenter),
      })
    : createRealSlackPlace(env);
  started.push(() => slack.stop());
  const listeners = new Set<(reply: Reply) => void>();
  const alarmSecrets = isLab ? createLabAlarmSecrets() : readAlarmSecrets(env);
  const functions = createLocalFunctions({
    parts: { ...parts, groups: slack.groups({ store: parts.store.groups, clock, log }) },
    chat: slack.chat,
    views: slack.views,
    membership: slack.membership,
    installations: slack.installations({ store: parts.store.installation, clock, log }),
    signingSecret: slack.signingSecret,
    alarmSecrets,
    queues,
    tickMs: options.tickMs ?? TICK_MS,
    retrySeconds: isLab ? labRetrySeconds : retrySeconds,
    updateIntervalMs: isLab ? LAB_UPDATE_INTERVAL_MS : undefined,
    onReply: (reply) => {
      for (const listener of listeners) listener(reply);
    },
  });
  const front = await startHttpFront({
    port: isLab ? 0 : options.port,
    slack: functions.slack,
    alarm: functions.alarm,
    health: board.health,
    log,
  });
  frontUrl = front.url;
  const postAlarm = createPostAlarm({ url: front.url, secrets: alarmSecrets });
  started.push(() => front.stop());
  if (isLab && vcenter !== undefined) {
    started.push(await installLabSender(vcenter.lab, { url: front.url, secrets: alarmSecrets }));
  }
  started.push(() => functions.stop());
  const resumed = await resume({ ...parts, isWorkspaceNew: slack.lab !== undefined });
  functions.start();
  const { appToken, slackApiUrl } = slack;
  if (appToken !== undefined) {
    const socket = await startSocketMode({ appToken, slackApiUrl, answers: functions.answers, log });
    started.push(() => socket.stop());
  }
  board.ready([...storageParts({ store: parts.store, queues, folder }), ...functions.healthParts()]);
  return {
    healthUrl: `${front.url}/healthz`,
    url: slack.lab?.url ?? `${front.url}/slack/events`,
    isSocketMode: appToken !== undefined,
    settings,
    store: parts.store,
    vsphere: parts.vsphere,
    slack: slack.lab,
    vcenter,
    resumed,
    postAlarm,
    onReply: (listener) => listeners.add(listener),
    stop: () => {
      board.stopping();
      return undoAll(started);
    },
  };
}

// No job has this id: reading it asks the table and finds nothing.
const NO_JOB = 'j-health';

function storageParts(of: { store: Store; queues: QueueEmulator; folder: DataFolder | undefined }): HealthPart[] {
  const { store, queues, folder } = of;
  const table: HealthPart = { name: 'table', trouble: () => store.jobs.find(NO_JOB).then(() => undefined) };
  const queue: HealthPart = { name: 'queue', trouble: () => isQueueThere(queues).then(() => undefined) };
  if (folder === undefined) return [table, queue];
  return [table, queue, { name: 'disk', trouble: () => findLittleSpace(folder.path) }];
}

type PartsOptions = {
  settings: Settings;
  table: Awaited<ReturnType<typeof startTableEmulator>>;
  queues: Awaited<ReturnType<typeof startQueueEmulator>>;
  read: ReadSecret;
  clock: Clock;
  log: Log;
};

function createParts({ settings, table, queues, read, clock, log }: PartsOptions): Parts {
  const secrets = createSecretsManager({ clock, read });
  return {
    settings,
    store: createDynamoStore(table),
    queue: createSqsQueue({
      client: queues.client,
      jobQueueUrl: queues.jobs.url,
      noticeQueueUrl: queues.notices.url,
      cardQueueUrl: queues.cards.url,
    }),
    vsphere: createVcenters({ vcenters: settings.vcenters, secrets, clock, log }),
    clock,
    ids: randomIds,
    sha256,
    log,
  };
}

/** The lab's vCenter brings its own user; everything else stands in the environment. */
function secretsOf(
  settings: Settings,
  vcenter: LabVcenterPlace | undefined,
  env: LocalPlaceOptions['env'],
): ReadSecret {
  const fromEnvironment = createEnvironmentReader(env);
  const labSecret = settings.vcenters[LAB_VCENTER]?.secret;
  return async (name) =>
    vcenter !== undefined && name === labSecret ? JSON.stringify(vcenter.credentials) : fromEnvironment(name);
}

/** A queue's visibility: just above its function's limit. */
const inSeconds = (limitMs: number) => Math.ceil(limitMs / 1000) + 15;
