import type { Vim } from './vim.ts';

/** What is asked of every host, and what each answer is. Sub-paths only: `config` as a whole is hundreds of kilobytes. */
export type HostProperties = {
  name?: string;
  'runtime.connectionState'?: string;
  'runtime.inMaintenanceMode'?: boolean;
  'runtime.networkRuntimeInfo'?: Vim<'HostRuntimeInfoNetworkRuntimeInfo'>;
  'config.product'?: Vim<'AboutInfo'>;
  'config.network.vnic'?: Vim<'HostVirtualNic'>[];
  'config.network.netStackInstance'?: Vim<'HostNetStackInstance'>[];
  'config.network.portgroup'?: Vim<'HostPortGroup'>[];
  'config.network.vswitch'?: Vim<'HostVirtualSwitch'>[];
  'config.network.proxySwitch'?: Vim<'HostProxySwitch'>[];
  'config.network.pnic'?: Vim<'PhysicalNic'>[];
  'config.network.ipV6Enabled'?: boolean;
  'config.virtualNicManagerInfo.netConfig'?: Vim<'VirtualNicManagerNetConfig'>[];
  'configManager.networkSystem'?: Vim<'HostConfigManager'>['networkSystem'];
  'configManager.virtualNicManager'?: Vim<'HostConfigManager'>['virtualNicManager'];
};

export const HOST_PATHS = [
  'name',
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
  'configManager.networkSystem',
  'configManager.virtualNicManager',
] as const satisfies (keyof HostProperties)[];

/** Nobody reads these, and they are most of the answer: every service repeats every adapter as a candidate. */
export const HOST_SKIP: ReadonlySet<string> = new Set(['candidateVnic', 'fcoeConfiguration', 'validLinkSpecification']);
