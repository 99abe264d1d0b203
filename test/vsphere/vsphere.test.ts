// The client against the simulated vCenter, over HTTPS: what one side writes in strict order the other must read.
import { afterEach, describe, expect, it } from 'vitest';
import { type Listening, listenHttps } from '../../infra/lab/vcenter/listen.ts';
import { createLabVcenter, type LabOptions, type LabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { type Cluster, type Host, VMOTION_NETSTACK, type VmkSpec } from '../../shared/domain/inventory.ts';
import { OpsError } from '../../shared/errors.ts';
import { silentLog } from '../../shared/log.ts';
import type { HostRef, PingRequest, Vsphere, VsphereSession } from '../../shared/ports.ts';
import { createHttpsTransport } from '../../shared/vsphere/https-transport.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { createInstantClock } from './fake-vcenter.ts';

const CLUSTER = '/DC1/host/cluster-a';
const open: Listening[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function start(options: LabOptions = {}): Promise<{ lab: LabVcenter; vsphere: Vsphere }> {
  const lab = createLabVcenter({ hosts: 3, ...options });
  const listening = await listenHttps(lab, { port: 0 });
  open.push(listening);
  const trust = { kind: 'sha256', fingerprint: listening.sha256 } as const;
  const vsphere = createVsphere({
    connect: () => createHttpsTransport({ url: listening.url, trust }),
    credentials: async () => lab.credentials,
    clock: createInstantClock(),
    log: silentLog,
  });
  return { lab, vsphere };
}

/** A session on a fresh lab, for tests that need no more. */
async function inSession<T>(
  use: (session: VsphereSession, lab: LabVcenter) => Promise<T>,
  options: LabOptions = {},
): Promise<T> {
  const { lab, vsphere } = await start(options);
  const result = await vsphere.withSession('lab', 'test', (session) => use(session, lab));
  expect(lab.sessions()).toBe(0);
  return result;
}

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

const PORT_GROUP = {
  name: 'vMotion-A & co',
  switchName: 'vSwitch1',
  vlanId: 101,
  uplinks: { active: ['vmnic2'], standby: [] },
  overridesUplinks: true,
  teaming: 'loadbalance_srcid',
};
const VMK: VmkSpec = {
  netstack: VMOTION_NETSTACK,
  attachment: { kind: 'standard', portGroup: PORT_GROUP.name },
  ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 },
  mtuBytes: 9000,
};

/** A port group, an adapter on the vmotion stack, and the stack's runtime information caught up. */
async function addAdapter(session: VsphereSession, host: HostRef, spec = VMK): Promise<string> {
  await session.addPortGroup(host, PORT_GROUP);
  const device = await session.addVmk(host, spec);
  await session.refreshNetwork(host);
  await session.readHosts([host.moref]);
  return device;
}

describe('reading', () => {
  it('takes two calls after the login for a cluster of any size', async () => {
    const calls = await inSession(
      async (session) => {
        const before = session.calls;
        const cluster = await session.readCluster(CLUSTER);
        expect(cluster.hosts).toHaveLength(64);
        return session.calls - before;
      },
      { hosts: 64 },
    );
    expect(calls).toBe(2);
  });

  it('tells a host as it is', async () => {
    const cluster = await inSession((session) => session.readCluster(CLUSTER));
    expect(cluster).toMatchObject({ name: 'cluster-a', path: CLUSTER, moref: { type: 'ClusterComputeResource' } });
    expect(cluster.hosts.map((host) => host.name)).toEqual(['esx01.lab.local', 'esx02.lab.local', 'esx03.lab.local']);
    expect(cluster.hosts[0]).toMatchObject({
      connection: 'connected',
      isInMaintenance: false,
      esxiVersion: '8.0.3',
      network: {
        vmks: [
          {
            device: 'vmk0',
            services: ['management'],
            attachment: { kind: 'standard', portGroup: 'Management Network' },
          },
          {
            device: 'vmk1',
            services: ['vmotion'],
            ipv4: { dhcp: false, address: '192.168.40.51', prefixLength: 24 },
            mtuBytes: 9000,
          },
        ],
        standardSwitches: [
          { name: 'vSwitch0', mtuBytes: 1500, uplinks: ['vmnic0', 'vmnic1'] },
          { name: 'vSwitch1', mtuBytes: 9000, uplinks: ['vmnic2', 'vmnic3'] },
        ],
        isIpv6Enabled: true,
      },
    });
    const stacks = cluster.hosts[0]?.network?.netstacks.map((stack) => `${stack.key} ${stack.isLive}`);
    expect(stacks).toContain('vmotion false');
    expect(stacks).toContain('defaultTcpipStack true');
  });

  it('gives the hosts in the order asked for', async () => {
    await inSession(async (session) => {
      const morefs = (await session.readCluster(CLUSTER)).hosts.map((host) => host.moref).reverse();
      const before = session.calls;
      expect((await session.readHosts(morefs)).map((host) => host.moref)).toEqual(morefs);
      expect(session.calls - before).toBe(1);
    });
  });

  it('follows vCenter through pages', async () => {
    const read = (session: VsphereSession) => session.readCluster(CLUSTER);
    const whole = await inSession(read);
    expect(await inSession(read, { switches: { pageSize: 1 } })).toEqual(whole);
  });

  it('knows nothing of the network of a host that vCenter cannot reach, whatever it still remembers', async () => {
    const read = async (session: VsphereSession): Promise<Host[]> => (await session.readCluster(CLUSTER)).hosts;
    for (const configOfUnreachableHost of ['absent', 'cached'] as const) {
      const hosts = await inSession(read, { scenarios: ['host-down'], switches: { configOfUnreachableHost } });
      const down = hosts.filter((host) => host.connection !== 'connected');
      expect(down.map(({ connection, network }) => ({ connection, network }))).toEqual([
        { connection: 'not-responding', network: undefined },
      ]);
    }
  });

  it.each([
    { path: '/DC1/host/cluster-b', code: 'cluster-not-found', remedy: '/DC1/host/cluster-a' },
    { path: '/DC2/host/cluster-a', code: 'cluster-not-found', remedy: '/DC1/host/cluster-a' },
    { path: '/somewhere/else', code: 'cluster-not-found', remedy: '/DC1/host/cluster-l3' },
  ])('refuses $path and names what there is', async ({ path, code, remedy }) => {
    const error = await inSession((session) => session.readCluster(path).catch((cause: unknown) => cause));
    expect(error).toMatchObject({ code, retry: 'never', remedy: expect.stringContaining(remedy) });
  });
});

describe('writing', () => {
  it('adds a port group and an adapter that read back as they were wanted', async () => {
    await inSession(async (session) => {
      const [first] = (await session.readCluster(CLUSTER)).hosts;
      const host = refOf(first);
      const device = await addAdapter(session, host);
      const network = await readNetwork(session, host);
      expect(network.portGroups).toContainEqual(PORT_GROUP);
      expect(network.vmks.find((vmk) => vmk.device === device)).toMatchObject({ ...VMK, services: [] });
      expect(network.netstacks.find((stack) => stack.key === VMOTION_NETSTACK)?.isLive).toBe(true);
      // The stack has taken vMotion away from the old adapter.
      expect(network.vmks.find((vmk) => vmk.device === 'vmk1')?.services).toEqual([]);
    });
  });

  it('never reports vMotion on an adapter of its own stack, whether or not vCenter lists it there', async () => {
    for (const listsVmotionStackInSelectedVnic of [true, false]) {
      await inSession(
        async (session) => {
          const host = refOf((await session.readCluster(CLUSTER)).hosts[0]);
          const device = await addAdapter(session, host);
          const network = await readNetwork(session, host);
          expect(network.vmks.find((vmk) => vmk.device === device)?.services).toEqual([]);
        },
        { switches: { listsVmotionStackInSelectedVnic } },
      );
    }
  });

  it('sets the stack, and clears what is no longer wanted', async () => {
    await inSession(async (session) => {
      const host = refOf((await session.readCluster(CLUSTER)).hosts[0]);
      await addAdapter(session, host);
      const settingsOf = async () =>
        (await readNetwork(session, host)).netstacks.find((stack) => stack.key === VMOTION_NETSTACK)?.settings;
      const plain = await settingsOf();
      const wanted = {
        gateway: '172.16.1.1',
        dns: { hostName: 'esx01', domainName: 'lab.local', servers: ['10.0.0.2'], searchDomains: ['lab.local'] },
        congestionControl: 'cubic',
        connections: 12_000,
      };
      await session.setNetstack(host, VMOTION_NETSTACK, wanted);
      expect(await settingsOf()).toEqual(wanted);
      await session.setNetstack(host, VMOTION_NETSTACK, plain ?? {});
      expect(await settingsOf()).toEqual(plain);
    });
  });

  it('never configures the default stack', async () => {
    await inSession(async (session, lab) => {
      const host = refOf((await session.readCluster(CLUSTER)).hosts[0]);
      await expect(session.setNetstack(host, 'defaultTcpipStack', {})).rejects.toThrow('never configured');
      expect(lab.calls().map(({ operation }) => operation)).not.toContain('UpdateNetworkConfig');
    });
  });

  it('changes an adapter and puts it back', async () => {
    await inSession(async (session) => {
      const host = refOf((await session.readCluster(CLUSTER)).hosts[0]);
      const device = await addAdapter(session, host);
      const vmkOf = async () => (await readNetwork(session, host)).vmks.find((vmk) => vmk.device === device);
      const before = await vmkOf();
      if (before === undefined) throw new Error('no adapter');
      const { device: _device, services: _services, ...spec } = before;
      const changed: VmkSpec = {
        ...spec,
        mtuBytes: 1500,
        ipv4: { dhcp: false, address: '172.16.1.99', prefixLength: 24 },
        ipv6: { dhcp: false, autoconfiguration: false, addresses: [{ address: '2001:db8::99', prefixLength: 64 }] },
        gatewayOverride: '172.16.1.254',
      };
      await session.updateVmk(host, device, changed);
      expect(await vmkOf()).toEqual({ ...changed, device, services: [] });
      await session.updateVmk(host, device, spec);
      expect(await vmkOf()).toEqual(before);
    });
  });

  it('changes a port group and puts it back', async () => {
    await inSession(async (session) => {
      const host = refOf((await session.readCluster(CLUSTER)).hosts[0]);
      const groupOf = async () =>
        (await readNetwork(session, host)).portGroups.find((one) => one.name === 'vMotion-old');
      const before = await groupOf();
      if (before === undefined) throw new Error('no port group');
      const changed = {
        ...before,
        vlanId: 7,
        uplinks: { active: ['vmnic3'], standby: ['vmnic2'] },
        overridesUplinks: true,
      };
      await session.updatePortGroup(host, before.name, changed);
      expect(await groupOf()).toEqual(changed);
      await session.updatePortGroup(host, before.name, before);
      expect(await groupOf()).toEqual(before);
    });
  });

  it('removes what it added, and gives vMotion back once the stack is dormant', async () => {
    await inSession(async (session) => {
      const cluster = await session.readCluster(CLUSTER);
      const host = refOf(cluster.hosts[0]);
      const device = await addAdapter(session, host);
      await session.removeVmk(host, device);
      await session.removePortGroup(host, PORT_GROUP.name);
      let isLive = true;
      for (let reads = 0; isLive && reads < 10; reads += 1) {
        await session.refreshNetwork(host);
        const { netstacks } = await readNetwork(session, host);
        isLive = netstacks.some((stack) => stack.key === VMOTION_NETSTACK && stack.isLive);
      }
      await session.selectService(host, 'vmk1', 'vmotion');
      expect(await readNetwork(session, host)).toEqual(cluster.hosts[0]?.network);
      await session.deselectService(host, 'vmk1', 'vmotion');
      expect((await readNetwork(session, host)).vmks[1]?.services).toEqual([]);
    });
  });

  it('needs at most six calls for one host with one adapter', async () => {
    await inSession(async (session) => {
      const host = refOf((await session.readCluster(CLUSTER)).hosts[0]);
      const before = session.calls;
      await session.addPortGroup(host, PORT_GROUP);
      await session.addVmk(host, VMK);
      await session.setNetstack(host, VMOTION_NETSTACK, { gateway: '172.16.1.1' });
      await session.refreshNetwork(host);
      await session.readHosts([host.moref]);
      expect(session.calls - before).toBeLessThanOrEqual(6);
    });
  });
});

describe('refusals', () => {
  const attempts: {
    what: string;
    attempt: (session: VsphereSession, host: HostRef) => Promise<unknown>;
    code: string;
    fault: string;
  }[] = [
    {
      what: 'a port group that exists',
      attempt: (session, host) => session.addPortGroup(host, { ...PORT_GROUP, name: 'vMotion-old' }),
      code: 'vcenter-fault',
      fault: 'AlreadyExists',
    },
    {
      what: 'a port group in use',
      attempt: (session, host) => session.removePortGroup(host, 'vMotion-old'),
      code: 'port-group-busy',
      fault: 'ResourceInUse',
    },
    {
      what: 'an adapter on a port group that is not there',
      attempt: (session, host) =>
        session.addVmk(host, { ...VMK, attachment: { kind: 'standard', portGroup: 'nowhere' } }),
      code: 'vcenter-fault',
      fault: 'InvalidArgument',
    },
    {
      what: 'an adapter on an unknown stack',
      attempt: async (session, host) => {
        await session.addPortGroup(host, PORT_GROUP);
        await session.addVmk(host, { ...VMK, netstack: 'vsan' });
      },
      code: 'vcenter-fault',
      fault: 'NotFound',
    },
    {
      what: 'removing an adapter that is gone',
      attempt: (session, host) => session.removeVmk(host, 'vmk9'),
      code: 'vcenter-fault',
      fault: 'NotFound',
    },
    {
      what: 'changing an adapter that is gone',
      attempt: (session, host) => session.updateVmk(host, 'vmk9', VMK),
      code: 'vcenter-object-gone',
      fault: 'NotFound',
    },
  ];

  it.each(attempts)('name the fault for $what', async ({ attempt, code, fault }) => {
    const error = await inSession(async (session) => {
      const host = refOf((await session.readCluster(CLUSTER)).hosts[0]);
      return attempt(session, host).catch((cause: unknown) => cause);
    });
    expect(error).toBeInstanceOf(OpsError);
    expect(error).toMatchObject({ code, fault });
    expect((error as OpsError).message).toContain('esx01');
  });

  it('leave the outcome unknown when the answer to a write is lost', async () => {
    let isBroken = false;
    const hooks = {
      after({ operation }: { operation: string }) {
        if (isBroken && operation === 'AddVirtualNic') throw new Error('the wire is cut');
      },
    };
    await inSession(
      async (session) => {
        const host = refOf((await session.readCluster(CLUSTER)).hosts[0]);
        await session.addPortGroup(host, PORT_GROUP);
        isBroken = true;
        const error = await session.addVmk(host, VMK).catch((cause: unknown) => cause);
        expect(error).toMatchObject({ code: 'vcenter-timeout', retry: 'outcome-unknown' });
        expect((await readNetwork(session, host)).vmks).toHaveLength(3);
      },
      { hooks },
    );
  });
});

describe('an expired session', () => {
  it.each([{ expiryInMissingSet: true }, { expiryInMissingSet: false }])(
    'is survived wherever it shows (missingSet: $expiryInMissingSet)',
    async ({ expiryInMissingSet }) => {
      await inSession(
        async (session, lab) => {
          const hosts = (await session.readCluster(CLUSTER)).hosts.map(refOf);
          for (let round = 0; round < 20; round += 1) {
            const morefs = hosts.map((host) => host.moref);
            const pings = hosts.map((host) => session.ping(host, ping(hosts.length)));
            const [read] = await Promise.all([session.readHosts(morefs), ...pings]);
            expect(read).toHaveLength(3);
          }
          expect(lab.calls().filter(({ operation }) => operation === 'Login').length).toBeGreaterThan(2);
        },
        { scenarios: ['session-expires'], switches: { expiryInMissingSet } },
      );
    },
  );
});

const ping = (lastOctet: number, change: Partial<PingRequest> = {}): PingRequest => ({
  device: 'vmk1',
  netstack: 'defaultTcpipStack',
  address: `192.168.40.${50 + lastOctet}`,
  payloadBytes: 56,
  dontFragment: false,
  count: 2,
  waitSeconds: 1,
  ...change,
});

describe('pings', () => {
  const firstHost = (cluster: Cluster) => refOf(cluster.hosts[0]);

  it.each([
    { what: 'a neighbour', request: ping(2), outcome: { kind: 'sent', sent: 2, received: 2 } },
    {
      what: 'a neighbour at full MTU',
      request: ping(2, { payloadBytes: 8972, dontFragment: true }),
      outcome: { kind: 'sent', received: 2 },
    },
    { what: 'nobody', request: ping(150), outcome: { kind: 'sent', sent: 2, received: 0 } },
    {
      what: 'more than the MTU',
      request: ping(2, { payloadBytes: 8973, dontFragment: true }),
      outcome: { kind: 'too-long' },
    },
    { what: 'from an adapter that is not there', request: ping(2, { device: 'vmk7' }), outcome: { kind: 'refused' } },
    {
      what: 'on a stack that is dormant',
      request: ping(2, { netstack: VMOTION_NETSTACK }),
      outcome: { kind: 'refused' },
    },
  ])('tell of $what', async ({ request, outcome }) => {
    for (const reflectPrefix of [true, false]) {
      const seen = await inSession(
        async (session) => session.ping(firstHost(await session.readCluster(CLUSTER)), request),
        { switches: { reflectPrefix } },
      );
      expect(seen).toMatchObject(outcome);
    }
  });

  it('ask for the executer once a host', async () => {
    await inSession(async (session, lab) => {
      const host = firstHost(await session.readCluster(CLUSTER));
      for (let count = 0; count < 3; count += 1) await session.ping(host, ping(2));
      const operations = lab.calls().map(({ operation }) => operation);
      expect(operations.filter((one) => one === 'RetrieveManagedMethodExecuter')).toHaveLength(1);
      expect(operations.filter((one) => one === 'ExecuteSoap')).toHaveLength(3);
    });
  });
});
