import { describe, expect, it } from 'vitest';
import { decodeAny } from '../../shared/vsphere/codec.ts';
import { readHostNetwork } from '../../shared/vsphere/host-network-reader.ts';
import type { HostProperties } from '../../shared/vsphere/host-properties.ts';
import { parseXml } from '../../shared/vsphere/xml.ts';

/** A property's value as vCenter sends it. */
const value = (type: string, items: string) =>
  decodeAny(parseXml(`<val xmlns="urn:vim25" xsi:type="${type}">${items}</val>`));

const vnics = (...items: string[]) =>
  value('ArrayOfHostVirtualNic', items.join('')) as HostProperties['config.network.vnic'];
const vnic = (device: string, spec = '', portgroup = 'Management') =>
  `<HostVirtualNic><device>${device}</device><key>key-vim.host.VirtualNic-${device}</key>` +
  `<portgroup>${portgroup}</portgroup><spec>${spec}</spec></HostVirtualNic>`;

const services = (...configs: { type: string; selected: string[] }[]) =>
  value(
    'ArrayOfVirtualNicManagerNetConfig',
    configs
      .map(
        ({ type, selected }) =>
          `<VirtualNicManagerNetConfig><nicType>${type}</nicType><multiSelectAllowed>true</multiSelectAllowed>` +
          selected.map((device) => `<selectedVnic>${type}.key-vim.host.VirtualNic-${device}</selectedVnic>`).join('') +
          `</VirtualNicManagerNetConfig>`,
      )
      .join(''),
  ) as HostProperties['config.virtualNicManagerInfo.netConfig'];

const stacks = (...items: string[]) =>
  value(
    'ArrayOfHostNetStackInstance',
    items.map((one) => `<HostNetStackInstance>${one}</HostNetStackInstance>`).join(''),
  ) as HostProperties['config.network.netStackInstance'];

const runtime = (...entries: { key: string; state: string }[]) =>
  value(
    'HostRuntimeInfoNetworkRuntimeInfo',
    entries
      .map(
        ({ key, state }) =>
          `<netStackInstanceRuntimeInfo><netStackInstanceKey>${key}</netStackInstanceKey><state>${state}</state>` +
          `<vmknicKeys>vmk4</vmknicKeys></netStackInstanceRuntimeInfo>`,
      )
      .join(''),
  ) as HostProperties['runtime.networkRuntimeInfo'];

const read = (properties: HostProperties) => {
  const network = readHostNetwork({
    'config.network.vnic': [],
    'config.virtualNicManagerInfo.netConfig': [],
    ...properties,
  });
  if (network === undefined) throw new Error('no network');
  return network;
};

describe('a host without adapters or services in the answer', () => {
  it.each([
    { what: 'nothing', properties: {} },
    { what: 'no services', properties: { 'config.network.vnic': [] } },
    { what: 'no adapters', properties: { 'config.virtualNicManagerInfo.netConfig': [] } },
  ])('is unknown, not empty ($what)', ({ properties }) => {
    expect(readHostNetwork(properties)).toBeUndefined();
  });
});

describe('adapters', () => {
  it('are sorted by number and know their services by exact key', () => {
    const { vmks } = read({
      'config.network.vnic': vnics(vnic('vmk10'), vnic('vmk2'), vnic('vmk1'), vnic('vmk0')),
      'config.virtualNicManagerInfo.netConfig': services(
        { type: 'vsan', selected: ['vmk10'] },
        { type: 'management', selected: ['vmk10', 'vmk0'] },
        { type: 'vmotion', selected: ['vmk2'] },
      ),
    });
    expect(vmks.map((vmk) => `${vmk.device}: ${vmk.services.join(' ')}`)).toEqual([
      'vmk0: management',
      'vmk1: ',
      'vmk2: vmotion',
      'vmk10: management vsan',
    ]);
  });

  it('on the vmotion stack never list vmotion, but other services they should not have', () => {
    const spec = '<netStackInstanceKey>vmotion</netStackInstanceKey>';
    const { vmks } = read({
      'config.network.vnic': vnics(vnic('vmk4', spec)),
      'config.virtualNicManagerInfo.netConfig': services(
        { type: 'vmotion', selected: ['vmk4'] },
        { type: 'vsan', selected: ['vmk4'] },
      ),
    });
    expect(vmks[0]).toMatchObject({ netstack: 'vmotion', services: ['vsan'] });
  });

  it.each([
    {
      what: 'a static address',
      spec: '<ip><dhcp>false</dhcp><ipAddress>172.17.8.2</ipAddress><subnetMask>255.255.255.252</subnetMask></ip>',
      vmk: { ipv4: { dhcp: false, address: '172.17.8.2', prefixLength: 30 }, ipv6: undefined },
    },
    {
      what: 'an address that DHCP gave',
      spec: '<ip><dhcp>true</dhcp><ipAddress>10.1.2.3</ipAddress><subnetMask>255.255.240.0</subnetMask></ip>',
      vmk: { ipv4: { dhcp: true, address: '10.1.2.3', prefixLength: 20 } },
    },
    {
      what: 'DHCP without an answer yet',
      spec: '<ip><dhcp>true</dhcp><ipAddress>0.0.0.0</ipAddress><subnetMask></subnetMask></ip>',
      vmk: { ipv4: { dhcp: true, address: undefined, prefixLength: undefined } },
    },
    {
      what: 'no IPv6 beyond the link-local address',
      spec:
        '<ip><dhcp>true</dhcp><ipV6Config><ipV6Address><ipAddress>fe80::1</ipAddress><prefixLength>64</prefixLength>' +
        '<origin>other</origin></ipV6Address><autoConfigurationEnabled>false</autoConfigurationEnabled>' +
        '<dhcpV6Enabled>false</dhcpV6Enabled></ipV6Config></ip>',
      vmk: { ipv6: undefined },
    },
    {
      what: 'IPv6 addresses set by hand, in their one spelling',
      spec:
        '<ip><dhcp>true</dhcp><ipV6Config><ipV6Address><ipAddress>2001:DB8:0::2</ipAddress>' +
        '<prefixLength>64</prefixLength>' +
        '<origin>manual</origin></ipV6Address><ipV6Address><ipAddress>2001:db8::77</ipAddress>' +
        '<prefixLength>64</prefixLength>' +
        '<origin>linklayer</origin></ipV6Address>' +
        '<autoConfigurationEnabled>true</autoConfigurationEnabled></ipV6Config></ip>',
      vmk: {
        ipv6: { dhcp: false, autoconfiguration: true, addresses: [{ address: '2001:db8::2', prefixLength: 64 }] },
      },
    },
    {
      what: 'its gateway override',
      spec:
        '<ipRouteSpec><ipRouteConfig xsi:type="HostIpRouteConfig">' +
        '<defaultGateway>172.17.8.1</defaultGateway></ipRouteConfig></ipRouteSpec>',
      vmk: { gatewayOverride: '172.17.8.1' },
    },
    {
      what: 'a cleared gateway override',
      spec: '<ipRouteSpec><ipRouteConfig xsi:type="HostIpRouteConfig"></ipRouteConfig></ipRouteSpec>',
      vmk: { gatewayOverride: undefined },
    },
    {
      what: 'nothing but defaults',
      spec: '',
      vmk: { netstack: 'defaultTcpipStack', mtuBytes: 1500, ipv4: { dhcp: false } },
    },
    {
      what: 'a distributed port group',
      spec:
        '<distributedVirtualPort><switchUuid>50 11</switchUuid>' +
        '<portgroupKey>dvportgroup-42</portgroupKey><portKey>7</portKey>' +
        '<connectionCookie>9</connectionCookie></distributedVirtualPort>',
      vmk: { attachment: { kind: 'distributed', switchUuid: '50 11', portGroupKey: 'dvportgroup-42' } },
    },
    {
      what: 'an NSX segment',
      spec:
        '<opaqueNetwork><opaqueNetworkId>segment-1</opaqueNetworkId>' +
        '<opaqueNetworkType>nsx.LogicalSwitch</opaqueNetworkType></opaqueNetwork>',
      vmk: { attachment: { kind: 'opaque', network: 'segment-1' } },
    },
  ])('show $what', ({ spec, vmk }) => {
    expect(read({ 'config.network.vnic': vnics(vnic('vmk1', spec, '')) }).vmks[0]).toMatchObject(vmk);
  });
});

describe('stacks', () => {
  const IDLE =
    '<key>vmotion</key><name></name><dnsConfig xsi:type="HostDnsConfig"><dhcp>false</dhcp><hostName></hostName>' +
    '<domainName></domainName></dnsConfig><ipRouteConfig xsi:type="HostIpRouteConfig"></ipRouteConfig>' +
    '<requestedMaxNumberOfConnections>11000</requestedMaxNumberOfConnections>' +
    '<congestionControlAlgorithm>newreno</congestionControlAlgorithm><ipV6Enabled>true</ipV6Enabled>';

  it.each([
    { what: 'configured but not in the runtime', live: [], isLive: false },
    { what: 'active', live: [{ key: 'vmotion', state: 'active' }], isLive: true },
    { what: 'on its way out', live: [{ key: 'vmotion', state: 'deactivating' }], isLive: true },
    { what: 'listed as inactive', live: [{ key: 'vmotion', state: 'inactive' }], isLive: false },
  ])('that are $what: live is $isLive', ({ live, isLive }) => {
    const { netstacks } = read({
      'config.network.netStackInstance': stacks(IDLE),
      'runtime.networkRuntimeInfo': runtime(...live),
    });
    expect(netstacks).toEqual([
      {
        key: 'vmotion',
        isLive,
        settings: {
          gateway: undefined,
          ipv6Gateway: undefined,
          dns: undefined,
          congestionControl: 'newreno',
          connections: 11_000,
        },
      },
    ]);
  });

  it('are read with all that can be set', () => {
    const full =
      '<key>vmotion</key><dnsConfig xsi:type="HostDnsConfig"><dhcp>false</dhcp><hostName>esx01</hostName>' +
      '<domainName>lab.local</domainName><address>10.0.0.53</address><address>10.0.0.54</address>' +
      '<searchDomain>lab.local</searchDomain>' +
      '</dnsConfig><ipRouteConfig xsi:type="HostIpRouteConfig"><defaultGateway>172.17.8.1</defaultGateway>' +
      '<ipV6DefaultGateway>2001:DB8:0::1</ipV6DefaultGateway></ipRouteConfig>';
    expect(read({ 'config.network.netStackInstance': stacks(full) }).netstacks[0]?.settings).toEqual({
      gateway: '172.17.8.1',
      ipv6Gateway: '2001:db8::1',
      dns: {
        hostName: 'esx01',
        domainName: 'lab.local',
        servers: ['10.0.0.53', '10.0.0.54'],
        searchDomains: ['lab.local'],
      },
      congestionControl: undefined,
      connections: undefined,
    });
  });
});

describe('the routes of a stack', () => {
  const route = (element: string, network: string, prefixLength: number, gateway: string) =>
    `<${element}><changeOperation>ignore</changeOperation><route><network>${network}</network>` +
    `<prefixLength>${prefixLength}</prefixLength><gateway>${gateway}</gateway></route></${element}>`;
  const routesOf = (...routes: string[]) => {
    const stack = `<key>vmotion</key><routeTableConfig>${routes.join('')}</routeTableConfig>`;
    return read({ 'config.network.netStackInstance': stacks(stack) }).netstacks[0]?.settings.routes;
  };

  it('are those set by hand, sorted, each in its one spelling', () => {
    const routes = routesOf(
      route('ipRoute', '0.0.0.0', 0, '172.17.8.1'),
      route('ipRoute', '172.17.8.0', 30, '0.0.0.0'),
      route('ipRoute', '10.20.0.0', 16, '172.17.8.1'),
      route('ipRoute', '10.3.0.0', 16, '172.17.8.1'),
      route('ipv6Route', '2001:DB8:0::', 48, 'FE80::1'),
      route('ipv6Route', 'fe80::', 64, '::'),
    );
    expect(routes).toEqual([
      { network: '10.3.0.0/16', gateway: '172.17.8.1' },
      { network: '10.20.0.0/16', gateway: '172.17.8.1' },
      { network: '2001:db8::/48', gateway: 'fe80::1' },
    ]);
  });

  it('are not those that ESXi makes by itself for IPv6, each adapter’s multicast among them', () => {
    const routes = routesOf(
      route('ipv6Route', '::', 0, 'fe80::50:56ff:fe56:4453'),
      route('ipv6Route', 'fe80::', 64, '::'),
      route('ipv6Route', 'ff01::', 32, 'fe80::250:56ff:fe6e:3594'),
      route('ipv6Route', 'ff02::', 32, 'fe80::250:56ff:fe6e:3594'),
    );
    expect(routes).toBeUndefined();
  });

  it('are absent where there are none', () => {
    expect(routesOf(route('ipRoute', '172.17.8.0', 30, '0.0.0.0'))).toBeUndefined();
  });
});

describe('switching', () => {
  const policy = (order: string, own = '') => `<nicTeaming>${own}${order}</nicTeaming>`;
  const order = (active: string[], standby: string[] = []) =>
    `<nicOrder>${active.map((nic) => `<activeNic>${nic}</activeNic>`).join('')}` +
    `${standby.map((nic) => `<standbyNic>${nic}</standbyNic>`).join('')}</nicOrder>`;
  const portGroup = (name: string, computed: string, own: string) =>
    `<HostPortGroup><key>key-vim.host.PortGroup-${name}</key><computedPolicy>${computed}</computedPolicy>` +
    `<spec><name>${name}</name><vlanId>101</vlanId><vswitchName>vSwitch1</vswitchName>` +
    `<policy>${own}</policy></spec></HostPortGroup>`;

  it('tells an inherited uplink order from a port group’s own, which may leave uplinks unused', () => {
    const srcid = '<policy>loadbalance_srcid</policy>';
    const { portGroups } = read({
      'config.network.portgroup': value(
        'ArrayOfHostPortGroup',
        portGroup('vMotion-B', policy(order(['vmnic3']), srcid), policy(order(['vmnic3']))) +
          portGroup(
            'Inherits',
            policy(order(['vmnic2'], ['vmnic3']), srcid),
            '<security></security><nicTeaming><failureCriteria></failureCriteria></nicTeaming>',
          ),
      ) as HostProperties['config.network.portgroup'],
    });
    const common = { switchName: 'vSwitch1', vlanId: 101, teaming: 'loadbalance_srcid' };
    expect(portGroups).toEqual([
      { ...common, name: 'Inherits', uplinks: { active: ['vmnic2'], standby: ['vmnic3'] }, overridesUplinks: false },
      { ...common, name: 'vMotion-B', uplinks: { active: ['vmnic3'], standby: [] }, overridesUplinks: true },
    ]);
  });

  it('reads switches with their pnics, whatever bridge they have', () => {
    const vswitch = (name: string, bridge: string) =>
      `<HostVirtualSwitch><name>${name}</name><key>k-${name}</key><numPorts>8</numPorts>` +
      `<numPortsAvailable>1</numPortsAvailable>` +
      `<mtu>9000</mtu><pnic>key-vim.host.PhysicalNic-vmnic1</pnic><spec>` +
      `<numPorts>8</numPorts>${bridge}</spec></HostVirtualSwitch>`;
    const nic = (device: string, speed: string) =>
      `<PhysicalNic><key>key-vim.host.PhysicalNic-${device}</key><device>${device}</device>` +
      `<pci>0</pci>${speed}<spec/>` +
      `<wakeOnLanSupported>false</wakeOnLanSupported><mac>00:00:00:00:00:01</mac></PhysicalNic>`;
    const link = '<linkSpeed><speedMb>10000</speedMb><duplex>true</duplex></linkSpeed>';
    const { standardSwitches, pnics } = read({
      'config.network.vswitch': value(
        'ArrayOfHostVirtualSwitch',
        vswitch('vSwitch10', '') +
          vswitch(
            'vSwitch2',
            '<bridge xsi:type="HostVirtualSwitchBondBridge"><nicDevice>vmnic3</nicDevice>' +
              '<nicDevice>vmnic2</nicDevice></bridge>',
          ),
      ) as HostProperties['config.network.vswitch'],
      'config.network.pnic': value(
        'ArrayOfPhysicalNic',
        nic('vmnic10', '') + nic('vmnic1', link),
      ) as HostProperties['config.network.pnic'],
    });
    expect(standardSwitches).toEqual([
      { name: 'vSwitch2', mtuBytes: 9000, uplinks: ['vmnic3', 'vmnic2'], teaming: undefined },
      { name: 'vSwitch10', mtuBytes: 9000, uplinks: ['vmnic1'], teaming: undefined },
    ]);
    expect(pnics).toEqual([{ device: 'vmnic1', linkSpeedMb: 10_000 }, { device: 'vmnic10' }]);
  });

  it('finds the pnic behind each uplink name of a distributed switch', () => {
    const proxy =
      '<HostProxySwitch><dvsUuid>50 11</dvsUuid><dvsName>DSwitch</dvsName><key>k</key><numPorts>8</numPorts>' +
      '<numPortsAvailable>1</numPortsAvailable><uplinkPort><key>16</key><value>Uplink 1</value></uplinkPort>' +
      '<uplinkPort><key>17</key><value>Uplink 2</value></uplinkPort><mtu>9000</mtu><spec>' +
      '<backing xsi:type="DistributedVirtualSwitchHostMemberPnicBacking"><pnicSpec><pnicDevice>vmnic5</pnicDevice>' +
      '<uplinkPortKey>17</uplinkPortKey></pnicSpec></backing></spec></HostProxySwitch>';
    const { distributedSwitches } = read({
      'config.network.proxySwitch': value(
        'ArrayOfHostProxySwitch',
        proxy,
      ) as HostProperties['config.network.proxySwitch'],
    });
    expect(distributedSwitches).toEqual([
      {
        uuid: '50 11',
        name: 'DSwitch',
        mtuBytes: 9000,
        uplinks: [
          { name: 'Uplink 1', pnic: undefined },
          { name: 'Uplink 2', pnic: 'vmnic5' },
        ],
      },
    ]);
  });

  it('lists a link aggregation group under its name, once for each pnic', () => {
    const port = (key: string, name: string) => `<uplinkPort><key>${key}</key><value>${name}</value></uplinkPort>`;
    const pnic = (device: string, key: string) =>
      `<pnicSpec><pnicDevice>${device}</pnicDevice><uplinkPortKey>${key}</uplinkPortKey></pnicSpec>`;
    const proxy =
      '<HostProxySwitch><dvsUuid>50 11</dvsUuid><dvsName>DSwitch</dvsName><key>k</key><numPorts>8</numPorts>' +
      `<numPortsAvailable>1</numPortsAvailable>${port('16', 'Uplink 1')}${port('20', 'lag1-0')}${port('21', 'lag1-1')}` +
      '<spec><backing xsi:type="DistributedVirtualSwitchHostMemberPnicBacking">' +
      `${pnic('vmnic4', '20')}${pnic('vmnic5', '21')}</backing></spec>` +
      `<hostLag><lagKey>lag-7</lagKey><lagName>lag1</lagName>${port('20', 'lag1-0')}${port('21', 'lag1-1')}</hostLag>` +
      '<hostLag><lagKey>lag-8</lagKey><lagName>lag2</lagName></hostLag></HostProxySwitch>';
    const { distributedSwitches } = read({
      'config.network.proxySwitch': value(
        'ArrayOfHostProxySwitch',
        proxy,
      ) as HostProperties['config.network.proxySwitch'],
    });
    expect(distributedSwitches[0]?.uplinks.map(({ name, pnic: device }) => `${name} ${device}`)).toEqual([
      'lag1 vmnic4',
      'lag1 vmnic5',
      'lag1-0 vmnic4',
      'lag1-1 vmnic5',
      'lag2 undefined',
      'Uplink 1 undefined',
    ]);
  });
});
