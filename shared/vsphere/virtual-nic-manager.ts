// HostVirtualNicManager: makes VMkernel adapters carry a service, or no longer.
import type { Service } from '../domain/inventory.ts';
import type { HostRef } from '../ports.ts';
import type { Session } from './session.ts';

type Selection = { device: string; service: Service };

/** HostVirtualNicManager.SelectVnicForNicType. Refused for adapters that are not on the default stack. */
export async function selectVnicForNicType(
  session: Session,
  host: HostRef,
  { device, service }: Selection,
): Promise<void> {
  const parameters = { nicType: service, device };
  await session.call('SelectVnicForNicType', host.virtualNicManager, parameters, { about: host.name });
}

/** HostVirtualNicManager.DeselectVnicForNicType. InvalidArgument when it is not selected. */
export async function deselectVnicForNicType(
  session: Session,
  host: HostRef,
  { device, service }: Selection,
): Promise<void> {
  const parameters = { nicType: service, device };
  await session.call('DeselectVnicForNicType', host.virtualNicManager, parameters, { about: host.name });
}
