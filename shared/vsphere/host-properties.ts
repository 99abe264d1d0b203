import type { Moref } from '../domain/inventory.ts';
import type { Vim } from './vim.ts';

/** What is asked of every host, and what each answer is. Sub-paths only: all of `config` is hundreds of kilobytes. */
export type HostProperties = {
  name?: string | undefined;
  parent?: Moref | undefined;
  'runtime.connectionState'?: string | undefined;
  'runtime.inMaintenanceMode'?: boolean | undefined;
  'runtime.networkRuntimeInfo'?: Vim<'HostRuntimeInfoNetworkRuntimeInfo'> | undefined;
  'config.product'?: Vim<'AboutInfo'> | undefined;
  'config.network.vnic'?: Vim<'HostVirtualNic'>[] | undefined;
  'config.network.netStackInstance'?: Vim<'HostNetStackInstance'>[] | undefined;
  'config.network.portgroup'?: Vim<'HostPortGroup'>[] | undefined;
  'config.network.vswitch'?: Vim<'HostVirtualSwitch'>[] | undefined;
  'config.network.proxySwitch'?: Vim<'HostProxySwitch'>[] | undefined;
  'config.network.pnic'?: Vim<'PhysicalNic'>[] | undefined;
  'config.network.ipV6Enabled'?: boolean | undefined;
  'config.virtualNicManagerInfo.netConfig'?: Vim<'VirtualNicManagerNetConfig'>[] | undefined;
  network?: Moref[] | undefined;
  'configManager.networkSystem'?: Vim<'HostConfigManager'>['networkSystem'] | undefined;
  'configManager.virtualNicManager'?: Vim<'HostConfigManager'>['virtualNicManager'] | undefined;
};

export const HOST_PATHS = [
  'name',
  'parent',
  'runtime.connectionState',
  'runtime.inMaintenanceMode',
  'runtime.networkRuntimeInfo',
  'config.product',
  'config.network.vnic',
  'config.network.netStackInstance',
  'config.network.portgroup',
  'config.network.vswitch',
  'config.network.proxySwitch',
  'config.network.pnic',
  'config.network.ipV6Enabled',
  'config.virtualNicManagerInfo.netConfig',
  'network',
  'configManager.networkSystem',
  'configManager.virtualNicManager',
] as const satisfies (keyof HostProperties)[];

/** Nobody reads these, and they are most of the answer: every service repeats every adapter as a candidate. */
export const HOST_SKIP: ReadonlySet<string> = new Set(['candidateVnic', 'fcoeConfiguration', 'validLinkSpecification']);
