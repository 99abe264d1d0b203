// One slice's hold on a cluster: the lease it works under, the time it has, and its session at vCenter.
import type { Host, HostNetwork, Moref } from '../domain/inventory.ts';
import type { Job } from '../domain/job.ts';
import { awayText } from '../domain/whereabouts.ts';
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

/** Whether the slice still has time for a write: WRITE_MARGIN_MS before its deadline it has none. */
export function hasTime({ parts, deadline }: Pick<Slice, 'parts' | 'deadline'>): boolean {
  return parts.clock.now().getTime() + WRITE_MARGIN_MS < deadline.getTime();
}

/** When a call that may last must have come back. */
export function writeEnd({ deadline }: Pick<Slice, 'deadline'>): Date {
  return new Date(deadline.getTime() - WRITE_MARGIN_MS);
}

/** Throws `out-of-time` where a write would be made too late: before its intent is noted, which would be for nothing. */
export function requireTime(slice: Pick<Slice, 'parts' | 'deadline'>): void {
  if (hasTime(slice)) return;
  const remedy = 'Nothing to do: the next slice goes on from here.';
  throw new OpsError('out-of-time', 'The slice has no time left for another write.', { retry: 'later', remedy });
}

/** Called right before every write to vCenter, after its intent was noted: whoever stood still over that may have been
 * declared dead meanwhile, which only the table can tell. Throws `out-of-time` or `lease-lost`. */
export async function guard(slice: Pick<Slice, 'parts' | 'deadline' | 'lease'>): Promise<void> {
  requireTime(slice);
  await slice.parts.store.leases.renew(slice.lease, leaseEnd(slice.deadline));
}

type KnownHost = { moref: Moref; name: string };

/** These hosts as vCenter answers them now, in their order. One that it no longer shows keeps the name it had. */
export async function readKnown(session: VsphereSession, known: KnownHost[]): Promise<Host[]> {
  const hosts = await session.readHosts(known.map(({ moref }) => moref));
  return hosts.map((host, index) =>
    host.connection === 'gone' ? { ...host, name: known[index]?.name ?? host.name } : host,
  );
}

/** The host as vCenter has it now, whatever was read before. */
export async function readHost(slice: Slice, known: KnownHost): Promise<Host> {
  const [host] = await readKnown(slice.session, [known]);
  if (host === undefined) throw new Error(`no answer for ${known.name}`);
  return host;
}

/** The network of a host in the middle of its change; throws as `toHostRef` does where there is none to be had. */
export function getNetwork(host: Host): HostNetwork {
  const { name } = toHostRef(host);
  if (host.network === undefined) throw new Error(`${name} gives no network any more`);
  return host.network;
}

/** What configuration calls need; throws `host-not-connected` for a host that can't be configured now, and
 * `vcenter-object-gone` for one that will not come back. */
export function toHostRef(host: Host): HostRef {
  const { moref, name, networkSystem, virtualNicManager } = host;
  if (host.connection === 'connected' && networkSystem !== undefined && virtualNicManager !== undefined) {
    return { moref, name, networkSystem, virtualNicManager };
  }
  if (host.connection === 'gone') {
    const remedy = 'It was removed, or moved to where the account may not see it: look in vCenter for who did so.';
    throw new OpsError('vcenter-object-gone', `${awayText(host)}.`, { retry: 'never', remedy });
  }
  const remedy = 'Reconnect the host in vCenter.';
  throw new OpsError('host-not-connected', `${awayText(host)}.`, { retry: 'later', remedy });
}
