// What a card wants: one job, counted once within its rule's limits, however often it is tried.
import { describe, expect, it } from 'vitest';
import { actOnCard } from '../../shared/app/act-on-card.ts';
import type { AlarmRule } from '../../shared/domain/alarm-policy.ts';
import { NO_AUTOMATION } from '../../shared/domain/automation.ts';
import type { AlarmCard } from '../../shared/domain/card.ts';
import type { HostRecord } from '../../shared/domain/record.ts';
import { aCard } from '../support/a-card.ts';
import { type AlarmWorld, aPolicy, aRule, createAlarmWorld } from '../support/alarm-world.ts';
import { aHost, aNetwork } from '../support/builders.ts';

const WANTED = { request: 'a-0123456789-1', as: 'rule' } as const;
const REQUEST = 'card:a-0123456789-1';

async function wanting(rule: Partial<AlarmRule>, change: Partial<AlarmCard> = {}): Promise<AlarmWorld> {
  const world = createAlarmWorld({ policy: aPolicy([aRule(rule)]) });
  await world.parts.store.cards.create(aCard({ rule: rule.id ?? 'mend', wanted: WANTED, ...change }));
  return world;
}
const jobsOf = (world: AlarmWorld) => world.parts.store.jobs.listByCluster('cluster-a', 10);
async function act(world: AlarmWorld, id = 'a-0123456789') {
  await actOnCard(world.parts, id);
  const card = await world.parts.store.cards.find(id);
  return { card, job: (await jobsOf(world))[0], starts: (await world.parts.store.automation.find())?.starts ?? [] };
}

describe('the job that a card wants', () => {
  it.each<{ rule: Partial<AlarmRule>; job: object; card: object }>([
    {
      rule: { action: 'test', mode: 'ask' },
      job: { kind: 'test', onlyHost: undefined, origin: { rule: 'mend', mode: 'auto', maxHosts: 1 } },
      card: { state: 'auto', job: { kind: 'test', mode: 'auto' } },
    },
    {
      rule: { action: 'enable', maxHosts: 3 },
      job: { kind: 'enable', onlyHost: 'esx02.lab.local', origin: { rule: 'mend', mode: 'auto', maxHosts: 3 } },
      card: { state: 'auto', job: { kind: 'enable', mode: 'auto' } },
    },
    {
      rule: { action: 'enable', mode: 'ask' },
      job: { kind: 'enable', origin: { rule: 'mend', mode: 'ask' } },
      card: { state: 'ask', job: { kind: 'enable', mode: 'ask' } },
    },
  ])('is made by its rule, and counted: $rule', async ({ rule, job: made, card: shown }) => {
    const world = await wanting(rule);
    const { card, job, starts } = await act(world);
    expect(job).toMatchObject({
      ...made,
      requestedBy: 'policy:mend',
      reason: 'alarm vMotion network lost (a-0123456789)',
      origin: { card: 'a-0123456789' },
    });
    expect(card).toMatchObject({ ...shown, job: { id: job?.id, at: job?.createdAt } });
    expect(card?.job?.isFirst).toBeUndefined();
    expect(card?.wanted).toBeUndefined();
    expect(card?.history.at(-1)?.text).toContain('policy:mend');
    expect(starts).toEqual([
      {
        request: REQUEST,
        rule: 'mend',
        cluster: 'cluster-a',
        object: 'esx02.lab.local',
        at: world.clock.now().toISOString(),
      },
    ]);
  });

  it('begins as a person’s does: a plan, which waits for approval where nobody need not be asked', async () => {
    expect((await act(await wanting({ action: 'test' }))).job).toMatchObject({ start: 'on-approval' });
    expect((await act(await wanting({ action: 'enable' }))).job).toMatchObject({ start: 'on-approval' });
  });

  it('is that of the rule which fits all that the card knows of the alarm', async () => {
    const match = {
      source: ['vcenter' as const],
      event: ['e'],
      severity: ['critical' as const],
      state: ['raised' as const],
    };
    expect((await act(await wanting({ action: 'test', match }, { event: 'e' }))).job).toMatchObject({ kind: 'test' });
    expect((await act(await wanting({ action: 'test', match }, { event: 'f' }))).job).toBeUndefined();
  });

  it('is held outside of the windows of its own rule', async () => {
    const never = { days: [], from: '00:00', to: '00:01', timeZone: 'UTC' };
    const other = aRule({ id: 'other', match: { alarm: ['other'] } });
    const world = createAlarmWorld({ policy: aPolicy([other, aRule({ action: 'enable', windows: [never] })]) });
    await world.parts.store.cards.create(aCard({ rule: 'mend', wanted: WANTED }));
    expect((await act(world)).card?.held).toMatchObject({ verdict: 'outside-window' });
  });

  it('is a repair of the host where it was enabled before', async () => {
    const world = await wanting({ action: 'repair' });
    const { moref, name } = aHost(2);
    const record: HostRecord = {
      schema: 1,
      jobId: 'j-000001',
      host: { moref, name },
      phase: 'applied',
      before: aNetwork(),
      plan: { host: { moref, name }, kind: 'change', steps: [], findings: [], untouched: [] },
      journal: [],
      digest: '',
      version: 1,
    };
    const at = '2026-01-01T03:04:05.000Z';
    const baseline = { cluster: 'cluster-a', host: moref.value, name, jobId: 'j-000001', at, record };
    await world.parts.store.baselines.putIfAbsent(baseline);
    const { job, card } = await act(world);
    expect(job).toMatchObject({ kind: 'repair', onlyHost: 'esx02.lab.local' });
    expect(card).toMatchObject({ state: 'auto', job: { kind: 'repair' } });
  });

  it('is of the whole cluster where the alarm is', async () => {
    const { job, starts } = await act(await wanting({ action: 'enable' }, { host: undefined }));
    expect(job).toMatchObject({ kind: 'enable' });
    expect(job?.onlyHost).toBeUndefined();
    expect(starts).toMatchObject([{ object: 'cluster-a' }]);
  });

  it('is none where the card wants nothing, or is not there', async () => {
    const world = await wanting({ action: 'test' }, { wanted: undefined });
    expect(await act(world)).toMatchObject({ card: { version: 1 }, job: undefined, starts: [] });
    expect(await act(world, 'a-9999999999')).toMatchObject({ card: undefined });
  });

  it.each<{ what: string; rule: Partial<AlarmRule>; change?: Partial<AlarmCard>; verdict: string }>([
    {
      what: 'of no cluster',
      rule: { action: 'test' },
      change: { cluster: undefined, unplaced: { why: 'x' } },
      verdict: 'unplaced',
    },
    {
      what: 'of a vCenter that nobody knows',
      rule: { action: 'test' },
      change: { vcenter: undefined },
      verdict: 'unplaced',
    },
    { what: 'that no rule fits any more', rule: { match: { alarm: ['other'] } }, verdict: 'notify' },
    { what: 'never enabled before', rule: {}, verdict: 'not-enabled' },
  ])('is held, and counted nowhere, for a card $what', async ({ rule, change, verdict }) => {
    const world = await wanting(rule, change);
    const { card, job, starts } = await act(world);
    expect(card?.held).toMatchObject({ verdict });
    expect([card?.wanted, job, starts]).toEqual([undefined, undefined, []]);
    expect(world.logLines.some((line) => line.includes('alarm-held') && line.includes(verdict))).toBe(true);
  });
});

describe('an attempt whose end nobody saw', () => {
  const start = { request: REQUEST, rule: 'mend', cluster: 'cluster-a', object: 'esx02.lab.local' };

  it('does not use up the limit of its own second try, nor is it counted twice', async () => {
    const world = await wanting({ action: 'test', limits: { perObject: 1, perCluster: 1, total: 1 } });
    const own = { ...start, at: world.clock.now().toISOString() };
    await world.parts.store.automation.save({ ...NO_AUTOMATION, version: 1, starts: [own] });
    const { job, starts } = await act(world);
    expect(job).toMatchObject({ kind: 'test' });
    expect(starts).toEqual([own]);
    expect(await world.parts.store.automation.find()).toMatchObject({ version: 1 });
  });

  it('is held by another one', async () => {
    const world = await wanting({
      action: 'test',
      limits: { perObject: 1, perCluster: 1, total: 1 },
      cooldownMinutes: 0,
    });
    const other = { ...start, request: 'card:a-9999999999-1', at: world.clock.now().toISOString() };
    await world.parts.store.automation.save({ ...NO_AUTOMATION, version: 1, starts: [other] });
    expect((await act(world)).card?.held).toMatchObject({ verdict: 'limited' });
  });

  it.each([
    { what: 'its own', probe: REQUEST, held: undefined },
    { what: 'another one', probe: 'card:a-9999999999-1', held: { verdict: 'breaker-open' } },
  ])('is the one that a half-open breaker lets through: $what', async ({ probe, held }) => {
    const world = await wanting({ action: 'test', cooldownMinutes: 0 });
    const now = world.clock.now().getTime();
    const at = new Date(now - 60_000).toISOString();
    const breakers = { mend: { failures: 3, openedAt: new Date(now - 3_600_000).toISOString(), probe } };
    const starts = [{ ...start, request: probe, at }];
    await world.parts.store.automation.save({ ...NO_AUTOMATION, version: 1, starts, breakers });
    const { card, job } = await act(world);
    if (held !== undefined) expect(card?.held).toMatchObject(held);
    else expect([card?.job?.mode, job?.origin?.mode]).toEqual(['ask', 'ask']);
  });

  it('is remembered as the probe', async () => {
    const world = await wanting({ action: 'test' });
    const openedAt = new Date(world.clock.now().getTime() - 3_600_000).toISOString();
    await world.parts.store.automation.save({
      ...NO_AUTOMATION,
      version: 1,
      breakers: { mend: { failures: 3, openedAt } },
    });
    await act(world);
    expect((await world.parts.store.automation.find())?.breakers).toMatchObject({ mend: { probe: REQUEST } });
  });
});

describe('a test that has to come first', () => {
  const rule = { action: 'enable', needsPassingTest: true } as const;
  const second = {
    id: 'a-2222222222',
    host: { name: 'esx03.lab.local' },
    wanted: { request: 'a-2222222222-1', as: 'rule' },
  } as const;

  it('is one for all cards of a cluster, and not counted against the rule', async () => {
    const world = await wanting(rule);
    await world.parts.store.cards.create(aCard({ ...second, rule: 'mend' }));
    const { card, job, starts } = await act(world);
    expect(job).toMatchObject({ kind: 'test', requestedBy: 'policy:mend' });
    expect(job?.onlyHost).toBeUndefined();
    expect(card).toMatchObject({ state: 'auto', job: { id: job?.id, kind: 'test', isFirst: true } });
    expect(starts).toEqual([]);
    await world.clock.sleep(1000);
    expect((await act(world, second.id)).card).toMatchObject({ job: { id: job?.id, isFirst: true } });
    expect(await jobsOf(world)).toHaveLength(1);
  });

  it('is another one ten minutes later', async () => {
    const world = await wanting(rule);
    await world.parts.store.cards.create(aCard({ ...second, rule: 'mend' }));
    const first = await act(world);
    await world.clock.sleep(10 * 60_000);
    const later = await act(world, second.id);
    expect(later.card?.job?.id).not.toBe(first.card?.job?.id);
  });
});
