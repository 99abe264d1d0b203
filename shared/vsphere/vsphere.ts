import { OpsError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock, Credentials, Vsphere, VsphereSession } from '../ports.ts';
import { isConfigManaged, readClusterSettings, setDrs } from './cluster-settings.ts';
import { readLogTail } from './diagnostic-log.ts';
import { reconfigureDvPortgroup } from './distributed-port-group.ts';
import { createEsxcli } from './esxcli.ts';
import { readEvents } from './events.ts';
import type { TaskCalls } from './follow-task.ts';
import { createHostMemory } from './host-memory.ts';
import {
  addPortGroup,
  addVirtualNic,
  type HostCalls,
  refreshNetworkSystem,
  removePortGroup,
  removeVirtualNic,
  updateNetworkConfig,
  updatePortGroup,
  updateVirtualNic,
} from './host-network.ts';
import { readStorage } from './host-storage.ts';
import { readCluster, readHosts } from './inventory.ts';
import { listVms } from './list-vms.ts';
import { checkRelocate, listRunningMigrations, relocateVm } from './migration.ts';
import { pingFrom } from './ping.ts';
import { findMissingPrivileges } from './privileges.ts';
import type { ReadLimits } from './read-budget.ts';
import { openSession, type Session } from './session.ts';
import { createTimedTransport, type SoapTimes } from './timed-transport.ts';
import type { SoapTransport } from './transport.ts';
import { readTriggeredAlarms } from './triggered-alarms.ts';
import { deselectVnicForNicType, selectVnicForNicType } from './virtual-nic-manager.ts';
import { addVirtualSwitch, removeVirtualSwitch } from './virtual-switch.ts';

/** `connect` opens no connection by itself; the transport it answers with is closed when the session ends. */
export type VsphereParts = {
  connect: (vcenter: string) => SoapTransport;
  credentials: (vcenter: string) => Promise<Credentials>;
  clock: Clock;
  log: Log;
  readLimits?: ReadLimits | undefined;
};

/** vCenter over its SOAP API. Secrets are asked for at each login and kept nowhere. */
export function createVsphere({ connect, credentials, clock, log, readLimits }: VsphereParts): Vsphere {
  return {
    async withSession(vcenter, operation, use) {
      const transport = createTimedTransport(connect(vcenter), clock);
      try {
        const parts = { transport, credentials: () => credentials(vcenter), operationId: operation, clock, log };
        const session = await openSession({ ...parts, readLimits });
        try {
          return await use(toVsphereSession(session, clock));
        } finally {
          await logoutQuietly(session, { vcenter, operation, log, times: transport.times });
        }
      } finally {
        transport.close();
      }
    },
  };
}

function toVsphereSession(session: Session, clock: Clock): VsphereSession {
  const memory = createHostMemory(session);
  const esxcli = createEsxcli(session);
  const calls: HostCalls = { session, memory };
  const tasks: TaskCalls = { session, clock };
  return {
    get calls() {
      return session.calls;
    },
    async readCluster(path) {
      const reading = await readCluster(session, path);
      memory.remember(reading);
      return { ...reading.cluster, hosts: reading.hosts.map(({ host }) => host) };
    },
    async readHosts(morefs) {
      const reading = await readHosts(session, morefs);
      memory.remember(reading);
      return reading.hosts.map(({ host }) => host);
    },
    readStorage: (morefs) => readStorage(session, morefs),
    addPortGroup: (host, portGroup) => addPortGroup(calls, host, portGroup),
    updatePortGroup: (host, name, portGroup) => updatePortGroup(calls, host, { name, portGroup }),
    removePortGroup: (host, name) => removePortGroup(calls, host, name),
    addVmk: (host, spec) => addVirtualNic(calls, host, spec),
    updateVmk: (host, device, spec) => updateVirtualNic(calls, host, { device, spec }),
    removeVmk: (host, device) => removeVirtualNic(calls, host, device),
    setNetstack: (host, netstack, settings, from) => updateNetworkConfig(calls, host, { netstack, settings, from }),
    selectService: (host, device, service) => selectVnicForNicType(session, host, { device, service }),
    deselectService: (host, device, service) => deselectVnicForNicType(session, host, { device, service }),
    refreshNetwork: (host) => refreshNetworkSystem(calls, host),
    ping: (host, request) => pingFrom(esxcli, host, request),
    addSwitch: (host, standardSwitch) => addVirtualSwitch(calls, host, standardSwitch),
    removeSwitch: (host, name) => removeVirtualSwitch(calls, host, name),
    updateDistributedPortGroup: (portGroup) => reconfigureDvPortgroup({ ...tasks, memory }, portGroup),
    listVms: (hosts) => listVms(session, hosts),
    missingPrivileges: (wanted) => findMissingPrivileges(session, wanted),
    readClusterSettings: (cluster) => readClusterSettings(session, cluster),
    setDrs: (cluster, mode) => setDrs(tasks, cluster, mode),
    isConfigManaged: (cluster) => isConfigManaged(session, cluster),
    runningMigrations: (hosts) => listRunningMigrations(session, hosts),
    checkRelocate: (vm, host) => checkRelocate(tasks, vm, host),
    relocate: (vm, host, until) => relocateVm(tasks, vm, { host, until }),
    readLog: (host, want) => readLogTail(session, host, want),
    readEvents: (entities, want) => readEvents(session, entities, want),
    readTriggeredAlarms: (cluster) => readTriggeredAlarms(session, cluster),
    get user() {
      return session.user;
    },
    vcenterUuid: session.content.about.instanceUuid ?? '',
  };
}

/** A session that could not be closed ends by itself after a while; the work's own outcome is what counts. */
async function logoutQuietly(
  session: Session,
  { vcenter, operation, log, times }: { vcenter: string; operation: string; log: Log; times: () => SoapTimes },
): Promise<void> {
  try {
    await session.logout();
    log.info('vcenter.session', { vcenter, operation, calls: session.calls, ...times() });
  } catch (error) {
    const code = error instanceof OpsError ? error.code : undefined;
    log.warn('vcenter.logout-failed', { vcenter, operation, calls: session.calls, ...times(), code });
  }
}
