// Pings that are answered without a simulated vCenter, which would take most of the time where there are half a million.
import type { LabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import type { Clock, Vsphere, VsphereSession } from '../../shared/ports.ts';

/** As long as one takes at the simulated vCenter with the delays of a real one. */
const PING_MS = 210;

/** Whoever has the address at that moment answers; nobody else does. Everything but pings goes the usual way. */
export function withAnsweredPings(vsphere: Vsphere, { model }: LabVcenter, clock: Clock): Vsphere {
  // Looked at once in a millisecond of the clock: a wave changes addresses between its pings.
  let known = { at: -1, there: new Set<string | undefined>() };
  const addressesAt = (at: number) => {
    if (known.at !== at) {
      const vmks = model.clusters.flatMap(({ hosts }) => hosts.flatMap(({ network }) => network.vmks));
      known = { at, there: new Set(vmks.map(({ ipv4 }) => ipv4.address)) };
    }
    return known.there;
  };
  const ping: VsphereSession['ping'] = async (_, { address, count }) => {
    await clock.sleep(PING_MS);
    const received = addressesAt(clock.now().getTime()).has(address) ? count : 0;
    return { kind: 'sent', sent: count, received, roundTripMicros: 200 };
  };
  const get = (session: VsphereSession, name: string | symbol): unknown =>
    name === 'ping' ? ping : Reflect.get(session, name, session);
  return {
    withSession: (vcenter, operation, use) =>
      vsphere.withSession(vcenter, operation, (session) => use(new Proxy(session, { get }))),
  };
}
