import { describe, expect, it } from 'vitest';
import type { Moref } from '../../shared/domain/inventory.ts';
import { createFakeVcenter } from './fake-vcenter.ts';
import { inSession } from './in-session.ts';

const HOST = { type: 'HostSystem', value: 'host-1' };
const GROUP = { type: 'DistributedVirtualPortgroup', value: 'dvportgroup-1' };

/** A vCenter that grants its one session these, each as "object privilege". */
function serve(...granted: string[]) {
  const fake = createFakeVcenter();
  fake.answers['HasPrivilegeOnEntities'] = ({ parameters }) => {
    const { entity, privId, sessionId } = parameters as { entity: Moref[]; privId: string[]; sessionId: string };
    const has = (one: Moref, id: string) => sessionId === '52' && granted.includes(`${one.value} ${id}`);
    return entity.map((one) => ({
      entity: one,
      privAvailability: privId.map((id) => ({ privId: id, isGranted: has(one, id) })),
    }));
  };
  return fake;
}

describe('privileges', () => {
  it('are asked for in one call, and only those are named that are missing where they are needed', async () => {
    const fake = serve('host-1 Host.Config.Network', 'dvportgroup-1 Host.Config.Settings');
    const missing = await inSession(fake, async (session) => {
      const before = session.calls;
      const answer = await session.missingPrivileges([
        { entity: HOST, name: 'esx01', privileges: ['Host.Config.Network', 'Host.Config.Settings'] },
        { entity: GROUP, name: 'dv-vMotion-A', privileges: ['Network.Assign'] },
        { entity: HOST, name: 'esx01 again', privileges: ['Host.Config.Network'] },
      ]);
      expect(session.calls - before).toBe(1);
      return answer;
    });
    expect(missing).toEqual([
      { name: 'esx01', privileges: ['Host.Config.Settings'] },
      { name: 'dv-vMotion-A', privileges: ['Network.Assign'] },
    ]);
  });

  it('that vCenter says nothing of are missing', async () => {
    const fake = serve();
    fake.answers['HasPrivilegeOnEntities'] = () => [];
    const wanted = [{ entity: HOST, name: 'esx01', privileges: ['Host.Config.Network'] }];
    expect(await inSession(fake, (session) => session.missingPrivileges(wanted))).toEqual([
      { name: 'esx01', privileges: ['Host.Config.Network'] },
    ]);
  });

  it('that nobody wants are not asked for', async () => {
    const fake = serve();
    expect(await inSession(fake, (session) => session.missingPrivileges([]))).toEqual([]);
    expect(fake.calls.map(({ operation }) => operation)).not.toContain('HasPrivilegeOnEntities');
  });
});
