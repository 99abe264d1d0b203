import { describe, expect, it } from 'vitest';
import { fromMac, ipv6Plus, isOnLink6, linkLocal, parseIpv6, toIpv6 } from '../../infra/lab/vcenter/ipv6.ts';
import { findVmk, getHost } from '../../infra/lab/vcenter/model.ts';
import { computePing } from '../../infra/lab/vcenter/ping.ts';
import { LAB_CLUSTERS } from '../../infra/lab/vcenter/topology.ts';
import type { Vim } from '../../shared/vsphere/vim.ts';
import {
  addAdapter,
  aNic,
  createCaller,
  faultOf,
  type LabCaller,
  networkSystem,
  readProperty,
} from './vcenter-client.ts';

const [ESX31, ESX32] = ['esx31.lab.local', 'esx32.lab.local'];

const create = (scenarios: ('dhcp' | 'ipv6')[] = []) => createCaller({ clusters: LAB_CLUSTERS, scenarios });

const dhcp = (ipV6Config = {}) => aNic('', { ip: { dhcp: true, ipV6Config } });
const plug = (caller: LabCaller, host: string, vlanId: number, nic: ReturnType<typeof aNic>) =>
  addAdapter(caller, host, { portGroup: `vlan-${vlanId}`, vlanId, nic });

function ping({ lab }: LabCaller, host: string, address: string, size = 56): string {
  const device = getHost(lab.model, host).network.vmks.find(({ netstack }) => netstack === 'vmotion')?.device ?? '';
  const input = { interface: device, netstack: 'vmotion', host: address, size, count: 2, df: size > 56, ttl: 64 };
  const answer = computePing(lab.model, 1, getHost(lab.model, host), input);
  return answer.kind === 'fault' ? (answer.errors[0] ?? '') : `${answer.replies.length}/${answer.sent}`;
}

describe('DHCP', () => {
  it('gives an adapter an address that its neighbours reach', async () => {
    const caller = await create();
    for (const host of [ESX31, ESX32]) await plug(caller, host, 111, dhcp());
    const addresses = [ESX31, ESX32].map((host) => findVmk(getHost(caller.lab.model, host), 'vmk2')?.ipv4);
    expect(addresses).toEqual([
      { dhcp: true, address: '172.19.1.100', prefixLength: 24 },
      { dhcp: true, address: '172.19.1.101', prefixLength: 24 },
    ]);
    expect(ping(caller, ESX31, '172.19.1.101', 8972)).toBe('2/2');
  });

  it('gives a way out, which the stack’s own gateway would replace', async () => {
    const caller = await create();
    await plug(caller, ESX31, 111, dhcp());
    expect(ping(caller, ESX31, '172.19.2.1')).toBe('2/2');
    expect(ping(caller, ESX31, '172.19.1.1')).toBe('2/2');
  });

  it('keeps an adapter’s address when it asks again', async () => {
    const caller = await create();
    await plug(caller, ESX31, 111, dhcp());
    await caller.call('UpdateVirtualNic', networkSystem(caller, ESX31), { device: 'vmk2', nic: { mtu: 1500 } });
    expect(findVmk(getHost(caller.lab.model, ESX31), 'vmk2')?.ipv4.address).toBe('172.19.1.100');
  });

  it.each([
    { where: 'in a VLAN without a server', vlanId: 40, scenarios: [] as 'dhcp'[] },
    { where: 'where the server is silent', vlanId: 111, scenarios: ['dhcp' as const] },
  ])('leaves an adapter without an address $where', async ({ vlanId, scenarios }) => {
    const caller = await create(scenarios);
    await plug(caller, ESX31, vlanId, dhcp());
    const host = getHost(caller.lab.model, ESX31).moref;
    const vnics = (await readProperty(caller, host, 'config.network.vnic')) as Vim<'HostVirtualNic'>[];
    expect(vnics[2]?.spec.ip).toMatchObject({ dhcp: true, ipAddress: '' });
    expect(ping(caller, ESX31, '172.19.1.1')).toContain('unreachable');
  });

  it('leaves an adapter without an address when none is left', async () => {
    const caller = await create();
    for (const server of caller.lab.model.fabric.dhcp) server.size = 1;
    for (const host of [ESX31, ESX32]) await plug(caller, host, 111, dhcp());
    expect(findVmk(getHost(caller.lab.model, ESX32), 'vmk2')?.ipv4).toEqual({ dhcp: true });
  });
});

describe('IPv6', () => {
  it('by router advertisement: an address from the MAC, and a way out', async () => {
    const caller = await create();
    for (const host of [ESX31, ESX32]) await plug(caller, host, 111, dhcp({ autoConfigurationEnabled: true }));
    const vmk = findVmk(getHost(caller.lab.model, ESX32), 'vmk2');
    const address = fromMac('fd00:19:1::', vmk?.mac ?? '');
    expect(vmk?.learnt6).toEqual([{ address, prefixLength: 64, origin: 'linklayer' }]);
    expect(ping(caller, ESX31, address, 8952)).toBe('2/2');
    expect(ping(caller, ESX31, address, 8953)).toContain('Message too long');
    expect(ping(caller, ESX31, 'fd00:19:2::1')).toBe('2/2');
  });

  it('by DHCPv6: an address, marked as such, and no way out', async () => {
    const caller = await create();
    for (const host of [ESX31, ESX32]) await plug(caller, host, 112, dhcp({ dhcpV6Enabled: true }));
    const host = getHost(caller.lab.model, ESX32).moref;
    const vnics = (await readProperty(caller, host, 'config.network.vnic')) as Vim<'HostVirtualNic'>[];
    const learnt = vnics[2]?.spec.ip?.ipV6Config?.ipV6Address.filter(({ origin }) => origin === 'dhcp');
    expect(learnt).toMatchObject([{ ipAddress: 'fd00:19:2::1001', prefixLength: 64 }]);
    expect(ping(caller, ESX31, 'fd00:19:2::1001')).toBe('2/2');
    expect(ping(caller, ESX31, 'fd00:19:1::1')).toContain('unreachable');
  });

  it('by hand: written in any spelling, out over the stack’s own gateway', async () => {
    const caller = await create();
    const ipV6Address = [{ ipAddress: 'FD00:19:2:0::51', prefixLength: 64, origin: 'manual', operation: 'add' }];
    await plug(caller, ESX31, 112, dhcp({ ipV6Address }));
    expect(ping(caller, ESX31, 'fd00:19:2:0:0:0:0:1')).toBe('2/2');
    expect(ping(caller, ESX31, 'fd00:19:1::1')).toContain('unreachable');
    const setGateway = (ipV6DefaultGateway: string) =>
      caller.call('UpdateNetworkConfig', networkSystem(caller, ESX31), {
        config: {
          netStackSpec: [
            {
              netStackInstance: {
                key: 'vmotion',
                ipRouteConfig: { _type: 'HostIpRouteConfig', ipV6DefaultGateway },
              },
              operation: 'edit',
            },
          ],
        },
        changeMode: 'modify',
      });
    expect(await faultOf(setGateway('fd00:77::1'))).toBe('PlatformConfigFault');
    await setGateway('fd00:19:2::1');
    expect(ping(caller, ESX31, 'fd00:19:1::1')).toBe('2/2');
  });

  it('is refused where the host has none', async () => {
    const caller = await create(['ipv6']);
    const unlucky = 'esx33.lab.local';
    expect(await faultOf(plug(caller, unlucky, 111, dhcp({ autoConfigurationEnabled: true })))).toBe('InvalidState');
    expect(await faultOf(plug(caller, ESX31, 111, dhcp({ autoConfigurationEnabled: true })))).toBe('none');
  });

  it.each(['fd00::1::2', 'fd00:1', 'fd00:12345::', 'gg::'])('refuses %s as an address', async (ipAddress) => {
    const caller = await create();
    const ipV6Address = [{ ipAddress, prefixLength: 64, origin: 'manual' }];
    expect(await faultOf(plug(caller, ESX31, 112, dhcp({ ipV6Address })))).toBe('InvalidArgument');
  });

  it.each([
    { text: '2001:db8:0:0:1:0:0:1', short: '2001:db8::1:0:0:1' },
    { text: '0:0:0:0:0:0:0:0', short: '::' },
    { text: 'FE80:0:0:0:0250:56FF:FE6A:0001', short: 'fe80::250:56ff:fe6a:1' },
    { text: 'fd00:0:1:2:3:4:5:6', short: 'fd00:0:1:2:3:4:5:6' },
    { text: '1::', short: '1::' },
  ])('$text is spelt $short', ({ text, short }) => {
    const value = parseIpv6(text);
    expect(value === undefined ? undefined : toIpv6(value)).toBe(short);
  });

  it('counts, compares and makes link-local addresses', () => {
    expect(ipv6Plus('fd00::ffff', 1)).toBe('fd00::1:0');
    expect(isOnLink6('fd00:0:0:1::9', 'fd00:0:0:1::1', 64)).toBe(true);
    expect(isOnLink6('fd00:0:0:2::9', 'fd00:0:0:1::1', 64)).toBe(false);
    expect(linkLocal('00:50:56:6a:00:01')).toBe('fe80::250:56ff:fe6a:1');
  });
});

describe('static routes of a stack', () => {
  const [ESX11] = ['esx11.lab.local'];
  const edit = (
    caller: LabCaller,
    changeOperation: string,
    route: { network: string; prefixLength: number; gateway: string },
  ) =>
    caller.call('UpdateNetworkConfig', networkSystem(caller, ESX11), {
      config: {
        netStackSpec: [
          {
            netStackInstance: { key: 'vmotion', routeTableConfig: { ipRoute: [{ changeOperation, route }] } },
            operation: 'edit',
          },
        ],
      },
      changeMode: 'modify',
    });
  const ROUTE = { network: '172.17.8.4', prefixLength: 30, gateway: '172.17.8.1' };
  const withAdapter = async () => {
    const caller = await createCaller();
    for (const [host, address] of [
      [ESX11, '172.17.8.2'],
      ['esx12.lab.local', '172.17.8.6'],
    ] as const) {
      const ip = { dhcp: false, ipAddress: address, subnetMask: '255.255.255.252' };
      await addAdapter(caller, host, { portGroup: 'L3', vlanId: 200, nic: aNic('', { ip }) });
    }
    return caller;
  };

  it('lead out where there is no gateway, are listed, and can be taken back', async () => {
    const caller = await withAdapter();
    expect(ping(caller, ESX11, '172.17.8.5')).toContain('unreachable');
    await edit(caller, 'add', ROUTE);
    expect(ping(caller, ESX11, '172.17.8.5')).toBe('2/2');
    expect(ping(caller, ESX11, '172.17.8.9')).toContain('unreachable');
    const host = getHost(caller.lab.model, ESX11).moref;
    const stacks = (await readProperty(
      caller,
      host,
      'config.network.netStackInstance',
    )) as Vim<'HostNetStackInstance'>[];
    const routes = stacks.find(({ key }) => key === 'vmotion')?.routeTableConfig?.ipRoute.map(({ route }) => route);
    expect(routes).toContainEqual({ ...ROUTE, deviceName: 'vmk3' });
    await edit(caller, 'ignore', ROUTE);
    await edit(caller, 'remove', ROUTE);
    expect(ping(caller, ESX11, '172.17.8.5')).toContain('unreachable');
  });

  it.each([
    {
      what: 'a gateway that is no neighbour',
      operation: 'add',
      route: { ...ROUTE, gateway: '10.9.9.9' },
      fault: 'PlatformConfigFault',
    },
    { what: 'a network that is none', operation: 'add', route: { ...ROUTE, network: 'x' }, fault: 'InvalidArgument' },
    { what: 'an unknown operation', operation: 'replace', route: ROUTE, fault: 'InvalidArgument' },
    { what: 'the removal of one that there is not', operation: 'remove', route: ROUTE, fault: 'NotFound' },
  ])('are refused with $fault for $what', async ({ operation, route, fault }) => {
    const caller = await withAdapter();
    expect(await faultOf(edit(caller, operation, route))).toBe(fault);
  });

  it('are refused a second time', async () => {
    const caller = await withAdapter();
    await edit(caller, 'add', ROUTE);
    expect(await faultOf(edit(caller, 'add', ROUTE))).toBe('AlreadyExists');
  });
});
