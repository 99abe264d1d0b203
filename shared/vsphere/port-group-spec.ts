// Port groups of standard switches as vim25 wants them written.
import type { PortGroup } from '../domain/inventory.ts';
import type { Vim, VimInput } from './vim.ts';

type Policy = VimInput<'HostNetworkPolicy'>;

/** The spec of a new port group: its own uplink order where it has one, everything else from its switch. */
export function toNewPortGroupSpec(portGroup: PortGroup): VimInput<'HostPortGroupSpec'> {
  return toSpec(portGroup, portGroup.overridesUplinks ? { nicTeaming: ownOrder(portGroup) } : {});
}

/**
 * The whole spec of a port group that exists. UpdatePortGroup replaces it, so the policies that are not ours go back as
 * vCenter told them; giving up the own order means inheriting the switch's.
 */
export function toChangedPortGroupSpec(
  current: Vim<'HostPortGroupSpec'>,
  portGroup: PortGroup,
  switchTeaming: string | undefined,
): VimInput<'HostPortGroupSpec'> {
  const { nicTeaming, ...others } = current.policy;
  if (portGroup.overridesUplinks) {
    return toSpec(portGroup, { ...others, nicTeaming: { ...nicTeaming, ...ownOrder(portGroup) } });
  }
  const { nicOrder: _nicOrder, policy: _policy, ...rest } = nicTeaming ?? {};
  const isInherited = portGroup.teaming === undefined || portGroup.teaming === switchTeaming;
  const policy = isInherited ? undefined : portGroup.teaming;
  return toSpec(portGroup, { ...others, nicTeaming: { ...rest, policy } });
}

function toSpec({ name, vlanId, switchName }: PortGroup, policy: Policy): VimInput<'HostPortGroupSpec'> {
  return { name, vlanId, vswitchName: switchName, policy };
}

/** An uplink of the switch in neither list is unused. */
function ownOrder({ uplinks, teaming }: PortGroup): VimInput<'HostNicTeamingPolicy'> {
  return {
    ...(teaming === undefined ? {} : { policy: teaming }),
    nicOrder: { activeNic: uplinks.active, standbyNic: uplinks.standby },
  };
}
