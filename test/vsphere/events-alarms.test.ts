import { describe, expect, it } from 'vitest';
import { typed } from '../../shared/vsphere/codec.ts';
import { createFakeVcenter, Fault } from './fake-vcenter.ts';
import { inSession } from './in-session.ts';

const CLUSTER = { type: 'ClusterComputeResource', value: 'domain-c1' };
const HOST = { type: 'HostSystem', value: 'host-1' };
const SINCE = new Date('2026-01-02T03:00:00.000Z');
const time = (second: number) => new Date(SINCE.getTime() + second * 1000).toISOString();

type Filter = { time: { beginTime: string; endTime?: string }; maxCount: number; userName?: object; entity: object };

/** A vCenter with so many events, one a second, that answers with the newest of the span. */
function withEvents(count: number) {
  const fake = createFakeVcenter();
  const asked: Filter[] = [];
  fake.answers['QueryEvents'] = ({ parameters }) => {
    const filter = parameters['filter'] as Filter;
    asked.push(filter);
    const end = filter.time.endTime === undefined ? Number.POSITIVE_INFINITY : Date.parse(filter.time.endTime);
    return Array.from({ length: count }, (_, index) => ({
      _type: 'TaskEvent',
      key: index + 1,
      chainId: index + 1,
      createdTime: time(index),
      userName: 'CORP\\ann',
      host: { name: 'esx%2f1', host: HOST },
      fullFormattedMessage: ' Task: Update virtual NIC ',
      info: {
        key: 'task-1',
        task: { type: 'Task', value: 'task-1' },
        descriptionId: 'host.NetworkSystem.updateVirtualNic',
        state: 'success',
        cancelled: false,
        cancelable: false,
        reason: { _type: 'TaskReasonUser', userName: 'CORP\\ann' },
        queueTime: time(index),
        eventChainId: index,
      },
    }))
      .filter(({ createdTime }) => Date.parse(createdTime) <= end)
      .toReversed()
      .slice(0, filter.maxCount);
  };
  return { fake, asked };
}

describe('events', () => {
  it('are read with who did what to which host', async () => {
    const { fake, asked } = withEvents(1);
    const events = await inSession(fake, (session) =>
      session.readEvents([CLUSTER], { since: SINCE, max: 10, byUsers: true }),
    );
    expect(events).toEqual([
      {
        key: 1,
        type: 'TaskEvent',
        at: time(0),
        user: 'CORP\\ann',
        host: { name: 'esx/1', moref: HOST },
        task: 'host.NetworkSystem.updateVirtualNic',
        message: 'Task: Update virtual NIC',
      },
    ]);
    expect(asked).toMatchObject([
      {
        entity: { entity: CLUSTER, recursion: 'all' },
        userName: { systemUser: false },
        time: { beginTime: SINCE.toISOString() },
      },
    ]);
  });

  it.each([
    { there: 0, max: 100, read: 0, calls: 1 },
    { there: 100, max: 100, read: 100, calls: 1 },
    { there: 2500, max: 5000, read: 2500, calls: 3 },
    { there: 2500, max: 1500, read: 1500, calls: 2 },
  ])('are read page by page, the newest $read of $there where $max are wanted', async ({ there, max, read, calls }) => {
    const { fake, asked } = withEvents(there);
    const events = await inSession(fake, (session) => session.readEvents([CLUSTER], { since: SINCE, max }));
    expect(events.map(({ key }) => key)).toEqual(Array.from({ length: read }, (_, index) => there - read + index + 1));
    expect(asked).toHaveLength(calls);
  });

  it('of several entities are told once each', async () => {
    const { fake } = withEvents(3);
    const events = await inSession(fake, (session) => session.readEvents([CLUSTER, HOST], { since: SINCE, max: 10 }));
    expect(events.map(({ key }) => key)).toEqual([1, 2, 3]);
  });

  it('of a kind that only newer servers know keep its name, and those of ESXi their id', async () => {
    const fake = createFakeVcenter();
    const base = { chainId: 0, createdTime: time(0), userName: '' };
    fake.answers['QueryEvents'] = () => [
      { ...base, _type: 'HostAddedEvent', key: 1 },
      { ...base, _type: 'EventEx', key: 2, eventTypeId: 'esx.problem.net.redundancy.lost', message: 'Lost' },
    ];
    const events = await inSession(fake, (session) => session.readEvents([CLUSTER], { since: SINCE, max: 10 }));
    expect(events.map(({ type, user, message }) => [type, user, message])).toEqual([
      ['HostAddedEvent', undefined, ''],
      ['esx.problem.net.redundancy.lost', undefined, 'Lost'],
    ]);
  });
});

describe('triggered alarms', () => {
  const ALARM = { type: 'Alarm', value: 'alarm-65' };
  const state = {
    key: '65.1',
    entity: HOST,
    alarm: ALARM,
    overallStatus: 'yellow',
    time: time(1),
    acknowledged: false,
  };

  function withAlarms(states: object[], names: object[] = []) {
    const fake = createFakeVcenter();
    const answers = [
      [{ obj: CLUSTER, propSet: [{ name: 'triggeredAlarmState', val: typed('ArrayOfAlarmState', states) }] }],
      names,
    ];
    fake.answers['RetrievePropertiesEx'] = () => ({ objects: answers.shift() });
    return fake;
  }

  it('are read with their names, the oldest first, in two calls', async () => {
    const older = { ...state, key: '65.0', time: time(0), overallStatus: 'red', acknowledged: undefined };
    const fake = withAlarms(
      [state, older],
      [
        { obj: ALARM, propSet: [{ name: 'info.name', val: 'Uplink redundancy' }] },
        { obj: HOST, propSet: [{ name: 'name', val: 'esx01' }] },
      ],
    );
    const alarms = await inSession(fake, (session) => session.readTriggeredAlarms(CLUSTER));
    expect(alarms.map(({ key, status, isAcknowledged }) => [key, status, isAcknowledged])).toEqual([
      ['65.0', 'red', false],
      ['65.1', 'yellow', false],
    ]);
    expect(alarms[0]).toMatchObject({
      alarm: { moref: ALARM, name: 'Uplink redundancy' },
      entity: { moref: HOST, name: 'esx01' },
    });
  });

  it('keep their ids where the account may not see the names', async () => {
    const denied = { _type: 'NoPermission', object: ALARM, privilegeId: 'System.Read' };
    const missingSet = [{ path: 'info.name', fault: { fault: denied, localizedMessage: 'denied' } }];
    const fake = withAlarms([state], [{ obj: ALARM, propSet: [], missingSet }]);
    const [alarm] = await inSession(fake, (session) => session.readTriggeredAlarms(CLUSTER));
    expect([alarm?.alarm.name, alarm?.entity.name]).toEqual(['alarm-65', 'host-1']);
  });

  it('are none in one call', async () => {
    const fake = withAlarms([]);
    const calls = await inSession(fake, async (session) => {
      const before = session.calls;
      expect(await session.readTriggeredAlarms(CLUSTER)).toEqual([]);
      return session.calls - before;
    });
    expect(calls).toBe(1);
  });

  it('of a cluster that is gone are a failure', async () => {
    const fake = createFakeVcenter();
    fake.answers['RetrievePropertiesEx'] = () => {
      throw new Fault({ _type: 'ManagedObjectNotFound', obj: CLUSTER });
    };
    const reading = inSession(fake, (session) => session.readTriggeredAlarms(CLUSTER));
    await expect(reading).rejects.toMatchObject({ code: 'vcenter-object-gone' });
  });
});
