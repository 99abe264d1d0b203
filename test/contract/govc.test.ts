// govmomi's govc, which speaks to real vCenters, against the simulated one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listening, listenHttps } from '../../infra/lab/vcenter/listen.ts';
import { createLabVcenter, type LabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { type GovcTarget, govc } from './govc.ts';

const HOST = '/DC1/host/cluster-a/esx01.lab.local';

let lab: LabVcenter;
let listening: Listening;
let target: GovcTarget;

beforeAll(async () => {
  lab = createLabVcenter({ hosts: 2 });
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
      ],
    },
    { type: 'c', found: ['cluster-a', 'cluster-l3'] },
  ])('find -type $type', async ({ type, found }) => {
    const paths = (await run('find', '/', '-type', type)).trim().split('\n').sort();
    expect(paths).toEqual(found.map((path) => `/DC1/host/${path}`));
  });

  it('host.info', async () => {
    expect(await fields('host.info', '-host', HOST)).toMatchObject({
      Name: ['esx01.lab.local'],
      Path: [HOST],
      State: ['connected'],
    });
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

  it('is refused with a wrong password', async () => {
    await expect(govc({ ...target, password: 'wrong' }, 'about')).rejects.toThrow('incorrect user name or password');
  });

  it('leaves no session behind', () => {
    expect(lab.sessions()).toBe(0);
  });
});
