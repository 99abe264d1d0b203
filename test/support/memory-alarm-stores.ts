// The stores of alarms in memory, with the conditions of the real table.
import type { KnownHosts } from '../../shared/domain/alarm-place.ts';
import type { Automation } from '../../shared/domain/automation.ts';
import { type AlarmCard, isCardOpen } from '../../shared/domain/card.ts';
import { OpsError } from '../../shared/errors.ts';
import type { ShownCard, Store, Subscription } from '../../shared/ports.ts';
import { copyRow as copy } from './copy-row.ts';

type AlarmStores = Pick<Store, 'cards' | 'automation' | 'subscriptions' | 'hostIndex'>;

export function createMemoryAlarmStores(): AlarmStores {
  const cards = new Map<string, AlarmCard>();
  const shown = new Map<string, ShownCard>();
  const subscriptions = new Map<string, Subscription>();
  const hosts = new Map<string, KnownHosts>();
  let automation: Automation | undefined;
  const byTime = () => [...cards.values()].sort((a, b) => (a.firstSeenAt < b.firstSeenAt ? -1 : 1)).map(copy);
  return {
    cards: {
      async create(card) {
        if (cards.has(card.id)) return false;
        cards.set(card.id, copy(card));
        return true;
      },
      find: async (id) => copy(cards.get(id)),
      async save(card) {
        if (cards.get(card.id)?.version !== card.version - 1) throw writeConflict(`card ${card.id}`);
        cards.set(card.id, copy(card));
      },
      listOpen: async () => byTime().filter(isCardOpen),
      listByCluster: async (cluster, limit) =>
        byTime()
          .filter((card) => card.cluster === cluster)
          .reverse()
          .slice(0, limit),
      findShown: async (id) => copy(shown.get(id)),
      async putShown(record) {
        const seq = record.seq ?? 0;
        if ((shown.get(record.card)?.seq ?? 0) !== seq) throw writeConflict(`what is shown of ${record.card}`);
        shown.set(record.card, copy({ ...record, seq: seq + 1 }));
      },
    },
    automation: {
      find: async () => copy(automation),
      async save(next) {
        if ((automation?.version ?? 0) !== next.version - 1) throw writeConflict('automation');
        automation = copy(next);
      },
    },
    subscriptions: {
      async put(one) {
        subscriptions.set(`${one.cluster} ${one.channel}`, copy(one));
      },
      list: async (cluster) => [...subscriptions.values()].filter((one) => one.cluster === cluster).map(copy),
    },
    hostIndex: {
      async put(known) {
        hosts.set(known.cluster, copy(known));
      },
      list: async (clusters) => clusters.flatMap((cluster) => copy(hosts.get(cluster)) ?? []),
    },
  };
}

function writeConflict(what: string): OpsError {
  const remedy = 'Nothing to do: it is read again and tried again.';
  return new OpsError('write-conflict', `${what} is at another version.`, { retry: 'later', remedy });
}
