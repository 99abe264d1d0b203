import type { Membership, Views } from '../../shared/ports.ts';

export type ShownView = { viewId: string; hash: string; view: Record<string, unknown>; updates: number };

/** Slack's modals and Homes as the app left them. A trigger opens one modal; a state that has moved on is kept. */
export type MemoryViews = Views & {
  modals(): ShownView[];
  home(user: string): ShownView | undefined;
  /** From now on every trigger has expired. */
  expire(): void;
};

export function createMemoryViews(): MemoryViews {
  const modals = new Map<string, ShownView>();
  const homes = new Map<string, ShownView>();
  const used = new Set<string>();
  let isExpired = false;
  let count = 0;
  const shown = (viewId: string, view: object, before?: ShownView): ShownView => {
    count += 1;
    return { viewId, hash: `hash-${count}`, view: structuredClone({ ...view }), updates: (before?.updates ?? -1) + 1 };
  };
  return {
    async open(triggerId, view) {
      if (isExpired || used.has(triggerId)) return { kind: 'expired' };
      used.add(triggerId);
      const viewId = `V${modals.size + 1}`;
      modals.set(viewId, shown(viewId, view));
      return { kind: 'opened', viewId };
    },
    async update({ viewId, hash }, view) {
      const before = modals.get(viewId);
      if (before === undefined) return 'gone';
      if (hash !== undefined && hash !== before.hash) return 'outdated';
      modals.set(viewId, shown(viewId, view, before));
      return 'updated';
    },
    async publish(user, view, hash) {
      const before = homes.get(user);
      if (hash !== undefined && hash !== before?.hash) return 'outdated';
      homes.set(user, shown(`H-${user}`, view, before));
      return 'published';
    },
    modals: () => [...modals.values()],
    home: (user) => homes.get(user),
    expire() {
      isExpired = true;
    },
  };
}

/** Who is in which channel. */
export function createMemoryMembership(channels: Record<string, string[]>): Membership {
  return { channelsOf: async (user) => channels[user] ?? [] };
}
