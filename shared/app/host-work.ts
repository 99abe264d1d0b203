// One slice's hold on a cluster: the lease it works under, the time it has, and its session at vCenter.
import type { Host, Moref } from '../domain/inventory.ts';
import type { Job } from '../domain/job.ts';
import { OpsError } from '../errors.ts';
import type { VsphereSession, HostRef, Lease } from '../ports.ts';
import type { MoveJob } from './move-job.ts';
import type { Parts } from './parts.ts';

/** A write is not begun with less than this left: long enough for vCenter to answer it. */
const WRITE_MARGIN_MS = 15_000;
/** The lease outlives the slice by this, so that a slow last call is still made under it. */
const LEASE_MARGIN_MS = 10_000;

export type Slice = { parts: Parts; job: Job; session: VsphereSession; lease: Lease; deadline: Date; moveJob: MoveJob };

/** The slice's lease runs until shortly after its deadline. */
export function leaseEnd(deadline: Date): Date {
  return new Date(deadline.getTime() + LEASE_MARGIN_MS);
}

export function hasTime({ parts, deadline }: Pick<Slice, 'parts' | 'deadline'>): boolean {
  return parts.clock.now().getTime() + WRITE_MARGIN_MS < deadline.getTime();
}

/** When a call that may last must have come back. */
export function writeEnd({ deadline }: Pick<Slice, 'deadline'>): Date {
  return new Date(deadline.getTime() - WRITE_MARGIN_MS);
}

/** Called before every write to vCenter: throws `out-of-time` or `lease-lost` rather than let it be made too late. */
export async function guard(slice: Pick<Slice, 'parts' | 'deadline' | 'lease'>): Promise<void> {
  if (!hasTime(slice)) {
    const remedy = 'Nothing to do: the next slice goes on from here.';
    throw new OpsError('out-of-time', 'The slice has no time left for another write.', { retry: 'later', remedy });
  }
  await slice.parts.store.leases.renew(slice.lease, leaseEnd(slice.deadline));
}

export async function readHost(slice: Slice, moref: Moref): Promise<Host> {
  const [host] = await slice.session.readHosts([moref]);
  if (host === undefined) throw new Error(`no answer for ${moref.value}`);
  return host;
}

/** What configuration calls need; throws `host-not-connected` for a host that can't be configured now. */
export function toHostRef(host: Host): HostRef {
  const { moref, name, networkSystem, virtualNicManager } = host;
  if (host.connection === 'connected' && networkSystem !== undefined && virtualNicManager !== undefined) {
    return { moref, name, networkSystem, virtualNicManager };
  }
  const remedy = 'Reconnect the host in vCenter.';
  throw new OpsError('host-not-connected', `${name} is ${host.connection}.`, { retry: 'later', remedy });
}
