// vCenter alone numbers VMkernel adapters; what comes back under another number is used under it.
import { describe, expect, it } from 'vitest';
import { createWorld } from '../support/world.ts';

describe('a revert where vCenter gives numbers above all in use', () => {
  it('selects vMotion on the adapter that came back, and says which number it lost', async () => {
    const world = createWorld({ switches: { vmkNumber: 'above-all' } });
    await world.run('enable cluster-l3');
    const job = await world.run('revert cluster-l3');
    expect(job).toMatchObject({ state: 'done' });
    for (const host of (await world.read('cluster-l3')).hosts) {
      const old = host.network?.vmks.filter(({ services }) => services.includes('vmotion'));
      expect(old).toMatchObject([{ netstack: 'defaultTcpipStack', attachment: { portGroup: 'vMotion-old' } }]);
      // Where another adapter has a higher number, the lost one is not given again.
      const isAboveOthers = host.network?.vmks.some(({ services }) => services.includes('vsan')) === true;
      expect(old?.[0]?.device).toBe(isAboveOthers ? 'vmk3' : 'vmk1');
      const note = isAboveOthers ? `${host.name}: could not restore the number of vmk1, which is vmk3 now` : undefined;
      expect(job.hosts.find(({ name }) => name === host.name)?.note).toBe(note);
    }
  });
});
