// A host's network as vim25 shows it: the values behind config.network and networkInfo.
import { DEFAULT_NETSTACK, VMOTION_NETSTACK, VMOTION_SERVICE } from '../../../shared/domain/inventory.ts';
import type { Vim, VimInput } from '../../../shared/vsphere/vim.ts';
import { toMask, toNetwork } from './ipv4.ts';
import { proxySwitches } from './distributed-properties.ts';
import { linkLocal, toNetwork6 } from './ipv6.ts';
import type { LabHost, LabModel, LabNetstack, LabPnic, LabPortGroup, LabSwitch, LabVmk } from './model.ts';
import { findNetstack } from './model.ts';
import { computedPolicy } from './network-policy.ts';
import type { Lazy } from './property-path.ts';
import { NIC_TYPES } from './services.ts';
import type { Switches } from './switches.ts';
import { addressesOf, isIpv6 } from './vmk-address.ts';

const FREE_PORTS = 9;

/** Each part is made when it is read. */
export function networkInfo(model: LabModel, host: LabHost): Lazy {
  return {
    vswitch: () => host.network.switches.map((one) => toVirtualSwitch(host, one)),
    proxySwitch: () => proxySwitches(model, host),
    portgroup: () => host.network.portGroups.map((one) => toPortGroup(model, host, one)),
    pnic: () => host.network.pnics.map(toPhysicalNic),
    vnic: () => host.network.vmks.map((vmk) => toVirtualNic(host, vmk)),
    dnsConfig: () => ({ ...defaultStack(host).dns, _type: 'HostDnsConfig' }),
    ipRouteConfig: () => toRouteConfig(host, defaultStack(host)),
    routeTableInfo: () => ({ ipRoute: routesOf(host, defaultStack(host)) }),
    ipV6Enabled: () => host.network.isIpv6Enabled,
    atBootIpV6Enabled: () => host.network.isIpv6Enabled,
    netStackInstance: () => host.network.netstacks.map((stack) => toNetstack(host, stack)),
    nsxTransportNodeId: () => '',
    nvdsToVdsMigrationRequired: () => false,
  };
}

/** VirtualNicManagerNetConfig of one nicType. Keys carry the nicType as prefix. */
export function nicTypeConfig(
  host: LabHost,
  type: { nicType: string; multiSelectAllowed: boolean },
  switches: Switches,
): VimInput<'VirtualNicManagerNetConfig'> {
  const listsStack = type.nicType === VMOTION_SERVICE && switches.listsVmotionStackInSelectedVnic;
  const onStack = (vmk: LabVmk) => listsStack && vmk.netstack === VMOTION_NETSTACK;
  const key = (device: string) => `${type.nicType}.key-vim.host.VirtualNic-${device}`;
  const candidates = host.network.vmks.filter((vmk) => vmk.netstack === DEFAULT_NETSTACK || onStack(vmk));
  const selected = [...(host.network.services[type.nicType] ?? [])];
  selected.push(...host.network.vmks.filter(onStack).map((vmk) => vmk.device));
  return {
    nicType: type.nicType,
    multiSelectAllowed: type.multiSelectAllowed,
    candidateVnic: candidates.map((vmk) => ({ ...toVirtualNic(host, vmk), key: key(vmk.device), port: undefined })),
    selectedVnic: selected.map(key),
  };
}

export function allNicTypes(host: LabHost, switches: Switches): VimInput<'VirtualNicManagerNetConfig'>[] {
  return NIC_TYPES.map((type) => nicTypeConfig(host, type, switches));
}

function toVirtualNic(host: LabHost, vmk: LabVmk): VimInput<'HostVirtualNic'> {
  const { attachment } = vmk;
  const portGroup = attachment.kind === 'standard' ? attachment.portGroup : '';
  const hasOverride = vmk.gatewayOverride !== undefined;
  return {
    device: vmk.device,
    key: `key-vim.host.VirtualNic-${vmk.device}`,
    portgroup: portGroup,
    port: attachment.kind === 'standard' ? vmk.portKey : '',
    spec: {
      ip: {
        dhcp: vmk.ipv4.dhcp,
        ipAddress: vmk.ipv4.address ?? '',
        subnetMask: vmk.ipv4.prefixLength === undefined ? '' : toMask(vmk.ipv4.prefixLength),
        ipV6Config: host.network.isIpv6Enabled ? toIpv6Config(vmk) : undefined,
      },
      mac: vmk.mac,
      distributedVirtualPort: attachment.kind === 'distributed' ? toConnection(attachment, vmk.portKey) : undefined,
      portgroup: attachment.kind === 'standard' ? portGroup : undefined,
      mtu: vmk.mtuBytes,
      tsoEnabled: true,
      netStackInstanceKey: vmk.netstack,
      ipRouteSpec: hasOverride
        ? { ipRouteConfig: { _type: 'HostIpRouteConfig', defaultGateway: vmk.gatewayOverride } }
        : undefined,
      systemOwned: false,
    },
  };
}

/** The stack's routes as installed: its gateway, where a neighbour, and one for each adapter's subnet. */
export function routesOf(host: LabHost, stack: LabNetstack): Vim<'HostIpRouteEntry'>[] {
  const vmks = host.network.vmks.filter((vmk) => vmk.netstack === stack.key);
  const connected = vmks.flatMap(({ device, ipv4: { address, prefixLength } }) => {
    if (address === undefined || prefixLength === undefined) return [];
    return [{ network: toNetwork(address, prefixLength), prefixLength, gateway: '0.0.0.0', deviceName: device }];
  });
  const outOf = (gateway: string) =>
    connected.find((route) => toNetwork(gateway, route.prefixLength) === route.network)?.deviceName;
  const byHand = (stack.routes ?? [])
    .filter(({ gateway }) => !isIpv6(gateway))
    .map((route) => ({ ...route, deviceName: outOf(route.gateway) }));
  const { gateway } = gatewaysOf(host, stack);
  const deviceName = gateway === undefined ? undefined : outOf(gateway);
  const byDefault =
    gateway === undefined || deviceName === undefined
      ? []
      : [{ network: '0.0.0.0', prefixLength: 0, gateway, deviceName }];
  return [...byDefault, ...connected, ...byHand];
}

/** The same of IPv6. Each adapter has routes for its link and for two scopes of multicast, the latter by way of its own
 * link-local address. */
function routesOf6(host: LabHost, stack: LabNetstack): Vim<'HostIpRouteEntry'>[] {
  const byHand = (stack.routes ?? []).filter(({ gateway }) => isIpv6(gateway));
  const vmks = host.network.isIpv6Enabled ? host.network.vmks.filter((vmk) => vmk.netstack === stack.key) : [];
  const connected = vmks.flatMap((vmk) =>
    addressesOf(vmk, 6).map(({ address, prefixLength }) => ({
      network: toNetwork6(address, prefixLength),
      prefixLength,
      gateway: '::',
      deviceName: vmk.device,
    })),
  );
  const multicast = vmks.flatMap(({ device, mac }) =>
    ['ff01::', 'ff02::'].map((network) => ({
      network,
      prefixLength: 32,
      gateway: linkLocal(mac),
      deviceName: device,
    })),
  );
  const { gateway6, device6 } = gatewaysOf(host, stack);
  const byDefault =
    gateway6 === undefined ? [] : [{ network: '::', prefixLength: 0, gateway: gateway6, deviceName: device6 }];
  return [...byDefault, ...connected, ...multicast, ...byHand];
}

/** Set by hand, or else what the network told one of the stack's adapters: vim25 shows them alike. */
export function gatewaysOf(
  host: LabHost,
  stack: LabNetstack,
): Partial<Record<'gateway' | 'gateway6' | 'device6', string | undefined>> {
  const vmks = host.network.vmks.filter((vmk) => vmk.netstack === stack.key);
  const told = vmks.find((vmk) => vmk.learntGateway !== undefined);
  const told6 = vmks.find((vmk) => vmk.learntGateway6 !== undefined);
  return {
    gateway: stack.gateway ?? told?.learntGateway,
    gateway6: stack.ipv6Gateway ?? told6?.learntGateway6,
    device6: stack.ipv6Gateway === undefined ? told6?.device : undefined,
  };
}

function toConnection(
  { switchUuid, portGroupKey }: { switchUuid: string; portGroupKey: string },
  portKey: string,
): VimInput<'DistributedVirtualSwitchPortConnection'> {
  return { switchUuid, portgroupKey: portGroupKey, portKey, connectionCookie: 1_000_000 + Number(portKey) };
}

function toIpv6Config(vmk: LabVmk): VimInput<'HostIpConfigIpV6AddressConfiguration'> {
  const own = { ipAddress: linkLocal(vmk.mac), prefixLength: 64, origin: 'other', dadState: 'preferred' };
  const manual = vmk.ipv6.addresses.map(({ address, prefixLength }) => ({
    ipAddress: address,
    prefixLength,
    origin: 'manual',
    dadState: 'preferred',
  }));
  const learnt = (vmk.learnt6 ?? []).map(({ address, prefixLength, origin }) => ({
    ipAddress: address,
    prefixLength,
    origin,
    dadState: 'preferred',
  }));
  return {
    ipV6Address: [own, ...manual, ...learnt],
    autoConfigurationEnabled: vmk.ipv6.autoconfiguration,
    dhcpV6Enabled: vmk.ipv6.dhcp,
  };
}

function toVirtualSwitch(host: LabHost, vswitch: LabSwitch): VimInput<'HostVirtualSwitch'> {
  const portGroups = host.network.portGroups.filter(({ switchName }) => switchName === vswitch.name);
  const bridge = {
    _type: 'HostVirtualSwitchBondBridge',
    nicDevice: vswitch.pnics,
    beacon: { interval: vswitch.beaconSeconds ?? 1 },
    linkDiscoveryProtocolConfig: { protocol: 'cdp', operation: 'listen' },
  };
  return {
    name: vswitch.name,
    key: `key-vim.host.VirtualSwitch-${vswitch.name}`,
    numPorts: 2560,
    numPortsAvailable: 2560 - FREE_PORTS,
    mtu: vswitch.mtuBytes,
    portgroup: portGroups.map(({ name }) => `key-vim.host.PortGroup-${name}`),
    pnic: vswitch.pnics.map((pnic) => `key-vim.host.PhysicalNic-${pnic}`),
    spec: {
      numPorts: vswitch.numPorts,
      bridge: vswitch.pnics.length === 0 ? undefined : bridge,
      policy: vswitch.policy,
      mtu: vswitch.mtuBytes,
    },
  };
}

/** Only machines that run have a port. */
function machinePorts(model: LabModel, host: LabHost, portGroup: LabPortGroup) {
  const running = model.vms.filter((vm) => vm.host === host.name && vm.isPoweredOn);
  return running
    .flatMap(({ nics }) => nics)
    .filter(({ network }) => network.kind === 'standard' && network.name === portGroup.name)
    .map(({ mac }) => ({ key: `key-vim.host.PortGroup.Port-${mac}`, mac: [mac], type: 'virtualMachine' }));
}

function toPortGroup(model: LabModel, host: LabHost, portGroup: LabPortGroup): VimInput<'HostPortGroup'> {
  const vmks = host.network.vmks.filter(
    ({ attachment }) => attachment.kind === 'standard' && attachment.portGroup === portGroup.name,
  );
  return {
    key: `key-vim.host.PortGroup-${portGroup.name}`,
    port: [
      ...vmks.map((vmk) => ({ key: vmk.portKey, mac: [vmk.mac], type: 'host' })),
      ...machinePorts(model, host, portGroup),
    ],
    vswitch: `key-vim.host.VirtualSwitch-${portGroup.switchName}`,
    computedPolicy: computedPolicy(host, portGroup),
    spec: {
      name: portGroup.name,
      vlanId: portGroup.vlanId,
      vswitchName: portGroup.switchName,
      policy: portGroup.policy,
    },
  };
}

function toPhysicalNic(pnic: LabPnic, index: number): VimInput<'PhysicalNic'> {
  const link = pnic.speedMb === undefined ? undefined : { speedMb: pnic.speedMb, duplex: true };
  return {
    key: `key-vim.host.PhysicalNic-${pnic.device}`,
    device: pnic.device,
    pci: `0000:${(0x3b + index).toString(16)}:00.0`,
    driver: 'i40en',
    driverVersion: '2.3.5.0',
    firmwareVersion: '9.20',
    linkSpeed: link,
    validLinkSpecification: [{ speedMb: 25_000, duplex: true }],
    spec: { ip: { dhcp: false, ipAddress: '', subnetMask: '' }, linkSpeed: link },
    wakeOnLanSupported: false,
    mac: pnic.mac,
    resourcePoolSchedulerAllowed: true,
    autoNegotiateSupported: true,
  };
}

function toNetstack(host: LabHost, stack: LabNetstack): VimInput<'HostNetStackInstance'> {
  const isDefault = stack.key === DEFAULT_NETSTACK;
  const ignored = (route: Vim<'HostIpRouteEntry'>) => ({ changeOperation: 'ignore', route });
  const routes = routesOf(host, stack).map(ignored);
  const routes6 = routesOf6(host, stack).map(ignored);
  return {
    key: stack.key,
    name: isDefault ? stack.key : undefined,
    dnsConfig: { ...stack.dns, _type: 'HostDnsConfig' },
    ipRouteConfig: toRouteConfig(host, stack),
    requestedMaxNumberOfConnections: stack.connections,
    congestionControlAlgorithm: stack.congestionControl,
    ipV6Enabled: host.network.isIpv6Enabled,
    routeTableConfig: routes.length + routes6.length === 0 ? undefined : { ipRoute: routes, ipv6Route: routes6 },
  };
}

function toRouteConfig(host: LabHost, stack: LabNetstack): VimInput<'HostIpRouteConfig'> & { _type: string } {
  const { gateway, gateway6, device6 } = gatewaysOf(host, stack);
  return {
    _type: 'HostIpRouteConfig',
    defaultGateway: gateway,
    ipV6DefaultGateway: gateway6,
    ipV6GatewayDevice: device6,
  };
}

function defaultStack(host: LabHost): LabNetstack {
  const stack = findNetstack(host, DEFAULT_NETSTACK);
  if (stack === undefined) throw new Error(`${host.name} has no default netstack`);
  return stack;
}
