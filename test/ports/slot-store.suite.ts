// What every implementation of the store of slots does alike.
import { describe, expect, it } from 'vitest';
import { noSlots, type VcenterSlots } from '../../shared/domain/vcenter-slots.ts';
import type { Store } from '../../shared/ports.ts';

const AT = '2026-01-02T03:04:05.000Z';
const CONFLICT = { code: 'write-conflict', retry: 'later' };

const row = (vcenter: string, version: number): VcenterSlots => ({
  ...noSlots(vcenter),
  version,
  holders: [{ holder: 'h', jobId: 'j-1', until: AT, isLoggedIn: true }],
  waiting: [{ jobId: 'j-2', cluster: 'cluster-b', cursor: 3, since: AT, seenAt: AT }],
  refused: { count: 1, at: AT },
});

/** `open` gives a store with nothing in it. */
export function describeSlotStore(name: string, open: () => Promise<Store>): void {
  describe(`${name}: slots`, () => {
    it('are kept for each vCenter', async () => {
      const { slots } = await open();
      expect(await slots.find('vc-a')).toBeUndefined();
      await slots.save(row('vc-a', 1));
      expect(await slots.find('vc-a')).toEqual(row('vc-a', 1));
      expect(await slots.find('vc-b')).toBeUndefined();
    });

    it('are written only from the version that was read', async () => {
      const { slots } = await open();
      await expect(slots.save(row('vc-a', 2))).rejects.toMatchObject(CONFLICT);
      await slots.save(row('vc-a', 1));
      await expect(slots.save(row('vc-a', 1))).rejects.toMatchObject(CONFLICT);
      await slots.save(row('vc-a', 2));
      expect((await slots.find('vc-a'))?.version).toBe(2);
    });

    it('let one of many writers win', async () => {
      const { slots } = await open();
      const first = await Promise.allSettled(Array.from({ length: 20 }, () => slots.save(row('vc-a', 1))));
      expect(first.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const second = await Promise.allSettled(Array.from({ length: 20 }, () => slots.save(row('vc-a', 2))));
      expect(second.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });
  });
}
