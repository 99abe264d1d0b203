import { describe, expect, it } from 'vitest';
import { BREAK_KINDS } from '../../infra/lab/vcenter/break-host.ts';
import { allHosts, getHost } from '../../infra/lab/vcenter/model.ts';
import type { LabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { createWorld } from '../support/world.ts';
import { createCaller, faultOf, networkSystem, readProperty, ROOT_FOLDER } from './vcenter-client.ts';

const HOST = 'esx03.lab.local';
const CLUSTER = { type: 'ClusterComputeResource', value: 'domain-c8' };
const MANAGER = { type: 'AlarmManager', value: 'AlarmManager' };

const raisedIn = (lab: LabVcenter) =>
  lab.alarms().map(({ definition, host, status }) => [definition.name, host, status]);

/** What each break raises on a host that is on its vMotion stack. */
const RAISES: Record<string, string[]> = {
  'vmotion-turned-off': [],
  'gateway-lost': ['vMotion gateway missing', 'red'],
  'mtu-changed': ['vMotion adapter MTU changed', 'yellow'],
  'adapter-gone': ['vMotion network lost', 'red'],
  'uplink-lost': ['Network uplink redundancy lost', 'yellow'],
  'address-duplicated': ['Duplicate IP address on a VMkernel adapter', 'red'],
};

describe('alarms', () => {
  it.each(BREAK_KINDS)('%s raises its alarm, and the opposite clears it', async (kind) => {
    const world = createWorld();
    await world.run('enable cluster-l3');
    const { lab } = world;
    const host = 'esx13.lab.local';
    const before = JSON.stringify(getHost(lab.model, host).network);
    const [name, status] = RAISES[kind] ?? [];
    expect(lab.changes.breakHost(kind, host)).toBe(name !== undefined);
    expect(raisedIn(lab)).toEqual(name === undefined ? [] : [[name, host, status]]);
    expect(lab.changes.mendHost(kind, host)).toBe(name !== undefined);
    expect(raisedIn(lab)).toEqual([]);
    expect(JSON.stringify(getHost(lab.model, host).network)).toBe(before);
  });

  it('vMotion switched off on an adapter of the default stack is one, with who did it in the events', async () => {
    const { lab } = await createCaller();
    lab.changes.breakHost('vmotion-turned-off', HOST, 'CORP\\eve');
    expect(raisedIn(lab)).toEqual([['vMotion switched off on an adapter', HOST, 'red']]);
    expect(lab.model.events.map(({ class: name, user }) => [name, user])).toEqual([
      ['TaskEvent', 'CORP\\eve'],
      ['EventEx', ''],
      ['AlarmStatusChangedEvent', ''],
    ]);
  });

  it('one of two adapters gone leaves the alarm that vCenter has for it', async () => {
    const world = createWorld();
    await world.run('enable cluster-a');
    world.lab.changes.breakHost('adapter-gone', HOST);
    expect(raisedIn(world.lab)).toEqual([['VMKernel NIC not configured correctly', HOST, 'yellow']]);
  });

  it('show on the host, its cluster and everything above, with the event that raised them', async () => {
    const caller = await createCaller();
    caller.lab.changes.breakHost('uplink-lost', HOST);
    const host = getHost(caller.lab.model, HOST).moref;
    const states = await Promise.all(
      [host, CLUSTER, ROOT_FOLDER].map((entity) => readProperty(caller, entity, 'triggeredAlarmState')),
    );
    const [state] = states[0] as { eventKey: number }[];
    expect(state).toMatchObject({ key: '65.22', entity: host, overallStatus: 'yellow', acknowledged: false });
    expect(states).toEqual([[state], [state], [state]]);
    const [event] = caller.lab.model.events.filter(({ key }) => key === state?.eventKey);
    expect(event?.id).toBe('esx.problem.net.redundancy.lost');
    const other = await readProperty(caller, getHost(caller.lab.model, 'esx01.lab.local').moref, 'triggeredAlarmState');
    expect(other).toEqual([]);
  });

  it('are acknowledged by name, and stay so until they clear', async () => {
    const caller = await createCaller();
    const entity = getHost(caller.lab.model, HOST).moref;
    const alarm = { type: 'Alarm', value: 'alarm-65' };
    expect(await faultOf(caller.call('AcknowledgeAlarm', MANAGER, { alarm, entity }))).toBe('InvalidArgument');
    caller.lab.changes.breakHost('uplink-lost', HOST);
    await caller.call('AcknowledgeAlarm', MANAGER, { alarm, entity });
    expect(await caller.call('GetAlarmState', MANAGER, { entity })).toMatchObject([
      { acknowledged: true, acknowledgedByUser: 'VSPHERE.LOCAL\\svc-vmotion' },
    ]);
    caller.lab.changes.mendHost('uplink-lost', HOST);
    caller.lab.changes.breakHost('uplink-lost', HOST);
    expect(await caller.call('GetAlarmState', MANAGER, { entity })).toMatchObject([{ acknowledged: false }]);
  });

  it('say what they are declared as', async () => {
    const caller = await createCaller();
    const alarms = await caller.call('GetAlarm', MANAGER, {});
    expect(alarms.length).toBeGreaterThan(5);
    expect(await readProperty(caller, { type: 'Alarm', value: 'alarm-65' }, 'info')).toMatchObject({
      name: 'Network uplink redundancy lost',
      enabled: true,
      expression: {
        expression: [
          { eventTypeId: 'esx.problem.net.redundancy.lost', status: 'yellow' },
          { eventTypeId: 'esx.clear.net.redundancy.restored', status: 'green' },
        ],
      },
    });
  });

  it('stay silent while the product enables and reverts, and clear when it mends', async () => {
    const world = createWorld();
    const { lab } = world;
    await world.run('enable cluster-a');
    await world.run('revert cluster-a');
    expect(lab.model.events.filter(({ class: name }) => name === 'AlarmStatusChangedEvent')).toEqual([]);
    await world.run('enable cluster-a');
    lab.changes.breakHost('mtu-changed', HOST);
    lab.changes.breakHost('adapter-gone', HOST);
    expect(lab.alarms()).toHaveLength(2);
    expect((await world.run('repair cluster-a')).state).toBe('done');
    expect(lab.alarms()).toEqual([]);
    // What the product has mended is nobody else's to put back.
    const tasks = lab.model.events.length;
    lab.changes.mendHost('mtu-changed', HOST);
    lab.changes.mendHost('adapter-gone', HOST);
    expect(lab.model.events).toHaveLength(tasks);
  });

  it('are raised too by what another account changes at the wire', async () => {
    const caller = await createCaller();
    const [administrator] = caller.lab.others;
    if (administrator === undefined) throw new Error('nobody else');
    const world = await createCaller({ credentials: { user: 'product', password: 'x' }, others: [administrator] });
    await world.call('Logout', { type: 'SessionManager', value: 'SessionManager' }, {});
    await world.call(
      'Login',
      { type: 'SessionManager', value: 'SessionManager' },
      { userName: administrator.user, password: administrator.password },
    );
    const host = getHost(world.lab.model, HOST);
    const nic = { ip: { dhcp: false, ipAddress: '192.168.40.53', subnetMask: '255.255.255.0' }, mtu: 1500 };
    await world.call('UpdateVirtualNic', networkSystem(world, HOST), { device: 'vmk1', nic });
    expect(host.network.vmks[1]?.mtuBytes).toBe(1500);
    expect(raisedIn(world.lab)).toEqual([['vMotion adapter MTU changed', HOST, 'yellow']]);
    expect(world.lab.model.events[0]).toMatchObject({ class: 'TaskEvent', user: 'VSPHERE.LOCAL\\administrator' });
  });

  it('tell of a host that joins the cluster, until it is on the vMotion stack', async () => {
    const world = createWorld();
    const { lab } = world;
    const name = lab.changes.addHost('cluster-a');
    expect(raisedIn(lab)).toEqual([['Host added to cluster', name, 'yellow']]);
    const job = await world.run('enable cluster-a');
    expect([job.state, job.hosts.length, job.hosts.at(-1)?.name]).toEqual(['done', 5, name]);
    expect(lab.alarms()).toEqual([]);
    expect(lab.changes.removeHost(name)).toBe(true);
    expect(allHosts(lab.model).map((host) => host.name)).not.toContain(name);
    expect(lab.changes.removeHost(name)).toBe(false);
  });
});
