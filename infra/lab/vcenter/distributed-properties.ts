// The properties of distributed switches and their port groups.
import type { Moref } from '../../../shared/domain/inventory.ts';
import type { VimInput } from '../../../shared/vsphere/vim.ts';
import {
  findDistributedSwitch,
  type LabDistributedPortGroup,
  type LabDistributedSwitch,
  type LabProxySwitch,
  membersOf,
  newPortSetting,
  portGroupMoref,
} from './distributed-switch.ts';
import type { LabHost, LabModel } from './model.ts';
import type { Lazy } from './property-path.ts';

const PRODUCT = {
  name: 'DVS',
  vendor: 'VMware, Inc.',
  version: '8.0.3',
  build: '24022515',
  forwardingClass: 'etherswitch',
};
const CREATED = '2026-01-05T06:07:08Z';

/** VmwareDistributedVirtualSwitch, apart from what every entity has. */
export function distributedSwitch(model: LabModel, dvs: LabDistributedSwitch): Lazy {
  const hosts = () => membersOf(model, dvs).map((host) => host.moref);
  const portGroups = () => dvs.portGroups.map(portGroupMoref);
  return {
    uuid: () => dvs.uuid,
    portgroup: portGroups,
    summary: () => ({
      name: dvs.name,
      uuid: dvs.uuid,
      numPorts: portsOf(dvs),
      productInfo: PRODUCT,
      hostMember: hosts(),
      portgroupName: dvs.portGroups.map(({ name }) => name),
      numHosts: hosts().length,
    }),
    config: () => switchConfig(dvs),
  };
}

/** DistributedVirtualPortgroup, apart from what every entity has. */
export function distributedPortGroup(
  model: LabModel,
  dvs: LabDistributedSwitch,
  portGroup: LabDistributedPortGroup,
): Lazy {
  return {
    key: () => portGroup.key,
    host: () => membersOf(model, dvs).map((host) => host.moref),
    vm: () => vmsOn(model, portGroup),
    portKeys: () => [],
    config: {
      key: () => portGroup.key,
      name: () => portGroup.name,
      numPorts: () => portGroup.numPorts,
      distributedVirtualSwitch: () => dvs.moref,
      defaultPortConfig: () => portGroup.setting,
      description: () => portGroup.description,
      type: () => 'earlyBinding',
      backingType: () => 'standard',
      policy: () => POLICY,
      configVersion: () => String(portGroup.version),
      autoExpand: () => true,
      uplink: () => portGroup.isUplink,
    },
  };
}

/** A host's part of its distributed switches, as `config.network.proxySwitch` has it. */
export function proxySwitches(model: LabModel, host: LabHost): VimInput<'HostProxySwitch'>[] {
  return host.network.proxies.flatMap((proxy) => {
    const dvs = findDistributedSwitch(model, proxy.uuid);
    return dvs === undefined ? [] : [toProxySwitch(dvs, proxy)];
  });
}

function toProxySwitch(dvs: LabDistributedSwitch, proxy: LabProxySwitch): VimInput<'HostProxySwitch'> {
  const uplinkPortgroupKey = dvs.portGroups.find(({ isUplink }) => isUplink)?.key;
  const plugged = proxy.uplinks.flatMap(({ pnic, portKey }) => (pnic === undefined ? [] : [{ pnic, portKey }]));
  return {
    dvsUuid: dvs.uuid,
    dvsName: dvs.name,
    key: `key-vim.host.HostProxySwitch-${dvs.name}`,
    numPorts: 2560,
    configNumPorts: 256,
    numPortsAvailable: 2550,
    uplinkPort: proxy.uplinks.map(({ portKey, name }) => ({ key: portKey, value: name })),
    mtu: dvs.mtuBytes,
    pnic: plugged.map(({ pnic }) => `key-vim.host.PhysicalNic-${pnic}`),
    spec: {
      backing: {
        _type: 'DistributedVirtualSwitchHostMemberPnicBacking',
        pnicSpec: plugged.map(({ pnic, portKey }) => ({
          pnicDevice: pnic,
          uplinkPortKey: portKey,
          uplinkPortgroupKey,
          connectionCookie: Number(portKey) + 1000,
        })),
      } as VimInput<'DistributedVirtualSwitchHostMemberBacking'>,
    },
    networkReservationSupported: true,
    nsxtEnabled: false,
    ensEnabled: false,
  };
}

function switchConfig(dvs: LabDistributedSwitch): VimInput<'VMwareDVSConfigInfo'> & { _type: string } {
  return {
    _type: 'VMwareDVSConfigInfo',
    uuid: dvs.uuid,
    name: dvs.name,
    numStandalonePorts: 0,
    numPorts: portsOf(dvs),
    maxPorts: 2_147_483_647,
    uplinkPortPolicy: {
      _type: 'DVSNameArrayUplinkPortPolicy',
      uplinkPortName: dvs.uplinks,
    } as VimInput<'DVSUplinkPortPolicy'>,
    uplinkPortgroup: dvs.portGroups.filter(({ isUplink }) => isUplink).map(portGroupMoref),
    defaultPortConfig: newPortSetting(0, dvs.uplinks),
    productInfo: PRODUCT,
    configVersion: '3',
    contact: {},
    createTime: CREATED,
    networkResourceManagementEnabled: true,
    maxMtu: dvs.mtuBytes,
    linkDiscoveryProtocolConfig: { protocol: 'cdp', operation: 'listen' },
    lacpApiVersion: 'multipleLag',
    multicastFilteringMode: 'legacyFiltering',
  };
}

function portsOf(dvs: LabDistributedSwitch): number {
  return dvs.portGroups.reduce((sum, { numPorts }) => sum + numPorts, 0);
}

function vmsOn(model: LabModel, portGroup: LabDistributedPortGroup): Moref[] {
  const isOn = ({ nics }: LabModel['vms'][number]) =>
    nics.some(({ network }) => network.kind === 'distributed' && network.portGroupKey === portGroup.key);
  return model.vms.filter(isOn).map((vm) => vm.moref);
}

const POLICY = {
  _type: 'VMwareDVSPortgroupPolicy',
  blockOverrideAllowed: true,
  shapingOverrideAllowed: false,
  vendorConfigOverrideAllowed: false,
  livePortMovingAllowed: false,
  portConfigResetAtDisconnect: true,
  vlanOverrideAllowed: false,
  uplinkTeamingOverrideAllowed: false,
  securityPolicyOverrideAllowed: false,
};
