import { expect, it } from 'vitest';
import { policyOf } from '../../shared/domain/alarm-defaults.ts';
import { capSignal, isWorse, ofColour, ofMoref } from '../../shared/domain/alarm-signal.ts';
import { triggeredSignal } from '../../shared/domain/triggered-signal.ts';
import { aPolicy, aSignal } from '../support/alarm-world.ts';

it('cuts every text of somebody else to what a card can hold', () => {
  const long = 'x'.repeat(5000);
  const cut = `${'x'.repeat(199)}…`;
  const signal = aSignal({
    alarm: long,
    alarmId: long,
    event: long,
    status: { from: long, to: long },
    vcenter: long,
    host: { name: long, moref: long },
    cluster: { name: long },
    object: long,
    summary: long,
    user: long,
    occurrence: long,
  });
  expect(capSignal(signal)).toEqual({
    ...signal,
    alarm: cut,
    alarmId: cut,
    event: cut,
    status: { from: cut, to: cut },
    vcenter: cut,
    host: { name: cut, moref: cut },
    cluster: { name: cut },
    object: cut,
    summary: `${'x'.repeat(999)}…`,
    user: cut,
    occurrence: `${'x'.repeat(119)}…`,
  });
});

it('leaves alone what fits', () => {
  const signal = aSignal({ alarm: 'x'.repeat(200), host: { moref: 'host-11' }, status: { to: 'red' } });
  expect(capSignal(signal)).toEqual(signal);
});

it('takes blanks for nothing, and an alarm without a name by another', () => {
  const blank = { alarm: ' ', event: '', host: { name: ' ', moref: '' }, cluster: { name: ' a ' }, summary: ' ' };
  expect(capSignal(aSignal(blank))).toEqual(
    aSignal({ alarm: 'unnamed alarm', host: undefined, cluster: { name: 'a' }, summary: '' }),
  );
});

it('cuts no character in halves', () => {
  const { alarm, event } = capSignal(aSignal({ alarm: `${'x'.repeat(198)}😀😀`, event: 'a\uD83D' }));
  expect([alarm.isWellFormed(), event?.isWellFormed()]).toEqual([true, true]);
});

it.each([
  { colour: 'green', expected: { state: 'cleared', severity: 'info' } },
  { colour: ' Yellow ', expected: { state: 'raised', severity: 'warning' } },
  { colour: 'RED', expected: { state: 'raised', severity: 'critical' } },
  { colour: 'gray', expected: undefined },
  { colour: undefined, expected: undefined },
])('takes the colour $colour for $expected', ({ colour, expected }) => {
  expect(ofColour(colour)).toEqual(expected);
});

it.each([
  { moref: 'host-11', expected: ['host'] },
  { moref: 'domain-c8', expected: ['cluster'] },
  { moref: 'vm-host-11', expected: [] },
  { moref: 'vm-domain-c8', expected: [] },
  { moref: undefined, expected: [] },
])('takes the object $moref for $expected', ({ moref, expected }) => {
  const named = ofMoref({ name: 'it', moref });
  expect(Object.keys(named)).toEqual(expected);
  for (const object of Object.values(named)) expect(object).toEqual({ name: 'it', moref });
});

it.each([
  { before: 'info', now: 'warning', expected: true },
  { before: 'warning', now: 'critical', expected: true },
  { before: 'critical', now: 'critical', expected: false },
  { before: 'critical', now: 'info', expected: false },
] as const)('from $before to $now is worse: $expected', ({ expected, ...severities }) => {
  expect(isWorse(severities)).toBe(expected);
});

it('shows alarms, and does nothing about any, where vmotion.yaml says nothing of them', () => {
  expect(policyOf({})).toMatchObject({ rules: [] });
  const alarms = aPolicy();
  expect(policyOf({ alarms })).toBe(alarms);
});

const TRIGGERED = {
  key: 'alarm-303.host-11',
  alarm: { moref: { type: 'Alarm', value: 'alarm-303' }, name: 'Network uplink redundancy lost' },
  entity: { moref: { type: 'HostSystem', value: 'host-11' }, name: 'esx01.lab.local' },
  status: 'red',
  at: '2026-01-02T03:04:05.000Z',
  isAcknowledged: false,
} as const;

it('takes what vCenter shows as triggered for a report of it', () => {
  const where = { vcenter: 'lab', cluster: 'cluster-a' };
  expect(triggeredSignal(TRIGGERED, where)).toMatchObject({
    source: 'poll',
    alarmId: 'alarm-303',
    state: 'raised',
    severity: 'critical',
    status: { to: 'red' },
    vcenter: 'lab',
    host: { name: 'esx01.lab.local', moref: 'host-11' },
    cluster: { name: 'cluster-a' },
    at: TRIGGERED.at,
    occurrence: `alarm-303.host-11:${TRIGGERED.at}`,
  });
  // vCenter shows it, whatever it knows about it now.
  expect(triggeredSignal({ ...TRIGGERED, status: 'gray' }, where)).toMatchObject({ state: 'raised', severity: 'info' });
  const entity = { moref: { type: 'ClusterComputeResource', value: 'domain-c8' }, name: 'Cluster A' };
  expect(triggeredSignal({ ...TRIGGERED, entity }, where)).toMatchObject({ host: undefined, object: 'Cluster A' });
});
