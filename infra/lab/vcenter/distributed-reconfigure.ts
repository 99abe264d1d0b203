// DistributedVirtualPortgroup.ReconfigureDVPortgroup_Task.
import type { Vim } from '../../../shared/vsphere/vim.ts';
import { type LabDistributedPortGroup, type LabDistributedSwitch, newPortSetting } from './distributed-switch.ts';
import { invalidArgument, VimFault } from './vim-fault.ts';

type Spec = Vim<'DVPortgroupConfigSpec'>;

/**
 * Merges what was sent into what there is, as vCenter does: a sub-policy that is absent stays, and one that is inherited
 * is the switch's, whatever values were sent with it. Without the current `configVersion` nothing changes, and
 * ConcurrentAccess is thrown.
 */
export function reconfigurePortGroup(dvs: LabDistributedSwitch, portGroup: LabDistributedPortGroup, spec: Spec): void {
  if (spec.configVersion !== String(portGroup.version)) {
    throw new VimFault('ConcurrentAccess', 'The configuration was changed by someone else in the meantime.');
  }
  if (spec.name !== undefined) requireName(dvs, portGroup, spec.name);
  const setting = spec.defaultPortConfig as Partial<LabDistributedPortGroup['setting']> | undefined;
  requireUplinks(dvs, setting);
  if (setting !== undefined) {
    const merged = { ...portGroup.setting, ...merge(portGroup.setting, setting) };
    portGroup.setting = withInherited(merged, newPortSetting(0, dvs.uplinks)) as LabDistributedPortGroup['setting'];
  }
  portGroup.name = spec.name ?? portGroup.name;
  portGroup.numPorts = spec.numPorts ?? portGroup.numPorts;
  portGroup.description = spec.description ?? portGroup.description;
  portGroup.version += 1;
}

function requireName(dvs: LabDistributedSwitch, portGroup: LabDistributedPortGroup, name: string): void {
  if (name === '') throw new VimFault('InvalidName', "The name '' is invalid.", { name });
  const other = dvs.portGroups.find((one) => one !== portGroup && one.name === name);
  if (other === undefined) return;
  const object = { type: 'DistributedVirtualPortgroup', value: other.key };
  throw new VimFault('DuplicateName', `The name '${name}' already exists.`, { name, object });
}

function requireUplinks(
  dvs: LabDistributedSwitch,
  setting: Partial<LabDistributedPortGroup['setting']> | undefined,
): void {
  const order = setting?.uplinkTeamingPolicy?.uplinkPortOrder;
  const named = [...(order?.activeUplinkPort ?? []), ...(order?.standbyUplinkPort ?? [])];
  const isGood = named.every((name) => dvs.uplinks.includes(name)) && new Set(named).size === named.length;
  if (!isGood) throw invalidArgument('spec.defaultPortConfig.uplinkTeamingPolicy.uplinkPortOrder');
  const vlan = (setting?.vlan as { vlanId?: unknown } | undefined)?.vlanId;
  if (typeof vlan === 'number' && (vlan < 0 || vlan > 4094))
    throw invalidArgument('spec.defaultPortConfig.vlan.vlanId');
}

/** Objects go into each other; lists and values replace. An order is one value: its lists belong together. */
function merge(before: object, sent: object): Record<string, unknown> {
  const old = before as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(sent)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => {
        const isWhole = ['uplinkPortOrder', 'vlan'].includes(key) || Array.isArray(value) || typeof value !== 'object';
        const was = old[key];
        if (isWhole || value === null || was === null || typeof was !== 'object') return [key, value];
        return [key, { ...was, ...merge(was, value) }];
      }),
  );
}

/** What is inherited as a whole is so in each of its parts. */
function withInherited(own: object, switches: object): object {
  if ('inherited' in own && own.inherited === true) return { ...switches, inherited: true };
  const theirs = switches as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(own).map(([key, value]) => {
      const its = theirs[key];
      const isPolicy = [value, its].every((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
      return [key, isPolicy ? withInherited(value as object, its as object) : value];
    }),
  );
}
