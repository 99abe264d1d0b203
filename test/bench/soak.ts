// A day and more of everything at once in one process: what is left when the work is over must not grow.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createReceiveAlarm } from '../../shared/app/receive-alarm.ts';
import type { Chat, Store } from '../../shared/ports.ts';
import { aPolicy, aRule, aSignal } from '../support/alarm-world.ts';
import { type Crowd, createCrowd } from '../support/crowd.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { createRandom } from '../support/random.ts';
import { atMost, type Figure, type Measurement } from './measurement.ts';

const HOURS = 36;
/** The first is for warming up: what is loaded and compiled once. */
const PARTS = 4;
const HOUR_MS = 3_600_000;
const VERBS = ['status', 'status', 'test', 'check', 'enable', 'enable', 'revert', 'audit'];
const COMMANDS_AN_HOUR = 8;
const ALARMS_AN_HOUR = 60;
const STORM = 600;
const AUDIT_MINUTES = 60;

type Sample = { heap: number; handles: number; rows: number; jobs: number; sessions: number };

export const soak: Measurement = {
  about: `${HOURS} hours of commands, alarms and audits in one process: nothing grows`,
  async measure(progress) {
    const place = createPlace();
    const { crowd } = place;
    const samples: Sample[] = [];
    for (let part = 1; part <= PARTS; part += 1) {
      progress(`hours ${((part - 1) * HOURS) / PARTS} to ${(part * HOURS) / PARTS}`);
      for (let hour = 0; hour < HOURS / PARTS; hour += 1) await playHour(place, hour === 0);
      // Until everything that was begun has ended.
      await crowd.play(2 * HOUR_MS);
      samples.push(await sample(place));
    }
    const [, first, ...later] = samples;
    const last = later.at(-1);
    if (first === undefined || last === undefined) throw new Error('too few samples');
    return figures(place, first, last);
  },
};

type Place = ReturnType<typeof createPlace>;

function createPlace() {
  let rows = countedStore();
  // Rows are the table's, not the process's: each part begins with an empty one.
  const store = new Proxy({} as Store, {
    get: (_, port) => new Proxy({}, { get: (__, method) => rows.call(String(port), String(method)) }),
    ownKeys: () => Object.keys(rows.store),
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  });
  const crowd = createCrowd({
    clusters: 6,
    vcenters: 2,
    functions: 6,
    workers: 2,
    lab: { hosts: 3, latency: 'lan' },
    store,
    slack: silentChat(),
    settings(settings) {
      settings.alarms = aPolicy([aRule({ action: 'test' }), aRule({ id: 'ask', action: 'repair', mode: 'ask' })]);
      for (const cluster of Object.values(settings.clusters)) cluster.audit = { everyMinutes: AUDIT_MINUTES };
    },
  });
  return {
    crowd,
    receive: createReceiveAlarm(crowd.parts),
    random: createRandom(7),
    counts: { commands: 0, alarms: 0 },
    renew() {
      const old = rows;
      rows = countedStore();
      return old;
    },
  };
}

function countedStore() {
  const store = createMemoryStore();
  const made = new Map<string, number>();
  return {
    store,
    made,
    call(port: string, method: string): unknown {
      const own = store[port as keyof Store] as unknown as Record<string, (...args: unknown[]) => unknown>;
      if (method === 'create' || method === 'add') made.set(port, (made.get(port) ?? 0) + 1);
      return (...args: unknown[]) => own[method]?.(...args);
    },
  };
}

async function playHour({ crowd, receive, random, counts }: Place, isStormy: boolean): Promise<void> {
  const { clock, clusters } = crowd;
  const end = clock.now().getTime() + HOUR_MS;
  const events = COMMANDS_AN_HOUR + ALARMS_AN_HOUR;
  if (isStormy) {
    for (let alarm = 0; alarm < STORM; alarm += 1) await receive(anAlarm(crowd, random));
    counts.alarms += STORM;
  }
  for (let event = 0; event < events; event += 1) {
    if (random.below(events) < COMMANDS_AN_HOUR) {
      const verb = VERBS[random.below(VERBS.length)] ?? 'status';
      // Refused where the cluster is busy or has nothing to revert: that is a case of its own.
      const reply = await crowd.say(`/vmotion ${verb} ${clusters[random.below(clusters.length)]}`);
      counts.commands += 1;
      await crowd.play(60_000);
      if (reply.kind === 'queued' && random.chance(0.8)) await crowd.approve(reply.job.id);
    } else {
      await receive(anAlarm(crowd, random));
      counts.alarms += 1;
    }
    await crowd.play(random.below(60_000));
    await crowd.clock.advance(random.below(20_000));
  }
  while (clock.now().getTime() < end) {
    await crowd.play(60_000);
    await clock.advance(60_000);
    await crowd.tick();
  }
}

function anAlarm({ clock, clusters }: Crowd, random: Place['random']) {
  const cluster = clusters[random.below(clusters.length)];
  return aSignal({
    cluster: { name: cluster },
    host: { name: `esx0${random.below(3) + 1}.lab.local` },
    alarm: `alarm ${random.below(5)}`,
    state: random.chance(0.5) ? 'raised' : 'cleared',
    at: clock.now().toISOString(),
  });
}

async function sample(place: Place): Promise<Sample> {
  const { made } = place.renew();
  const sessions = place.crowd.sessionsNow();
  // A simulated vCenter remembers its newest calls and events, which a real one does elsewhere.
  place.crowd.rebuild();
  await new Promise((resolve) => setImmediate(resolve));
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What is only reachable from finalised objects goes with the second.
  collect();
  collect();
  const rows = [...made.values()].reduce((sum, count) => sum + count, 0);
  return {
    heap: process.memoryUsage().heapUsed,
    handles: process.getActiveResourcesInfo().length,
    rows,
    jobs: made.get('jobs') ?? 0,
    sessions,
  };
}

function figures({ crowd, counts }: Place, first: Sample, last: Sample): Figure[] {
  const hours = HOURS / PARTS;
  return [
    {
      what: 'heap after the last part, over the one after the second',
      value: last.heap / first.heap,
      unit: '×',
      bound: atMost(1.1),
    },
    {
      what: 'heap after the last part',
      value: last.heap / 1e6,
      unit: 'MB',
      peer: { what: 'after the second', value: first.heap / 1e6 },
    },
    {
      what: 'open handles beyond those after the second part',
      value: last.handles - first.handles,
      unit: 'handles',
      bound: atMost(0),
    },
    {
      what: 'sessions left at the vCenters',
      value: first.sessions + last.sessions,
      unit: 'sessions',
      bound: atMost(0),
    },
    { what: 'messages given up', value: crowd.deadLetters().length, unit: 'messages', bound: atMost(0) },
    {
      what: 'jobs an hour',
      value: last.jobs / hours,
      unit: 'jobs',
      peer: { what: 'in the second part', value: first.jobs / hours },
    },
    {
      what: 'rows of jobs, cards and audit log an hour',
      value: last.rows / hours,
      unit: 'rows',
      peer: { what: 'in the second part', value: first.rows / hours },
    },
    { what: 'commands typed', value: counts.commands, unit: 'commands' },
    { what: 'alarms taken', value: counts.alarms, unit: 'alarms' },
  ];
}

/** Takes everything and keeps nothing. */
function silentChat(): Chat {
  let count = 0;
  return {
    post: async () => ({ ts: `${(count += 1)}.0` }),
    update: async () => ({ kind: 'updated' }),
    upload: async () => ({ fileId: `F${(count += 1)}` }),
    fileState: async () => 'ready',
  };
}
