// One seed: a story of requests, faults and people, told on the whole product in one process and then checked.
import { createReport } from '../../shared/app/report.ts';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import { createTick } from '../../shared/app/tick.ts';
import { isEnded } from '../../shared/domain/exit-code.ts';
import type { Cluster, Host } from '../../shared/domain/inventory.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { JobMessage, NoticeMessage, Queue } from '../../shared/ports.ts';
import { silentLog } from '../../shared/log.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { createLabTransport } from '../support/lab-transport.ts';
import { createRandom } from '../support/random.ts';
import { ANN, BOB, createWorld, SLICE_MS, type World } from '../support/world.ts';
import {
  checkChannel,
  checkExplained,
  checkHosts,
  checkKept,
  checkOutcomes,
  checkQuiet,
  checkReverted,
  checkSecrets,
  checkStale,
  checkTurns,
  checkWrite,
  isWrite,
} from './checkers.ts';
import { checkMachines, checkTrial, keepMachines } from './check-machines.ts';
import {
  chooseCluster,
  chooseCommand,
  chooseLateFault,
  chooseScenarios,
  chooseSwitches,
  chooseWeather,
  isBeginning,
} from './choose.ts';
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
import { meddle, type Meddling } from './people.ts';

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
  const cluster = chooseCluster(random);
  const scenarios = chooseScenarios(random, cluster);
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
    seed,
    clusters: [cluster],
    hosts: 2 + random.below(3),
    scenarios,
    switches: chooseSwitches(random),
    latency: random.pick(['none', 'none', 'lan']),
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

  /** Jobs of this story, and plans that nobody has started yet. */
  const past: string[] = [];
  const plans: string[] = [];
  let isDisordered = scenarios.some(isBeginning);
  const meddlings: (Meddling & { left: Host | undefined; isFirst: boolean })[] = [];

  async function command(text: string): Promise<Job | undefined> {
    const reply = await world.type(text);
    say(`ann types "${text}": ${reply.kind === 'queued' ? reply.job.id : JSON.stringify(reply).slice(0, 120)}`);
    if (reply.kind !== 'queued') return undefined;
    past.push(reply.job.id);
    return carryOn(reply.job.id);
  }

  /** Follows a job to its end, through approval and start. Nothing for a plan that is left for later. */
  async function carryOn(id: string): Promise<Job | undefined> {
    let before = await world.read(cluster);
    const machines = keepMachines(world.lab.model);
    const isDecided = (job: Job) => isTold(job) || job.state === 'awaiting-approval' || job.state === 'planned';
    await untilQuiet(jobIs(id, isDecided));
    if (await interfere()) before = await world.read(cluster);
    breakSomething();
    await decideOn(id);
    if ((await world.job(id)).state === 'planned') {
      if (weather !== CALM && random.chance(0.3)) {
        plans.push(id);
        await takeBack();
        return undefined;
      }
      if (await interfere()) before = await world.read(cluster);
      const reply = await world.type(`apply ${id}`);
      say(`ann types "apply ${id}": ${reply.kind}`);
    }
    await untilQuiet(jobIs(id, isTold));
    const job = await world.job(id);
    states.push(`${job.kind}:${job.state}`);
    say(`${id} is ${job.state}: ${job.hosts.map((host) => `${host.name.split('.')[0]} ${host.outcome}`).join(', ')}`);
    checkMachines(world.lab.model, machines, job);
    if (job.kind === 'trial') checkTrial(world, job, machines);
    await checkEnd(job, before);
    await takeBack();
    return job;
  }

  /** What was well while it was planned may not be so any more when it is carried out. */
  function breakSomething(): void {
    if (weather === CALM || !random.chance(0.1)) return;
    const name = chooseLateFault(random, cluster);
    if (scenarios.includes(name)) return;
    scenarios.push(name);
    world.lab.setScenario(name, true);
    say(`now there is ${name}`);
  }

  /** Somebody changes a host while a plan waits. */
  async function interfere(): Promise<boolean> {
    if (weather === CALM || !random.chance(0.15)) return false;
    const done = meddle(random, world.lab.model, cluster);
    if (done === undefined) return false;
    say(`somebody changes ${done.host}: ${done.what}`);
    const host = (await world.read(cluster)).hosts.find(({ name }) => name === done.host);
    meddlings.push({ ...done, left: host, isFirst: (await findBaseline(host)) === undefined });
    return true;
  }

  /** They take it back, unless the product has begun with the host as they left it: then a revert leads back to that. */
  async function takeBack(): Promise<void> {
    for (const { isFirst, left, ...one } of meddlings.splice(0).toReversed()) {
      if (isFirst && left !== undefined && (await findBaseline(left)) !== undefined) {
        isDisordered = true;
        first = { ...first, hosts: first.hosts.map((host) => (host.name === left.name ? left : host)) };
      } else if (one.undo()) say(`somebody takes back on ${one.host}: ${one.what}`);
    }
  }

  async function findBaseline(host: Host | undefined) {
    return (await world.parts.store.baselines.list(cluster)).find((one) => one.host === host?.moref.value);
  }

  async function decideOn(id: string): Promise<void> {
    const { state, approval } = await world.job(id);
    if (state !== 'awaiting-approval' && state !== 'planned') return;
    if ((approval?.approvedBy.length ?? 0) > 0) return;
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
    if (['enable', 'repair', 'revert'].includes(job.kind)) {
      checkOutcomes(job, before, now);
      const records = await world.parts.store.records.list(job.id);
      checkExplained(job, records, before, now);
      checkStale(world, job, records, meddlings);
    }
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
    for (let index = 0; index < 1 + random.below(4); index += 1) {
      await command(chooseCommand(random, { cluster, past, model: world.lab.model }));
      const waiting = random.chance(0.5) ? plans.pop() : undefined;
      if (waiting !== undefined) await carryOn(waiting);
    }
    // In calm weather everything can be put back, whatever happened before.
    weather = CALM;
    for (const name of scenarios.filter((one) => !isBeginning(one))) world.lab.setScenario(name, false);
    first = withReachable(first, await world.read(cluster));
    if ((await world.parts.store.baselines.list(cluster)).length > 0) {
      const job = await revertCalmly();
      // Where a cluster began in disorder, what comes back does not pass its test either.
      const isAsBefore = job.state === 'partial' && job.failure === undefined && isDisordered;
      if (job.state !== 'done' && job.state !== 'in-place' && !isAsBefore)
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
  // Distributed port groups are the same for all, and another host saw them at first.
  const distributedPortGroups = first.hosts.find((host) => host.network !== undefined)?.network?.distributedPortGroups;
  const hosts = first.hosts.map((host) => {
    const later = now.hosts.find((one) => one.name === host.name);
    if (host.network !== undefined || later?.network === undefined) return host;
    return { ...later, network: { ...later.network, distributedPortGroups } };
  });
  return { ...first, hosts };
}
