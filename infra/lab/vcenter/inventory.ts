// The managed objects of the lab: what a reference points to, and what its properties are.
import type { Moref } from '../../../shared/domain/inventory.ts';
import { serviceContent } from './about.ts';
import { ALARMS } from './alarm-definitions.ts';
import { alarmProperties, alarmStates } from './alarm-manager.ts';
import type { Alarms } from './alarms.ts';
import { eventManager } from './event-manager.ts';
import { hostNetworkSystem, hostSystem, hostVirtualNicManager } from './host-properties.ts';
import { isManagedKindOf } from './managed-types.ts';
import { clusterConfig } from './cluster-drs.ts';
import { distributedPortGroup, distributedSwitch } from './distributed-properties.ts';
import { portGroupMoref } from './distributed-switch.ts';
import type { LabCluster, LabHost, LabModel } from './model.ts';
import { allHosts } from './model.ts';
import type { PropertyMemory } from './property-memory.ts';
import { hostMemory } from './property-memory.ts';
import type { Lazy } from './property-path.ts';
import type { LabSession } from './sessions.ts';
import type { Switches } from './switches.ts';
import { taskProperties } from './task-properties.ts';
import type { Tasks } from './tasks.ts';
import { type LabVm, vmsOf } from './virtual-machine.ts';
import { virtualMachine } from './virtual-machine-properties.ts';

/** `host`: the one that carries out a call on this object. `read` gives the object's properties as they are now. */
export type ManagedObject = {
  moref: Moref;
  host?: LabHost | undefined;
  read: (session?: LabSession) => Lazy;
  memory?: PropertyMemory | undefined;
};

export type Inventory = {
  find(moref: Moref): ManagedObject | undefined;
  /** The entity at an inventory path such as "DC1/host/cluster-a", from the root or from `start`; or `undefined`. */
  findByPath(path: string, start?: Moref): Moref | undefined;
  addHost(host: LabHost): void;
  /** The host has come into a cluster, or out of one. */
  placeHost(host: LabHost): void;
  /** With the machines that were registered at it. */
  removeHost(host: LabHost): void;
  /** What stands below a container, for views: children only, or all descendants. */
  listBelow(container: Moref, isRecursive: boolean): Moref[];
};

/** `tasks` are found here as everything else, for as long as vCenter keeps them. */
export function createInventory(parts: {
  model: LabModel;
  switches: Switches;
  tasks: Tasks;
  alarms: Alarms;
  now: () => Date;
}): Inventory {
  const { model, switches, tasks, alarms, now } = parts;
  const begun = now();
  const objects = new Map<string, ManagedObject>();
  const put = (moref: Moref, read: ManagedObject['read'], host?: LabHost) => {
    const recentTask = () => tasks.recentOf(moref).map((task) => task.moref);
    const readAll = (session?: LabSession): Lazy => {
      const properties = read(session);
      if (properties.recentTask !== undefined)
        Object.assign(properties, { recentTask }, alarmStates(alarms, moref, begun));
      return properties;
    };
    objects.set(moref.value, { moref, host, read: readAll, memory: host && hostMemory(model, host) });
  };
  putFolders(model, put);
  for (const cluster of model.clusters) putCluster(model, cluster, put);
  putDistributed(model, put);
  putVms(model, put);
  for (const host of allHosts(model)) putHost(model, host, { switches, put });
  putServices(model, now, put);
  const manager = { type: 'TaskManager', value: 'TaskManager' };
  objects.set(manager.value, {
    moref: manager,
    read: () => ({ recentTask: () => tasks.recentOf().map(({ moref }) => moref) }),
  });
  put({ type: 'EventManager', value: 'EventManager' }, () => eventManager({ model }));
  put({ type: 'AlarmManager', value: 'AlarmManager' }, () => ({}));
  for (const alarm of ALARMS) put(alarm.moref, () => alarmProperties(model, alarm, begun));
  return {
    addHost: (host) => putHost(model, host, { switches, put }),
    placeHost: (host) => {
      const alone = resourceOf(host);
      if (model.standalone.includes(host)) putAlone(model, host, put);
      else objects.delete(alone.value);
    },
    removeHost: (host) => {
      objects.delete(resourceOf(host).value);
      for (const [id, object] of objects) if (object.host === host) objects.delete(id);
      const left = new Set(model.vms.map((vm) => vm.moref.value));
      for (const [id, { moref }] of objects) if (moref.type === 'VirtualMachine' && !left.has(id)) objects.delete(id);
    },
    find: (moref) => {
      if (moref.type === 'Task') return findTask(tasks, moref);
      const object = objects.get(moref.value);
      return object !== undefined && isManagedKindOf(object.moref.type, moref.type) ? object : undefined;
    },
    findByPath: (path, start = model.folders.root) => findByPath(objects, start, path),
    listBelow: (container, isRecursive) => listBelow(objects, container, isRecursive),
  };
}

function findTask(tasks: Tasks, moref: Moref): ManagedObject | undefined {
  const task = tasks.find(moref);
  return task === undefined ? undefined : { moref, read: () => taskProperties(task) };
}

type Put = (moref: Moref, read: ManagedObject['read'], host?: LabHost) => void;

const NETWORK = { type: 'Network', value: 'network-10' };

function putFolders(model: LabModel, put: Put): void {
  const { folders, datacenter } = model;
  const folder = (
    moref: Moref,
    about: { name: string; parent?: Moref; childType: string[]; children: () => Moref[] },
  ) =>
    put(moref, () => ({
      ...entity(about.name, about.parent),
      childType: () => about.childType,
      childEntity: about.children,
    }));
  folder(folders.root, {
    name: 'Datacenters',
    childType: ['Folder', 'Datacenter'],
    children: () => [datacenter.moref],
  });
  const below = { parent: datacenter.moref };
  folder(folders.vm, {
    name: 'vm',
    ...below,
    childType: ['Folder', 'VirtualMachine', 'VirtualApp'],
    children: () => model.vms.map((vm) => vm.moref),
  });
  folder(folders.host, {
    name: 'host',
    ...below,
    childType: ['Folder', 'ComputeResource'],
    children: () => [...model.clusters.map((cluster) => cluster.moref), ...model.standalone.map(resourceOf)],
  });
  folder(folders.datastore, {
    name: 'datastore',
    ...below,
    childType: ['Folder', 'Datastore', 'StoragePod'],
    children: () => [],
  });
  folder(folders.network, {
    name: 'network',
    ...below,
    childType: ['Folder', 'Network', 'DistributedVirtualSwitch'],
    children: () => [NETWORK, ...model.distributedSwitches.map(({ moref }) => moref), ...distributedNetworks(model)],
  });
  put(datacenter.moref, () => ({
    ...entity(datacenter.name, folders.root),
    vmFolder: () => folders.vm,
    hostFolder: () => folders.host,
    datastoreFolder: () => folders.datastore,
    networkFolder: () => folders.network,
    datastore: () => [],
    network: () => [NETWORK, ...distributedNetworks(model)],
  }));
  put(NETWORK, () => ({
    ...entity('VM Network', folders.network),
    host: () => allHosts(model).map((host) => host.moref),
    vm: () => model.vms.filter(isOnStandard).map((vm) => vm.moref),
  }));
}

const isOnStandard = ({ nics }: LabVm) => nics.some(({ network }) => network.kind === 'standard');

function distributedNetworks(model: LabModel): Moref[] {
  return model.distributedSwitches.flatMap((dvs) => dvs.portGroups.map(portGroupMoref));
}

/** Networks that machines on the host could use, and the uplinks' port groups among them, as vCenter has it. */
function networksOf(model: LabModel, host: LabHost): Moref[] {
  const own = model.distributedSwitches.filter(({ uuid }) => host.network.proxies.some((proxy) => proxy.uuid === uuid));
  return [NETWORK, ...own.flatMap((dvs) => dvs.portGroups.map(portGroupMoref))];
}

function putDistributed(model: LabModel, put: Put): void {
  const { network } = model.folders;
  for (const dvs of model.distributedSwitches) {
    put(dvs.moref, () => ({ ...entity(dvs.name, network), ...distributedSwitch(model, dvs) }));
    for (const portGroup of dvs.portGroups) {
      put(portGroupMoref(portGroup), () => ({
        ...entity(portGroup.name, network),
        ...distributedPortGroup(model, dvs, portGroup),
      }));
    }
  }
}

function putVms(model: LabModel, put: Put): void {
  for (const vm of model.vms) {
    put(vm.moref, () => ({ ...entity(vm.name, model.folders.vm), ...virtualMachine(model, vm) }));
  }
}

function putCluster(model: LabModel, cluster: LabCluster, put: Put): void {
  const pool = { type: 'ResourcePool', value: `resgroup-${cluster.moref.value.slice('domain-c'.length)}` };
  const running = () => cluster.hosts.filter((host) => host.connection === 'connected').length;
  put(cluster.moref, () => ({
    ...entity(cluster.name, model.folders.host),
    host: () => cluster.hosts.map((host) => host.moref),
    datastore: () => [],
    network: () => [NETWORK, ...cluster.hosts.slice(0, 1).flatMap((host) => networksOf(model, host).slice(1))],
    resourcePool: () => pool,
    lifecycleManaged: () => false,
    configManagerEnabled: () => cluster.isConfigManaged,
    configurationEx: () => clusterConfig(cluster),
    summary: () => ({
      totalCpu: 83_200 * cluster.hosts.length,
      totalMemory: 549_755_813_888 * cluster.hosts.length,
      numCpuCores: 32 * cluster.hosts.length,
      numCpuThreads: 64 * cluster.hosts.length,
      effectiveCpu: 83_200 * running(),
      effectiveMemory: 524_288 * running(),
      numHosts: cluster.hosts.length,
      numEffectiveHosts: running(),
      overallStatus: 'green',
    }),
  }));
  put(pool, () => ({
    ...entity('Resources', cluster.moref),
    owner: () => cluster.moref,
    resourcePool: () => [],
    vm: () => cluster.hosts.flatMap((host) => vmsOf(model, host)).map((vm) => vm.moref),
  }));
}

/** What holds a host that is in no cluster. */
const resourceOf = (host: LabHost): Moref => ({ type: 'ComputeResource', value: `domain-s${host.number}` });

function putAlone(model: LabModel, host: LabHost, put: Put): void {
  put(resourceOf(host), () => ({
    ...entity(host.name, model.folders.host),
    host: () => [host.moref],
    datastore: () => [],
    network: () => networksOf(model, host),
  }));
}

function putHost(model: LabModel, host: LabHost, parts: { switches: Switches; put: Put }): void {
  const { switches, put } = parts;
  const parent = () => model.clusters.find(({ hosts }) => hosts.includes(host))?.moref ?? resourceOf(host);
  const own = (type: string, prefix: string) => ({ type, value: `${prefix}-${host.number}` });
  put(
    host.moref,
    () => ({ ...hostSystem(host, { parent: parent(), switches, model }), network: () => networksOf(model, host) }),
    host,
  );
  put(own('HostNetworkSystem', 'networkSystem'), () => hostNetworkSystem(model, host, switches), host);
  put(own('HostVirtualNicManager', 'virtualNicManager'), () => hostVirtualNicManager(host, switches), host);
  put(own('IscsiManager', 'iscsiManager'), () => ({}), host);
  put(own('ReflectManagedMethodExecuter', 'ManagedMethodExecuter'), () => ({}), host);
  put(own('InternalDynamicTypeManager', 'DynamicTypeManager'), () => ({}), host);
}

function putServices(model: LabModel, now: () => Date, put: Put): void {
  const own = (type: string, value = type) => ({ type, value });
  put(own('ServiceInstance'), () => ({ content: () => serviceContent(model.instanceUuid), serverClock: () => now() }));
  put(own('SessionManager'), (session) => ({
    currentSession: () => (session === undefined ? undefined : toUserSession(session)),
    sessionList: () => (session === undefined ? [] : [toUserSession(session)]),
    defaultLocale: () => 'en',
  }));
  put(own('PropertyCollector', 'propertyCollector'), () => ({ filter: () => [] }));
  put(own('ViewManager'), () => ({ viewList: () => [] }));
  put(own('SearchIndex'), () => ({}));
  for (const [type, value] of MANAGERS) put(own(type, value), () => ({}));
}

const MANAGERS = [
  ['AuthorizationManager', 'AuthorizationManager'],
  ['DiagnosticManager', 'DiagMgr'],
  ['VirtualMachineProvisioningChecker', 'ProvChecker'],
] as const;

/** What Login and `currentSession` answer. */
export function toUserSession(session: LabSession): Record<string, unknown> {
  return {
    key: session.key,
    userName: session.user,
    fullName: session.user,
    loginTime: session.loginTime,
    lastActiveTime: session.lastActive,
    locale: 'en',
    messageLocale: 'en',
    extensionSession: false,
    ipAddress: '127.0.0.1',
    userAgent: '',
    callCount: session.calls,
  };
}

function entity(name: string, parent?: Moref): Lazy {
  const properties: Lazy = {
    name: () => name,
    overallStatus: () => 'green',
    configStatus: () => 'green',
    effectiveRole: () => [-1],
    disabledMethod: () => [],
    recentTask: () => [],
    alarmActionsEnabled: () => true,
  };
  if (parent !== undefined) properties.parent = () => parent;
  return properties;
}

function listBelow(objects: Map<string, ManagedObject>, container: Moref, isRecursive: boolean): Moref[] {
  const found: Moref[] = [];
  for (const child of childrenOf(objects, container)) {
    found.push(child);
    if (isRecursive) found.push(...listBelow(objects, child, true));
  }
  return found;
}

function childrenOf(objects: Map<string, ManagedObject>, moref: Moref): Moref[] {
  const properties = objects.get(moref.value)?.read();
  if (properties === undefined) return [];
  const paths = moref.type === 'Datacenter' ? DATACENTER_FOLDERS : ['childEntity', ...CLUSTER_CHILDREN];
  const isCluster = isManagedKindOf(moref.type, 'ComputeResource');
  const usable = paths.filter((path) => isCluster || !CLUSTER_CHILDREN.includes(path));
  return usable.flatMap((path) => {
    const read = properties[path];
    return typeof read === 'function' ? ([read()].flat() as Moref[]) : [];
  });
}

const DATACENTER_FOLDERS = ['vmFolder', 'hostFolder', 'datastoreFolder', 'networkFolder'];
const CLUSTER_CHILDREN = ['host', 'resourcePool'];

function findByPath(objects: Map<string, ManagedObject>, start: Moref, path: string): Moref | undefined {
  let at: Moref | undefined = start;
  for (const segment of path.split('/').filter((one) => one !== '')) {
    if (at === undefined) return undefined;
    at = childrenOf(objects, at).find((child) => nameOf(objects, child) === segment);
  }
  return at;
}

function nameOf(objects: Map<string, ManagedObject>, moref: Moref): unknown {
  const read = objects.get(moref.value)?.read().name;
  return typeof read === 'function' ? read() : undefined;
}
