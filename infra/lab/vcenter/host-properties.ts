// The properties of a HostSystem and of the managed objects that belong to it.
import { VMOTION_NETSTACK } from '../../../shared/domain/inventory.ts';
import type { VimInput } from '../../../shared/vsphere/vim.ts';
import { hostAbout } from './about.ts';
import { allNicTypes, networkInfo } from './network-info.ts';
import { findNetstack, type LabHost, type LabModel } from './model.ts';
import type { Lazy } from './property-path.ts';
import { isStackLive, readRuntime } from './runtime.ts';
import type { Switches } from './switches.ts';
import { storageConfig } from './storage.ts';
import { vmsOf } from './virtual-machine.ts';

const BOOTED = new Date('2026-01-05T06:07:08Z');
const MEMORY_BYTES = 549_755_813_888;

/** What a reader needs beside the host: its cluster, and the settings of what nobody could verify. */
export type HostSurroundings = { parent: { type: string; value: string }; switches: Switches; model: LabModel };

/** HostSystem. A host that vCenter can't reach shows its state, and of its configuration what the switches say. */
export function hostSystem(host: LabHost, { parent, switches, model }: HostSurroundings): Lazy {
  const showsConfig = host.connection === 'connected' || switches.configOfUnreachableHost === 'cached';
  const status = host.connection === 'connected' ? 'green' : 'red';
  const runtime = runtimeInfo(host, switches);
  const properties: Lazy = {
    name: () => host.name,
    parent: () => parent,
    overallStatus: () => status,
    configStatus: () => status,
    effectiveRole: () => [-1],
    disabledMethod: () => [],
    recentTask: () => [],
    alarmActionsEnabled: () => true,
    runtime,
    summary: {
      host: () => host.moref,
      hardware: () => hardware(host),
      runtime,
      config: () => configSummary(host),
      quickStats: () => ({ overallCpuUsage: 2_100, overallMemoryUsage: 98_304, uptime: 1_209_600 }),
      overallStatus: () => status,
      rebootRequired: () => false,
      managementServerIp: () => '10.0.0.10',
    },
    configManager: () => configManager(host),
    network: () => [],
    vm: () => vmsOf(model, host).map((vm) => vm.moref),
    datastore: () => [],
  };
  if (showsConfig) properties.config = config(model, host, switches);
  return properties;
}

/** HostNetworkSystem. */
export function hostNetworkSystem(model: LabModel, host: LabHost, switches: Switches): Lazy {
  if (host.connection !== 'connected' && switches.configOfUnreachableHost === 'absent') return {};
  const info = networkInfo(model, host);
  const { dnsConfig = () => undefined, ipRouteConfig = () => undefined } = info;
  return { networkInfo: info, capabilities: () => CAPABILITIES, dnsConfig, ipRouteConfig };
}

/** HostVirtualNicManager. */
export function hostVirtualNicManager(host: LabHost, switches: Switches): Lazy {
  return { info: { netConfig: () => allNicTypes(host, switches) } };
}

function config(model: LabModel, host: LabHost, switches: Switches): Lazy {
  return {
    host: () => host.moref,
    product: () => hostAbout(host),
    ...storageConfig(host),
    network: networkInfo(model, host),
    virtualNicManagerInfo: { netConfig: () => allNicTypes(host, switches) },
    capabilities: () => CAPABILITIES,
  };
}

function runtimeInfo(host: LabHost, switches: Switches): Lazy {
  const isConnected = host.connection === 'connected';
  const stacks = () =>
    readRuntime(host, switches).map((stack) => ({
      netStackInstanceKey: stack.key,
      state: stack.state,
      vmknicKeys: stack.devices,
      maxNumberOfConnections: findNetstack(host, stack.key)?.connections,
      currentIpV6Enabled: host.network.isIpv6Enabled,
    }));
  const runtime: Lazy = {
    connectionState: () => host.connection,
    powerState: () => (isConnected ? 'poweredOn' : 'unknown'),
    standbyMode: () => 'none',
    inMaintenanceMode: () => host.isInMaintenance,
    inQuarantineMode: () => false,
    bootTime: () => BOOTED,
    hostMaxVirtualDiskCapacity: () => 68_169_720_922_112,
    cryptoState: () => 'incapable',
  };
  if (isConnected) runtime.networkRuntimeInfo = { netStackInstanceRuntimeInfo: stacks };
  return runtime;
}

function hardware(host: LabHost): VimInput<'HostHardwareSummary'> {
  return {
    vendor: 'Lab',
    model: 'Simulated Server',
    uuid: `4c4c4544-0000-4000-8000-${String(host.number).padStart(12, '0')}`,
    memorySize: MEMORY_BYTES,
    cpuModel: 'Simulated CPU @ 2.60GHz',
    cpuMhz: 2_600,
    numCpuPkgs: 2,
    numCpuCores: 32,
    numCpuThreads: 64,
    numNics: host.network.pnics.length,
    numHBAs: 2,
  };
}

function configSummary(host: LabHost): VimInput<'HostConfigSummary'> {
  const carriesVmotion = isStackLive(host, VMOTION_NETSTACK) || (host.network.services.vmotion ?? []).length > 0;
  return {
    name: host.name,
    port: 443,
    product: hostAbout(host),
    vmotionEnabled: carriesVmotion,
    faultToleranceEnabled: false,
  };
}

function configManager(host: LabHost): VimInput<'HostConfigManager'> {
  const own = (type: string, prefix: string) => ({ type, value: `${prefix}-${host.number}` });
  return {
    networkSystem: own('HostNetworkSystem', 'networkSystem'),
    vmotionSystem: own('HostVMotionSystem', 'vmotionSystem'),
    virtualNicManager: own('HostVirtualNicManager', 'virtualNicManager'),
    iscsiManager: own('IscsiManager', 'iscsiManager'),
    vsanSystem: own('HostVsanSystem', 'vsanSystem'),
  };
}

const CAPABILITIES: VimInput<'HostNetCapabilities'> = {
  canSetPhysicalNicLinkSpeed: true,
  supportsNicTeaming: true,
  nicTeamingPolicy: ['loadbalance_ip', 'loadbalance_srcmac', 'loadbalance_srcid', 'failover_explicit'],
  supportsVlan: true,
  usesServiceConsoleNic: false,
  supportsNetworkHints: true,
  vswitchConfigSupported: true,
  vnicConfigSupported: true,
  ipRouteConfigSupported: true,
  dnsConfigSupported: true,
  dhcpOnVnicSupported: true,
  ipV6Supported: true,
};
