// One alarm on its way in: which card it is, where it is shown, and what is none.
import { describe, expect, it } from 'vitest';
import { createReceiveAlarm } from '../../shared/app/receive-alarm.ts';
import type { AlarmSignal } from '../../shared/domain/alarm-signal.ts';
import { type AlarmWorld, aPolicy, aRule, aSignal, createAlarmWorld } from '../support/alarm-world.ts';

let world: AlarmWorld;
const HOSTS = [1, 2].map((number) => ({ moref: `host-1${number}`, name: `esx0${number}.lab.local` }));

async function knowing(policy = aPolicy()): Promise<void> {
  world = createAlarmWorld({ policy });
  await world.parts.store.hostIndex.put({ cluster: 'cluster-a', hosts: HOSTS });
}
const receive = (change: Partial<AlarmSignal> = {}) => createReceiveAlarm(world.parts)(aSignal(change));

describe('an alarm', () => {
  it('is taken once, and is nothing new where it ends and never began', async () => {
    await knowing();
    const ended = { state: 'cleared', severity: 'info' } as const;
    expect(await receive(ended)).toEqual({ kind: 'nothing-new', card: undefined });
    const { card } = await receive();
    expect(card).toMatch(/^a-[0-9a-f]{10}$/);
    expect(await receive()).toEqual({ kind: 'duplicate', card });
    const poll = { source: 'poll', at: world.clock.now().toISOString() } as const;
    expect(await receive(poll)).toEqual({ kind: 'nothing-new', card });
    expect(await receive({ ...ended, at: '2026-01-02T03:09:05.000Z' })).toEqual({ kind: 'taken', card });
  });

  it.each<{ what: string; change: Partial<AlarmSignal>; isSame: boolean }>([
    { what: 'by another way in', change: { source: 'json', severity: 'warning', event: 'e' }, isSame: true },
    { what: 'in other capitals', change: { alarm: 'VMOTION ADAPTER IS WRONG' }, isSame: true },
    { what: 'by the host’s whole name', change: { host: { name: 'ESX02.lab.local' } }, isSame: true },
    { what: 'by the host’s reference', change: { host: { moref: 'host-12' } }, isSame: true },
    { what: 'with its cluster', change: { cluster: { name: 'cluster-a' } }, isSame: true },
    { what: 'of another name', change: { alarm: 'another' }, isSame: false },
    { what: 'of another host', change: { host: { name: 'esx01' } }, isSame: false },
    { what: 'of the whole cluster', change: { host: undefined, cluster: { name: 'cluster-a' } }, isSame: false },
    { what: 'of another cluster', change: { host: { name: 'esx02' }, cluster: { name: 'cluster-l3' } }, isSame: true },
  ])('$what has the same card: $isSame', async ({ change, isSame }) => {
    await knowing();
    const { card } = await receive({ host: { name: 'esx02' } });
    const other = await receive({ ...change, at: '2026-01-02T03:09:05.000Z' });
    expect(other.card === card).toBe(isSame);
  });

  it.each<{ what: string; change: Partial<AlarmSignal>; isSame: boolean }>([
    { what: 'in other capitals', change: { host: { name: 'GONE', moref: 'host-99' } }, isSame: true },
    { what: 'of another host', change: { host: { name: 'gone', moref: 'host-98' } }, isSame: false },
    { what: 'of another cluster', change: { cluster: { name: 'nowhere' } }, isSame: false },
    { what: 'of another object', change: { object: 'Datastore 1' }, isSame: false },
    { what: 'of another vCenter', change: { vcenter: 'vc9' }, isSame: false },
    { what: 'of another name', change: { alarm: 'another' }, isSame: false },
  ])('that nobody can place, $what, has the same card: $isSame', async ({ change, isSame }) => {
    await knowing();
    const gone = { host: { name: 'gone', moref: 'host-99' } };
    const { card } = await receive(gone);
    const other = await receive({ ...gone, ...change, at: '2026-01-02T03:09:05.000Z' });
    expect(other.card === card).toBe(isSame);
    expect(world.logLines.some((line) => line.includes('alarm-not-placed'))).toBe(true);
  });

  it('that comes five times at once has one card, and is counted once', async () => {
    await knowing();
    const receiveHere = createReceiveAlarm(world.parts);
    const outcomes = await Promise.all([1, 2, 3, 4, 5].map(() => receiveHere(aSignal())));
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual([...Array(4).fill('duplicate'), 'taken']);
    expect(await world.card()).toMatchObject({ count: 1, version: 1 });
  });

  it('is shown in its cluster’s channel; where it has none, in the one declared, or the first cluster’s', async () => {
    await knowing();
    const channelOf = async (id = '') => (await world.parts.store.cards.find(id))?.channel;
    const { clusters } = world.parts.settings;
    const [first, own] = [Object.values(clusters)[0], clusters['cluster-l3']];
    if (first === undefined || own === undefined) throw new Error('the lab has no clusters');
    first.channel = 'C0FIRST';
    own.channel = 'C0OWN';
    const nowhere = { host: { name: 'gone' } };
    expect(await channelOf((await receive({ host: undefined, cluster: { name: 'cluster-l3' } })).card)).toBe('C0OWN');
    expect(await channelOf((await receive(nowhere)).card)).toBe('C0FIRST');
    const { alarms } = world.parts.settings;
    if (alarms !== undefined) alarms.channel = 'C0ELSEWHERE';
    expect(await channelOf((await receive({ ...nowhere, alarm: 'another' })).card)).toBe('C0ELSEWHERE');
  });

  it('tells the channel, unless its rule ignores it', async () => {
    await knowing();
    await receive();
    expect(world.queue.takeCardNotice()).toMatchObject({ version: 1, attempt: 0 });
    await receive();
    expect(world.queue.takeCardNotice()).toBeUndefined();
    await knowing(aPolicy([aRule({ action: 'ignore' })]));
    expect((await receive()).kind).toBe('taken');
    expect(world.queue.takeCardNotice()).toBeUndefined();
  });

  it.each([
    { what: 'five minutes ahead is believed', aheadMs: 300_000, isBelieved: true },
    { what: 'more than that is not', aheadMs: 300_001, isBelieved: false },
    { what: 'an hour late is believed', aheadMs: -3_600_000, isBelieved: true },
  ])('of a clock that is $what', async ({ aheadMs, isBelieved }) => {
    await knowing();
    const now = world.clock.now();
    const at = new Date(now.getTime() + aheadMs).toISOString();
    await receive({ at });
    expect((await world.card()).changedBy.at).toBe(isBelieved ? at : now.toISOString());
  });
});

describe('an event that no alarm was raised for', () => {
  const login: Partial<AlarmSignal> = { isEvent: true, alarm: 'UserLoginSessionEvent', event: 'UserLogin' };
  it('has no card where it means nothing for vMotion and fits no rule', async () => {
    await knowing();
    expect(await receive(login)).toEqual({ kind: 'nothing-new' });
    expect(await world.cards()).toEqual([]);
    expect((await receive({ ...login, event: 'VmFailedMigrateEvent' })).kind).toBe('taken');
    // An alarm has one, whatever it is about.
    expect((await receive({ ...login, alarm: 'Logins', isEvent: undefined })).kind).toBe('taken');
  });

  it('has one where a rule asks for it, there', async () => {
    await knowing();
    const match = { event: ['UserLogin'], cluster: ['cluster-a'], host: ['esx02*'] };
    await knowing(aPolicy([aRule({ match, action: 'notify' })]));
    expect((await receive({ ...login, host: { name: 'esx01' } })).kind).toBe('nothing-new');
    expect((await receive({ ...login, host: undefined, cluster: { name: 'cluster-a' } })).kind).toBe('nothing-new');
    expect((await receive({ ...login, host: { name: 'gone' } })).kind).toBe('nothing-new');
    expect((await receive(login)).kind).toBe('taken');
  });
});

describe('the hosts that are known', () => {
  const esx09 = { host: { name: 'esx09' } };
  const learn = () =>
    world.parts.store.hostIndex.put({ cluster: 'cluster-a', hosts: [{ moref: 'host-19', name: 'esx09.lab.local' }] });
  const isPlaced = async (id = '') => (await world.parts.store.cards.find(id))?.cluster === 'cluster-a';

  it('are looked up again after half a minute, and not before', async () => {
    await knowing();
    const receiveHere = createReceiveAlarm(world.parts);
    const signal = (alarm: string) => receiveHere(aSignal({ ...esx09, alarm }));
    expect(await isPlaced((await signal('first')).card)).toBe(false);
    await learn();
    await world.clock.sleep(29_999);
    expect(await isPlaced((await signal('second')).card)).toBe(false);
    await world.clock.sleep(1);
    expect(await isPlaced((await signal('third')).card)).toBe(true);
  });

  it('are asked for again where the table was away', async () => {
    await knowing();
    const { hostIndex } = world.parts.store;
    let isAway = true;
    const flaky = {
      ...hostIndex,
      list: (names: string[]) => (isAway ? Promise.reject(new Error('away')) : hostIndex.list(names)),
    };
    const receiveHere = createReceiveAlarm({ ...world.parts, store: { ...world.parts.store, hostIndex: flaky } });
    await expect(receiveHere(aSignal())).rejects.toThrow('away');
    isAway = false;
    expect(await isPlaced((await receiveHere(aSignal())).card)).toBe(true);
  });
});

it('is taken although what it asks for can’t be done at once: that stands in the card’s row', async () => {
  await knowing(aPolicy([aRule({ action: 'test' })]));
  const { store } = world.parts;
  const automation = { ...store.automation, find: () => Promise.reject(new Error('away')) };
  const receiveHere = createReceiveAlarm({ ...world.parts, store: { ...store, automation } });
  expect((await receiveHere(aSignal())).kind).toBe('taken');
  expect(await world.card()).toMatchObject({ state: 'new', wanted: { as: 'rule' } });
  expect(world.logLines.some((line) => line.includes('alarm-action-delayed'))).toBe(true);
});
