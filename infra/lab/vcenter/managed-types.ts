// The managed object types of the lab: what they inherit from and which properties they have.
import type { Notation } from '../../../shared/vsphere/schema/notation.ts';

type ManagedType = { base?: string; properties: Notation };

const MOREF = 'ManagedObjectReference';

const MANAGED_TYPES: Record<string, ManagedType> = {
  ManagedEntity: {
    properties: {
      name: 'string',
      parent: `${MOREF}?`,
      overallStatus: 'string',
      configStatus: 'string',
      effectiveRole: 'int*',
      disabledMethod: 'string*',
      recentTask: `${MOREF}*`,
      alarmActionsEnabled: 'boolean?',
      // Valid paths that the lab leaves unset.
      permission: 'any?',
      declaredAlarmState: 'AlarmState*',
      triggeredAlarmState: 'AlarmState*',
      configIssue: 'any?',
      customValue: 'any?',
      availableField: 'any?',
      tag: 'any?',
      value: 'any?',
    },
  },
  Folder: { base: 'ManagedEntity', properties: { childEntity: `${MOREF}*`, childType: 'string*' } },
  Datacenter: {
    base: 'ManagedEntity',
    properties: {
      hostFolder: MOREF,
      vmFolder: MOREF,
      datastoreFolder: MOREF,
      networkFolder: MOREF,
      datastore: `${MOREF}*`,
      network: `${MOREF}*`,
      configuration: 'any?',
    },
  },
  ComputeResource: {
    base: 'ManagedEntity',
    properties: {
      host: `${MOREF}*`,
      datastore: `${MOREF}*`,
      network: `${MOREF}*`,
      resourcePool: `${MOREF}?`,
      environmentBrowser: `${MOREF}?`,
      summary: 'ComputeResourceSummary',
      configurationEx: 'ComputeResourceConfigInfo^?',
    },
  },
  ClusterComputeResource: {
    base: 'ComputeResource',
    properties: {
      configuration: 'any?',
      lifecycleManaged: 'boolean?',
      configManagerEnabled: 'boolean?',
      recommendation: 'any?',
    },
  },
  ResourcePool: {
    base: 'ManagedEntity',
    properties: {
      owner: MOREF,
      resourcePool: `${MOREF}*`,
      vm: `${MOREF}*`,
      summary: 'any?',
      runtime: 'any?',
      config: 'any?',
    },
  },
  Network: { base: 'ManagedEntity', properties: { host: `${MOREF}*`, vm: `${MOREF}*`, summary: 'any?' } },
  DistributedVirtualPortgroup: {
    base: 'Network',
    properties: { key: 'string', config: 'DVPortgroupConfigInfo', portKeys: 'string*' },
  },
  DistributedVirtualSwitch: {
    base: 'ManagedEntity',
    properties: {
      uuid: 'string',
      summary: 'DVSSummary',
      config: 'DVSConfigInfo^',
      portgroup: `${MOREF}*`,
      capability: 'any?',
      networkResourcePool: 'any?',
      runtime: 'any?',
    },
  },
  VmwareDistributedVirtualSwitch: { base: 'DistributedVirtualSwitch', properties: {} },
  VirtualMachine: {
    base: 'ManagedEntity',
    properties: {
      config: 'VirtualMachineConfigInfo?',
      runtime: 'VirtualMachineRuntimeInfo',
      summary: 'VirtualMachineSummary',
      network: `${MOREF}*`,
      datastore: `${MOREF}*`,
      resourcePool: `${MOREF}?`,
      guest: 'GuestInfo?',
      guestHeartbeatStatus: 'any?',
      layoutEx: 'any?',
      parentVApp: 'any?',
      snapshot: 'any?',
      storage: 'any?',
    },
  },
  Task: { properties: { info: 'TaskInfo' } },
  TaskManager: { properties: { recentTask: `${MOREF}*`, description: 'any?', maxCollector: 'int?' } },
  AuthorizationManager: { properties: { privilegeList: 'any?', roleList: 'any?', description: 'any?' } },
  DiagnosticManager: { properties: {} },
  EventManager: { properties: { description: 'EventDescription', latestEvent: 'Event^?', maxCollector: 'int' } },
  HistoryCollector: { properties: { filter: 'any?' } },
  EventHistoryCollector: { base: 'HistoryCollector', properties: { latestPage: 'Event^*' } },
  AlarmManager: { properties: { defaultExpression: 'any?', description: 'any?' } },
  Alarm: { properties: { info: 'AlarmInfo' } },
  VirtualMachineProvisioningChecker: { properties: {} },
  HostSystem: {
    base: 'ManagedEntity',
    properties: {
      runtime: 'HostRuntimeInfo',
      summary: 'HostListSummary',
      config: 'HostConfigInfo?',
      configManager: 'HostConfigManager',
      network: `${MOREF}*`,
      vm: `${MOREF}*`,
      datastore: `${MOREF}*`,
      hardware: 'any?',
      capability: 'any?',
      licensableResource: 'any?',
      datastoreBrowser: 'any?',
      systemResources: 'any?',
      remediationState: 'any?',
    },
  },
  HostNetworkSystem: {
    properties: {
      networkInfo: 'HostNetworkInfo?',
      capabilities: 'HostNetCapabilities?',
      dnsConfig: 'HostDnsConfig^?',
      ipRouteConfig: 'HostIpRouteConfig^?',
      networkConfig: 'any?',
      offloadCapabilities: 'any?',
      consoleIpRouteConfig: 'any?',
    },
  },
  HostVirtualNicManager: { properties: { info: 'HostVirtualNicManagerInfo' } },
  IscsiManager: { properties: {} },
  ServiceInstance: { properties: { content: 'ServiceContent', serverClock: 'dateTime', capability: 'any?' } },
  SessionManager: {
    properties: {
      currentSession: 'UserSession?',
      sessionList: 'UserSession*',
      defaultLocale: 'string',
      message: 'string?',
    },
  },
  PropertyCollector: { properties: { filter: `${MOREF}*` } },
  ViewManager: { properties: { viewList: `${MOREF}*` } },
  ContainerView: { properties: { container: MOREF, type: 'string*', recursive: 'boolean', view: `${MOREF}*` } },
};

/** Paths whose value is typed by its enumeration, not as a string. */
export const ENUM_PROPERTIES: Record<string, string> = {
  'runtime.connectionState': 'HostSystemConnectionState',
  'runtime.powerState': 'HostSystemPowerState',
  'summary.runtime.connectionState': 'HostSystemConnectionState',
  'summary.runtime.powerState': 'HostSystemPowerState',
  'summary.overallStatus': 'ManagedEntityStatus',
  'runtime.faultToleranceState': 'VirtualMachineFaultToleranceState',
  'info.state': 'TaskInfoState',
  overallStatus: 'ManagedEntityStatus',
  configStatus: 'ManagedEntityStatus',
};

/** Inherited properties and the type's own. */
export function managedProperties(type: string): Notation {
  const entry = MANAGED_TYPES[type];
  if (entry === undefined) return {};
  return entry.base === undefined ? entry.properties : { ...managedProperties(entry.base), ...entry.properties };
}

/** Whether the lab knows the type at all. */
export function isManagedType(type: string): boolean {
  return Object.hasOwn(MANAGED_TYPES, type);
}

/** Whether `type` is `ancestor` or inherits from it, so that a specification for the one applies to the other. */
export function isManagedKindOf(type: string, ancestor: string): boolean {
  for (let at: string | undefined = type; at !== undefined; at = MANAGED_TYPES[at]?.base) {
    if (at === ancestor) return true;
  }
  return false;
}
