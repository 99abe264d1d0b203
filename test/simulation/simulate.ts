// One seed: a story of requests, faults and people, told on the whole product in one process and then checked.
import { createReceiveAlarm } from '../../shared/app/receive-alarm.ts';
import { createReport } from '../../shared/app/report.ts';
import { createReportCard } from '../../shared/app/report-card.ts';
import { createRunSlice } from '../../shared/app/run-slice.ts';
import { createTick } from '../../shared/app/tick.ts';
import { SCHEDULE } from '../../shared/domain/drift.ts';
import { isComplete } from '../../shared/domain/approval.ts';
import { isEnded } from '../../shared/domain/exit-code.ts';
import type { Cluster, Host } from '../../shared/domain/inventory.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { AlarmSignal } from '../../shared/domain/alarm-signal.ts';
import type { Freeze } from '../../shared/domain/freeze.ts';
import type { CardNotice, JobMessage, NoticeMessage, Queue } from '../../shared/ports.ts';
import { CARD_RENDERERS } from '../../shared/slack/views/card.ts';
import { silentLog } from '../../shared/log.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { createLabTransport } from '../support/lab-transport.ts';
import { createRandom } from '../support/random.ts';
import { ANN, BOB, DAN, createWorld, SLICE_MS, type World } from '../support/world.ts';
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
  checkThread,
  checkTurns,
  checkWrite,
  isWrite,
  jobOf,
  violate,
} from './checkers.ts';
import { checkCards, checkFrozenWrite, checkLimits, chooseRules, chooseSignal, objectOfSignal } from './alarms.ts';
import { type Chances, createChances } from './chances.ts';
import { createEras } from './eras.ts';
import { watchReached } from './reached.ts';
import { checkAuditLog, watchWire } from './watch-wire.ts';
import { checkMachines, checkTrial, keepMachines, type Machines } from './check-machines.ts';
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
import { chooseMistake } from './mistakes.ts';
import { chooseWish, meddle, type Meddling } from './people.ts';

/** As the queue is set up: how long a message is invisible, and how often it is delivered. */
const VISIBILITY_MS = 180_000;
const RECEIVES_MAX = 3;
const TICK_MS = 60_000;
const JOBS_MAX = 1000;
/** Why a press may not count: nobody's mistake. */
const BARS: ReadonlySet<string> = new Set(['frozen', 'cluster-busy', 'outside-window']);
/** Turns of the driver before a run counts as one that never ends. */
const TURNS_MAX = 6_000;

/** `error` absent: every promise was kept. `story`: what happened, a line each. */
export type Outcome = {
  seed: number;
  error?: Error | undefined;
  story: string[];
  states: string[];
  crashes: number;
  /** What the seed let happen, each by a name that `without` takes; and what it reached. */
  happened: string[];
  reached: string[];
  /** The product's own log, and every call that vCenter got. */
  log: string[];
  calls: string[];
};

type Queued<T> = { message: T; visibleAt: number; receives: number; isInFlight: boolean };

/** `without`: what is left out of the seed's story, as `Chances` names it. */
export async function simulate(seed: number, without: readonly string[] = []): Promise<Outcome> {
  const run = createRun(seed, createChances(seed, new Set(without)));
  try {
    await run.play();
    return { seed, ...(await run.summary()) };
  } catch (error) {
    return { seed, error: error instanceof Error ? error : new Error(String(error)), ...(await run.summary()) };
  }
}

function createRun(seed: number, chances: Chances) {
  const random = createRandom(seed);
  const story: string[] = [];
  const states: string[] = [];
  let crashes = 0;
  let weather: Weather = chooseWeather(random);
  const cluster = chooseCluster(random);
  const scenarios = chooseScenarios(random, cluster);
  /** How often somebody wants something of a job that runs, a turn. */
  const nerves = random.pick([0, 0, 0.01, 0.04]);
  /** A busy monitoring sends alarms, with rules that act on them; audits come by schedule. */
  const busy = random.chance(0.4) ? random.pick([0.01, 0.03]) : 0;
  const policy = chooseRules(random);
  const auditMinutes = random.pick([0, 0, 30, 240]);
  let failedWrite: Error | undefined;
  const fail = (error: Error) => {
    failedWrite ??= error;
  };
  const sliceBegan = new Map<string, number>();
  const written = new Map<string, Set<string>>();
  let freezes: Freeze[] = [];
  let world: World;
  const hooks = {
    async before(call: { operation: string; host?: string | undefined }) {
      if (!isWrite(call.operation)) return;
      const logged = world.lab.calls().at(-1);
      // A checker must not look like a fault to the product: the driver throws what was found.
      const id = jobOf(logged?.opId) ?? '';
      await checkWrite(world.parts.store, { ...call, opId: logged?.opId }).catch(fail);
      const hosts = written.get(id) ?? new Set();
      written.set(id, hosts);
      const job = await world.parts.store.jobs.find(id);
      const about = { freezes, sliceBegan: sliceBegan.get(id) ?? 0, written: hosts };
      if (job !== undefined) await attempt(() => checkFrozenWrite(job, call, about)).catch(fail);
      hosts.add(call.host ?? '');
      await eras.begin(id);
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
    settings: (settings) => {
      if (busy > 0) settings.alarms = policy;
      const own = settings.clusters[cluster];
      if (own !== undefined && auditMinutes > 0) own.audit = { everyMinutes: auditMinutes };
    },
  });
  const eras = createEras(() => world.read(cluster));
  const wire = watchWire(world, fail);
  const reached = watchReached(world);
  const { clock } = world;
  const say = (line: string) => story.push(`${((clock.now().getTime() - begin) / 1000).toFixed(0)}s ${line}`);
  const begin = clock.now().getTime();
  const fate: Fate = { chances, weather: () => weather, clock, story: say };

  const jobs: Queued<JobMessage>[] = [];
  const notices: Queued<NoticeMessage | CardNotice>[] = [];
  const alarms: Queued<AlarmSignal>[] = [];
  const objects = new Set<string>();
  const send = <T>(queue: Queued<T>[], message: T) => {
    queue.push({ message, visibleAt: clock.now().getTime(), receives: 0, isInFlight: false });
    // The same message once more, now or later: a queue delivers at least once.
    if (chances.happens('second-copy', weather.crash * 3))
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
        if (!process.isCrashed && !(error instanceof Crash)) say(`failed: ${String(error)}`);
        return 'retry' as const;
      })
      .then(async (answer) => {
        // Whatever it made of its own death: nobody heard its answer.
        const result = process.isCrashed ? ('retry' as const) : answer;
        if (process.isCrashed) crashes += 1;
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
    sliceBegan.set(message.jobId, clock.now().getTime());
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

  const deliverNotice = (item: Queued<NoticeMessage | CardNotice>) => {
    const { message } = item;
    invoke(
      item,
      notices,
      async (process) => {
        const { store, log } = partsFor(process);
        const chat = mortal(world.chat, process, fate, 'chat');
        if ('card' in message) await createReportCard({ store, chat, clock, log, render: CARD_RENDERERS })(message);
        else await createReport({ store, chat, clock, log, render: world.render, thread: world.thread })(message);
        // What a process still says after its death nobody hears.
        return process.isCrashed ? 'retry' : 'ok';
      },
      async () => undefined,
    );
  };

  const deliverAlarm = (item: Queued<AlarmSignal>) => {
    invoke(
      item,
      alarms,
      async (process) => {
        await createReceiveAlarm(partsFor(process))(item.message);
        return 'ok';
      },
      async () => void say(`an alarm is lost: ${item.message.alarm}`),
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
    for (const item of heads(notices, groupOfNotice)) choices.push(() => deliverNotice(item));
    for (const item of heads(alarms, objectOfSignal)) choices.push(() => deliverAlarm(item));
    if (choices.length > 0 && random.chance(0.8)) await random.pick(choices)();
    // While messages wait out their invisibility time may pass faster.
    await clock.advance(choices.length > 0 ? 50 + random.below(500) : 5_000);
    if (clock.now().getTime() - lastTick >= TICK_MS) {
      lastTick = clock.now().getTime();
      await createTick(world.parts).tick();
      await lookAfterOthers();
    }
    await control();
    sendAlarm();
    if (weather !== CALM && busy > 0 && chances.happens('freeze', busy / 20)) await freezeAwhile();
    if (failedWrite !== undefined) throw failedWrite;
  };

  /** The job that people have their eyes on, and what is to be known of the cluster before it. */
  let watched: string | undefined;

  /** Somebody pauses, stops or cancels it, lets it go on, or asks twice. A paused job is not left alone for ever. */
  async function control(): Promise<void> {
    if (watched === undefined) return;
    const chance = weather === CALM ? 0 : nerves;
    const { state } = chance > 0 || random.chance(0.05) ? await world.job(watched) : { state: undefined };
    if (state === 'paused' ? !random.chance(0.05) : !chances.happens('control', chance)) return;
    if (state === 'paused') await interfereWhilePaused();
    const wish = chooseWish(random, state === 'paused');
    const who = random.pick([ANN, BOB]);
    const text = wish.replace('JOB', watched);
    const copies = Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => world.type(text, who));
    const [reply] = await Promise.all(copies);
    if (reply?.kind === 'controlled') say(`${who} types "${text}": ${reply.says.slice(0, 60)}`);
  }

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
  const meddlings: (Meddling & { at: string; left: Host | undefined; isFirst: boolean })[] = [];

  async function command(text: string): Promise<Job | undefined> {
    const reply = await world.type(text);
    say(`ann types "${text}": ${reply.kind === 'queued' ? reply.job.id : JSON.stringify(reply).slice(0, 120)}`);
    if (reply.kind !== 'queued') return undefined;
    past.push(reply.job.id);
    return carryOn(reply.job.id);
  }

  /** Follows a job to its end, through approval and start. Nothing for a plan that is left for later. */
  async function carryOn(id: string): Promise<Job | undefined> {
    watched = id;
    const machines = keepMachines(world.lab.model);
    const isDecided = (job: Job) => isTold(job) || job.state === 'awaiting-approval' || job.state === 'planned';
    await untilQuiet(jobIs(id, isDecided));
    watched = undefined;
    if (weather !== CALM && chances.happens('freeze', 0.12)) await freezeAwhile();
    await interfere();
    breakSomething();
    await decideOn(id);
    if ((await world.job(id)).state === 'planned') {
      if (weather !== CALM && chances.happens('late-plan', 0.3)) {
        plans.push(id);
        await takeBack();
        return undefined;
      }
      await interfere();
      const reply = await world.type(`apply ${id}`);
      say(`ann types "apply ${id}": ${reply.kind}`);
    }
    watched = id;
    await untilQuiet(jobIs(id, isTold));
    watched = undefined;
    const job = await world.job(id);
    await endOf(job, machines);
    await takeBack();
    return job;
  }

  async function endOf(job: Job, machines: Machines | undefined): Promise<void> {
    const { id } = job;
    states.push(`${job.kind}:${job.state}`);
    say(`${id} is ${job.state}: ${job.hosts.map((host) => `${host.name.split('.')[0]} ${host.outcome}`).join(', ')}`);
    if (machines !== undefined) {
      checkMachines(world.lab.model, machines, job);
      if (job.kind === 'trial') checkTrial(world, job, machines);
    }
    await checkEnd(job);
  }

  /** What was well while it was planned may not be so any more when it is carried out. */
  function breakSomething(): void {
    if (weather === CALM || !chances.happens('late-fault', 0.1)) return;
    const name = chooseLateFault(random, cluster);
    if (scenarios.includes(name)) return;
    scenarios.push(name);
    world.lab.setScenario(name, true);
    say(`now there is ${name}`);
  }

  /** Somebody changes a host while a plan waits. */
  async function interfere(): Promise<void> {
    if (weather === CALM || !chances.happens('meddling', 0.15)) return;
    await othersRest();
    const done = meddle(random, world.lab.model, cluster);
    if (done === undefined) return;
    say(`somebody changes ${done.host}: ${done.what}`);
    const host = (await world.read(cluster)).hosts.find(({ name }) => name === done.host);
    meddlings.push({
      ...done,
      at: clock.now().toISOString(),
      left: host,
      isFirst: (await findBaseline(host)) === undefined,
    });
  }

  /** The same while a job is paused: on a host that it has not begun with. */
  async function interfereWhilePaused(): Promise<void> {
    if (watched === undefined || !chances.happens('meddling', 0.3)) return;
    const done = meddle(random, world.lab.model, cluster);
    if (done === undefined) return;
    const { hosts } = await world.job(watched);
    const isPending = hosts.some((host) => host.name === done.host && host.outcome === 'pending');
    if (!isPending || done.isOfAll) {
      done.undo();
      return;
    }
    say(`somebody changes ${done.host}: ${done.what}`);
    const now = (await world.read(cluster)).hosts.find(({ name }) => name === done.host);
    if (now === undefined) throw new Error(`${done.host} is gone`);
    meddlings.push({
      ...done,
      at: clock.now().toISOString(),
      left: now,
      isFirst: (await findBaseline(now)) === undefined,
    });
    eras.amend(watched, (before) => ({
      ...before,
      hosts: before.hosts.map((host) => (host.name === now.name ? withGroupsOf(now, host) : host)),
    }));
  }

  /** They take it back, unless the product has begun with the host as they left it: then a revert leads back to that. */
  async function takeBack(): Promise<void> {
    if (meddlings.length > 0) await othersRest();
    for (const { isFirst, left, ...one } of meddlings.splice(0).toReversed()) {
      if (isFirst && left !== undefined && (await findBaseline(left)) !== undefined) {
        isDisordered = true;
        first = {
          ...first,
          hosts: first.hosts.map((host) => (host.name === left.name ? withGroupsOf(left, host) : host)),
        };
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
    // A plan that was left for later may have waited too long; the clock says so in its next minute.
    if (approval !== undefined && approval.expiresAt <= clock.now().toISOString()) return;
    if (chances.happens('rejection', 0.05)) {
      await world.press({ jobId: id, decision: 'reject', user: BOB, reason: 'not today' });
      return;
    }
    if (chances.happens('expiry', 0.03)) {
      await clock.advance(5 * 3_600_000);
      return;
    }
    await pressWithoutGroups(id);
    const presses = [{ user: ANN }, { user: BOB }, { user: BOB }].filter(
      (press) => press.user === BOB || random.chance(0.3),
    );
    const replies = await Promise.all(presses.map(({ user }) => world.press({ jobId: id, decision: 'approve', user })));
    const counted = replies.filter((reply) => reply.kind === 'decided').length;
    const isBarred = replies.some((reply) => reply.kind === 'refused' && BARS.has(reply.code));
    if (counted !== 1 && !(counted === 0 && isBarred))
      throw new Error(`${counted} of ${presses.length} presses counted for ${id}`);
    await changeTheirMind(id);
    const after = (await world.job(id)).approval;
    if (after !== undefined && !isComplete(after)) await world.press({ jobId: id, decision: 'approve', user: DAN });
  }

  async function checkEnd(job: Job): Promise<void> {
    const now = await world.read(cluster);
    checkHosts(first, now);
    const era = await eras.of(job.id);
    const { before, after } = era ?? { before: now, after: now };
    if (['enable', 'repair', 'revert'].includes(job.kind)) {
      checkOutcomes(job, before, after);
      const records = await world.parts.store.records.list(job.id);
      checkExplained(job, records, before, after);
      // What is planned later knows of it.
      checkStale(
        world,
        job,
        records,
        meddlings.filter(({ at }) => at > job.createdAt),
      );
    }
    checkTurns(world);
    if (era?.isLast !== false) await checkKept(world, job, calm);
    // A plan that was left for later may expire at any minute.
    const isLeft = (one: Job) => isOther(one) || plans.includes(one.id);
    await checkQuiet(world, isOther(job) ? ({ id }) => id !== job.id : isLeft);
    if (job.isQuiet === true) return;
    await checkChannel(world, [job]);
    await checkThread(world, job, crashes);
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
      if (random.chance(0.5)) await thaw();
      if (chances.happens('mistake', 0.3)) await mistake();
      const text = chooseCommand(random, { cluster, past, model: world.lab.model });
      if (chances.happens('command', 1)) await command(text);
      const waiting = random.chance(0.5) ? plans.pop() : undefined;
      if (waiting !== undefined) await carryOn(waiting);
    }
    // In calm weather everything can be put back, whatever happened before.
    weather = CALM;
    await calmDown();
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
    await calmDown();
    await untilQuiet(async () => {
      const isUntold = (await world.parts.store.jobs.listOpen()).some(({ state }) => isEnded(state));
      return jobs.length + notices.length === 0 && !isUntold;
    });
    await checkQuiet(world, (job) => job.kind === 'audit');
    await checkCards(world, objects, crashes);
    if (busy > 0) await checkLimits(world, policy);
    const entries = await checkAuditLog(world, crashes);
    await checkSecrets(world, { passwords: [world.lab.credentials.password], cookies: wire.cookies }, entries);
  }

  async function revertCalmly(): Promise<Job> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const job = await command(`revert ${cluster}`);
      // The simulated people reject, and plans expire, in calm weather too.
      if (job !== undefined && job.state !== 'rejected' && job.state !== 'expired') return job;
    }
    throw new Error('nobody approved the revert');
  }

  /** Jobs that no person asked for: of rules, and audits by schedule. */
  const isOther = (job: Job) => job.origin !== undefined || job.requestedBy === SCHEDULE;
  const looked = new Set<string>();

  /** Once a minute: somebody decides on what rules ask for, and what has ended is checked. */
  async function lookAfterOthers(): Promise<void> {
    for (const job of await world.parts.store.jobs.listByCluster(cluster, JOBS_MAX)) {
      if (!isOther(job) || looked.has(job.id)) continue;
      if (job.state === 'awaiting-approval') await decideOnOther(job);
      if (!isTold(job)) continue;
      looked.add(job.id);
      const all = await world.parts.store.jobs.listByCluster(cluster, JOBS_MAX);
      say(`job of ${job.requestedBy}:`);
      if (all.every((one) => isEnded(one.state) || !isAtWork(one) || one.id === job.id)) await endOf(job, undefined);
      else states.push(`${job.kind}:${job.state}`);
    }
  }

  async function decideOnOther({ id }: Job): Promise<void> {
    if (weather === CALM || random.chance(0.1)) {
      await world.press({ jobId: id, decision: 'reject', user: BOB, reason: 'by hand, later' });
    } else if (random.chance(0.3)) {
      for (const user of [BOB, DAN]) await world.press({ jobId: id, decision: 'approve', user });
    }
  }

  /** Nobody changes hosts in the middle of a job that nobody watches. */
  async function othersRest(): Promise<void> {
    // Nor before what such a job did has been looked at.
    const isToBeSeen = (job: Job) => isOther(job) && (isAtWork(job) || isEnded(job.state));
    await untilQuiet(async () => !(await world.parts.store.jobs.listOpen()).some(isToBeSeen));
    await lookAfterOthers();
  }

  function sendAlarm(): void {
    if (weather === CALM || busy === 0 || !chances.happens('alarm', busy)) return;
    const hosts = first.hosts.map(({ name }) => name);
    const signal = chooseSignal(random, hosts, cluster, clock.now());
    objects.add(objectOfSignal(signal));
    say(`alarm "${signal.alarm}" on ${signal.host?.name ?? 'nothing'} is ${signal.state}`);
    for (let copies = random.pick([1, 1, 2, 3]); copies > 0; copies -= 1) {
      const visibleAt = clock.now().getTime() + (random.chance(0.3) ? random.below(120_000) : 0);
      alarms.push({ message: signal, visibleAt, receives: 0, isInFlight: false });
    }
  }

  /** Somebody freezes the cluster, or all of the channel's, and mostly somebody lifts that before a change is decided on. */
  async function freezeAwhile(): Promise<void> {
    const target = random.pick([cluster, 'all']);
    const until = random.pick(['', ' --until 20m', ' --until 2h']);
    const reply = await world.type(`freeze ${target} --reason "night of the release"${until}`, BOB);
    say(`bob types "freeze ${target}${until}": ${reply.kind}`);
    if (reply.kind === 'frozen') freezes.push(reply.freeze);
  }

  async function mistake(): Promise<void> {
    const { text, user } = chooseMistake(random, cluster);
    const reply = await world.type(text, user);
    if (reply.kind !== 'refused') violate('a mistake is refused', `"${text.slice(0, 60)}" was answered ${reply.kind}`);
  }

  /** Slack does not tell who is in a group: then nobody is, until it does. */
  async function pressWithoutGroups(id: string): Promise<void> {
    if (weather === CALM || !chances.happens('group-away', 0.15)) return;
    const members = [...world.groups];
    world.groups.clear();
    const reply = await world.press({ jobId: id, decision: 'approve', user: DAN });
    for (const [group, users] of members) world.groups.set(group, users);
    say(`dan approves while Slack does not tell its groups: ${reply.kind}`);
    if (reply.kind !== 'refused') violate('nobody approves by a group that nobody knows', `${id}: ${reply.kind}`);
  }

  async function thaw(): Promise<void> {
    if (freezes.length === 0) return;
    for (const target of new Set(freezes.map(({ scope }) => scope))) {
      const reply = await world.type(`unfreeze ${target}`, ANN);
      say(`ann types "unfreeze ${target}": ${reply.kind}`);
    }
    freezes = [];
  }

  /** Who has approved may take it back, as long as the job has not begun. */
  async function changeTheirMind(id: string): Promise<void> {
    if (weather === CALM || !chances.happens('withdrawal', 0.05)) return;
    const reply = await world.press({ jobId: id, decision: 'withdraw', user: BOB });
    say(`bob takes his approval of ${id} back: ${reply.kind}`);
    if (reply.kind === 'decided' && random.chance(0.7))
      await world.press({ jobId: id, decision: 'approve', user: BOB });
  }

  /** What rules have begun ends, and the last alarms go. */
  async function calmDown(): Promise<void> {
    await thaw();
    // Somebody takes the rules out of vmotion.yaml: else one may act as soon as an alarm has been calm for long enough.
    if (busy > 0) world.parts.settings.alarms = { ...policy, rules: [] };
    await untilQuiet(async () => {
      const open = await world.parts.store.jobs.listOpen();
      const isOpen = (job: Job) => isEnded(job.state) || (isOther(job) && job.kind !== 'audit');
      return alarms.length === 0 && !open.some(isOpen);
    });
    await lookAfterOthers();
  }

  return {
    play,
    async summary() {
      const happened = chances.happened();
      for (const name of happened) reached.note(`happening:${name.replace(/#.*/, '')}`);
      for (const name of scenarios) reached.note(`scenario:${name}`);
      return {
        story,
        states,
        crashes,
        happened,
        reached: await reached.all(),
        log: world.logLines,
        calls: world.lab.calls().map(callText),
      };
    },
  };
}

async function attempt(check: () => void): Promise<void> {
  check();
}

const groupOfNotice = (message: NoticeMessage | CardNotice): string =>
  'card' in message ? message.card : message.jobId;

/** It may be writing, or is about to. */
function isAtWork({ state }: Job): boolean {
  return !isEnded(state) && state !== 'awaiting-approval' && state !== 'planned';
}

function callText(call: { operation: string; host?: string | undefined; opId?: string | undefined; at: Date }): string {
  return `${call.at.toISOString()} ${call.opId ?? ''} ${call.operation} ${call.host ?? ''}`;
}

/** Distributed port groups are no host's own: what the job changed in them before is no work of the one who came then. */
function withGroupsOf(host: Host, other: Host): Host {
  const { distributedPortGroups } = other.network ?? {};
  return host.network === undefined ? host : { ...host, network: { ...host.network, distributedPortGroups } };
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
