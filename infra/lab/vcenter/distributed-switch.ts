// Distributed switches: what vCenter holds of them, and each host's own part.
import type { Moref } from '../../../shared/domain/inventory.ts';
import type { Vim } from '../../../shared/vsphere/vim.ts';
import { allHosts, type LabHost, type LabModel } from './model.ts';

export type PortSetting = Vim<'VMwareDVSPortSetting'> & { _type: 'VMwareDVSPortSetting' };

/** `key` is the reference's value too. `version` counts every change; what is sent with one must have it. */
export type LabDistributedPortGroup = {
  key: string;
  name: string;
  isUplink: boolean;
  numPorts: number;
  version: number;
  description: string;
  setting: PortSetting;
};

/** `uplinks` in the switch's own words. `portsMade`: ports handed out so far, over all port groups. */
export type LabDistributedSwitch = {
  moref: Moref;
  uuid: string;
  name: string;
  mtuBytes: number;
  uplinks: string[];
  portGroups: LabDistributedPortGroup[];
  portsMade: number;
};

/** Which pnic is behind which uplink: each host has its own answer. */
export type LabProxySwitch = { uuid: string; uplinks: { name: string; portKey: string; pnic?: string | undefined }[] };

export function findDistributedSwitch(model: LabModel, uuid: string): LabDistributedSwitch | undefined {
  return model.distributedSwitches.find((one) => one.uuid === uuid);
}

/** The port group of that switch, on a host that is a member of it. */
export function findDistributedPortGroup(
  model: LabModel,
  host: LabHost,
  at: { switchUuid: string; portGroupKey: string },
): { dvs: LabDistributedSwitch; portGroup: LabDistributedPortGroup; proxy: LabProxySwitch } | undefined {
  const dvs = findDistributedSwitch(model, at.switchUuid);
  const proxy = host.network.proxies.find((one) => one.uuid === at.switchUuid);
  const portGroup = dvs?.portGroups.find((one) => one.key === at.portGroupKey);
  return dvs === undefined || proxy === undefined || portGroup === undefined ? undefined : { dvs, portGroup, proxy };
}

export function portGroupMoref(portGroup: LabDistributedPortGroup): Moref {
  return { type: 'DistributedVirtualPortgroup', value: portGroup.key };
}

export function membersOf(model: LabModel, dvs: LabDistributedSwitch): LabHost[] {
  return allHosts(model).filter((host) => host.network.proxies.some((proxy) => proxy.uuid === dvs.uuid));
}

export function nextDistributedPort(dvs: LabDistributedSwitch): string {
  dvs.portsMade += 1;
  return String(dvs.portsMade);
}

/** The VLAN of a port group; 4095 for a trunk. */
export function vlanOf(portGroup: LabDistributedPortGroup): number {
  const vlan = portGroup.setting.vlan as { vlanId?: unknown } | undefined;
  return typeof vlan?.vlanId === 'number' ? vlan.vlanId : 4095;
}

/** Active and standby uplinks by name. One in neither list is unused. */
export function namedUplinks(portGroup: LabDistributedPortGroup): { active: string[]; standby: string[] } {
  const order = portGroup.setting.uplinkTeamingPolicy?.uplinkPortOrder;
  return { active: order?.activeUplinkPort ?? [], standby: order?.standbyUplinkPort ?? [] };
}

/** The same as pnics of one host, without uplinks that have none there. */
export function pnicOrder(
  portGroup: LabDistributedPortGroup,
  proxy: LabProxySwitch,
): { active: string[]; standby: string[] } {
  const toPnics = (names: string[]) =>
    names.flatMap((name) => proxy.uplinks.find((uplink) => uplink.name === name)?.pnic ?? []);
  const { active, standby } = namedUplinks(portGroup);
  return { active: toPnics(active), standby: toPnics(standby) };
}

/** A new port group's setting: everything but the VLAN as the switch has it. */
export function newPortSetting(vlanId: number | 'trunk', uplinks: string[]): PortSetting {
  const bool = (value: boolean) => ({ inherited: true, value });
  const vlan =
    vlanId === 'trunk'
      ? {
          _type: 'VmwareDistributedVirtualSwitchTrunkVlanSpec',
          inherited: false,
          vlanId: [{ start: 0, end: 4094 }],
        }
      : { _type: 'VmwareDistributedVirtualSwitchVlanIdSpec', inherited: false, vlanId };
  return {
    _type: 'VMwareDVSPortSetting',
    blocked: bool(false),
    vmDirectPathGen2Allowed: bool(false),
    vlan,
    qosTag: { inherited: true, value: -1 },
    uplinkTeamingPolicy: {
      inherited: true,
      policy: { inherited: true, value: 'loadbalance_srcid' },
      reversePolicy: bool(true),
      notifySwitches: bool(true),
      rollingOrder: bool(false),
      failureCriteria: { inherited: true, checkBeacon: bool(false) },
      uplinkPortOrder: { inherited: true, activeUplinkPort: [...uplinks], standbyUplinkPort: [] },
    },
    securityPolicy: {
      inherited: true,
      allowPromiscuous: bool(false),
      macChanges: bool(false),
      forgedTransmits: bool(false),
    },
    ipfixEnabled: bool(false),
    txUplink: bool(false),
  };
}
