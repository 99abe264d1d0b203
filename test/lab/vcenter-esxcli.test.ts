import { describe, expect, it } from 'vitest';
import { getHost } from '../../infra/lab/vcenter/model.ts';
import { parseXml, type XmlElement } from '../../shared/vsphere/xml.ts';
import { addAdapter, aNic, createCaller, faultOf, type LabCaller } from './vcenter-client.ts';

const HOST = 'esx01.lab.local';

async function execute(
  caller: LabCaller,
  command: string,
  values: Record<string, string> = {},
  more: { version?: string; moid?: string } = {},
) {
  const words = command.split(' ');
  const executer = await caller.call('RetrieveManagedMethodExecuter', getHost(caller.lab.model, HOST).moref, {});
  return caller.call('ExecuteSoap', executer, {
    moid: more.moid ?? `ha-cli-handler-${words.slice(0, -1).join('-')}`,
    version: more.version ?? 'urn:vim25/5.0',
    method: `vim.EsxCLI.${words.join('.')}`,
    argument: Object.entries(values).map(([name, value]) => ({ name, val: `<${name}>${value}</${name}>` })),
  });
}

/** Rows of a table, each column by its name. */
async function rows(caller: LabCaller, command: string, values: Record<string, string> = {}) {
  const result = await execute(caller, command, values);
  return parseXml(result?.response ?? '').children.map((row) =>
    Object.fromEntries(row.children.map(({ name, text }) => [name, text])),
  );
}

const find = (element: XmlElement | undefined, name: string) => element?.children.find((child) => child.name === name);

describe('esxcli network diag ping', () => {
  it('answers a trace of each reply and a summary, spelled as ESXi spells it', async () => {
    const caller = await createCaller();
    const result = await execute(caller, 'network diag ping', {
      count: '2',
      df: 'true',
      host: '192.168.40.52',
      interface: 'vmk1',
      size: '8972',
    });
    const row = parseXml(result?.response ?? '').children[0];
    const traces = row?.children.filter(({ name }) => name === 'Trace');
    expect(traces?.map((trace) => find(trace, 'ReceivedBytes')?.text)).toEqual(['8980', '8980']);
    const summary = find(row, 'Summary');
    expect(['Transmitted', 'Recieved', 'PacketLost', 'HostAddr'].map((name) => find(summary, name)?.text)).toEqual([
      '2',
      '2',
      '0',
      '192.168.40.52',
    ]);
  });

  it('answers loss as a result, not as a fault', async () => {
    const caller = await createCaller();
    const result = await execute(caller, 'network diag ping', { host: '192.168.40.99', interface: 'vmk1' });
    expect(result?.response).toContain('<PacketLost>100</PacketLost><Recieved>0</Recieved>');
  });

  it('faults with one message a packet when the packets are too long', async () => {
    const caller = await createCaller();
    const result = await execute(caller, 'network diag ping', {
      count: '2',
      df: 'true',
      host: '10.0.0.52',
      interface: 'vmk0',
      size: '8972',
    });
    expect(result?.fault?.faultMsg).toBe('EsxCLI.CLIFault.summary');
    const fault = parseXml(result?.fault?.faultDetail ?? '').children[0];
    expect(fault?.xsiType).toBe('VimEsxCLICLIFault');
    expect(fault?.children.map(({ text }) => text)).toEqual(Array(2).fill('sendto() failed (Message too long)'));
  });

  it.each([
    {
      what: 'arguments out of order',
      values: { host: '10.0.0.52', count: '1' },
      message: 'A specified parameter was not correct: argument[1]',
    },
    {
      what: 'an unknown argument',
      values: { hops: '3', host: '10.0.0.52' },
      message: 'A specified parameter was not correct: argument[0]',
    },
    {
      what: 'text as count',
      values: { count: 'many', host: '10.0.0.52' },
      message: 'A specified parameter was not correct: argument[0]',
    },
    { what: 'no host', values: { count: '1' }, message: 'A specified parameter was not correct: host' },
  ])('refuses $what', async ({ values, message }) => {
    const caller = await createCaller();
    await expect(execute(caller, 'network diag ping', values)).rejects.toThrow(message);
  });

  it.each([
    { what: 'another version', more: { version: 'urn:vim25/8.0.3.0' }, fault: 'NotSupported' },
    { what: 'the moid of another command', more: { moid: 'ha-cli-handler-network-ip' }, fault: 'InvalidArgument' },
  ])('refuses $what with $fault', async ({ more, fault }) => {
    const caller = await createCaller();
    expect(await faultOf(execute(caller, 'network diag ping', { host: '10.0.0.52' }, more))).toBe(fault);
  });

  it('refuses a command that ESXi has not', async () => {
    const caller = await createCaller();
    expect(await faultOf(execute(caller, 'network diag traceroute', { host: '10.0.0.52' }))).toBe('InvalidArgument');
  });

  it.each([{ reflectPrefix: true }, { reflectPrefix: false }])(
    'answers with a prefix: $reflectPrefix',
    async (switches) => {
      const caller = await createCaller({ switches });
      expect((await execute(caller, 'network ip netstack list'))?.response).toContain('<Key>defaultTcpipStack</Key>');
    },
  );
});

describe('esxcli network ip', () => {
  it('lists live stacks only, and without lag', async () => {
    const caller = await createCaller({ switches: { runtimeLagReads: 9 } });
    expect((await rows(caller, 'network ip netstack list')).map(({ Key }) => Key)).toEqual(['defaultTcpipStack']);
    await addAdapter(caller, HOST, { portGroup: 'A', vlanId: 101, nic: aNic('172.16.1.51') });
    expect((await rows(caller, 'network ip netstack list')).map(({ Key }) => Key)).toEqual([
      'vmotion',
      'defaultTcpipStack',
    ]);
  });

  it('lists interfaces, addresses and routes of a stack', async () => {
    const caller = await createCaller();
    await addAdapter(caller, HOST, { portGroup: 'A', vlanId: 101, nic: aNic('172.16.1.51') });
    const netstack = 'vmotion';
    expect(await rows(caller, 'network ip interface list', { netstack })).toMatchObject([
      { Name: 'vmk2', Portgroup: 'A', NetstackInstance: 'vmotion', MTU: '9000' },
    ]);
    expect(await rows(caller, 'network ip interface ipv4 get', { netstack })).toMatchObject([
      { Name: 'vmk2', IPv4Address: '172.16.1.51', IPv4Netmask: '255.255.255.0', IPv4Broadcast: '172.16.1.255' },
    ]);
    expect(await rows(caller, 'network ip route ipv4 list')).toMatchObject([
      { Network: 'default', Gateway: '10.0.0.1', Interface: 'vmk0' },
      { Network: '10.0.0.0', Gateway: '0.0.0.0', Interface: 'vmk0' },
      { Network: '192.168.40.0', Gateway: '0.0.0.0', Interface: 'vmk1' },
    ]);
  });

  it('faults for a stack that is not live', async () => {
    const caller = await createCaller();
    const result = await execute(caller, 'network ip interface list', { netstack: 'vmotion' });
    expect(result?.fault?.faultDetail).toContain('the netstack is not active');
  });
});
