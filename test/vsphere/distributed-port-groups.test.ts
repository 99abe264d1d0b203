import { describe, expect, it } from 'vitest';
import type { DistributedPortGroup, Moref } from '../../shared/domain/inventory.ts';
import { decodeAny, typed } from '../../shared/vsphere/codec.ts';
import { toUplinkChange } from '../../shared/vsphere/distributed-port-group.ts';
import type { PortGroupConfig } from '../../shared/vsphere/distributed-port-group-reader.ts';
import { parseXml } from '../../shared/vsphere/xml.ts';
import { createFakeVcenter, type FakeVcenter, Fault } from './fake-vcenter.ts';
import { addTasks, failedWith, RUNNING, SUCCESS } from './fake-tasks.ts';
import { inSession } from './in-session.ts';

const UUID = '50 11 2b 00 00 00 00 00-00 00 00 00 00 00 00 01';
const HOST = { type: 'HostSystem', value: 'host-1' };
const SWITCH = { type: 'VmwareDistributedVirtualSwitch', value: 'dvs-1' };

type Parts = {
  key: string;
  name?: string;
  version?: string;
  vlan?: string;
  teaming?: string;
  /** Whether the teaming as a whole is the switch's. */
  isWhollyInherited?: boolean;
  more?: string;
  tags?: string[];
};

const vlanId = (id: number) =>
  `<vlan xsi:type="VmwareDistributedVirtualSwitchVlanIdSpec"><inherited>false</inherited><vlanId>${id}</vlanId></vlan>`;
const order = (active: string[], standby: string[] = [], isInherited = true) =>
  `<uplinkPortOrder><inherited>${isInherited}</inherited>` +
  active.map((name) => `<activeUplinkPort>${name}</activeUplinkPort>`).join('') +
  standby.map((name) => `<standbyUplinkPort>${name}</standbyUplinkPort>`).join('') +
  '</uplinkPortOrder>';
const POLICY = '<policy><inherited>true</inherited><value>loadbalance_srcid</value></policy>';

/** A port group's `config` as vCenter sends it. */
function configXml({
  key,
  name = key,
  version = '7',
  vlan = vlanId(0),
  teaming = order(['Uplink 1']),
  isWhollyInherited = true,
  more = '',
}: Parts) {
  return (
    '<val xmlns="urn:vim25" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="DVPortgroupConfigInfo">' +
    `<key>${key}</key><name>${name}</name><numPorts>8</numPorts>` +
    `<distributedVirtualSwitch type="${SWITCH.type}">${SWITCH.value}</distributedVirtualSwitch>` +
    '<defaultPortConfig xsi:type="VMwareDVSPortSetting"><blocked><inherited>true</inherited><value>false</value>' +
    `</blocked>${vlan}<uplinkTeamingPolicy><inherited>${isWhollyInherited}</inherited>${POLICY}${teaming}</uplinkTeamingPolicy>` +
    '</defaultPortConfig><type>earlyBinding</type><policy xsi:type="VMwareDVSPortgroupPolicy">' +
    '<blockOverrideAllowed>true</blockOverrideAllowed><shapingOverrideAllowed>false</shapingOverrideAllowed>' +
    '<vendorConfigOverrideAllowed>false</vendorConfigOverrideAllowed>' +
    '<livePortMovingAllowed>false</livePortMovingAllowed>' +
    '<portConfigResetAtDisconnect>true</portConfigResetAtDisconnect><vlanOverrideAllowed>false</vlanOverrideAllowed>' +
    '<uplinkTeamingOverrideAllowed>false</uplinkTeamingOverrideAllowed>' +
    '<securityPolicyOverrideAllowed>false</securityPolicyOverrideAllowed></policy>' +
    `<configVersion>${version}</configVersion>${more}</val>`
  );
}

const configOf = (parts: Parts) => typed('DVPortgroupConfigInfo', decodeAny(parseXml(configXml(parts))));
const groupMoref = (key: string): Moref => ({ type: 'DistributedVirtualPortgroup', value: key });

const groupObject = (parts: Parts) => ({
  obj: groupMoref(parts.key),
  propSet: [
    { name: 'config', val: configOf(parts) },
    {
      name: 'tag',
      val: typed(
        'ArrayOfTag',
        (parts.tags ?? []).map((key) => ({ key })),
      ),
    },
  ],
});

function hostObject(networks: Moref[]) {
  const properties = {
    name: 'esx01',
    'runtime.connectionState': 'connected',
    'config.network.vnic': typed('ArrayOfHostVirtualNic', []),
    'config.virtualNicManagerInfo.netConfig': typed('ArrayOfVirtualNicManagerNetConfig', []),
    network: typed('ArrayOfManagedObjectReference', networks),
  };
  return { obj: HOST, propSet: Object.entries(properties).map(([name, val]) => ({ name, val })) };
}

const SWITCH_OBJECT = { obj: SWITCH, propSet: [{ name: 'uuid', val: UUID }] };

/** A vCenter with one host, which can use these port groups. */
function serve(groups: Parts[]): FakeVcenter {
  const fake = createFakeVcenter();
  const networks = [{ type: 'Network', value: 'network-1' }, ...groups.map(({ key }) => groupMoref(key))];
  fake.answers.RetrievePropertiesEx = () => ({
    objects: [hostObject(networks), SWITCH_OBJECT, ...groups.map(groupObject)],
  });
  return fake;
}

async function readGroups(fake: FakeVcenter): Promise<DistributedPortGroup[] | undefined> {
  const [host] = await inSession(fake, (session) => session.readHosts([HOST]));
  return host?.network?.distributedPortGroups;
}

describe('distributed port groups', () => {
  it('are read with the hosts, in the same call, sorted by name', async () => {
    const fake = serve([
      {
        key: 'dvportgroup-10',
        name: 'dv-vMotion-B',
        vlan: vlanId(102),
        teaming: order(['Uplink 2'], ['Uplink 1'], false),
        isWhollyInherited: false,
      },
      { key: 'dvportgroup-9', name: 'dv-vMotion-A %2f 1', vlan: vlanId(101), version: '12' },
    ]);
    await inSession(fake, async (session) => {
      const before = session.calls;
      const [host] = await session.readHosts([HOST]);
      expect(session.calls - before).toBe(1);
      expect(host?.network?.distributedPortGroups).toEqual([
        {
          key: 'dvportgroup-9',
          name: 'dv-vMotion-A / 1',
          switchUuid: UUID,
          vlanId: 101,
          uplinks: { active: ['Uplink 1'], standby: [] },
          overridesUplinks: false,
          teaming: 'loadbalance_srcid',
          configVersion: '12',
        },
        {
          key: 'dvportgroup-10',
          name: 'dv-vMotion-B',
          switchUuid: UUID,
          vlanId: 102,
          uplinks: { active: ['Uplink 2'], standby: ['Uplink 1'] },
          overridesUplinks: true,
          teaming: 'loadbalance_srcid',
          configVersion: '7',
        },
      ]);
    });
  });

  it.each([
    { what: 'untagged', vlan: vlanId(0), expected: 0 },
    {
      what: 'a trunk',
      vlan:
        '<vlan xsi:type="VmwareDistributedVirtualSwitchTrunkVlanSpec"><inherited>false</inherited>' +
        '<vlanId><start>1</start><end>4094</end></vlanId></vlan>',
      expected: undefined,
    },
    {
      what: 'a private VLAN',
      vlan:
        '<vlan xsi:type="VmwareDistributedVirtualSwitchPvlanSpec"><inherited>false</inherited>' +
        '<pvlanId>5</pvlanId></vlan>',
      expected: undefined,
    },
  ])('have the VLAN $expected for $what', async ({ vlan, expected }) => {
    expect((await readGroups(serve([{ key: 'dvportgroup-1', vlan }])))?.[0]?.vlanId).toBe(expected);
  });

  it.each([
    {
      whose: "the switch's, with all of its teaming",
      isOrderInherited: true,
      isWhollyInherited: true,
      overrides: false,
    },
    {
      whose: "the switch's, in a teaming of its own",
      isOrderInherited: true,
      isWhollyInherited: false,
      overrides: false,
    },
    { whose: 'its own', isOrderInherited: false, isWhollyInherited: false, overrides: true },
    { whose: "the switch's, as its teaming is", isOrderInherited: false, isWhollyInherited: true, overrides: false },
  ])('tell that the order of one is $whose', async ({ isOrderInherited, isWhollyInherited, overrides }) => {
    const teaming = order(['Uplink 1'], [], isOrderInherited);
    const groups = await readGroups(serve([{ key: 'dvportgroup-1', teaming, isWhollyInherited }]));
    expect(groups?.[0]?.overridesUplinks).toBe(overrides);
  });

  it.each([
    { how: 'a field of their own', uplink: { key: 'dvportgroup-2', more: '<uplink>true</uplink>' } },
    { how: 'a tag, on older vCenters', uplink: { key: 'dvportgroup-2', tags: ['SYSTEM/DVS.UPLINKPG'] } },
  ])("are not those of a switch's uplinks, told by $how", async ({ uplink }) => {
    const groups = await readGroups(serve([{ key: 'dvportgroup-1' }, uplink]));
    expect(groups?.map(({ key }) => key)).toEqual(['dvportgroup-1']);
  });

  it('are those that the host itself lists', async () => {
    const fake = serve([]);
    fake.answers.RetrievePropertiesEx = () => ({
      objects: [hostObject([groupMoref('dvportgroup-2')]), SWITCH_OBJECT, groupObject({ key: 'dvportgroup-1' })],
    });
    expect(await readGroups(fake)).toEqual([]);
  });

  it('hidden from the account do not keep it from the host', async () => {
    const fake = createFakeVcenter();
    const fault = { _type: 'NoPermission', object: groupMoref('dvportgroup-1'), privilegeId: 'System.Read' };
    const missingSet = [{ path: 'config', fault: { fault, localizedMessage: '' } }];
    fake.answers.RetrievePropertiesEx = () => ({
      objects: [hostObject([groupMoref('dvportgroup-1')]), { obj: groupMoref('dvportgroup-1'), missingSet }],
    });
    expect(await readGroups(fake)).toEqual([]);
  });
});

const SWITCHES = ['Uplink 1'];

/** A port group that vCenter keeps: it takes a change only under its present version. */
function serveOne(options: { refusesByTask?: boolean } = {}) {
  const fake = createFakeVcenter();
  let parts: Parts = { key: 'dvportgroup-1', name: 'dv-vMotion-A', version: '7', vlan: vlanId(101) };
  const tasks = addTasks(fake, ({ parameters }) => {
    const [{ objectSet }] = parameters['specSet'] as [{ objectSet: { obj: Moref }[] }];
    const group = groupObject(parts);
    if (objectSet[0]?.obj.type !== 'HostSystem') return { objects: [group] };
    return { objects: [hostObject([group.obj]), SWITCH_OBJECT, group] };
  });
  const writes: unknown[] = [];
  fake.answers['ReconfigureDVPortgroup_Task'] = ({ parameters }) => {
    const { configVersion, defaultPortConfig } = parameters['spec'] as {
      configVersion: string;
      defaultPortConfig: {
        uplinkTeamingPolicy: {
          inherited: boolean;
          uplinkPortOrder: { inherited: boolean; activeUplinkPort?: string[] };
        };
      };
    };
    if (configVersion !== parts.version) {
      if (options.refusesByTask === true) return tasks.start(RUNNING, failedWith({ _type: 'ConcurrentAccess' }));
      throw new Fault({ _type: 'ConcurrentAccess' }, 'The object was changed by another user.');
    }
    writes.push(defaultPortConfig);
    const { inherited: isWhollyInherited, uplinkPortOrder } = defaultPortConfig.uplinkTeamingPolicy;
    const { inherited, activeUplinkPort = [] } = uplinkPortOrder;
    const teaming = order(inherited ? SWITCHES : activeUplinkPort, [], inherited);
    parts = { ...parts, version: String(Number(parts.version) + 1), teaming, isWhollyInherited };
    return tasks.start(RUNNING, SUCCESS);
  };
  return {
    fake,
    writes,
    /** Somebody else's change: a new version in any case. */
    change(more: Partial<Parts>) {
      parts = { ...parts, version: String(Number(parts.version) + 1), ...more };
    },
    read: () => readGroups(fake).then((groups) => groups?.[0]),
  };
}

const toSecond = (group: DistributedPortGroup | undefined): DistributedPortGroup => {
  if (group === undefined) throw new Error('no port group');
  return { ...group, uplinks: { active: ['Uplink 2'], standby: [] }, overridesUplinks: true };
};

describe('changing a distributed port group', () => {
  it('sets its order and leaves the rest', async () => {
    const served = serveOne();
    const wanted = toSecond(await served.read());
    await inSession(served.fake, (session) => session.updateDistributedPortGroup(wanted));
    expect(await served.read()).toEqual({ ...wanted, configVersion: '8' });
    expect(served.writes).toEqual([
      {
        _type: 'VMwareDVSPortSetting',
        uplinkTeamingPolicy: {
          inherited: false,
          policy: { inherited: true, value: 'loadbalance_srcid' },
          uplinkPortOrder: { inherited: false, activeUplinkPort: ['Uplink 2'], standbyUplinkPort: [] },
        },
      },
    ]);
  });

  it('gives the order back to the switch, and with it the teaming that was the switch’s as a whole', async () => {
    const served = serveOne();
    const before = await served.read();
    const wanted = toSecond(before);
    await inSession(served.fake, (session) => session.updateDistributedPortGroup(wanted));
    const { uplinks, overridesUplinks } = before ?? wanted;
    const back = { ...wanted, uplinks, overridesUplinks, configVersion: '8' };
    await inSession(served.fake, (session) => session.updateDistributedPortGroup(back));
    expect(await served.read()).toEqual({ ...before, configVersion: '9' });
    expect(served.writes[1]).toMatchObject({
      uplinkTeamingPolicy: {
        inherited: true,
        policy: { inherited: true, value: 'loadbalance_srcid' },
        uplinkPortOrder: { inherited: true, activeUplinkPort: [], standbyUplinkPort: [] },
      },
    });
  });

  it('leaves the rest of a teaming that is the port group’s own', () => {
    const policy = { inherited: false, value: 'loadbalance_loadbased' };
    const order = { inherited: false, activeUplinkPort: ['Uplink 1'], standbyUplinkPort: [] };
    const uplinkTeamingPolicy = { inherited: false, policy, uplinkPortOrder: order };
    const current = {
      defaultPortConfig: { _type: 'VMwareDVSPortSetting', uplinkTeamingPolicy },
    } as unknown as PortGroupConfig;
    const spec = toUplinkChange(current, '7', { uplinks: { active: [], standby: [] }, overridesUplinks: false });
    expect(spec.defaultPortConfig).toMatchObject({
      uplinkTeamingPolicy: { inherited: false, policy, uplinkPortOrder: { inherited: true } },
    });
  });

  it('that an older version planned, without a word of whose the order is, makes it the port group’s own', async () => {
    const served = serveOne();
    const { overridesUplinks: _, ...planned } = toSecond(await served.read());
    await inSession(served.fake, (session) => session.updateDistributedPortGroup(planned));
    expect(await served.read()).toMatchObject({ uplinks: planned.uplinks, overridesUplinks: true });
  });

  it.each([{ refusesByTask: false }, { refusesByTask: true }])(
    'goes on under a newer version when nothing else is new (told by the task: $refusesByTask)',
    async (options) => {
      const served = serveOne(options);
      await inSession(served.fake, async (session) => {
        const [host] = await session.readHosts([HOST]);
        served.change({});
        await session.updateDistributedPortGroup(toSecond(host?.network?.distributedPortGroups?.[0]));
      });
      expect(await served.read()).toMatchObject({ uplinks: { active: ['Uplink 2'] }, configVersion: '9' });
    },
  );

  it.each([
    { what: 'the VLAN', by: { vlan: vlanId(102) } },
    { what: 'the order of uplinks', by: { teaming: order(['Uplink 1', 'Uplink 2']) } },
    { what: 'something that is never written here', by: { more: '<autoExpand>false</autoExpand>' } },
  ])('is refused when somebody has changed $what', async ({ by }) => {
    const served = serveOne();
    const attempt = inSession(served.fake, async (session) => {
      const [host] = await session.readHosts([HOST]);
      served.change(by);
      await session.updateDistributedPortGroup(toSecond(host?.network?.distributedPortGroups?.[0]));
    });
    await expect(attempt).rejects.toMatchObject({ code: 'not-as-planned', retry: 'never', fault: 'ConcurrentAccess' });
    expect(served.writes).toEqual([]);
  });

  it('whose end nobody saw has an unknown outcome', async () => {
    const served = serveOne();
    const wanted = toSecond(await served.read());
    const tasks = addTasks(served.fake, () => ({ objects: [groupObject({ key: wanted.key })] }));
    served.fake.answers['ReconfigureDVPortgroup_Task'] = () => tasks.start(RUNNING, 'gone');
    const attempt = inSession(served.fake, (session) => session.updateDistributedPortGroup(wanted));
    await expect(attempt).rejects.toMatchObject({ code: 'vcenter-object-gone', retry: 'outcome-unknown' });
  });
});
