// What every implementation of the alarms' stores does alike.
import { describe, expect, it } from 'vitest';
import { NO_AUTOMATION } from '../../shared/domain/automation.ts';
import type { Store } from '../../shared/ports.ts';
import { aCard } from '../support/a-card.ts';
import { aJob } from './rows.ts';

const at = (second: number) => `2026-01-02T03:04:${String(second).padStart(2, '0')}.000Z`;
const CONFLICT = { code: 'write-conflict', retry: 'later' };

/** `open` gives a store with nothing in it. */
export function describeAlarmStores(name: string, open: () => Promise<Store>): void {
  describe(`${name}: alarm cards`, () => {
    it('are made once, and written only from the version that was read', async () => {
      const { cards } = await open();
      expect(await cards.create(aCard())).toBe(true);
      expect(await cards.create(aCard({ summary: 'another' }))).toBe(false);
      await cards.save(aCard({ version: 2, count: 2 }));
      await expect(cards.save(aCard({ version: 2, count: 3 }))).rejects.toMatchObject(CONFLICT);
      expect(await cards.find('a-0123456789')).toEqual(aCard({ version: 2, count: 2 }));
      expect(await cards.find('a-none')).toBeUndefined();
    });

    it('let one of many writers win', async () => {
      const { cards } = await open();
      await cards.create(aCard());
      const writes = Array.from({ length: 10 }, (_, index) => cards.save(aCard({ version: 2, count: index })));
      const results = await Promise.allSettled(writes);
      expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    });

    it('are listed while they are open, the oldest first, and never among the jobs', async () => {
      const { cards, jobs } = await open();
      await jobs.create(aJob());
      await cards.create(aCard({ id: 'a-2', firstSeenAt: at(2) }));
      await cards.create(aCard({ id: 'a-1', firstSeenAt: at(1) }));
      await cards.create(aCard({ id: 'a-3', firstSeenAt: at(3), isSettled: true }));
      expect((await cards.listOpen()).map(({ id }) => id)).toEqual(['a-1', 'a-2']);
      expect((await jobs.listOpen()).map(({ id }) => id)).toEqual([aJob().id]);
      expect((await jobs.listByCluster('cluster-a', 10)).map(({ id }) => id)).toEqual([aJob().id]);
    });

    it('are found by their cluster, the newest first, and those of no cluster by none', async () => {
      const { cards } = await open();
      await cards.create(aCard({ id: 'a-1', firstSeenAt: at(1) }));
      await cards.create(aCard({ id: 'a-2', firstSeenAt: at(2) }));
      await cards.create(aCard({ id: 'a-3', cluster: 'cluster-b', firstSeenAt: at(3) }));
      await cards.create(aCard({ id: 'a-4', cluster: undefined, firstSeenAt: at(4) }));
      expect((await cards.listByCluster('cluster-a', 10)).map(({ id }) => id)).toEqual(['a-2', 'a-1']);
      expect((await cards.listByCluster('cluster-a', 1)).map(({ id }) => id)).toEqual(['a-2']);
      expect((await cards.listByCluster(undefined, 10)).map(({ id }) => id)).toEqual(['a-4']);
    });

    it('remember where their messages stand', async () => {
      const { cards } = await open();
      const shown = {
        card: 'a-1',
        channel: 'C1',
        ts: '1.2',
        shownVersion: 3,
        shownSeq: 4,
        shownAt: at(5),
        copies: { C2: '3.4' },
      };
      expect(await cards.findShown('a-1')).toBeUndefined();
      await cards.putShown(shown);
      expect(await cards.findShown('a-1')).toEqual({ ...shown, seq: 1 });
      await cards.putShown({ ...shown, shownVersion: 4, seq: 1 });
      expect(await cards.findShown('a-1')).toEqual({ ...shown, shownVersion: 4, seq: 2 });
    });

    it('keep what another notifier has shown meanwhile', async () => {
      const { cards } = await open();
      const shown = { card: 'a-1', channel: 'C1', ts: '1.2', shownVersion: 1, shownSeq: 1, shownAt: at(5), copies: {} };
      const newer = { ...shown, shownVersion: 3, shownSeq: 3 };
      await cards.putShown(newer);
      await expect(cards.putShown(shown)).rejects.toMatchObject(CONFLICT);
      await cards.putShown({ ...newer, seq: 1 });
      await expect(cards.putShown({ ...shown, seq: 1 })).rejects.toMatchObject(CONFLICT);
      expect(await cards.findShown('a-1')).toEqual({ ...newer, seq: 2 });
    });
  });

  describe(`${name}: automation`, () => {
    it('is one row, written only from the version that was read, also the first time', async () => {
      const { automation } = await open();
      expect(await automation.find()).toBeUndefined();
      const start = { request: 'card:1', rule: 'mend', cluster: 'cluster-a', object: 'esx02', at: at(1) };
      const first = { ...NO_AUTOMATION, version: 1, starts: [start] };
      const results = await Promise.allSettled([automation.save(first), automation.save({ ...first, starts: [] })]);
      expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
      const second = { ...first, version: 2, breakers: { mend: { failures: 1, openedAt: at(2), probe: 'card:1' } } };
      await automation.save(second);
      await expect(automation.save(second)).rejects.toMatchObject(CONFLICT);
      expect(await automation.find()).toEqual(second);
    });
  });

  describe(`${name}: subscriptions and known hosts`, () => {
    it('keep one of each channel of a cluster', async () => {
      const { subscriptions } = await open();
      const one = { cluster: 'cluster-a', channel: 'C1', topics: ['alarms'], by: 'U1', at: at(1) };
      await subscriptions.put(one);
      await subscriptions.put({ ...one, channel: 'C2' });
      await subscriptions.put({ ...one, topics: ['alarms', 'drift'] });
      const listed = await subscriptions.list('cluster-a');
      expect(listed.map(({ channel, topics }) => [channel, topics])).toEqual([
        ['C1', ['alarms', 'drift']],
        ['C2', ['alarms']],
      ]);
      expect(await subscriptions.list('cluster-b')).toEqual([]);
    });

    it('keep the hosts of a cluster as they were read last', async () => {
      const { hostIndex } = await open();
      await hostIndex.put({ cluster: 'cluster-a', hosts: [{ moref: 'host-1', name: 'esx01' }] });
      await hostIndex.put({ cluster: 'cluster-a', hosts: [{ moref: 'host-2', name: 'esx02' }] });
      expect(await hostIndex.list(['cluster-b', 'cluster-a'])).toEqual([
        { cluster: 'cluster-a', hosts: [{ moref: 'host-2', name: 'esx02' }] },
      ]);
    });
  });
}
