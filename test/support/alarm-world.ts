// The whole product with alarms: what a way in would hand over goes in, cards and jobs come out.
import { createReceiveAlarm, type ReceiveAlarm } from '../../shared/app/receive-alarm.ts';
import { createReportCard } from '../../shared/app/report-card.ts';
import { createTick } from '../../shared/app/tick.ts';
import type { AlarmPolicy, AlarmRule } from '../../shared/domain/alarm-policy.ts';
import type { AlarmSignal } from '../../shared/domain/alarm-signal.ts';
import type { AlarmCard } from '../../shared/domain/card.ts';
import { CARD_RENDERERS } from '../../shared/slack/views/card.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

export type AlarmWorld = World & {
  receive: ReceiveAlarm;
  /** Works off messages, notices and what the clock does, until nothing is left. */
  settleAll(): Promise<void>;
  cards(): Promise<AlarmCard[]>;
  /** The one card there is. */
  card(): Promise<AlarmCard>;
  passMinutes(minutes: number): Promise<void>;
};

export function aRule(change: Partial<AlarmRule> = {}): AlarmRule {
  return {
    id: 'mend',
    match: {},
    action: 'repair',
    mode: 'auto',
    cooldownMinutes: 30,
    limits: { perObject: 2, perCluster: 4, total: 10 },
    maxHosts: 1,
    needsPassingTest: false,
    breaker: { failures: 3, halfOpenAfterMinutes: 60 },
    ...change,
  };
}

export function aPolicy(rules: AlarmRule[] = [], change: Partial<AlarmPolicy> = {}): AlarmPolicy {
  return {
    rules,
    limits: { perObject: 2, perCluster: 6, total: 20 },
    flap: { transitions: 4, minutes: 10 },
    ...change,
  };
}

export function aSignal(change: Partial<AlarmSignal> = {}): AlarmSignal {
  return {
    source: 'vcenter',
    alarm: 'vMotion adapter is wrong',
    state: 'raised',
    severity: 'critical',
    host: { name: 'esx02.lab.local' },
    summary: 'vmk2 is not as it was',
    at: '2026-01-02T03:04:05.000Z',
    ...change,
  };
}

/** `policy`: in place of what vmotion.yaml says about alarms. */
export function createAlarmWorld({ policy, ...options }: WorldOptions & { policy: AlarmPolicy }): AlarmWorld {
  const world = createWorld({
    ...options,
    settings: (settings) => {
      settings.alarms = policy;
      options.settings?.(settings);
    },
  });
  const { parts, queue, chat, clock } = world;
  const { store, log } = parts;
  const reportCard = createReportCard({ store, chat, clock, log, render: CARD_RENDERERS });
  const tick = createTick(parts);
  const receive = createReceiveAlarm(parts);
  const cards = async () => {
    const names = [...Object.keys(parts.settings.clusters), undefined];
    return (await Promise.all(names.map((name) => store.cards.listByCluster(name, 1000)))).flat();
  };
  async function showCards(): Promise<void> {
    for (let notice = queue.takeCardNotice(); notice !== undefined; notice = queue.takeCardNotice()) {
      await reportCard(notice);
    }
  }
  return {
    ...world,
    // The moment is the world's own, unless a test is about the moment.
    receive: (signal) => receive({ ...signal, at: clock.now().toISOString() }),
    async settleAll() {
      for (let round = 0; round < 6; round += 1) {
        await world.settle();
        await showCards();
        await tick.tick();
      }
      await world.settle();
      await showCards();
    },
    cards,
    async card() {
      const all = await cards();
      const [card] = all;
      if (card === undefined || all.length > 1) throw new Error(`there are ${all.length} cards`);
      return card;
    },
    passMinutes: (minutes) => clock.sleep(minutes * 60_000),
  };
}
