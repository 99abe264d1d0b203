import { silentLog } from '../../shared/log.ts';
import type { Clock } from '../../shared/ports.ts';
import type { VsphereSession } from '../../shared/ports.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { CREDENTIALS, createInstantClock, type FakeVcenter } from './fake-vcenter.ts';

/** Runs `use` in a session of the product's own client with the fake vCenter. */
export function inSession<T>(
  fake: FakeVcenter,
  use: (session: VsphereSession) => Promise<T>,
  clock: Clock = createInstantClock(),
): Promise<T> {
  const vsphere = createVsphere({
    connect: () => fake,
    credentials: async () => CREDENTIALS,
    clock,
    log: silentLog,
  });
  return vsphere.withSession('vc', 'test', use);
}
