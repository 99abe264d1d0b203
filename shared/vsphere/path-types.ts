/** The vim25 type of every property that this client reads, by its path. Enumerations are text. Two kinds of objects that
 * have a path in common have the same type there. */
export const PATH_TYPES: ReadonlyMap<string, string> = new Map([
  // Entities of the inventory.
  ['name', 'string'],
  ['parent', 'ManagedObjectReference'],
  ['host', 'ArrayOfManagedObjectReference'],
  ['network', 'ArrayOfManagedObjectReference'],
  ['triggeredAlarmState', 'ArrayOfAlarmState'],
  // Hosts.
  ['runtime.connectionState', 'string'],
  ['runtime.inMaintenanceMode', 'boolean'],
  ['runtime.networkRuntimeInfo', 'HostRuntimeInfoNetworkRuntimeInfo'],
  ['config.product', 'AboutInfo'],
  ['config.network.vnic', 'ArrayOfHostVirtualNic'],
  ['config.network.netStackInstance', 'ArrayOfHostNetStackInstance'],
  ['config.network.portgroup', 'ArrayOfHostPortGroup'],
  ['config.network.vswitch', 'ArrayOfHostVirtualSwitch'],
  ['config.network.proxySwitch', 'ArrayOfHostProxySwitch'],
  ['config.network.pnic', 'ArrayOfPhysicalNic'],
  ['config.network.ipV6Enabled', 'boolean'],
  ['config.virtualNicManagerInfo.netConfig', 'ArrayOfVirtualNicManagerNetConfig'],
  ['config.fileSystemVolume.mountInfo', 'ArrayOfHostFileSystemMountInfo'],
  ['config.storageDevice.hostBusAdapter', 'ArrayOfHostHostBusAdapter'],
  ['configManager.iscsiManager', 'ManagedObjectReference'],
  ['configManager.networkSystem', 'ManagedObjectReference'],
  ['configManager.virtualNicManager', 'ManagedObjectReference'],
  // Distributed port groups and switches.
  ['config', 'DVPortgroupConfigInfo'],
  ['tag', 'ArrayOfTag'],
  ['uuid', 'string'],
  // Clusters.
  ['configurationEx', 'ClusterConfigInfoEx'],
  ['configManagerEnabled', 'boolean'],
  // Machines.
  ['runtime.host', 'ManagedObjectReference'],
  ['runtime.powerState', 'string'],
  ['config.hardware.device', 'ArrayOfVirtualDevice'],
  // Tasks and alarms. What a task results in depends on the task.
  ['info.name', 'string'],
  ['info.state', 'string'],
  ['info.error', 'LocalizedMethodFault'],
  ['info.queueTime', 'dateTime'],
  ['info.startTime', 'dateTime'],
  ['info.completeTime', 'dateTime'],
  ['info.descriptionId', 'string'],
  ['info.progress', 'int'],
  ['info.entity', 'ManagedObjectReference'],
  ['info.entityName', 'string'],
]);
