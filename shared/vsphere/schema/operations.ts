import type { OperationEntry } from './notation.ts';

/** ServiceInstance and SessionManager. */
export const SESSION_OPERATIONS = {
  RetrieveServiceContent: { on: ['ServiceInstance'], takes: {}, returns: 'ServiceContent' },
  CurrentTime: { on: ['ServiceInstance'], takes: {}, returns: 'dateTime' },
  Login: {
    on: ['SessionManager'],
    takes: { userName: 'string', password: 'string', locale: 'string?' },
    returns: 'UserSession',
  },
  Logout: { on: ['SessionManager'], takes: {} },
  SessionIsActive: { on: ['SessionManager'], takes: { sessionID: 'string', userName: 'string' }, returns: 'boolean' },
} as const satisfies Record<string, OperationEntry>;

/** PropertyCollector, views and SearchIndex. */
export const PROPERTY_OPERATIONS = {
  RetrieveProperties: {
    on: ['PropertyCollector'],
    takes: { specSet: 'PropertyFilterSpec+' },
    returns: 'ObjectContent*',
  },
  RetrievePropertiesEx: {
    on: ['PropertyCollector'],
    takes: { specSet: 'PropertyFilterSpec+', options: 'RetrieveOptions' },
    returns: 'RetrieveResult?',
  },
  ContinueRetrievePropertiesEx: { on: ['PropertyCollector'], takes: { token: 'string' }, returns: 'RetrieveResult' },
  CancelRetrievePropertiesEx: { on: ['PropertyCollector'], takes: { token: 'string' } },
  CreateFilter: {
    on: ['PropertyCollector'],
    takes: { spec: 'PropertyFilterSpec', partialUpdates: 'boolean' },
    returns: 'ManagedObjectReference',
  },
  DestroyPropertyFilter: { on: ['PropertyFilter'], takes: {} },
  CreatePropertyCollector: { on: ['PropertyCollector'], takes: {}, returns: 'ManagedObjectReference' },
  DestroyPropertyCollector: { on: ['PropertyCollector'], takes: {} },
  WaitForUpdatesEx: {
    on: ['PropertyCollector'],
    takes: { version: 'string?', options: 'WaitOptions?' },
    returns: 'UpdateSet?',
  },
  CancelWaitForUpdates: { on: ['PropertyCollector'], takes: {} },
  WaitForUpdates: { on: ['PropertyCollector'], takes: { version: 'string?' }, returns: 'UpdateSet' },
  CheckForUpdates: { on: ['PropertyCollector'], takes: { version: 'string?' }, returns: 'UpdateSet?' },
  CreateContainerView: {
    on: ['ViewManager'],
    takes: { container: 'ManagedObjectReference', type: 'string*', recursive: 'boolean' },
    returns: 'ManagedObjectReference',
  },
  DestroyView: { on: ['ContainerView', 'ListView', 'InventoryView'], takes: {} },
  FindByInventoryPath: { on: ['SearchIndex'], takes: { inventoryPath: 'string' }, returns: 'ManagedObjectReference?' },
  FindChild: {
    on: ['SearchIndex'],
    takes: { entity: 'ManagedObjectReference', name: 'string' },
    returns: 'ManagedObjectReference?',
  },
} as const satisfies Record<string, OperationEntry>;

/** HostNetworkSystem and HostVirtualNicManager. All synchronous: none returns a Task. */
export const NETWORK_OPERATIONS = {
  AddVirtualNic: {
    on: ['HostNetworkSystem'],
    takes: { portgroup: 'string', nic: 'HostVirtualNicSpec' },
    returns: 'string',
  },
  UpdateVirtualNic: { on: ['HostNetworkSystem'], takes: { device: 'string', nic: 'HostVirtualNicSpec' } },
  RemoveVirtualNic: { on: ['HostNetworkSystem'], takes: { device: 'string' } },
  UpdateNetworkConfig: {
    on: ['HostNetworkSystem'],
    takes: { config: 'HostNetworkConfig', changeMode: 'string' },
    returns: 'HostNetworkConfigResult',
  },
  AddPortGroup: { on: ['HostNetworkSystem'], takes: { portgrp: 'HostPortGroupSpec' } },
  UpdatePortGroup: { on: ['HostNetworkSystem'], takes: { pgName: 'string', portgrp: 'HostPortGroupSpec' } },
  RemovePortGroup: { on: ['HostNetworkSystem'], takes: { pgName: 'string' } },
  AddVirtualSwitch: { on: ['HostNetworkSystem'], takes: { vswitchName: 'string', spec: 'HostVirtualSwitchSpec?' } },
  UpdateVirtualSwitch: { on: ['HostNetworkSystem'], takes: { vswitchName: 'string', spec: 'HostVirtualSwitchSpec' } },
  RemoveVirtualSwitch: { on: ['HostNetworkSystem'], takes: { vswitchName: 'string' } },
  RefreshNetworkSystem: { on: ['HostNetworkSystem'], takes: {} },
  SelectVnicForNicType: { on: ['HostVirtualNicManager'], takes: { nicType: 'string', device: 'string' } },
  DeselectVnicForNicType: { on: ['HostVirtualNicManager'], takes: { nicType: 'string', device: 'string' } },
  QueryNetConfig: {
    on: ['HostVirtualNicManager'],
    takes: { nicType: 'string' },
    returns: 'VirtualNicManagerNetConfig?',
  },
} as const satisfies Record<string, OperationEntry>;

/** Which adapters storage is bound to. */
export const STORAGE_OPERATIONS = {
  QueryBoundVnics: { on: ['IscsiManager'], takes: { iScsiHbaName: 'string' }, returns: 'IscsiPortInfo*' },
} as const satisfies Record<string, OperationEntry>;

/** What esxcli over SOAP needs. Not in VMware's public API; no privileges are declared for it. */
export const ESXCLI_OPERATIONS = {
  RetrieveManagedMethodExecuter: { on: ['HostSystem'], takes: {}, returns: 'ManagedObjectReference' },
  RetrieveDynamicTypeManager: { on: ['HostSystem'], takes: {}, returns: 'ManagedObjectReference' },
  ExecuteSoap: {
    on: ['ReflectManagedMethodExecuter', 'ManagedMethodExecuter'],
    takes: {
      moid: 'string',
      version: 'string',
      method: 'string',
      argument: 'ReflectManagedMethodExecuterSoapArgument*',
    },
    returns: 'ReflectManagedMethodExecuterSoapResult?',
  },
} as const satisfies Record<string, OperationEntry>;

/** What runs as a task: the answer is the Task to follow. */
export const TASK_OPERATIONS = {
  ReconfigureDVPortgroup_Task: {
    on: ['DistributedVirtualPortgroup'],
    takes: { spec: 'DVPortgroupConfigSpec' },
    returns: 'ManagedObjectReference',
  },
  ReconfigureComputeResource_Task: {
    on: ['ComputeResource'],
    takes: { spec: 'ComputeResourceConfigSpec^', modify: 'boolean' },
    returns: 'ManagedObjectReference',
  },
  RelocateVM_Task: {
    on: ['VirtualMachine'],
    takes: { spec: 'VirtualMachineRelocateSpec', priority: 'string?' },
    returns: 'ManagedObjectReference',
  },
  CheckRelocate_Task: {
    on: ['VirtualMachineProvisioningChecker'],
    takes: { vm: 'ManagedObjectReference', spec: 'VirtualMachineRelocateSpec', testType: 'string*' },
    returns: 'ManagedObjectReference',
  },
} as const satisfies Record<string, OperationEntry>;

/** AuthorizationManager and DiagnosticManager. */
export const MANAGER_OPERATIONS = {
  HasPrivilegeOnEntities: {
    on: ['AuthorizationManager'],
    takes: { entity: 'ManagedObjectReference+', sessionId: 'string', privId: 'string*' },
    returns: 'EntityPrivilege*',
  },
  QueryDescriptions: {
    on: ['DiagnosticManager'],
    takes: { host: 'ManagedObjectReference?' },
    returns: 'DiagnosticManagerLogDescriptor*',
  },
  BrowseDiagnosticLog: {
    on: ['DiagnosticManager'],
    takes: { host: 'ManagedObjectReference?', key: 'string', start: 'int?', lines: 'int?' },
    returns: 'DiagnosticManagerLogHeader',
  },
} as const satisfies Record<string, OperationEntry>;

/** EventManager and its collectors. A collector belongs to the session that made it. */
export const EVENT_OPERATIONS = {
  QueryEvents: { on: ['EventManager'], takes: { filter: 'EventFilterSpec' }, returns: 'Event^*' },
  CreateCollectorForEvents: {
    on: ['EventManager'],
    takes: { filter: 'EventFilterSpec' },
    returns: 'ManagedObjectReference',
  },
  ReadNextEvents: { on: ['EventHistoryCollector'], takes: { maxCount: 'int' }, returns: 'Event^*' },
  ReadPreviousEvents: { on: ['EventHistoryCollector'], takes: { maxCount: 'int' }, returns: 'Event^*' },
  SetCollectorPageSize: { on: ['EventHistoryCollector'], takes: { maxCount: 'int' } },
  ResetCollector: { on: ['EventHistoryCollector'], takes: {} },
  RewindCollector: { on: ['EventHistoryCollector'], takes: {} },
  DestroyCollector: { on: ['EventHistoryCollector'], takes: {} },
} as const satisfies Record<string, OperationEntry>;

/** AlarmManager. */
export const ALARM_OPERATIONS = {
  GetAlarm: {
    on: ['AlarmManager'],
    takes: { entity: 'ManagedObjectReference?' },
    returns: 'ManagedObjectReference*',
  },
  GetAlarmState: {
    on: ['AlarmManager'],
    takes: { entity: 'ManagedObjectReference' },
    returns: 'AlarmState*',
  },
  AcknowledgeAlarm: {
    on: ['AlarmManager'],
    takes: { alarm: 'ManagedObjectReference', entity: 'ManagedObjectReference' },
  },
} as const satisfies Record<string, OperationEntry>;
