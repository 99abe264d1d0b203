import type { Host } from '../domain/inventory.ts';
import type { VsphereSession } from '../ports.ts';

/** Hosts that were changed and are not among `hosts` now, as far as vCenter still has them. `changed`: by moref. */
export async function readMovedOut(
  session: VsphereSession,
  hosts: readonly Host[],
  changed: ReadonlyMap<string, unknown>,
): Promise<Host[]> {
  const outside = [...changed.keys()].filter((moref) => !hosts.some((host) => host.moref.value === moref));
  if (outside.length === 0) return [];
  const read = await session.readHosts(outside.map((value) => ({ type: 'HostSystem', value })));
  return read.filter(({ connection }) => connection !== 'gone');
}
