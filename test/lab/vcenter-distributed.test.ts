import { describe, expect, it } from 'vitest';
import { findVmk, getHost } from '../../infra/lab/vcenter/model.ts';
import { computePing } from '../../infra/lab/vcenter/ping.ts';
import { LAB_CLUSTERS } from '../../infra/lab/vcenter/topology.ts';
import type { LabOptions } from '../../infra/lab/vcenter/vcenter.ts';
import type { Vim } from '../../shared/vsphere/vim.ts';
import { aNic, createCaller, faultOf, type LabCaller, networkSystem, readProperty } from './vcenter-client.ts';

const [ESX21, ESX22] = ['esx21.lab.local', 'esx22.lab.local'];
const UUID = '50 11 2b 6e 7f 1c 4d 3a-91 0c 5e 2f 88 b4 6a 17';
const [PG_UPLINK, PG_A, PG_B] = ['dvportgroup-51', 'dvportgroup-52', 'dvportgroup-53'];
const moref = (key: string) => ({ type: 'DistributedVirtualPortgroup', value: key });

const create = (options: LabOptions = {}) => createCaller({ clusters: LAB_CLUSTERS, ...options });

const onPort = (address: string, portgroupKey: string, more = {}) =>
  aNic(address, { distributedVirtualPort: { switchUuid: UUID, portgroupKey }, ...more });

function add(caller: LabCaller, host: string, address: string, key: string, more = {}): Promise<string> {
  return caller.call('AddVirtualNic', networkSystem(caller, host), { portgroup: '', nic: onPort(address, key, more) });
}

/** Both islands on two hosts. */
async function connected(options: LabOptions = {}): Promise<LabCaller> {
  const caller = await create(options);
  for (const [index, host] of [ESX21, ESX22].entries()) {
    await add(caller, host, `172.18.1.${51 + index}`, PG_A);
    await add(caller, host, `172.18.2.${51 + index}`, PG_B);
  }
  return caller;
}

function ping({ lab }: LabCaller, device: string, address: string, size = 8972): string {
  const input = { interface: device, netstack: 'vmotion', host: address, size, count: 2, df: size > 56, ttl: 64 };
  const answer = computePing(lab.model, 1, getHost(lab.model, ESX21), input);
  return answer.kind === 'fault' ? (answer.errors[0] ?? '') : `${answer.replies.length}/${answer.sent}`;
}

function reconfigure(caller: LabCaller, key: string, spec: object) {
  return caller.call('ReconfigureDVPortgroup_Task', moref(key), { spec });
}

async function taskState(caller: LabCaller, task: { type: string; value: string }): Promise<string> {
  const info = (await readProperty(caller, task, 'info')) as Vim<'TaskInfo'>;
  return info.error === undefined ? info.state : `${info.state} ${info.error.fault._type}`;
}

const order = (active: string[], standby: string[] = []) => ({
  _type: 'VMwareDVSPortSetting',
  uplinkTeamingPolicy: {
    inherited: false,
    uplinkPortOrder: { inherited: false, activeUplinkPort: active, standbyUplinkPort: standby },
  },
});

describe('a distributed switch', () => {
  it('is in the network folder with its port groups, and only its members show them', async () => {
    const caller = await create();
    const names = async (obj: { type: string; value: string }, path: string) => {
      const found = (await readProperty(caller, obj, path)) as { type: string; value: string }[];
      return Promise.all(found.map((one) => readProperty(caller, one, 'name')));
    };
    const own = ['DVS1-DVUplinks-50', 'dv-vMotion-A', 'dv-vMotion-B', 'dv-VM-Network'];
    const folder = { type: 'Folder', value: 'group-n6' };
    expect(await names(folder, 'childEntity')).toEqual(['VM Network', 'DVS1', ...own]);
    expect(await names(getHost(caller.lab.model, ESX21).moref, 'network')).toEqual(['VM Network', ...own]);
    expect(await names(getHost(caller.lab.model, 'esx01.lab.local').moref, 'network')).toEqual(['VM Network']);
  });

  it('tells which pnic is behind which uplink', async () => {
    const caller = await create();
    const host = getHost(caller.lab.model, ESX21).moref;
    const [proxy] = (await readProperty(caller, host, 'config.network.proxySwitch')) as Vim<'HostProxySwitch'>[];
    const backing = proxy?.spec.backing as Vim<'DistributedVirtualSwitchHostMemberPnicBacking'> | undefined;
    const pnics = proxy?.uplinkPort.map(({ key, value }) => [
      value,
      backing?.pnicSpec.find(({ uplinkPortKey }) => uplinkPortKey === key)?.pnicDevice,
    ]);
    expect(proxy).toMatchObject({ dvsUuid: UUID, dvsName: 'DVS1', mtu: 9000 });
    expect(pnics).toEqual([
      ['Uplink 1', 'vmnic4'],
      ['Uplink 2', 'vmnic5'],
    ]);
  });

  it('gives its uplinks’ names and the largest MTU', async () => {
    const caller = await create();
    const dvs = { type: 'VmwareDistributedVirtualSwitch', value: 'dvs-50' };
    expect(await readProperty(caller, dvs, 'config')).toMatchObject({
      _type: 'VMwareDVSConfigInfo',
      uuid: UUID,
      maxMtu: 9000,
      uplinkPortPolicy: { uplinkPortName: ['Uplink 1', 'Uplink 2'] },
      uplinkPortgroup: [moref(PG_UPLINK)],
    });
  });

  it('shows a port group with its switch, VLAN and uplinks', async () => {
    const caller = await create();
    expect(await readProperty(caller, moref(PG_A), 'config')).toMatchObject({
      key: PG_A,
      name: 'dv-vMotion-A',
      configVersion: '1',
      uplink: false,
      distributedVirtualSwitch: { type: 'VmwareDistributedVirtualSwitch', value: 'dvs-50' },
      defaultPortConfig: {
        _type: 'VMwareDVSPortSetting',
        vlan: { _type: 'VmwareDistributedVirtualSwitchVlanIdSpec', vlanId: 101 },
        uplinkTeamingPolicy: { uplinkPortOrder: { activeUplinkPort: ['Uplink 1', 'Uplink 2'] } },
      },
    });
    expect(await readProperty(caller, moref(PG_UPLINK), 'config.uplink')).toBe(true);
  });
});

describe('AddVirtualNic on a distributed port group', () => {
  it('takes several adapters, gives each a port, and shows no port group name', async () => {
    const caller = await create();
    expect(await add(caller, ESX21, '172.18.1.51', PG_A)).toBe('vmk2');
    expect(await add(caller, ESX21, '172.18.1.71', PG_A)).toBe('vmk3');
    const host = getHost(caller.lab.model, ESX21);
    const vnics = (await readProperty(caller, host.moref, 'config.network.vnic')) as Vim<'HostVirtualNic'>[];
    const [first, second] = vnics.slice(2);
    expect(first).toMatchObject({
      device: 'vmk2',
      portgroup: '',
      spec: { distributedVirtualPort: { switchUuid: UUID, portgroupKey: PG_A } },
    });
    const ports = [first, second].map((vnic) => vnic?.spec.distributedVirtualPort?.portKey);
    expect(new Set(ports).size).toBe(2);
    expect(ports).not.toContain(undefined);
  });

  it.each([
    { nic: 'a port of another switch', key: PG_A, uuid: '00', portgroup: '', host: ESX21, fault: 'NotFound' },
    { nic: 'an unknown port group', key: 'dvportgroup-99', uuid: UUID, portgroup: '', host: ESX21, fault: 'NotFound' },
    {
      nic: 'the uplinks’ port group',
      key: PG_UPLINK,
      uuid: UUID,
      portgroup: '',
      host: ESX21,
      fault: 'InvalidArgument',
    },
    {
      nic: 'a standard port group beside it',
      key: PG_A,
      uuid: UUID,
      portgroup: 'VM Network',
      host: ESX21,
      fault: 'InvalidArgument',
    },
    {
      nic: 'a host that is no member',
      key: PG_A,
      uuid: UUID,
      portgroup: '',
      host: 'esx01.lab.local',
      fault: 'NotFound',
    },
  ])('refuses $nic with $fault', async ({ key, uuid, portgroup, host, fault }) => {
    const caller = await create();
    const nic = aNic('172.18.1.51', { distributedVirtualPort: { switchUuid: uuid, portgroupKey: key } });
    const before = structuredClone(getHost(caller.lab.model, host).network);
    expect(await faultOf(caller.call('AddVirtualNic', networkSystem(caller, host), { portgroup, nic }))).toBe(fault);
    expect(getHost(caller.lab.model, host).network).toEqual(before);
  });

  it('needs Network.Assign on the port group', async () => {
    const caller = await create();
    caller.lab.model.privileges.missing.push({ entity: PG_A, privilege: 'Network.Assign' });
    expect(await faultOf(add(caller, ESX21, '172.18.1.51', PG_A))).toBe('NoPermission');
    expect(await faultOf(add(caller, ESX21, '172.18.2.51', PG_B))).toBe('none');
  });

  it('refuses an MTU above that of the switch', async () => {
    const caller = await create();
    const [dvs] = caller.lab.model.distributedSwitches;
    if (dvs !== undefined) dvs.mtuBytes = 1500;
    expect(await faultOf(add(caller, ESX21, '172.18.1.51', PG_A))).toBe('HostConfigFault');
  });

  it('moves an adapter between kinds of switch by UpdateVirtualNic', async () => {
    const caller = await create();
    const target = networkSystem(caller, ESX21);
    await caller.call('UpdateVirtualNic', target, {
      device: 'vmk1',
      nic: { distributedVirtualPort: { switchUuid: UUID, portgroupKey: PG_A } },
    });
    expect(findVmk(getHost(caller.lab.model, ESX21), 'vmk1')?.attachment).toMatchObject({ kind: 'distributed' });
    await caller.call('UpdateVirtualNic', target, { device: 'vmk1', nic: { portgroup: 'vMotion-old' } });
    expect(findVmk(getHost(caller.lab.model, ESX21), 'vmk1')?.attachment).toEqual({
      kind: 'standard',
      portGroup: 'vMotion-old',
    });
  });
});

describe('a ping over a distributed switch', () => {
  it('reaches the same island at full size, and the other only with a way between them', async () => {
    const caller = await connected();
    const target = networkSystem(caller, ESX21);
    expect(ping(caller, 'vmk2', '172.18.1.52')).toBe('2/2');
    expect(ping(caller, 'vmk3', '172.18.2.52')).toBe('2/2');
    expect(ping(caller, 'vmk2', '172.18.2.52', 56)).toContain('Network is unreachable');
    await caller.call('UpdateVirtualNic', target, {
      device: 'vmk2',
      nic: { ipRouteSpec: { ipRouteConfig: { _type: 'HostIpRouteConfig', defaultGateway: '172.18.1.1' } } },
    });
    expect(ping(caller, 'vmk2', '172.18.2.52', 56)).toBe('0/2');
    caller.lab.setScenario('island-leak', true);
    expect(ping(caller, 'vmk2', '172.18.2.52', 56)).toBe('2/2');
  });

  it('follows the port group’s VLAN', async () => {
    const caller = await connected();
    await reconfigure(caller, PG_B, {
      configVersion: '1',
      defaultPortConfig: {
        _type: 'VMwareDVSPortSetting',
        vlan: { _type: 'VmwareDistributedVirtualSwitchVlanIdSpec', inherited: false, vlanId: 999 },
      },
    });
    expect(ping(caller, 'vmk2', '172.18.1.52')).toBe('2/2');
    expect(ping(caller, 'vmk3', '172.18.2.52')).toBe('0/2');
  });

  it('follows the one active uplink, through the pnic that each host has behind it', async () => {
    const caller = await connected();
    await reconfigure(caller, PG_A, { configVersion: '1', defaultPortConfig: order(['Uplink 1']) });
    const cut = getHost(caller.lab.model, ESX22).network.pnics.find(({ device }) => device === 'vmnic4');
    if (cut !== undefined) cut.speedMb = undefined;
    expect(ping(caller, 'vmk2', '172.18.1.52')).toBe('0/2');
    for (const { uplinks } of getHost(caller.lab.model, ESX22).network.proxies) {
      for (const uplink of uplinks) uplink.pnic = uplink.name === 'Uplink 1' ? 'vmnic5' : 'vmnic4';
    }
    expect(ping(caller, 'vmk2', '172.18.1.52')).toBe('2/2');
  });
});

describe('ReconfigureDVPortgroup_Task', () => {
  it('changes what is sent and keeps the rest', async () => {
    const caller = await create();
    const spec = { configVersion: '1', defaultPortConfig: order(['Uplink 1']) };
    expect(await taskState(caller, await reconfigure(caller, PG_A, spec))).toBe('success');
    expect(await readProperty(caller, moref(PG_A), 'config')).toMatchObject({
      name: 'dv-vMotion-A',
      configVersion: '2',
      numPorts: 8,
      defaultPortConfig: {
        vlan: { vlanId: 101 },
        uplinkTeamingPolicy: {
          inherited: false,
          policy: { value: 'loadbalance_srcid' },
          uplinkPortOrder: { activeUplinkPort: ['Uplink 1'], standbyUplinkPort: [] },
        },
        securityPolicy: { allowPromiscuous: { value: false } },
      },
    });
  });

  it.each([
    {
      what: 'an order that is given back',
      teaming: { inherited: false, uplinkPortOrder: { inherited: true } },
      whole: false,
    },
    {
      what: 'an order that is inherited, whatever comes with it',
      teaming: { inherited: false, uplinkPortOrder: { inherited: true, activeUplinkPort: ['Uplink 2'] } },
      whole: false,
    },
    { what: 'a teaming that is given back', teaming: { inherited: true }, whole: true },
  ])('shows the switch’s order for $what', async ({ teaming, whole }) => {
    const caller = await create();
    await reconfigure(caller, PG_A, { configVersion: '1', defaultPortConfig: order(['Uplink 1']) });
    const defaultPortConfig = { _type: 'VMwareDVSPortSetting', uplinkTeamingPolicy: teaming };
    const task = await reconfigure(caller, PG_A, { configVersion: '2', defaultPortConfig });
    expect(await taskState(caller, task)).toBe('success');
    expect(await readProperty(caller, moref(PG_A), 'config')).toMatchObject({
      defaultPortConfig: {
        vlan: { inherited: false, vlanId: 101 },
        uplinkTeamingPolicy: {
          inherited: whole,
          policy: { inherited: true, value: 'loadbalance_srcid' },
          uplinkPortOrder: { inherited: true, activeUplinkPort: ['Uplink 1', 'Uplink 2'], standbyUplinkPort: [] },
        },
      },
    });
  });

  it.each([
    { what: 'an old configVersion', spec: { configVersion: '0', name: 'x' }, fault: 'ConcurrentAccess' },
    { what: 'no configVersion', spec: { name: 'x' }, fault: 'ConcurrentAccess' },
    { what: 'a name that is taken', spec: { configVersion: '1', name: 'dv-vMotion-B' }, fault: 'DuplicateName' },
    { what: 'an empty name', spec: { configVersion: '1', name: '' }, fault: 'InvalidName' },
    {
      what: 'an uplink that there is not',
      spec: { configVersion: '1', defaultPortConfig: order(['Uplink 3']) },
      fault: 'InvalidArgument',
    },
    {
      what: 'an uplink twice',
      spec: { configVersion: '1', defaultPortConfig: order(['Uplink 1'], ['Uplink 1']) },
      fault: 'InvalidArgument',
    },
  ])('fails as a task with $fault for $what, and changes nothing', async ({ spec, fault }) => {
    const caller = await create();
    const before = structuredClone(caller.lab.model.distributedSwitches);
    expect(await taskState(caller, await reconfigure(caller, PG_A, spec))).toBe(`error ${fault}`);
    expect(caller.lab.model.distributedSwitches).toEqual(before);
  });

  it('needs DVPortgroup.PolicyOp for a policy', async () => {
    const caller = await create();
    caller.lab.model.privileges.missing.push({ entity: PG_A, privilege: 'DVPortgroup.PolicyOp' });
    const spec = { configVersion: '1', defaultPortConfig: order(['Uplink 1']) };
    expect(await faultOf(reconfigure(caller, PG_A, spec))).toBe('NoPermission');
  });
});

describe('AddVirtualSwitch', () => {
  it('refuses a pnic that is behind an uplink of a distributed switch', async () => {
    const caller = await create();
    const bridge = { _type: 'HostVirtualSwitchBondBridge', nicDevice: ['vmnic4'] };
    const adding = (host: string) =>
      faultOf(
        caller.call('AddVirtualSwitch', networkSystem(caller, host), {
          vswitchName: 'vSwitch2',
          spec: { numPorts: 128, bridge },
        }),
      );
    expect(await adding(ESX21)).toBe('ResourceInUse');
    expect(await adding('esx31.lab.local')).toBe('none');
  });
});
