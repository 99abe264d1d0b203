// HostNetworkSystem's operations on one host. All are synchronous; vCenter shows them as tasks all the same.
import type { NetstackSettings, PortGroup, VmkSpec } from '../domain/inventory.ts';
import { DEFAULT_NETSTACK } from '../domain/inventory.ts';
import { OpsError } from '../errors.ts';
import type { HostRef } from '../ports.ts';
import type { HostMemory } from './host-memory.ts';
import { toNetstackSpec } from './netstack-spec.ts';
import { toChangedPortGroupSpec, toNewPortGroupSpec } from './port-group-spec.ts';
import type { Session } from './session.ts';
import { portGroupParameter, toChangedNicSpec, toNewNicSpec } from './virtual-nic-spec.ts';

/** A session and what it last read of each host. */
export type HostCalls = { session: Session; memory: HostMemory };

/** HostNetworkSystem.AddVirtualNic. Returns the device vCenter chose, for example "vmk3". */
export async function addVirtualNic({ session, memory }: HostCalls, host: HostRef, spec: VmkSpec): Promise<string> {
  const parameters = { portgroup: portGroupParameter(spec.attachment), nic: toNewNicSpec(spec) };
  memory.forget(host, 'config.network.vnic');
  const device = await session.call('AddVirtualNic', host.networkSystem, parameters, { about: host.name });
  // Later steps are made on the adapter of this name.
  if (DEVICE.test(device)) return device;
  throw new OpsError('vcenter-reply-invalid', `AddVirtualNic on ${host.name} was not answered with an adapter.`, {
    retry: 'outcome-unknown',
    remedy: 'Look at the VMkernel adapters of the host before anything is repeated: it may have got one.',
  });
}

/** What may no longer be as it was read once an adapter has changed or gone: its stack can lose settings with it. */
const ADAPTER_PARTS = ['config.network.vnic', 'config.network.netStackInstance'] as const;

const DEVICE = /^vmk\d{1,4}$/;

/** HostNetworkSystem.UpdateVirtualNic. Sends the adapter as vCenter knows it, with the wanted values in place. */
export async function updateVirtualNic(
  { session, memory }: HostCalls,
  host: HostRef,
  change: { device: string; spec: VmkSpec },
): Promise<void> {
  const { device, spec } = change;
  const vnics = await memory.recall(host, 'config.network.vnic');
  const current = vnics.find((vnic) => vnic.device === device);
  if (current === undefined) throw gone(host, `VMkernel adapter ${device}`);
  memory.forget(host, ...ADAPTER_PARTS);
  const parameters = { device, nic: toChangedNicSpec(current.spec, spec) };
  await session.call('UpdateVirtualNic', host.networkSystem, parameters, { about: host.name });
}

/** HostNetworkSystem.RemoveVirtualNic. */
export async function removeVirtualNic({ session, memory }: HostCalls, host: HostRef, device: string): Promise<void> {
  memory.forget(host, ...ADAPTER_PARTS);
  await session.call('RemoveVirtualNic', host.networkSystem, { device }, { about: host.name });
}

/** HostNetworkSystem.UpdateNetworkConfig with one stack to edit. Never the default one: a gap there cuts a host off. */
export async function updateNetworkConfig(
  { session, memory }: HostCalls,
  host: HostRef,
  change: { netstack: string; settings: NetstackSettings; from?: NetstackSettings | undefined },
): Promise<void> {
  const { netstack, settings, from } = change;
  if (netstack === DEFAULT_NETSTACK) throw new Error('the default stack is never configured');
  const toEdit = async () => {
    const stacks = await memory.recall(host, 'config.network.netStackInstance');
    memory.forget(host, 'config.network.netStackInstance');
    const current = stacks.find((stack) => stack.key === netstack);
    return toNetstackSpec(netstack, { settings, from }, current);
  };
  const edit = async (netStackInstance: NetstackEdit) => {
    const config = { netStackSpec: [{ netStackInstance, operation: 'edit' }] };
    // Mode "replace" would delete everything that is not listed.
    const parameters = { config, changeMode: 'modify' };
    await session.call('UpdateNetworkConfig', host.networkSystem, parameters, { about: host.name });
  };
  const planned = await toEdit();
  try {
    await edit(planned);
  } catch (error) {
    if (!isOfGoneRoute(error, planned)) throw error;
    // It went with its adapter since the stack was read, and is to go: that is done. What else there is, is not.
    await refreshNetworkSystem({ session, memory }, host);
    await edit(await toEdit());
  }
}

type NetstackEdit = ReturnType<typeof toNetstackSpec>;

/** A host answers NotFound to the removal of a route that it has not got, and does nothing of the rest. */
function isOfGoneRoute(error: unknown, { routeTableConfig }: NetstackEdit): boolean {
  const changes = [...(routeTableConfig?.ipRoute ?? []), ...(routeTableConfig?.ipv6Route ?? [])];
  const isRemoval = changes.some(({ changeOperation }) => changeOperation === 'remove');
  return isRemoval && error instanceof OpsError && error.fault === 'NotFound';
}

/** HostNetworkSystem.AddPortGroup. */
export async function addPortGroup({ session, memory }: HostCalls, host: HostRef, portGroup: PortGroup): Promise<void> {
  memory.forget(host, 'config.network.portgroup');
  const parameters = { portgrp: toNewPortGroupSpec(portGroup) };
  await session.call('AddPortGroup', host.networkSystem, parameters, { about: host.name });
}

/** HostNetworkSystem.UpdatePortGroup. `name`: the present one. Policies that are not ours are sent back unchanged. */
export async function updatePortGroup(
  { session, memory }: HostCalls,
  host: HostRef,
  change: { name: string; portGroup: PortGroup },
): Promise<void> {
  const { name, portGroup } = change;
  const portGroups = await memory.recall(host, 'config.network.portgroup');
  const current = portGroups.find((one) => one.spec.name === name);
  if (current === undefined) throw gone(host, `port group ${name}`);
  const vswitches = await memory.recall(host, 'config.network.vswitch');
  const vswitch = vswitches.find((one) => one.name === portGroup.switchName);
  memory.forget(host, 'config.network.portgroup');
  const portgrp = toChangedPortGroupSpec(current.spec, portGroup, vswitch?.spec.policy?.nicTeaming?.policy);
  await session.call('UpdatePortGroup', host.networkSystem, { pgName: name, portgrp }, { about: host.name });
}

/** HostNetworkSystem.RemovePortGroup. Throws `port-group-busy` while something uses it. */
export async function removePortGroup({ session, memory }: HostCalls, host: HostRef, name: string): Promise<void> {
  memory.forget(host, 'config.network.portgroup');
  await session.call('RemovePortGroup', host.networkSystem, { pgName: name }, { about: host.name });
}

/** HostNetworkSystem.RefreshNetworkSystem. Right after a change the host's runtime information is behind. */
export async function refreshNetworkSystem({ session, memory }: HostCalls, host: HostRef): Promise<void> {
  memory.forget(
    host,
    'config.network.vnic',
    'config.network.netStackInstance',
    'config.network.portgroup',
    'config.network.vswitch',
  );
  await session.call('RefreshNetworkSystem', host.networkSystem, {}, { about: host.name });
}

function gone(host: HostRef, what: string): OpsError {
  return new OpsError('vcenter-object-gone', `${host.name} has no ${what}.`, {
    retry: 'never',
    remedy: 'Somebody has removed it since it was last read. Plan again.',
    fault: 'NotFound',
  });
}
