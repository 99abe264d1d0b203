// One seed: a story of requests, faults and people, told on the whole product in one process and then checked.
import { createReport } from '../../shared/app/report.ts';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import { createTick } from '../../shared/app/tick.ts';
import { FAULT_SCENARIO_NAMES, type ScenarioName } from '../../infra/lab/vcenter/scenarios.ts';
import { isEnded } from '../../shared/domain/exit-code.ts';
import type { Cluster } from '../../shared/domain/inventory.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { JobMessage, NoticeMessage, Queue } from '../../shared/ports.ts';
import { silentLog } from '../../shared/log.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { createLabTransport } from '../support/lab-transport.ts';
import { createRandom, type Random } from '../support/random.ts';
import { ANN, BOB, createWorld, SLICE_MS, type World } from '../support/world.ts';
import {
  checkChannel,
  checkHosts,
  checkKept,
  checkOutcomes,
  checkQuiet,
  checkReverted,
  checkSecrets,
  checkTurns,
  checkWrite,
  isWrite,
} from './checkers.ts';
import {
  badWire,
  CALM,
  Crash,
  createProcess,
  type Fate,
  mortal,
  mortalStore,
  type Process,
  type Weather,
} from './faults.ts';

/** As the queue is set up: how long a message is invisible, and how often it is delivered. */
const VISIBILITY_MS = 180_000;
const RECEIVES_MAX = 3;
const TICK_MS = 60_000;
/** Turns of the driver before a run counts as one that never ends. */
const TURNS_MAX = 6_000;

/** `error` absent: every promise was kept. `story`: what happened, a line each. */
export type Outcome = {
  seed: number;
  error?: Error | undefined;
  story: string[];
  states: string[];
  crashes: number;
  /** The product's own log, and every call that vCenter got. */
  log: string[];
  calls: string[];
};

type Queued<T> = { message: T; visibleAt: number; receives: number; isInFlight: boolean };

export async function simulate(seed: number): Promise<Outcome> {
  const run = createRun(seed);
  try {
    await run.play();
    return { seed, ...run.summary() };
  } catch (error) {
    return { seed, error: error instanceof Error ? error : new Error(String(error)), ...run.summary() };
  }
}

function createRun(seed: number) {
  const random = createRandom(seed);
  const story: string[] = [];
  const states: string[] = [];
  let crashes = 0;
  let weather: Weather = chooseWeather(random);
  const cluster = random.pick(['cluster-dvs', 'cluster-v6']);
  const scenarios = chooseScenarios(random);
  let failedWrite: Error | undefined;
  let world: World;
  const hooks = {
    async before(call: { operation: string; host?: string | undefined }) {
      if (!isWrite(call.operation)) return;
      const logged = world.lab.calls().at(-1);
      // A checker must not look like a fault to the product: the driver throws what was found.
      await checkWrite(world.parts.store, { ...call, opId: logged?.opId }).catch((error: Error) => {
        failedWrite ??= error;
      });
    },
  };
  world = createWorld({
    clusters: ['cluster-a', 'cluster-l3', 'cluster-dvs', 'cluster-v6'],
    seed,
    hosts: 2 + random.below(3),
    scenarios,
    switches: chooseSwitches(random),
    hooks,
  });
  const { clock } = world;
  const say = (line: string) => story.push(`${((clock.now().getTime() - begin) / 1000).toFixed(0)}s ${line}`);
  const begin = clock.now().getTime();
  const fate: Fate = { random, weather: () => weather, clock, story: say };

  const jobs: Queued<JobMessage>[] = [];
  const notices: Queued<NoticeMessage>[] = [];
  const send = <T>(queue: Queued<T>[], message: T) => {
    queue.push({ message, visibleAt: clock.now().getTime(), receives: 0, isInFlight: false });
    // The same message once more, now or later: a queue delivers at least once.
    if (random.chance(weather.crash * 3))
      queue.push({ message, visibleAt: clock.now().getTime() + random.below(90_000), receives: 0, isInFlight: false });
  };
  const queue: Queue = {
    sendJob: async (message) => send(jobs, message),
    sendNotice: async (message) => send(notices, message),
  };
  world.parts.queue.sendJob = queue.sendJob;
  world.parts.queue.sendNotice = queue.sendNotice;
  const running = new Set<Promise<void>>();

  const partsFor = (process: Process) => {
    const vsphere = createVsphere({
      connect: () => createLabTransport(world.lab, badWire(process, fate)),
      credentials: async () => world.lab.credentials,
      clock,
      log: world.parts.log,
    });
    return {
      ...world.parts,
      store: mortalStore(world.parts.store, process, fate),
      queue: mortal(queue, process, fate, 'queue'),
      vsphere,
    };
  };

  /** Runs a function as Lambda would: its message comes back when it failed, died or took too long. */
  const invoke = <T>(
    item: Queued<T>,
    all: Queued<T>[],
    work: (process: Process) => Promise<'ok' | 'retry'>,
    abandon: () => Promise<void>,
  ) => {
    const process = createProcess();
    item.isInFlight = true;
    item.receives += 1;
    const over = work(process)
      .catch((error: unknown) => {
        if (process.isCrashed) crashes += 1;
        else if (!(error instanceof Crash)) say(`failed: ${String(error)}`);
        return 'retry' as const;
      })
      .then(async (result) => {
        if (result === 'ok') all.splice(all.indexOf(item), 1);
        else if (item.receives >= RECEIVES_MAX) {
          all.splice(all.indexOf(item), 1);
          await abandon();
        } else item.visibleAt = clock.now().getTime() + VISIBILITY_MS;
        item.isInFlight = false;
      });
    running.add(over);
    void over.finally(() => running.delete(over));
  };

  const deliverJob = (item: Queued<JobMessage>) => {
    const { message } = item;
    const deadline = new Date(clock.now().getTime() + SLICE_MS);
    invoke(
      item,
      jobs,
      async (process) => ((await createRunSlice(partsFor(process))(message, deadline)) === 'retry' ? 'retry' : 'ok'),
      async () => {
        say(`abandoned ${message.jobId} at cursor ${message.cursor}`);
        await createTick(world.parts).abandon(message);
      },
    );
  };

  const deliverNotice = (item: Queued<NoticeMessage>) => {
    const { message } = item;
    invoke(
      item,
      notices,
      async (process) => {
        const { store, log } = partsFor(process);
        const chat = mortal(world.chat, process, fate, 'chat');
        await createReport({ store, chat, clock, log, render: world.render })(message);
        return 'ok';
      },
      async () => undefined,
    );
  };

  /** The head of each group that is visible and not in flight, as a FIFO queue has it. */
  const heads = <T>(all: Queued<T>[], groupOf: (message: T) => string): Queued<T>[] => {
    const groups = Map.groupBy(all, (item) => groupOf(item.message));
    return [...groups.values()].flatMap((items) => {
      if (items.some((item) => item.isInFlight)) return [];
      const [head] = items;
      return head !== undefined && head.visibleAt <= clock.now().getTime() ? [head] : [];
    });
  };

  let lastTick = 0;
  const turn = async (): Promise<void> => {
    const choices: (() => void | Promise<void>)[] = [];
    for (const item of heads(jobs, (message) => message.cluster)) choices.push(() => deliverJob(item));
    for (const item of heads(notices, (message) => message.jobId)) choices.push(() => deliverNotice(item));
    if (choices.length > 0 && random.chance(0.8)) await random.pick(choices)();
    // While messages wait out their invisibility time may pass faster.
    await clock.advance(choices.length > 0 ? 50 + random.below(500) : 5_000);
    if (clock.now().getTime() - lastTick >= TICK_MS) {
      lastTick = clock.now().getTime();
      await createTick(world.parts).tick();
    }
    if (failedWrite !== undefined) throw failedWrite;
  };

  const untilQuiet = async (isQuiet: () => Promise<boolean>): Promise<void> => {
    for (let turns = 0; turns < TURNS_MAX; turns += 1) {
      if (running.size === 0 && (await isQuiet())) return;
      await turn();
    }
    throw new Error(`never quiet: ${jobs.length} job messages, ${notices.length} notices, ${running.size} running`);
  };

  const jobIs = (id: string, isIt: (job: Job) => boolean) => async () => isIt(await world.job(id));
  const isTold = (job: Job) => isEnded(job.state) && job.settledAt !== undefined;

  async function command(text: string): Promise<Job | undefined> {
    const reply = await world.type(text);
    say(`ann types "${text}": ${reply.kind === 'queued' ? reply.job.id : JSON.stringify(reply).slice(0, 120)}`);
    if (reply.kind !== 'queued') return undefined;
    const { id } = reply.job;
    const before = await world.read(cluster);
    await untilQuiet(jobIs(id, (job) => isTold(job) || job.state === 'awaiting-approval'));
    await decideOn(id);
    await untilQuiet(jobIs(id, isTold));
    const job = await world.job(id);
    states.push(`${job.kind}:${job.state}`);
    say(`${id} is ${job.state}: ${job.hosts.map((host) => `${host.name.split('.')[0]} ${host.outcome}`).join(', ')}`);
    await checkEnd(job, before);
    return job;
  }

  async function decideOn(id: string): Promise<void> {
    if ((await world.job(id)).state !== 'awaiting-approval') return;
    if (random.chance(0.05)) {
      await world.press({ jobId: id, decision: 'reject', user: BOB, reason: 'not today' });
      return;
    }
    if (random.chance(0.03)) {
      await clock.advance(5 * 3_600_000);
      return;
    }
    const presses = [{ user: ANN }, { user: BOB }, { user: BOB }].filter(
      (press) => press.user === BOB || random.chance(0.3),
    );
    const replies = await Promise.all(presses.map(({ user }) => world.press({ jobId: id, decision: 'approve', user })));
    const counted = replies.filter((reply) => reply.kind === 'decided').length;
    if (counted !== 1) throw new Error(`${counted} of ${presses.length} presses counted for ${id}`);
  }

  async function checkEnd(job: Job, before: Cluster): Promise<void> {
    const now = await world.read(cluster);
    checkHosts(first, now);
    if (job.kind === 'enable' || job.kind === 'revert') checkOutcomes(job, before, now);
    checkTurns(world);
    await checkKept(world, job, calm);
    await checkQuiet(world);
    await checkChannel(world, [job]);
  }

  const calm = createVsphere({
    connect: () => createLabTransport(world.lab),
    credentials: async () => world.lab.credentials,
    clock,
    log: silentLog,
  });

  let first: Cluster;
  async function play(): Promise<void> {
    first = await world.read(cluster);
    say(`${cluster} with ${first.hosts.length} hosts, ${scenarios.join(' ') || 'healthy'}, ${JSON.stringify(weather)}`);
    for (let index = 0; index < 1 + random.below(3); index += 1) {
      await command(`${random.pick(['enable', 'enable', 'test', 'revert', 'status'])} ${cluster}`);
    }
    // In calm weather everything can be put back, whatever happened before.
    weather = CALM;
    for (const name of scenarios) world.lab.setScenario(name, false);
    first = withReachable(first, await world.read(cluster));
    if ((await world.parts.store.baselines.list(cluster)).length > 0) {
      const job = await revertCalmly();
      if (job.state !== 'done' && job.state !== 'in-place')
        throw new Error(`a calm revert ended ${job.state}: ${job.failure?.what}`);
    }
    checkReverted(first, await world.read(cluster));
    await checkSecrets(world, [world.lab.credentials.password]);
  }

  async function revertCalmly(): Promise<Job> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const job = await command(`revert ${cluster}`);
      // The simulated people reject, and plans expire, in calm weather too.
      if (job !== undefined && job.state !== 'rejected' && job.state !== 'expired') return job;
    }
    throw new Error('nobody approved the revert');
  }

  return {
    play,
    summary: () => ({ story, states, crashes, log: world.logLines, calls: world.lab.calls().map(callText) }),
  };
}

function callText(call: { operation: string; host?: string | undefined; opId?: string | undefined; at: Date }): string {
  return `${call.at.toISOString()} ${call.opId ?? ''} ${call.operation} ${call.host ?? ''}`;
}

/** Hosts that could not be read at first are judged from when they could. */
function withReachable(first: Cluster, now: Cluster): Cluster {
  const hosts = first.hosts.map((host) =>
    host.network === undefined ? (now.hosts.find((one) => one.name === host.name) ?? host) : host,
  );
  return { ...first, hosts };
}

function chooseWeather(random: Random): Weather {
  if (random.chance(0.1)) return CALM;
  return {
    crash: random.pick([0, 0.002, 0.01]),
    pause: random.pick([0, 0, 0.002]),
    loseAnswer: random.pick([0, 0.01, 0.04]),
    refuseConnection: random.pick([0, 0.005, 0.02]),
  };
}

function chooseScenarios(random: Random): ScenarioName[] {
  const count = random.pick([0, 0, 1, 1, 2]);
  return Array.from({ length: count }, () => random.pick(FAULT_SCENARIO_NAMES));
}

function chooseSwitches(random: Random) {
  return {
    runtimeLagReads: random.below(4),
    deactivatingReads: random.below(4),
    listsVmotionStackInSelectedVnic: random.chance(0.5),
    selectVmotionWhileLive: random.pick(['fault', 'accept'] as const),
    editInactiveStack: random.pick(['fault', 'accept'] as const),
    gatewaySurvivesDormancy: random.chance(0.5),
    reflectPrefix: random.chance(0.5),
    quotedCookie: random.chance(0.5),
    pageSize: random.pick([1, 2, 1000]),
    expiryInMissingSet: random.chance(0.5),
    configOfUnreachableHost: random.pick(['absent', 'cached'] as const),
  };
}
