// The client against govmomi's vcsim, which was written against real vCenters and knows nothing of this project.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../../shared/domain/inventory.ts';
import { silentLog } from '../../shared/log.ts';
import type { Credentials, HostRef, Vsphere } from '../../shared/ports.ts';
import { createEsxcli, dataObjects } from '../../shared/vsphere/esxcli.ts';
import { createHttpsTransport } from '../../shared/vsphere/https-transport.ts';
import { openSession } from '../../shared/vsphere/session.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { govc } from './govc.ts';
import { startVcsim, VCSIM_CREDENTIALS, type Vcsim } from './vcsim.ts';

const CLUSTERS = ['/DC0/host/DC0_C0', '/DC0/host/DC0_C1', '/DC1/host/DC1_C0', '/DC1/host/DC1_C1'];
const clock = { now: () => new Date(), elapsedMs: () => 0, sleep: async () => undefined };

let vcsim: Vcsim;
beforeAll(async () => {
  vcsim = await startVcsim();
});
afterAll(() => vcsim.stop());

const connect = () =>
  createHttpsTransport({ url: vcsim.url, trust: { kind: 'sha256', fingerprint: vcsim.fingerprint } });
const vsphere = (credentials: Credentials = VCSIM_CREDENTIALS): Vsphere =>
  createVsphere({ connect, credentials: async () => credentials, clock, log: silentLog });
const target = () => ({ url: vcsim.url, ...VCSIM_CREDENTIALS });

function refOf(host: Host | undefined): HostRef {
  if (host?.networkSystem === undefined) throw new Error('no such host');
  const { moref, name, networkSystem } = host;
  // vcsim's hosts have no such manager; nothing here calls it.
  return { moref, name, networkSystem, virtualNicManager: host.virtualNicManager ?? { type: '', value: '' } };
}

describe('inventory', () => {
  it.each(CLUSTERS)('reads %s with its hosts in two calls after the login', async (path) => {
    await vsphere().withSession('vcsim', 'contract', async (session) => {
      const before = session.calls;
      const cluster = await session.readCluster(path);
      expect(session.calls - before).toBe(2);
      expect(cluster.path).toBe(path);
      const names = cluster.hosts.map((host) => host.name);
      expect(names).toEqual([0, 1, 2].map((number) => `${cluster.name}_H${number}`));
      for (const host of cluster.hosts) {
        expect(host).toMatchObject({ connection: 'connected', isInMaintenance: false, moref: { type: 'HostSystem' } });
        expect(host.esxiVersion).toMatch(/^\d+\.\d+/);
        expect(host.networkSystem?.type).toBe('HostNetworkSystem');
      }
    });
  });

  it('tells what storage its hosts have', async () => {
    await vsphere().withSession('vcsim', 'contract', async (session) => {
      const { hosts } = await session.readCluster('/DC0/host/DC0_C0');
      const storage = await session.readStorage(hosts.map(({ moref }) => moref));
      // Disks of their own, and nothing over the network: told, and so not unread.
      expect(storage).toEqual(hosts.map(() => ({ servers: [], bound: [], unread: [] })));
    });
  });

  it('says which clusters there are instead of one that is not', async () => {
    const reading = vsphere().withSession('vcsim', 'contract', (session) => session.readCluster('/DC0/host/DC0_C7'));
    await expect(reading).rejects.toMatchObject({
      code: 'cluster-not-found',
      remedy: expect.stringContaining('/DC0/host/DC0_C'),
    });
  });
});

describe('sessions', () => {
  it('are refused with a wrong password', async () => {
    const attempt = vsphere({ ...VCSIM_CREDENTIALS, password: 'wrong' }).withSession(
      'vcsim',
      'contract',
      async () => undefined,
    );
    await expect(attempt).rejects.toMatchObject({ code: 'vcenter-login-failed', fault: 'InvalidLogin' });
  });

  it('end with a logout', async () => {
    const sessions = async () =>
      (JSON.parse(await govc(target(), 'session.ls', '-json')) as { sessionList: unknown[] }).sessionList.length;
    const before = await sessions();
    const during = await vsphere().withSession('vcsim', 'contract', sessions);
    expect([during, await sessions()]).toEqual([before + 1, before]);
  });

  it('that vCenter has ended are opened again, and the call is made', async () => {
    await vsphere().withSession('vcsim', 'contract', async (session) => {
      const cluster = await session.readCluster('/DC0/host/DC0_C0');
      const host = refOf(cluster.hosts[0]);
      const portGroup = {
        name: 'vMotion <A> & "B"',
        switchName: 'vSwitch0',
        vlanId: 101,
        uplinks: { active: ['vmnic0'], standby: [] },
        overridesUplinks: true,
      };
      await endAllSessions();
      const before = session.calls;
      await session.addPortGroup(host, portGroup);
      // Refused, login, made again.
      expect(session.calls - before).toBe(3);
      const info = await govc(target(), 'host.portgroup.info', '-host', `/DC0/host/DC0_C0/${host.name}`);
      expect(info).toContain(portGroup.name);
      await session.removePortGroup(host, portGroup.name);
      await expect(session.removePortGroup(host, portGroup.name)).rejects.toMatchObject({ fault: 'NotFound' });
    });
  });
});

describe('esxcli', () => {
  it('answers through the executer with rows', async () => {
    const transport = connect();
    const session = await openSession({
      transport,
      credentials: async () => VCSIM_CREDENTIALS,
      operationId: 'contract',
      clock,
      log: silentLog,
    });
    const cluster = await vsphere().withSession('vcsim', 'contract', (one) => one.readCluster('/DC0/host/DC0_C0'));
    const host = refOf(cluster.hosts[0]);
    const result = await createEsxcli(session).run(host, 'network ip connection list', {
      args: { type: 'tcp' },
      timeoutMs: 10_000,
    });
    if (result.kind === 'failed') throw new Error(result.messages.join(' '));
    const rows = dataObjects(result.response);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows[0]?.children.map((field) => field.name)).toContain('LocalAddress');
    await session.logout();
    transport.close();
  });
});

/** Ends every session but govc's own, as an administrator would. */
async function endAllSessions(): Promise<void> {
  const { sessionList } = JSON.parse(await govc(target(), 'session.ls', '-json')) as { sessionList: { key: string }[] };
  for (const { key } of sessionList) await govc(target(), 'session.rm', key).catch(() => undefined);
}
