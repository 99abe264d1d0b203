// Standard switches: HostNetworkSystem's operations on them.
import type { StandardSwitch } from '../domain/inventory.ts';
import type { HostRef } from '../ports.ts';
import type { HostCalls } from './host-network.ts';
import type { VimInput } from './vim.ts';

// A required element without effect: since ESXi 5.5 the ports of a host's switches grow by themselves.
const PORTS = 128;

/** HostNetworkSystem.AddVirtualSwitch. All its uplinks are active. ResourceInUse when another switch has one of them. */
export async function addVirtualSwitch(
  { session, memory }: HostCalls,
  host: HostRef,
  standardSwitch: StandardSwitch,
): Promise<void> {
  memory.forget(host, 'config.network.vswitch');
  const parameters = { vswitchName: standardSwitch.name, spec: toVirtualSwitchSpec(standardSwitch) };
  await session.call('AddVirtualSwitch', host.networkSystem, parameters, { about: host.name });
}

/** HostNetworkSystem.RemoveVirtualSwitch. Throws `vcenter-busy` while something uses it. */
export async function removeVirtualSwitch({ session, memory }: HostCalls, host: HostRef, name: string): Promise<void> {
  memory.forget(host, 'config.network.vswitch', 'config.network.portgroup');
  await session.call('RemoveVirtualSwitch', host.networkSystem, { vswitchName: name }, { about: host.name });
}

/** The spec of a new switch. Without uplinks there is no bridge: the element needs at least one. */
export function toVirtualSwitchSpec({ mtuBytes, uplinks, teaming }: StandardSwitch): VimInput<'HostVirtualSwitchSpec'> {
  const bridge = { _type: 'HostVirtualSwitchBondBridge', nicDevice: uplinks };
  const order = { nicOrder: { activeNic: uplinks, standbyNic: [] } };
  const nicTeaming = teaming === undefined ? order : { policy: teaming, ...order };
  return uplinks.length === 0
    ? { numPorts: PORTS, mtu: mtuBytes }
    : { numPorts: PORTS, bridge, policy: { nicTeaming }, mtu: mtuBytes };
}
