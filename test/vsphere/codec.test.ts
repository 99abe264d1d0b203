import { describe, expect, it } from 'vitest';
import { decodeAny, decodeElement, encodeAny, encodeElement, typed } from '../../shared/vsphere/codec.ts';
import { decodeEnvelope, encodeEnvelope, encodeFault } from '../../shared/vsphere/envelope.ts';
import {
  decodeOperation,
  decodeResponse,
  encodeOperation,
  encodeResponse,
} from '../../shared/vsphere/operation-codec.ts';
import { FAULTS, isKindOf, OPERATIONS, TYPES } from '../../shared/vsphere/schema.ts';
import { WireError } from '../../shared/vsphere/wire-error.ts';
import { parseXml } from '../../shared/vsphere/xml.ts';

const SPEC = {
  ip: {
    dhcp: false,
    ipAddress: '172.17.8.2',
    subnetMask: '255.255.255.252',
    ipV6Config: {
      ipV6Address: [{ ipAddress: '2001:db8::2', prefixLength: 64, origin: 'manual' }],
      autoConfigurationEnabled: false,
      dhcpV6Enabled: false,
    },
  },
  portgroup: 'vMotion <A> & "B"',
  mtu: 9000,
  netStackInstanceKey: 'vmotion',
  ipRouteSpec: { ipRouteConfig: { _type: 'HostIpRouteConfig', defaultGateway: '172.17.8.1' } },
};

const parse = (xml: string) =>
  parseXml(xml.replace('>', ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:v="urn:vim25">'));

describe('the schema table', () => {
  it('names only types that it has', () => {
    const scalars = new Set(['string', 'boolean', 'byte', 'short', 'int', 'long', 'float', 'double', 'dateTime']);
    const isKnown = (type: string) =>
      scalars.has(type) || TYPES.has(type) || ['any', 'base64Binary', 'ManagedObjectReference'].includes(type);
    const fields = [
      ...[...TYPES.values()].flatMap((type) => type.fields),
      ...[...OPERATIONS.values()].flatMap((operation) => [
        ...operation.parameters,
        ...(operation.returns ? [operation.returns] : []),
      ]),
    ];
    expect(fields.filter((field) => !isKnown(field.type))).toEqual([]);
  });

  it('marks as polymorphic every field whose type has subtypes', () => {
    const bases = new Set([...TYPES.values()].map((type) => type.base));
    const missed = [...TYPES.entries()].flatMap(([name, type]) =>
      type.fields
        .filter((field) => bases.has(field.type) && !field.polymorphic && field.type !== 'AboutInfo')
        .map((field) => `${name}.${field.name}`),
    );
    expect(missed).toEqual([]);
  });

  it('puts inherited fields first', () => {
    const names = TYPES.get('InvalidArgument')?.fields.map((field) => field.name);
    expect(names).toEqual(['faultCause', 'faultMessage', 'invalidProperty']);
  });

  it('knows faults and their kinship', () => {
    expect(FAULTS.has('PlatformConfigFault')).toBe(true);
    expect(FAULTS.has('NoPermissionEntityPrivileges')).toBe(false);
    expect(isKindOf('NotAuthenticated', 'NoPermission')).toBe(true);
    expect(isKindOf('NoPermission', 'NotAuthenticated')).toBe(false);
    expect(isKindOf('constructor', 'MethodFault')).toBe(false);
  });
});

describe('encoding', () => {
  it('puts fields in the order of the wire whatever the order of the keys', () => {
    const xml = encodeElement('nic', 'HostVirtualNicSpec', {
      netStackInstanceKey: 'vmotion',
      mtu: 9000,
      ip: { subnetMask: '255.255.255.0', ipAddress: '10.0.0.1', dhcp: false },
    });
    expect(xml).toBe(
      '<nic><ip><dhcp>false</dhcp><ipAddress>10.0.0.1</ipAddress><subnetMask>255.255.255.0</subnetMask></ip>' +
        '<mtu>9000</mtu><netStackInstanceKey>vmotion</netStackInstanceKey></nic>',
    );
  });

  it('writes xsi:type where the declared type has subtypes, and the declared type by default', () => {
    const xml = encodeElement('s', 'HostNetStackInstance', {
      dnsConfig: { dhcp: false, hostName: '', domainName: '' },
      ipRouteConfig: {},
    });
    expect(xml).toContain('<dnsConfig xsi:type="HostDnsConfig"><dhcp>false</dhcp><hostName></hostName>');
    expect(xml).toContain('<ipRouteConfig xsi:type="HostIpRouteConfig"></ipRouteConfig>');
  });

  it.each([
    { why: 'a missing required field', type: 'HostIpConfig', value: {}, message: /needs dhcp/ },
    { why: 'a key the type has not', type: 'HostIpConfig', value: { dhcp: true, dchp: 1 }, message: /no field dchp/ },
    { why: 'a fraction for an int', type: 'HostVirtualNicSpec', value: { mtu: 1500.5 }, message: /type int/ },
    {
      why: 'a subtype of something else',
      type: 'HostVirtualSwitchSpec',
      value: { numPorts: 1, bridge: { _type: 'HostDnsConfig' } },
      message: /not a HostVirtualSwitchBridge/,
    },
    {
      why: 'an empty list that needs an entry',
      type: 'HostVirtualSwitchBondBridge',
      value: { nicDevice: [] },
      message: /at least one nicDevice/,
    },
  ])('refuses $why', ({ type, value, message }) => {
    expect(() => encodeElement('x', type, value)).toThrow(message);
  });
});

describe('decoding', () => {
  it('gives back what was encoded', () => {
    const back = decodeElement('HostVirtualNicSpec', parse(encodeElement('spec', 'HostVirtualNicSpec', SPEC)), {
      strict: true,
    });
    expect(back).toEqual(SPEC);
  });

  it('makes every list an array, empty when absent', () => {
    expect(decodeElement('HostNicOrderPolicy', parse('<x><activeNic>vmnic0</activeNic></x>'))).toEqual({
      activeNic: ['vmnic0'],
      standbyNic: [],
    });
  });

  it('skips unknown elements and reads a newer subtype as what was declared, under its own name', () => {
    const xml = '<x><numPorts>8</numPorts><bridge xsi:type="v:FancyBridge"><spin>1</spin></bridge><new>1</new></x>';
    expect(decodeElement('HostVirtualSwitchSpec', parse(xml))).toEqual({
      numPorts: 8,
      bridge: { _type: 'FancyBridge' },
    });
  });

  it.each([
    {
      why: 'a wrong order',
      xml: '<x><ipAddress>10.0.0.1</ipAddress><dhcp>false</dhcp></x>',
      message: /<dhcp> stands too late/,
    },
    { why: 'an unknown element', xml: '<x><dhcp>false</dhcp><dchp>true</dchp></x>', message: /may not hold <dchp>/ },
    { why: 'a missing element', xml: '<x><ipAddress>10.0.0.1</ipAddress></x>', message: /needs <dhcp>/ },
    { why: 'a repeated element', xml: '<x><dhcp>false</dhcp><dhcp>true</dhcp></x>', message: /holds <dhcp> twice/ },
    { why: 'a bad boolean', xml: '<x><dhcp>yes</dhcp></x>', message: /not a value of the type boolean/ },
    {
      why: 'an unknown type',
      xml: '<x xsi:type="Nonsense"><dhcp>true</dhcp></x>',
      message: /Nonsense is not a HostIpConfig/,
    },
  ])('refuses $why when strict', ({ xml, message }) => {
    const decode = () => decodeElement('HostIpConfig', parse(xml), { strict: true });
    expect(decode).toThrow(WireError);
    expect(decode).toThrow(message);
  });

  it.each([{ text: '2147483648' }, { text: '1.5' }, { text: '' }, { text: '0x10' }, { text: '12a' }])(
    'refuses "$text" as an int, strict or not',
    ({ text }) => {
      expect(() => decodeElement('int', parse(`<mtu>${text}</mtu>`))).toThrow(WireError);
    },
  );

  it.each([
    { text: 'true', value: true },
    { text: '1', value: true },
    { text: '0', value: false },
  ])('reads "$text" as $value', ({ text, value }) => {
    expect(decodeElement('boolean', parse(`<x>${text}</x>`))).toBe(value);
  });
});

describe('property values', () => {
  it.each([
    { type: 'xsd:string', value: 'esx01' },
    { type: 'xsd:boolean', value: true },
    { type: 'HostSystemConnectionState', value: 'connected' },
    { type: 'xsd:long', value: 68169720922112 },
    { type: 'xsd:dateTime', value: '2026-01-02T03:04:05.123456Z' },
    { type: 'ManagedObjectReference', value: { type: 'Folder', value: 'group-h6' } },
    { type: 'ArrayOfString', value: ['a', 'b'] },
    { type: 'ArrayOfInt', value: [1, 2] },
    { type: 'ArrayOfManagedObjectReference', value: [{ type: 'HostSystem', value: 'host-1' }] },
    { type: 'ArrayOfHostPortGroupPort', value: [{ mac: ['00:50:56:00:00:01'], type: 'host' }] },
    { type: 'HostIpRouteConfig', value: { _type: 'HostIpRouteConfig', defaultGateway: '10.0.0.1' } },
  ])('carries $type both ways', ({ type, value }) => {
    expect(decodeAny(parse(encodeAny('val', type, value)), { strict: true })).toEqual(value);
  });

  it('names the items of arrays as real servers do', () => {
    expect(encodeAny('val', 'ArrayOfString', ['a'])).toBe(
      '<val xsi:type="ArrayOfString"><string xsi:type="xsd:string">a</string></val>',
    );
    expect(encodeAny('val', 'ArrayOfManagedObjectReference', [{ type: 'HostSystem', value: 'host-1' }])).toBe(
      '<val xsi:type="ArrayOfManagedObjectReference"><ManagedObjectReference type="HostSystem" ' +
        'xsi:type="ManagedObjectReference">host-1</ManagedObjectReference></val>',
    );
  });

  it('lets a property say its type', () => {
    const xml = encodeElement('p', 'DynamicProperty', {
      name: 'host',
      val: typed('ArrayOfManagedObjectReference', []),
    });
    expect(decodeElement('DynamicProperty', parse(xml))).toEqual({ name: 'host', val: [] });
    expect(() => encodeElement('p', 'DynamicProperty', { name: 'host', val: [] })).toThrow(/typed\(\)/);
  });

  it('tells the plain attribute type from xsi:type', () => {
    const element = parse('<val type="Folder" xsi:type="v:ManagedObjectReference">group-h6</val>');
    expect(element.attributes).toEqual({ type: 'Folder' });
    expect(element.xsiType).toBe('ManagedObjectReference');
  });
});

describe('operations and envelopes', () => {
  const networkSystem = { type: 'HostNetworkSystem', value: 'networkSystem-12' };

  it('carries a request to the other side, opID included', () => {
    const body = encodeOperation('AddVirtualNic', networkSystem, { portgroup: '', nic: { mtu: 9000 } });
    const { body: element, operationId } = decodeEnvelope(encodeEnvelope(body, 'job-1 & co'));
    expect(operationId).toBe('job-1 & co');
    expect(decodeOperation(element)).toEqual({
      operation: 'AddVirtualNic',
      target: networkSystem,
      parameters: { portgroup: '', nic: { mtu: 9000 } },
    });
  });

  it('carries a response back', () => {
    const { body } = decodeEnvelope(encodeEnvelope(encodeResponse('AddVirtualNic', 'vmk3')));
    expect(decodeResponse('AddVirtualNic', body)).toBe('vmk3');
  });

  it('reads a null result as undefined, and refuses one where a value is due', () => {
    const empty = (operation: string) => parseXml(`<${operation}Response xmlns="urn:vim25"/>`);
    expect(decodeResponse('RetrievePropertiesEx', empty('RetrievePropertiesEx'))).toBeUndefined();
    expect(() => decodeResponse('AddVirtualNic', empty('AddVirtualNic'))).toThrow(/without a value/);
    expect(() => decodeResponse('AddVirtualNic', empty('Login'))).toThrow(/answered with <LoginResponse>/);
  });

  it('refuses parameters in the wrong order', () => {
    const xml =
      '<Login><_this type="SessionManager">SessionManager</_this><password>x</password><userName>y</userName></Login>';
    expect(() => decodeOperation(parse(xml))).toThrow(/<userName> stands too late/);
  });

  it('writes a fault as vCenter does', () => {
    const xml = encodeFault({ _type: 'InvalidProperty', name: 'nope' } as { _type: string }, 'bad & worse');
    expect(xml).toContain('<faultstring>bad &amp; worse</faultstring>');
    expect(xml).toContain('<InvalidPropertyFault xmlns="urn:vim25" xsi:type="InvalidProperty"><name>nope</name>');
  });
});
