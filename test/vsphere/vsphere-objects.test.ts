// The client against the simulated vCenter for what is not one host's network: distributed switches, machines, clusters.
import { afterEach, describe, expect, it } from 'vitest';
import { type Listening, listenHttps } from '../../infra/lab/vcenter/listen.ts';
import type { LabRoute } from '../../infra/lab/vcenter/model.ts';
import { createLabVcenter, type LabOptions, type LabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import {
  type Cluster,
  type DistributedPortGroup,
  type Host,
  VMOTION_NETSTACK,
  type VmkSpec,
} from '../../shared/domain/inventory.ts';
import { silentLog } from '../../shared/log.ts';
import type { Clock, HostRef } from '../../shared/ports.ts';
import { createHttpsTransport } from '../../shared/vsphere/https-transport.ts';
import type { VsphereSession } from '../../shared/ports.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';

const PATH = '/DC1/host/cluster-dvs';
const open: Listening[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

type Work<T> = (parts: { session: VsphereSession; cluster: Cluster; lab: LabVcenter }) => Promise<T>;

/** A session on a fresh lab whose one cluster is on a distributed switch. */
async function onLab<T>(work: Work<T>, options: LabOptions = {}): Promise<T> {
  const lab = createLabVcenter({ hosts: 3, clusters: ['cluster-dvs'], ...options });
  const listening = await listenHttps(lab, { port: 0 });
  open.push(listening);
  const trust = { kind: 'sha256', fingerprint: listening.sha256 } as const;
  const vsphere = createVsphere({
    connect: () => createHttpsTransport({ url: listening.url, trust }),
    credentials: async () => lab.credentials,
    clock: soon,
    log: silentLog,
  });
  return vsphere.withSession('lab', 'test', async (session) =>
    work({ session, lab, cluster: await session.readCluster(PATH) }),
  );
}

/** The lab's tasks end by themselves, a moment after they began. */
const soon: Clock = {
  now: () => new Date(),
  elapsedMs: () => 0,
  sleep: () => new Promise((resolve) => setTimeout(resolve, 5)),
};
const inAMinute = () => new Date(Date.now() + 60_000);

function refOf(host: Host | undefined): HostRef {
  if (host?.networkSystem === undefined || host.virtualNicManager === undefined) throw new Error('no such host');
  const { moref, name, networkSystem, virtualNicManager } = host;
  return { moref, name, networkSystem, virtualNicManager };
}

async function readNetwork(session: VsphereSession, host: HostRef) {
  const [read] = await session.readHosts([host.moref]);
  if (read?.network === undefined) throw new Error('the host shows no network');
  return read.network;
}

function groupOf(host: Host | undefined, name: string): DistributedPortGroup {
  const group = host?.network?.distributedPortGroups?.find((one) => one.name === name);
  if (group === undefined) throw new Error(`there is no port group ${name}`);
  return group;
}

const onGroup = (group: DistributedPortGroup, address: string): VmkSpec => ({
  netstack: VMOTION_NETSTACK,
  attachment: { kind: 'distributed', switchUuid: group.switchUuid, portGroupKey: group.key },
  ipv4: { dhcp: false, address, prefixLength: 24 },
  mtuBytes: 9000,
});

describe('distributed switches', () => {
  it('are read with the cluster in the same two calls', async () => {
    await onLab(
      async ({ session }) => {
        const before = session.calls;
        const cluster = await session.readCluster(PATH);
        expect(session.calls - before).toBe(2);
        for (const host of cluster.hosts) {
          expect(host.network?.distributedSwitches).toMatchObject([
            {
              name: 'DVS1',
              mtuBytes: 9000,
              uplinks: [
                { name: 'Uplink 1', pnic: 'vmnic4' },
                { name: 'Uplink 2', pnic: 'vmnic5' },
              ],
            },
          ]);
          const groups = host.network?.distributedPortGroups ?? [];
          expect(groups.map(({ name, vlanId }) => `${name} ${vlanId}`)).toEqual([
            'dv-VM-Network 60',
            'dv-vMotion-A 101',
            'dv-vMotion-B 102',
          ]);
          expect(new Set(groups.map(({ switchUuid }) => switchUuid))).toEqual(
            new Set(host.network?.distributedSwitches.map(({ uuid }) => uuid)),
          );
        }
      },
      { hosts: 8 },
    );
  });

  it('take adapters, which read back as they were wanted', async () => {
    await onLab(async ({ session, cluster }) => {
      const host = refOf(cluster.hosts[0]);
      const spec = onGroup(groupOf(cluster.hosts[0], 'dv-vMotion-A'), '172.18.1.51');
      const device = await session.addVmk(host, spec);
      const added = (await readNetwork(session, host)).vmks.find((vmk) => vmk.device === device);
      expect(added).toMatchObject({ ...spec, services: [] });
      await session.updateVmk(host, device, { ...spec, mtuBytes: 1500 });
      const changed = (await readNetwork(session, host)).vmks.find((vmk) => vmk.device === device);
      expect(changed).toEqual({ ...added, mtuBytes: 1500 });
      await session.removeVmk(host, device);
      expect((await readNetwork(session, host)).vmks.map((vmk) => vmk.device)).not.toContain(device);
    });
  });

  it('have the uplinks of a port group changed for all hosts at once', async () => {
    await onLab(async ({ session, cluster }) => {
      const before = groupOf(cluster.hosts[0], 'dv-vMotion-A');
      const uplinks = { active: ['Uplink 2'], standby: [] };
      await session.updateDistributedPortGroup({ ...before, uplinks, overridesUplinks: true });
      for (const host of (await session.readCluster(PATH)).hosts) {
        const after = groupOf(host, 'dv-vMotion-A');
        expect(after).toEqual({ ...before, uplinks, overridesUplinks: true, configVersion: after.configVersion });
        expect(after.configVersion).not.toBe(before.configVersion);
      }
    });
  });

  it('give a port group’s uplinks back to the switch, and leave it as it was found', async () => {
    await onLab(async ({ session, cluster }) => {
      const before = groupOf(cluster.hosts[0], 'dv-vMotion-A');
      const own = { active: ['Uplink 2'], standby: [] };
      await session.updateDistributedPortGroup({ ...before, uplinks: own, overridesUplinks: true });
      const narrowed = groupOf((await session.readCluster(PATH)).hosts[0], 'dv-vMotion-A');
      await session.updateDistributedPortGroup({ ...narrowed, uplinks: before.uplinks, overridesUplinks: false });
      const after = groupOf((await session.readCluster(PATH)).hosts[0], 'dv-vMotion-A');
      expect(before.overridesUplinks).toBe(false);
      expect(after).toEqual({ ...before, configVersion: after.configVersion });
    });
  });

  it('keep a change that was planned on an older version, when nothing but the version is new', async () => {
    await onLab(async ({ session, cluster }) => {
      const planned = groupOf(cluster.hosts[0], 'dv-vMotion-A');
      await session.updateDistributedPortGroup(planned);
      await session.readCluster(PATH);
      const uplinks = { active: ['Uplink 1'], standby: [] };
      await session.updateDistributedPortGroup({ ...planned, uplinks, overridesUplinks: true });
      expect(groupOf((await session.readCluster(PATH)).hosts[0], 'dv-vMotion-A').uplinks).toEqual(uplinks);
    });
  });
});

describe('the stack', () => {
  it('takes gateways of both families and static routes, and gives them up again', async () => {
    await onLab(async ({ session, cluster }) => {
      const host = refOf(cluster.hosts[0]);
      await session.addVmk(host, {
        ...onGroup(groupOf(cluster.hosts[0], 'dv-vMotion-A'), '172.18.1.51'),
        ipv6: { dhcp: false, autoconfiguration: false, addresses: [{ address: '2001:db8:1::51', prefixLength: 64 }] },
      });
      const settings = async () =>
        (await readNetwork(session, host)).netstacks.find(({ key }) => key === VMOTION_NETSTACK)?.settings;
      const plain = await settings();
      const wanted = {
        ...plain,
        gateway: '172.18.1.1',
        ipv6Gateway: '2001:db8:1::1',
        routes: [{ network: '10.9.0.0/16', gateway: '172.18.1.2' }],
      };
      await session.setNetstack(host, VMOTION_NETSTACK, wanted);
      expect(await settings()).toEqual(wanted);
      await session.setNetstack(host, VMOTION_NETSTACK, plain ?? {});
      expect(await settings()).toEqual(plain);
    });
  });
});

describe('a route that is to go', () => {
  const route = { network: '10.9.0.0/16', gateway: '172.18.1.2' };
  const other = { network: '10.8.0.0/16', gateway: '172.18.1.3' };
  const onRoutes = (
    work: (parts: { session: VsphereSession; host: HostRef; routes: () => LabRoute[] }) => Promise<void>,
  ) =>
    onLab(async ({ session, cluster, lab }) => {
      const host = refOf(cluster.hosts[0]);
      await session.addVmk(host, onGroup(groupOf(cluster.hosts[0], 'dv-vMotion-A'), '172.18.1.51'));
      await session.setNetstack(host, VMOTION_NETSTACK, { routes: [route] });
      await readNetwork(session, host);
      const stack = () =>
        lab.model.clusters[0]?.hosts[0]?.network.netstacks.find(({ key }) => key === VMOTION_NETSTACK);
      const routes = () => stack()?.routes ?? [];
      Object.assign(stack() ?? {}, { routes: [] });
      await work({ session, host, routes });
    });

  it('and has gone by itself since it was read is gone, and the rest is set all the same', async () => {
    await onRoutes(async ({ session, host, routes }) => {
      await session.setNetstack(host, VMOTION_NETSTACK, { gateway: '172.18.1.1', routes: [other] });
      expect(routes()).toMatchObject([{ network: '10.8.0.0', gateway: '172.18.1.3' }]);
    });
  });

  it('is no reason to try again where another thing is not found', async () => {
    await onRoutes(async ({ session, host }) => {
      const wrong = session.setNetstack(host, 'vsan', { routes: [] });
      await expect(wrong).rejects.toMatchObject({ fault: 'NotFound' });
    });
  });
});

describe('standard switches', () => {
  it('come with the pnics wanted, and go when nothing uses them', async () => {
    await onLab(async ({ session, cluster, lab }) => {
      const host = refOf(cluster.hosts[0]);
      const model = lab.model.clusters[0]?.hosts[0];
      for (const uplink of model?.network.proxies.flatMap(({ uplinks }) => uplinks) ?? []) uplink.pnic = undefined;
      const wanted = { name: 'vSwitch2', mtuBytes: 9000, uplinks: ['vmnic4'], teaming: 'loadbalance_srcid' };
      const switches = async () => (await readNetwork(session, host)).standardSwitches;
      const before = await switches();
      await session.addSwitch(host, wanted);
      expect(await switches()).toEqual([...before, wanted]);
      const own = { overridesUplinks: true, teaming: 'loadbalance_srcid' };
      const uplinks = { active: ['vmnic4'], standby: [] };
      await session.addPortGroup(host, { name: 'vMotion-C', switchName: 'vSwitch2', vlanId: 0, uplinks, ...own });
      const attachment = { kind: 'standard', portGroup: 'vMotion-C' } as const;
      const ipv4 = { dhcp: false, address: '172.16.9.51', prefixLength: 24 };
      const device = await session.addVmk(host, { netstack: VMOTION_NETSTACK, attachment, ipv4, mtuBytes: 9000 });
      await expect(session.removeSwitch(host, 'vSwitch2')).rejects.toMatchObject({
        code: 'vcenter-busy',
        fault: 'ResourceInUse',
      });
      await session.removeVmk(host, device);
      await session.removePortGroup(host, 'vMotion-C');
      await session.removeSwitch(host, 'vSwitch2');
      expect(await switches()).toEqual(before);
    });
  });
});

describe('virtual machines', () => {
  it('are checked and moved over a vMotion network that both hosts have, and both hosts log it', async () => {
    await onLab(async ({ session, cluster }) => {
      const [from, to] = cluster.hosts;
      if (from === undefined || to === undefined) throw new Error('no hosts');
      const group = groupOf(from, 'dv-vMotion-A');
      for (const [index, host] of [from, to].entries())
        await session.addVmk(refOf(host), onGroup(group, `172.18.1.5${index + 1}`));
      await session.readHosts([from.moref, to.moref]);
      const vm = (await session.listVms([from.moref])).find(({ isPoweredOn }) => isPoweredOn);
      if (vm === undefined) throw new Error('no machine');
      expect(vm.host).toEqual(from.moref);
      expect((await session.checkRelocate(vm.moref, to.moref)).errors).toEqual([]);
      const outcome = await session.relocate(vm.moref, to.moref, inAMinute());
      expect(outcome).toMatchObject({ kind: 'moved' });
      expect((await session.listVms([to.moref])).map(({ name }) => name)).toContain(vm.name);
      expect(await session.runningMigrations(cluster.hosts.map(({ moref }) => moref))).toEqual([]);
      for (const [host, address] of [
        [from, '172.18.1.51'],
        [to, '172.18.1.52'],
      ] as const) {
        const { lines } = await session.readLog(host.moref, { key: 'vmkernel', lines: 100 });
        expect(lines.filter((line) => line.includes('bound connection') && line.includes(address))).not.toEqual([]);
      }
    });
  });

  it('that take long are left to it, and show as migrations under way', async () => {
    const gate = Promise.withResolvers<void>();
    // What the lab's tasks wait for takes 20 ms, what its calls wait for takes less.
    const clock = {
      now: () => new Date(),
      elapsedMs: () => 0,
      sleep: (ms: number) => (ms < 20 ? Promise.resolve() : gate.promise),
    };
    await onLab(
      async ({ session, cluster }) => {
        const morefs = cluster.hosts.map(({ moref }) => moref);
        const [from, to] = cluster.hosts;
        const vm = (await session.listVms(morefs)).find(({ host }) => host.value === from?.moref.value);
        if (from === undefined || to === undefined || vm === undefined) throw new Error('nothing to move');
        expect(await session.relocate(vm.moref, to.moref, new Date())).toEqual({ kind: 'running' });
        const running = { vm: vm.name, host: from.name, progress: expect.any(Number) };
        expect(await session.runningMigrations(morefs)).toEqual([running]);
        expect(await session.runningMigrations([to.moref])).toEqual([]);
        gate.resolve();
      },
      { latency: 'lan', clock },
    );
  });

  it('without a vMotion network between the hosts stay, and it is told why', async () => {
    await onLab(async ({ session, cluster }) => {
      const [from, to] = cluster.hosts;
      if (from === undefined || to === undefined) throw new Error('no hosts');
      // Alone on its stack, this host's vMotion reaches nobody.
      await session.addVmk(refOf(from), onGroup(groupOf(from, 'dv-vMotion-A'), '172.18.1.51'));
      await session.readHosts([from.moref]);
      const [vm] = await session.listVms([from.moref]);
      if (vm === undefined) throw new Error('no machine');
      const outcome = await session.relocate(vm.moref, to.moref, inAMinute());
      expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringContaining('vMotion') });
      expect((await session.listVms([from.moref])).map(({ name }) => name)).toContain(vm.name);
    });
  });
});

describe('the end of a log', () => {
  it.each(['tells-the-end', 'echoes-the-start'] as const)('is the same where vCenter %s', async (logPastEnd) => {
    await onLab(
      async ({ session, cluster, lab }) => {
        const [host] = cluster.hosts;
        const log = lab.model.clusters[0]?.hosts[0]?.log;
        if (host === undefined || log === undefined) throw new Error('no host');
        log.lines = Array.from({ length: 3_210 }, (_, index) => `line ${index + 1}`);
        const tail = await session.readLog(host.moref, { key: 'vmkernel', lines: 1_200 });
        expect(tail).toEqual({ lines: log.lines.slice(-1_200), isRotated: false });
      },
      { switches: { logPastEnd } },
    );
  });
});

describe('a cluster', () => {
  it('has its DRS held and put back', async () => {
    await onLab(async ({ session, cluster }) => {
      const before = await session.readClusterSettings(cluster.moref);
      await session.setDrs(cluster.moref, 'manual');
      expect(await session.readClusterSettings(cluster.moref)).toEqual({ drs: 'manual' });
      await session.setDrs(cluster.moref, before.drs);
      expect(await session.readClusterSettings(cluster.moref)).toEqual(before);
    });
  });

  it('without a privilege says which, and where', async () => {
    const privileges = ['Host.Config.Network', 'System.Read'];
    const ask: Work<unknown> = ({ session, cluster }) =>
      session.missingPrivileges(cluster.hosts.map(({ moref, name }) => ({ entity: moref, name, privileges })));
    expect(await onLab(ask)).toEqual([]);
    const missing = (await onLab(ask, { scenarios: ['no-privilege'] })) as { name: string; privileges: string[] }[];
    expect(missing.flatMap((one) => one.privileges)).toContain('Host.Config.Network');
  });
});
