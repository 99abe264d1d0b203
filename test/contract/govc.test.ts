// govmomi's govc, which speaks to real vCenters, against the simulated one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listening, listenHttps } from '../../infra/lab/vcenter/listen.ts';
import { getHost } from '../../infra/lab/vcenter/model.ts';
import { LAB_CLUSTERS } from '../../infra/lab/vcenter/topology.ts';
import { createLabVcenter, type LabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { type GovcTarget, govc } from './govc.ts';

const HOST = '/DC1/host/cluster-a/esx01.lab.local';

let lab: LabVcenter;
let listening: Listening;
let target: GovcTarget;
/** Sessions that govc itself forgets. */
let left = 0;

beforeAll(async () => {
  lab = createLabVcenter({ hosts: 2, clusters: LAB_CLUSTERS });
  listening = await listenHttps(lab, { port: 0 });
  target = { url: `${listening.url}/sdk`, ...lab.credentials };
});
afterAll(() => listening.close());

const run = (...args: string[]) => govc(target, ...args);
/** `Key: value` lines, where several objects follow one another each key has several values. */
async function fields(...args: string[]): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const line of (await run(...args)).split('\n')) {
    const match = /^\s*([^:]+):\s+(.*)$/.exec(line);
    if (match?.[1] !== undefined) (found[match[1]] ??= []).push(match[2]?.trim() ?? '');
  }
  return found;
}

describe('govc', () => {
  it('about', async () => {
    expect(await fields('about')).toMatchObject({ 'API type': ['VirtualCenter'], 'Product ID': ['vpx'] });
  });

  it.each([
    {
      type: 'h',
      found: [
        'cluster-a/esx01.lab.local',
        'cluster-a/esx02.lab.local',
        'cluster-l3/esx11.lab.local',
        'cluster-l3/esx12.lab.local',
        'cluster-dvs/esx21.lab.local',
        'cluster-dvs/esx22.lab.local',
        'cluster-dvs-2/esx41.lab.local',
        'cluster-dvs-2/esx42.lab.local',
        'cluster-v6/esx31.lab.local',
        'cluster-v6/esx32.lab.local',
      ],
    },
    { type: 'c', found: ['cluster-a', 'cluster-l3', 'cluster-dvs', 'cluster-dvs-2', 'cluster-v6'] },
  ])('find -type $type', async ({ type, found }) => {
    const paths = (await run('find', '/', '-type', type)).trim().split('\n').sort();
    expect(paths).toEqual(found.map((path) => `/DC1/host/${path}`).sort());
  });

  it('host.info', async () => {
    expect(await fields('host.info', '-host', HOST)).toMatchObject({
      Name: ['esx01.lab.local'],
      Path: [HOST],
      State: ['connected'],
    });
  });

  it('collect, of storage that an old adapter carries', async () => {
    lab.setScenario('storage-on-old-adapter', true);
    const collect = async (host: string, path: string) => {
      const [property] = JSON.parse(await run('collect', '-json', host, path)) as { val: { _value: object[] } }[];
      return property?.val._value;
    };
    const mounts = await collect('/DC1/host/cluster-a/esx02.lab.local', 'config.fileSystemVolume.mountInfo');
    expect(mounts).toMatchObject([
      { volume: { type: 'VMFS' } },
      { mountInfo: { accessible: true }, volume: { remoteHost: '192.168.40.250' } },
    ]);
    expect(await collect(HOST, 'config.storageDevice.hostBusAdapter')).toMatchObject([
      { device: 'vmhba0' },
      {
        device: 'vmhba64',
        isSoftwareBased: true,
        configuredSendTarget: [{ address: '192.168.40.251' }],
      },
    ]);
    lab.setScenario('storage-on-old-adapter', false);
  });

  it('host.vnic.info', async () => {
    expect(await fields('host.vnic.info', '-host', HOST)).toMatchObject({
      Device: ['vmk0', 'vmk1'],
      'Network label': ['Management Network', 'vMotion-old'],
      Switch: ['vSwitch0', 'vSwitch1'],
      'IP address': ['10.0.0.51', '192.168.40.51'],
      'TCP/IP stack': ['defaultTcpipStack', 'defaultTcpipStack'],
      'Enabled services': ['management', 'vmotion'],
    });
  });

  it('host.vnic.service takes vMotion away and gives it back', async () => {
    const services = async () => (await fields('host.vnic.info', '-host', HOST))['Enabled services'];
    await run('host.vnic.service', '-host', HOST, '-enable=false', 'vmotion', 'vmk1');
    expect(await services()).toEqual(['management', '']);
    await expect(run('host.vnic.service', '-host', HOST, '-enable=false', 'vmotion', 'vmk1')).rejects.toThrow(
      'not correct',
    );
    await run('host.vnic.service', '-host', HOST, '-enable', 'vmotion', 'vmk1');
    expect(await services()).toEqual(['management', 'vmotion']);
  });

  it('host.portgroup.info', async () => {
    expect(await fields('host.portgroup.info', '-host', HOST)).toMatchObject({
      Name: expect.arrayContaining(['Management Network', 'vMotion-old']),
      'VLAN ID': expect.arrayContaining(['0', '40']),
    });
  });

  it('host.vswitch.info', async () => {
    expect(await fields('host.vswitch.info', '-host', HOST)).toMatchObject({
      Name: ['vSwitch0', 'vSwitch1'],
      Pnic: ['vmnic0, vmnic1', 'vmnic2, vmnic3'],
      MTU: ['1500', '9000'],
    });
  });

  it('host.esxcli network diag ping reaches a neighbour, and nobody where nobody is', async () => {
    const ping = (address: string) =>
      fields('host.esxcli', '-host', HOST, 'network', 'diag', 'ping', '-H', address, '-I', 'vmk1', '-c', '2');
    expect(await ping('192.168.40.52')).toMatchObject({ Transmitted: ['2'], Recieved: ['2'], PacketLost: ['0'] });
    expect(await ping('192.168.40.99')).toMatchObject({ Transmitted: ['2'], Recieved: ['0'], PacketLost: ['100'] });
  });

  it('host.esxcli network diag ping is refused with ESXi’s words when the packet is too long', async () => {
    const args = ['network', 'diag', 'ping', '-H', '192.168.40.52', '-I', 'vmk1', '-d=true', '-s', '8973'];
    await expect(run('host.esxcli', '-host', HOST, ...args)).rejects.toThrow('Message too long');
  });

  it('host.esxcli network ip netstack list shows only live stacks', async () => {
    const rows = (await run('host.esxcli', '-host', HOST, 'network', 'ip', 'netstack', 'list')).trim().split('\n');
    expect(rows.slice(2).map((row) => row.split(/\s+/)[0])).toEqual(['defaultTcpipStack']);
  });

  it('find -type g lists the distributed port groups', async () => {
    const paths = (await run('find', '/', '-type', 'g')).trim().split('\n').sort();
    const names = ['DVS1-DVUplinks-50', 'dv-VM-Network', 'dv-vMotion-A', 'dv-vMotion-B'];
    expect(paths).toEqual(names.map((name) => `/DC1/network/${name}`));
  });

  it('host.vnic.info names port group and switch of an adapter on a distributed switch', async () => {
    const host = getHost(lab.model, 'esx21.lab.local');
    const [dvs] = lab.model.distributedSwitches;
    const [old] = host.network.vmks.slice(1);
    const portGroup = dvs?.portGroups.find(({ name }) => name === 'dv-vMotion-A');
    if (dvs === undefined || portGroup === undefined || old === undefined) throw new Error('no distributed switch');
    const { attachment, portKey } = old;
    old.attachment = { kind: 'distributed', switchUuid: dvs.uuid, portGroupKey: portGroup.key };
    old.portKey = '100';
    const shown = await fields('host.vnic.info', '-host', '/DC1/host/cluster-dvs/esx21.lab.local');
    Object.assign(old, { attachment, portKey });
    expect(shown).toMatchObject({
      'Network label': ['Management Network', 'dv-vMotion-A'],
      Switch: ['vSwitch0', 'DVS1'],
    });
  });

  it('dvs.portgroup.change is merged into what there is', async () => {
    const read = async (path: string) => (await run('object.collect', '-s', '/DC1/network/dv-vMotion-B', path)).trim();
    const before = await read('config.defaultPortConfig');
    await run('dvs.portgroup.change', '-vlan', '152', 'dv-vMotion-B');
    expect(await read('config.configVersion')).toBe('2');
    await run('dvs.portgroup.change', '-vlan', '102', 'dv-vMotion-B');
    expect(await read('config.configVersion')).toBe('3');
    expect(await read('config.defaultPortConfig')).toBe(before);
  });

  it('vm.info shows a machine', async () => {
    expect(await fields('vm.info', '-r', 'web-a-01')).toMatchObject({
      Name: ['web-a-01'],
      'Power state': ['poweredOn'],
      Host: ['esx01.lab.local'],
      Network: ['VM Network'],
    });
  });

  it('vm.migrate moves a machine there and back, and fails with vCenter’s words where there is no path', async () => {
    const host = async () => (await fields('vm.info', '-r', 'web-a-01')).Host;
    const before = lab.sessions();
    const other = '/DC1/host/cluster-a/esx02.lab.local';
    await run('vm.migrate', '-host', other, 'web-a-01');
    expect(await host()).toEqual(['esx02.lab.local']);
    await run('vm.migrate', '-host', HOST, 'web-a-01');
    expect(await host()).toEqual(['esx01.lab.local']);
    const services = getHost(lab.model, 'esx02.lab.local').network.services;
    const { vmotion } = services;
    services.vmotion = [];
    await expect(run('vm.migrate', '-host', other, 'web-a-01')).rejects.toThrow('is not configured');
    services.vmotion = vmotion ?? [];
    // govc's vm.migrate never logs out.
    left += lab.sessions() - before;
  });

  it('cluster.change holds DRS and gives it back', async () => {
    const drs = () => lab.model.clusters[0]?.drs;
    await run('cluster.change', '-drs-mode', 'manual', '/DC1/host/cluster-a');
    expect(drs()).toEqual({ enabled: true, behavior: 'manual' });
    await run('cluster.change', '-drs-mode', 'fullyAutomated', '/DC1/host/cluster-a');
    expect(drs()).toEqual({ enabled: true, behavior: 'fullyAutomated' });
  });

  it('is refused with a wrong password', async () => {
    await expect(govc({ ...target, password: 'wrong' }, 'about')).rejects.toThrow('incorrect user name or password');
  });

  it('leaves no session behind', () => {
    expect(lab.sessions()).toBe(left);
    expect(left).toBe(3);
  });
});
