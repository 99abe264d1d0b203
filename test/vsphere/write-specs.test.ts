import { describe, expect, it } from 'vitest';
import type { PortGroup, VmkSpec } from '../../shared/domain/inventory.ts';
import { decodeElement, encodeElement } from '../../shared/vsphere/codec.ts';
import { toNetstackSpec } from '../../shared/vsphere/netstack-spec.ts';
import { toChangedPortGroupSpec, toNewPortGroupSpec } from '../../shared/vsphere/port-group-spec.ts';
import type { Vim } from '../../shared/vsphere/vim.ts';
import { portGroupParameter, toChangedNicSpec, toNewNicSpec } from '../../shared/vsphere/virtual-nic-spec.ts';
import { encodeOperation } from '../../shared/vsphere/operation-codec.ts';
import { toVirtualSwitchSpec } from '../../shared/vsphere/virtual-switch.ts';
import { parseXml } from '../../shared/vsphere/xml.ts';

const SPEC: VmkSpec = {
  netstack: 'vmotion',
  attachment: { kind: 'standard', portGroup: 'vMotion-A' },
  ipv4: { dhcp: false, address: '172.17.8.2', prefixLength: 30 },
  mtuBytes: 9000,
};

const nicXml = (spec: ReturnType<typeof toNewNicSpec>) => encodeElement('nic', 'HostVirtualNicSpec', spec);
const currentNic = (xml: string) =>
  decodeElement('HostVirtualNicSpec', parseXml(`<spec>${xml}</spec>`)) as Vim<'HostVirtualNicSpec'>;

describe('a new adapter', () => {
  it('on a standard switch names its port group', () => {
    expect(nicXml(toNewNicSpec(SPEC))).toBe(
      '<nic><ip><dhcp>false</dhcp><ipAddress>172.17.8.2</ipAddress><subnetMask>255.255.255.252</subnetMask></ip>' +
        '<portgroup>vMotion-A</portgroup><mtu>9000</mtu><netStackInstanceKey>vmotion</netStackInstanceKey></nic>',
    );
    expect(portGroupParameter(SPEC.attachment)).toBe('vMotion-A');
  });

  it('on a distributed port group lets vCenter choose the port, with an empty port group name', () => {
    const attachment = { kind: 'distributed', switchUuid: '50 11', portGroupKey: 'dvportgroup-42' } as const;
    expect(nicXml(toNewNicSpec({ ...SPEC, attachment }))).toContain(
      '</ip><distributedVirtualPort><switchUuid>50 11</switchUuid>' +
        '<portgroupKey>dvportgroup-42</portgroupKey></distributedVirtualPort><mtu>',
    );
    expect(portGroupParameter(attachment)).toBe('');
    const networkSystem = { type: 'HostNetworkSystem', value: 'networkSystem-1' };
    const parameters = { portgroup: portGroupParameter(attachment), nic: toNewNicSpec({ ...SPEC, attachment }) };
    // There, and empty: without the element vCenter refuses the call.
    expect(encodeOperation('AddVirtualNic', networkSystem, parameters)).toContain('<portgroup></portgroup><nic>');
  });

  it('by DHCP sends no address, even where one was observed', () => {
    const xml = nicXml(toNewNicSpec({ ...SPEC, ipv4: { ...SPEC.ipv4, dhcp: true } }));
    expect(xml).toContain('<ip><dhcp>true</dhcp></ip>');
  });

  it('carries its gateway override and IPv6 addresses', () => {
    const ipv6 = { dhcp: true, autoconfiguration: false, addresses: [{ address: '2001:db8::2', prefixLength: 64 }] };
    const xml = nicXml(toNewNicSpec({ ...SPEC, gatewayOverride: '172.17.8.1', ipv6 }));
    expect(xml).toContain('<ipRouteSpec><ipRouteConfig xsi:type="HostIpRouteConfig"><defaultGateway>172.17.8.1<');
    expect(xml).toContain(
      '<ipV6Config><ipV6Address><ipAddress>2001:db8::2</ipAddress><prefixLength>64</prefixLength>' +
        '<origin>manual</origin></ipV6Address>' +
        '<autoConfigurationEnabled>false</autoConfigurationEnabled><dhcpV6Enabled>true</dhcpV6Enabled></ipV6Config>',
    );
  });
});

describe('a changed adapter', () => {
  const CURRENT =
    '<ip><dhcp>false</dhcp><ipAddress>172.17.8.2</ipAddress><subnetMask>255.255.255.252</subnetMask><ipV6Config>' +
    '<ipV6Address><ipAddress>fe80::1</ipAddress><prefixLength>64</prefixLength><origin>other</origin></ipV6Address>' +
    '<ipV6Address><ipAddress>2001:DB8::2</ipAddress><prefixLength>64</prefixLength>' +
    '<origin>manual</origin></ipV6Address>' +
    '</ipV6Config></ip><mac>00:50:56:00:00:01</mac><portgroup>vMotion-A</portgroup><mtu>1500</mtu>' +
    '<tsoEnabled>true</tsoEnabled>' +
    '<netStackInstanceKey>vmotion</netStackInstanceKey><pinnedPnic>vmnic1</pinnedPnic>' +
    '<ipRouteSpec><ipRouteConfig><defaultGateway>172.17.8.1</defaultGateway></ipRouteConfig>' +
    '</ipRouteSpec><systemOwned>false</systemOwned>';

  it('keeps what the domain does not know and drops what only vCenter writes', () => {
    const changed = toChangedNicSpec(currentNic(CURRENT), SPEC);
    expect(changed).toMatchObject({ tsoEnabled: true, pinnedPnic: 'vmnic1', mac: '00:50:56:00:00:01', mtu: 9000 });
    expect(nicXml(changed)).not.toContain('systemOwned');
  });

  it('removes a gateway override by an empty route configuration', () => {
    expect(nicXml(toChangedNicSpec(currentNic(CURRENT), SPEC))).toContain(
      '<ipRouteSpec><ipRouteConfig xsi:type="HostIpRouteConfig"></ipRouteConfig></ipRouteSpec>',
    );
  });

  it.each([undefined, '172.17.8.5'])('keeps an override for IPv6 beside that for IPv4: %s', (gatewayOverride) => {
    const both = CURRENT.replace(
      '</defaultGateway></ipRouteConfig>',
      '</defaultGateway><ipV6DefaultGateway>fd00::1</ipV6DefaultGateway></ipRouteConfig>',
    );
    const { ipRouteSpec } = toChangedNicSpec(currentNic(both), { ...SPEC, gatewayOverride });
    expect(ipRouteSpec?.ipRouteConfig).toEqual({ defaultGateway: gatewayOverride, ipV6DefaultGateway: 'fd00::1' });
  });

  it('edits IPv6 addresses one by one, comparing them as addresses', () => {
    const ipv6 = {
      dhcp: false,
      autoconfiguration: false,
      addresses: [
        { address: '2001:db8:0::2', prefixLength: 64 },
        { address: '2001:db8::3', prefixLength: 64 },
      ],
    };
    const kept = toChangedNicSpec(currentNic(CURRENT), { ...SPEC, ipv6 }).ip?.ipV6Config?.ipV6Address;
    expect(kept).toEqual([{ ipAddress: '2001:db8::3', prefixLength: 64, origin: 'manual', operation: 'add' }]);
    const gone = toChangedNicSpec(currentNic(CURRENT), SPEC).ip?.ipV6Config?.ipV6Address;
    expect(gone).toEqual([{ ipAddress: '2001:db8::2', prefixLength: 64, origin: 'manual', operation: 'remove' }]);
  });

  it('moves between switches without keeping the old port', () => {
    const port = '<distributedVirtualPort><switchUuid>50 11</switchUuid><portKey>7</portKey></distributedVirtualPort>';
    expect(nicXml(toChangedNicSpec(currentNic(port), SPEC))).not.toContain('distributedVirtualPort');
  });

  it('can’t change its stack', () => {
    expect(() => toChangedNicSpec(currentNic(CURRENT), { ...SPEC, netstack: 'defaultTcpipStack' })).toThrow(
      /can't move/,
    );
  });
});

describe('a port group', () => {
  const GROUP: PortGroup = {
    name: 'vMotion-A',
    switchName: 'vSwitch1',
    vlanId: 101,
    uplinks: { active: ['vmnic2'], standby: [] },
    overridesUplinks: true,
    teaming: 'failover_explicit',
  };
  const CURRENT = decodeElement(
    'HostPortGroupSpec',
    parseXml(
      '<spec><name>vMotion-A</name><vlanId>1</vlanId><vswitchName>vSwitch1</vswitchName><policy><security>' +
        '<allowPromiscuous>true</allowPromiscuous></security><nicTeaming>' +
        '<policy>failover_explicit</policy><notifySwitches>false</notifySwitches>' +
        '<nicOrder><activeNic>vmnic3</activeNic></nicOrder></nicTeaming></policy></spec>',
    ),
  ) as Vim<'HostPortGroupSpec'>;

  it('that is new inherits all but its own order', () => {
    const nicTeaming = { policy: 'failover_explicit', nicOrder: { activeNic: ['vmnic2'], standbyNic: [] } };
    expect(toNewPortGroupSpec(GROUP).policy).toEqual({ nicTeaming });
    expect(toNewPortGroupSpec({ ...GROUP, overridesUplinks: false }).policy).toEqual({});
  });

  it('that changes keeps its other policies', () => {
    expect(toChangedPortGroupSpec(CURRENT, GROUP, 'loadbalance_srcid')).toMatchObject({
      name: 'vMotion-A',
      vlanId: 101,
      vswitchName: 'vSwitch1',
      policy: {
        security: { allowPromiscuous: true },
        nicTeaming: { policy: 'failover_explicit', notifySwitches: false, nicOrder: { activeNic: ['vmnic2'] } },
      },
    });
  });

  it('gives up its own order, and its policy where the switch has the same', () => {
    const inheriting = { ...GROUP, overridesUplinks: false, teaming: 'loadbalance_srcid' };
    const { policy } = toChangedPortGroupSpec(CURRENT, inheriting, 'loadbalance_srcid');
    expect(policy.nicTeaming).toEqual({ notifySwitches: false });
    const own = toChangedPortGroupSpec(CURRENT, { ...inheriting, teaming: 'loadbalance_srcmac' }, 'loadbalance_srcid');
    expect(own.policy.nicTeaming).toEqual({ notifySwitches: false, policy: 'loadbalance_srcmac' });
  });
});

describe('a stack', () => {
  const withDns = {
    dnsConfig: { dhcp: false, hostName: 'esx01', domainName: '', address: ['10.0.0.53'], searchDomain: [] },
  } as unknown as Vim<'HostNetStackInstance'>;
  const byDhcp = {
    dnsConfig: { dhcp: true, virtualNicDevice: 'vmk4', hostName: 'x', domainName: '', address: [], searchDomain: [] },
  } as unknown as Vim<'HostNetStackInstance'>;
  const stackXml = (spec: ReturnType<typeof toNetstackSpec>) => encodeElement('s', 'HostNetStackInstance', spec);

  it('gets its gateways whole, so that an absent one is cleared', () => {
    expect(stackXml(toNetstackSpec('vmotion', { settings: { gateway: '172.17.8.1' } }, undefined))).toBe(
      '<s><key>vmotion</key><ipRouteConfig xsi:type="HostIpRouteConfig">' +
        '<defaultGateway>172.17.8.1</defaultGateway></ipRouteConfig></s>',
    );
    expect(stackXml(toNetstackSpec('vmotion', { settings: {} }, undefined))).toContain(
      '<ipRouteConfig xsi:type="HostIpRouteConfig"></ipRouteConfig>',
    );
  });

  it.each([
    { what: 'are not there and not wanted', from: {}, settings: {}, current: {}, sent: undefined },
    {
      what: 'the network told, and nobody speaks of',
      from: {},
      settings: {},
      current: { defaultGateway: '172.17.8.1', ipV6DefaultGateway: 'fe80::1' },
      sent: undefined,
    },
    {
      what: 'stay as they are, in whatever spelling',
      from: { gateway: '172.17.8.1', ipv6Gateway: 'fd00::1' },
      settings: { gateway: '172.17.8.1', ipv6Gateway: 'fd00::1' },
      current: { defaultGateway: '172.17.8.1', ipV6DefaultGateway: 'FD00:0::1' },
      sent: undefined,
    },
    {
      what: 'are to stay and have gone',
      from: { gateway: '172.17.8.1', ipv6Gateway: 'fd00::1' },
      settings: { gateway: '172.17.8.1', ipv6Gateway: 'fd00::1' },
      current: { defaultGateway: '172.17.8.1' },
      sent: { defaultGateway: '172.17.8.1', ipV6DefaultGateway: 'fd00::1' },
    },
    {
      what: 'are to stay, of which the first has gone',
      from: { gateway: '172.17.8.1' },
      settings: { gateway: '172.17.8.1' },
      current: {},
      sent: { defaultGateway: '172.17.8.1' },
    },
    {
      what: 'go',
      from: { gateway: '172.17.8.1', ipv6Gateway: 'fd00::1' },
      settings: {},
      current: { defaultGateway: '172.17.8.1', ipV6DefaultGateway: 'fd00::1' },
      sent: {},
    },
    {
      what: 'change beside an IPv6 gateway that somebody has set',
      from: {},
      settings: { gateway: '172.17.8.1' },
      current: { ipV6DefaultGateway: 'fd00::1' },
      sent: { defaultGateway: '172.17.8.1', ipV6DefaultGateway: 'fd00::1' },
    },
    {
      what: 'change beside an IPv6 gateway that a router told',
      from: {},
      settings: { gateway: '172.17.8.1' },
      current: { ipV6DefaultGateway: 'fd00::1', ipV6GatewayDevice: 'vmk4' },
      sent: { defaultGateway: '172.17.8.1' },
    },
    {
      what: 'change beside one of the link, as routers tell them',
      from: {},
      settings: { gateway: '172.17.8.1' },
      current: { ipV6DefaultGateway: 'fe80::1' },
      sent: { defaultGateway: '172.17.8.1' },
    },
    {
      what: 'change beside none',
      from: {},
      settings: { gateway: '172.17.8.1' },
      current: { ipV6DefaultGateway: '' },
      sent: { defaultGateway: '172.17.8.1' },
    },
  ])('whose gateways $what gets $sent', ({ from, settings, current, sent }) => {
    const stack = { key: 'vmotion', ipRouteConfig: { _type: 'HostIpRouteConfig' as const, ...current } };
    expect(toNetstackSpec('vmotion', { settings, from }, stack).ipRouteConfig).toEqual(sent);
  });

  it('gets a gateway for IPv6 beside the other', () => {
    expect(
      stackXml(
        toNetstackSpec('vmotion', { settings: { gateway: '172.17.8.1', ipv6Gateway: '2001:db8::1' } }, undefined),
      ),
    ).toBe(
      '<s><key>vmotion</key><ipRouteConfig xsi:type="HostIpRouteConfig"><defaultGateway>172.17.8.1</defaultGateway>' +
        '<ipV6DefaultGateway>2001:db8::1</ipV6DefaultGateway></ipRouteConfig></s>',
    );
  });

  const withRoutes = decodeElement(
    'HostNetStackInstance',
    parseXml(
      '<s><routeTableConfig>' +
        routeXml('ipRoute', '10.1.0.0', 16, '172.17.8.1') +
        routeXml('ipRoute', '10.2.0.0', 16, '172.17.8.1') +
        routeXml('ipRoute', '172.17.8.0', 30, '0.0.0.0') +
        routeXml('ipRoute', '0.0.0.0', 0, '172.17.8.1') +
        routeXml('ipv6Route', '2001:DB8:1::', 48, 'FE80::1') +
        '</routeTableConfig></s>',
    ),
  ) as Vim<'HostNetStackInstance'>;

  it('has its routes edited one by one, and only those that change', () => {
    const routes = [
      { network: '10.2.0.0/16', gateway: '172.17.8.1' },
      { network: '10.1.0.0/16', gateway: '172.17.8.2' },
      { network: '2001:db8:1::/48', gateway: 'fe80::1' },
      { network: '2001:db8:2::/48', gateway: 'fe80::1' },
    ];
    const spec = toNetstackSpec('vmotion', { settings: { routes } }, withRoutes);
    expect(stackXml(spec)).toContain(
      '<routeTableConfig><ipRoute><changeOperation>remove</changeOperation><route><network>10.1.0.0</network>' +
        '<prefixLength>16</prefixLength><gateway>172.17.8.1</gateway></route></ipRoute>' +
        '<ipRoute><changeOperation>add</changeOperation><route><network>10.1.0.0</network>' +
        '<prefixLength>16</prefixLength><gateway>172.17.8.2</gateway></route></ipRoute>' +
        '<ipv6Route><changeOperation>add</changeOperation><route><network>2001:db8:2::</network>' +
        '<prefixLength>48</prefixLength><gateway>fe80::1</gateway></route></ipv6Route></routeTableConfig>',
    );
  });

  it('loses the routes that are no longer wanted, but never those it has by itself', () => {
    const removed = toNetstackSpec('vmotion', { settings: {} }, withRoutes).routeTableConfig;
    expect(removed?.ipRoute?.map(({ changeOperation, route }) => `${changeOperation} ${route.network}`)).toEqual([
      'remove 10.1.0.0',
      'remove 10.2.0.0',
    ]);
    expect(removed?.ipv6Route).toHaveLength(1);
  });

  it('says nothing of routes where none change', () => {
    const routes = [
      { network: '10.1.0.0/16', gateway: '172.17.8.1' },
      { network: '10.2.0.0/16', gateway: '172.17.8.1' },
      { network: '2001:db8:1::/48', gateway: 'fe80::1' },
    ];
    expect(toNetstackSpec('vmotion', { settings: { routes } }, withRoutes).routeTableConfig).toBeUndefined();
    expect(toNetstackSpec('vmotion', { settings: {} }, undefined).routeTableConfig).toBeUndefined();
  });

  it('keeps a DNS that was never set or comes by DHCP, and clears one that was set', () => {
    expect(toNetstackSpec('vmotion', { settings: {} }, undefined).dnsConfig).toBeUndefined();
    expect(toNetstackSpec('vmotion', { settings: {} }, byDhcp).dnsConfig).toBeUndefined();
    const none = { dhcp: false, hostName: '', domainName: '' };
    expect(toNetstackSpec('vmotion', { settings: {}, from: { dnsDevice: 'vmk4' } }, byDhcp).dnsConfig).toEqual(none);
    const told = { dnsDevice: 'vmk4' };
    expect(toNetstackSpec('vmotion', { settings: told, from: told }, byDhcp).dnsConfig).toBeUndefined();
    const again = { dhcp: true, virtualNicDevice: 'vmk4', hostName: '', domainName: '' };
    expect(toNetstackSpec('vmotion', { settings: told, from: {} }, withDns).dnsConfig).toEqual(again);
    expect(toNetstackSpec('vmotion', { settings: {} }, withDns).dnsConfig).toEqual({
      dhcp: false,
      hostName: '',
      domainName: '',
    });
  });
});

describe('a new switch', () => {
  const switchXml = (one: Parameters<typeof toVirtualSwitchSpec>[0]) =>
    encodeElement('spec', 'HostVirtualSwitchSpec', toVirtualSwitchSpec(one));

  it('has all its uplinks bonded and active', () => {
    expect(
      switchXml({ name: 'vSwitch2', mtuBytes: 9000, uplinks: ['vmnic4', 'vmnic5'], teaming: 'loadbalance_srcid' }),
    ).toBe(
      '<spec><numPorts>128</numPorts><bridge xsi:type="HostVirtualSwitchBondBridge"><nicDevice>vmnic4</nicDevice>' +
        '<nicDevice>vmnic5</nicDevice></bridge><policy><nicTeaming><policy>loadbalance_srcid</policy><nicOrder>' +
        '<activeNic>vmnic4</activeNic><activeNic>vmnic5</activeNic></nicOrder></nicTeaming></policy>' +
        '<mtu>9000</mtu></spec>',
    );
  });

  it('without uplinks has no bridge', () => {
    expect(switchXml({ name: 'vSwitch2', mtuBytes: 1500, uplinks: [] })).toBe(
      '<spec><numPorts>128</numPorts><mtu>1500</mtu></spec>',
    );
  });
});

function routeXml(element: string, network: string, prefixLength: number, gateway: string): string {
  return (
    `<${element}><changeOperation>ignore</changeOperation><route><network>${network}</network>` +
    `<prefixLength>${prefixLength}</prefixLength><gateway>${gateway}</gateway><deviceName>vmk4</deviceName></route>` +
    `</${element}>`
  );
}
