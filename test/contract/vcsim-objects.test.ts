// What is not a host, against govmomi's vcsim: distributed port groups, machines, tasks, clusters, privileges.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../../shared/domain/inventory.ts';
import { silentLog } from '../../shared/log.ts';
import type { Clock, HostRef } from '../../shared/ports.ts';
import { createHttpsTransport } from '../../shared/vsphere/https-transport.ts';
import { readHosts } from '../../shared/vsphere/inventory.ts';
import { openSession, type Session } from '../../shared/vsphere/session.ts';
import type { VsphereSession } from '../../shared/ports.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { govc } from './govc.ts';
import { startVcsim, VCSIM_CREDENTIALS, type Vcsim } from './vcsim.ts';

const CLUSTER = '/DC0/host/DC0_C0';
/** Long enough for vcsim to end a task between two looks at it. */
const PAUSE_MS = 20;
const clock: Clock = {
  now: () => new Date(),
  elapsedMs: () => 0,
  sleep: () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS)),
};

let vcsim: Vcsim;
beforeAll(async () => {
  vcsim = await startVcsim();
});
afterAll(() => vcsim.stop());

const target = () => ({ url: vcsim.url, ...VCSIM_CREDENTIALS });
const connect = () =>
  createHttpsTransport({ url: vcsim.url, trust: { kind: 'sha256', fingerprint: vcsim.fingerprint } });
const credentials = async () => VCSIM_CREDENTIALS;

function inSession<T>(use: (session: VsphereSession) => Promise<T>): Promise<T> {
  return createVsphere({ connect, credentials, clock, log: silentLog }).withSession('vcsim', 'contract', use);
}

/** vcsim's hosts have no VirtualNicManager, so that their networks stay unknown: what is under them is read here. */
async function withReader<T>(use: (session: Session) => Promise<T>): Promise<T> {
  const transport = connect();
  try {
    const session = await openSession({ transport, credentials, operationId: 'contract', clock, log: silentLog });
    return await use(session).finally(() => session.logout());
  } finally {
    transport.close();
  }
}

const hostsOf = async (session: VsphereSession): Promise<Host[]> => (await session.readCluster(CLUSTER)).hosts;

const readPortGroups = async (hosts: Host[]) => {
  const morefs = hosts.map(({ moref }) => moref);
  return withReader(async (session) => {
    const before = session.calls;
    const { portGroups } = await readHosts(session, morefs);
    expect(session.calls - before).toBe(1);
    return [...portGroups.values()].map(({ portGroup }) => portGroup);
  });
};

describe('distributed port groups', () => {
  it('are read with the hosts, each with the UUID of its switch', async () => {
    const hosts = await inSession(hostsOf);
    const portGroups = await readPortGroups(hosts);
    const listed = JSON.parse(await govc(target(), 'collect', '-json', '/DC0/network/DVS0', 'uuid')) as {
      val: string;
    }[];
    const found = portGroups.find(({ name }) => name === 'DC0_DVPG0');
    expect(found).toMatchObject({ vlanId: 0, switchUuid: listed[0]?.val });
    expect(found?.key).toMatch(/^dvportgroup-\d+$/);
  });

  it('change through a task that is followed', async () => {
    const uplinks = { active: ['Uplink 2'], standby: ['Uplink 1'] };
    const hosts = await inSession(hostsOf);
    const before = (await readPortGroups(hosts)).find(({ name }) => name === 'DC0_DVPG0');
    if (before === undefined) throw new Error('vcsim has no such port group');
    await inSession((session) => session.updateDistributedPortGroup({ ...before, uplinks, overridesUplinks: true }));
    // vcsim empties all that a change does not name, its name too.
    const after = (await readPortGroups(hosts)).find(({ key }) => key === before.key);
    expect(after?.uplinks).toEqual(uplinks);
  });

  it('that are gone say so', async () => {
    const gone = {
      key: 'dvportgroup-9999',
      name: 'gone',
      switchUuid: '',
      uplinks: { active: [], standby: [] },
      configVersion: '1',
    };
    const attempt = inSession((session) => session.updateDistributedPortGroup(gone));
    await expect(attempt).rejects.toMatchObject({ code: 'vcenter-object-gone', fault: 'ManagedObjectNotFound' });
  });
});

describe('virtual machines', () => {
  it('are listed with their networks', async () => {
    const vms = await inSession(async (session) => session.listVms((await hostsOf(session)).map(({ moref }) => moref)));
    expect(vms.map(({ name }) => name)).toEqual(['DC0_C0_RP0_VM0', 'DC0_C0_RP0_VM1']);
    for (const vm of vms) {
      expect(vm.isPoweredOn).toBe(true);
      expect(vm.nics).toEqual([
        {
          label: 'ethernet-0',
          network: { kind: 'distributed', switchUuid: expect.any(String), portGroupKey: expect.any(String) },
        },
      ]);
    }
  });

  it('are checked, moved, and found where they were moved to', async () => {
    await inSession(async (session) => {
      const hosts = await hostsOf(session);
      const morefs = hosts.map(({ moref }) => moref);
      const [vm] = await session.listVms(morefs);
      const to = hosts.find(({ moref }) => moref.value !== vm?.host.value);
      if (vm === undefined || to === undefined) throw new Error('vcsim has no machine to move');
      expect(await session.checkRelocate(vm.moref, to.moref)).toEqual({ errors: [], warnings: [] });
      const outcome = await session.relocate(vm.moref, to.moref, new Date(Date.now() + 30_000));
      if (outcome.kind !== 'moved') throw new Error(`the machine was not moved: ${outcome.kind}`);
      expect(Date.parse(outcome.completedAt)).toBeGreaterThanOrEqual(Date.parse(outcome.startedAt));
      const [runsOn] = JSON.parse(await govc(target(), 'collect', '-json', `/DC0/vm/${vm.name}`, 'runtime.host')) as {
        val: { value: string };
      }[];
      expect(runsOn?.val.value).toBe(to.moref.value);
      expect(await session.runningMigrations(morefs)).toEqual([]);
    });
  });

  it('that are gone are not moved', async () => {
    const attempt = inSession(async (session) => {
      const [host] = await hostsOf(session);
      if (host === undefined) throw new Error('no host');
      return session.relocate({ type: 'VirtualMachine', value: 'vm-9999' }, host.moref, new Date(Date.now() + 1_000));
    });
    await expect(attempt).rejects.toMatchObject({ code: 'vcenter-object-gone' });
  });
});

describe('a cluster', () => {
  it('has its DRS held and put back', async () => {
    await inSession(async (session) => {
      const { moref } = await session.readCluster(CLUSTER);
      const levels: string[] = [];
      for (const mode of ['fullyAutomated', 'manual', 'fullyAutomated'] as const) {
        await session.setDrs(moref, mode);
        levels.push((await session.readClusterSettings(moref)).drs);
      }
      expect(levels).toEqual(['fullyAutomated', 'manual', 'fullyAutomated']);
    });
  });
});

describe('privileges', () => {
  it('are asked for all entities at once', async () => {
    const missing = await inSession(async (session) => {
      const wanted = (await hostsOf(session)).map(({ moref, name }) => ({
        entity: moref,
        name,
        privileges: ['Host.Config.Network', 'System.Read'],
      }));
      const before = session.calls;
      const answer = await session.missingPrivileges(wanted);
      expect(session.calls - before).toBe(1);
      return answer;
    });
    // vcsim grants everything.
    expect(missing).toEqual([]);
  });
});

describe('standard switches', () => {
  it('come and go', async () => {
    const host = await inSession(async (session) => toRef((await hostsOf(session))[0]));
    const switches = async () => govc(target(), 'host.vswitch.info', '-host', `${CLUSTER}/${host.name}`);
    await inSession(async (session) => {
      await session.addSwitch(host, { name: 'vSwitch2', mtuBytes: 9000, uplinks: ['vmnic1'] });
      expect(await switches()).toContain('vSwitch2');
      await expect(
        session.addSwitch(host, { name: 'vSwitch2', mtuBytes: 9000, uplinks: ['vmnic1'] }),
      ).rejects.toMatchObject({ fault: 'AlreadyExists' });
      await session.removeSwitch(host, 'vSwitch2');
      expect(await switches()).not.toContain('vSwitch2');
      await expect(session.removeSwitch(host, 'vSwitch2')).rejects.toMatchObject({ fault: 'NotFound' });
    });
  });
});

function toRef(host: Host | undefined): HostRef {
  if (host?.networkSystem === undefined) throw new Error('no such host');
  const { moref, name, networkSystem } = host;
  return { moref, name, networkSystem, virtualNicManager: { type: '', value: '' } };
}
