import { expect, it } from 'vitest';
import { actionFor, findRule, isGlobMatch, type PolicyAction } from '../../shared/domain/alarm-policy.ts';
import { placeAlarm } from '../../shared/domain/alarm-place.ts';
import { MEANINGS, meaningOf } from '../../shared/domain/alarm-meaning.ts';
import type { AlarmSignal } from '../../shared/domain/alarm-signal.ts';
import { aRule, aSignal } from '../support/alarm-world.ts';
import { labSettings } from '../support/world.ts';

it.each([
  { glob: '*', text: '', expected: true },
  { glob: 'vMotion *', text: 'vmotion network lost', expected: true },
  { glob: 'vMotion *', text: 'no vMotion here', expected: false },
  { glob: '*lost', text: 'network lost', expected: true },
  { glob: '*lost', text: 'network lost again', expected: false },
  { glob: 'a*b*c', text: 'axxbyyc', expected: true },
  { glob: 'a*b*c', text: 'axxcyyb', expected: false },
  { glob: 'esx??', text: 'esx01', expected: true },
  { glob: 'esx??', text: 'esx1', expected: false },
  { glob: 'esx.problem.net.*', text: 'esxXproblem.net.x', expected: false },
  { glob: '*a*a*a*a*a*a*a*a*a*b', text: 'a'.repeat(2000), expected: false },
  { glob: 'what?', text: 'what*', expected: true },
  { glob: 'a*', text: 'a*b', expected: true },
])('$glob fits $text: $expected', ({ glob, text, expected }) => {
  expect(isGlobMatch(glob, text)).toBe(expected);
});

it.each([
  { what: 'by everything it gives', match: { alarm: ['vMotion*'], cluster: ['cluster-a'] }, expected: true },
  { what: 'not by another cluster', match: { alarm: ['vMotion*'], cluster: ['cluster-b'] }, expected: false },
  { what: 'not by an event that the alarm has not', match: { event: ['*'] }, expected: false },
  { what: 'not by another severity', match: { severity: ['info' as const] }, expected: false },
  { what: 'by one of several names', match: { alarm: ['x*', 'vMotion*'] }, expected: true },
  { what: 'by its state', match: { state: ['raised' as const] }, expected: true },
  { what: 'not by the other state', match: { state: ['cleared' as const] }, expected: false },
  { what: 'not by another way in', match: { source: ['logs' as const] }, expected: false },
])('is found $what', ({ match, expected }) => {
  const place = { cluster: 'cluster-a', host: 'esx02.lab.local' };
  expect(findRule(aSignal(), place, [aRule({ match })]) !== undefined).toBe(expected);
});

it('is the first that fits', () => {
  const rules = [aRule({ id: 'none', match: { host: ['x*'] } }), aRule({ id: 'one' }), aRule({ id: 'two' })];
  expect(findRule(aSignal(), { host: 'esx02' }, rules)?.id).toBe('one');
});

it('of a way in is meant for what polling finds, too', () => {
  const rule = aRule({ match: { source: ['vcenter'] } });
  expect(findRule(aSignal({ source: 'poll' }), {}, [rule])).toBe(rule);
});

it.each([
  { alarm: 'Network uplink redundancy lost', event: undefined, expected: 'uplink-lost' },
  { alarm: 'my own name for it', event: 'esx.problem.net.vmnic.linkstate.down', expected: 'uplink-lost' },
  { alarm: 'whatever', event: 'esx.problem.net.vmknic.ip.duplicate', expected: 'duplicate-address' },
  { alarm: 'vMotion gateway missing', event: undefined, expected: 'gateway-missing' },
  { alarm: 'vMotion adapter MTU changed', event: undefined, expected: 'mtu-changed' },
  { alarm: 'VMKernel NIC not configured correctly', event: undefined, expected: 'adapter-wrong' },
  { alarm: 'vMotion switched off on an adapter', event: undefined, expected: 'vmotion-off' },
  { alarm: 'Host added to cluster', event: undefined, expected: 'host-added' },
  { alarm: 'Datastore usage on disk', event: undefined, expected: 'other' },
])('$alarm ($event) means $expected', ({ alarm, event, expected }) => {
  expect(meaningOf({ alarm, event })).toBe(expected);
});

it.each<{ action: PolicyAction; event?: string; expected: PolicyAction }>([
  { action: 'repair', expected: 'repair' },
  { action: 'repair', event: 'esx.problem.net.vmnic.linkstate.down', expected: 'test' },
  { action: 'enable', event: 'esx.problem.net.vmnic.linkstate.down', expected: 'test' },
  { action: 'ignore', event: 'esx.problem.net.vmnic.linkstate.down', expected: 'ignore' },
  { action: 'notify', event: 'esx.problem.net.vmnic.linkstate.down', expected: 'notify' },
])('$action becomes $expected for $event', ({ action, event, expected }) => {
  const signal = { alarm: 'vMotion adapter is wrong', event };
  expect(actionFor(signal, aRule({ action }), (meaning) => MEANINGS[meaning].isFixable)).toBe(expected);
});

const KNOWN = [
  {
    cluster: 'cluster-a',
    hosts: [
      { moref: 'host-11', name: 'esx01.lab.local' },
      { moref: 'host-12', name: 'esx02.lab.local' },
    ],
  },
  { cluster: 'cluster-l3', hosts: [{ moref: 'host-21', name: 'esx11.lab.local' }] },
];

it.each<{ what: string; signal: Partial<AlarmSignal>; expected: object }>([
  {
    what: 'a host by its name',
    signal: { host: { name: 'ESX02.lab.local' } },
    expected: { cluster: 'cluster-a', host: { moref: 'host-12' } },
  },
  { what: 'a host by its short name', signal: { host: { name: 'esx11' } }, expected: { cluster: 'cluster-l3' } },
  {
    what: 'a host by its moref',
    signal: { host: { moref: 'host-21' } },
    expected: { cluster: 'cluster-l3', host: { name: 'esx11.lab.local' } },
  },
  {
    what: 'a new host by its cluster',
    signal: { host: { name: 'esx99.lab.local' }, cluster: { name: 'cluster-a' } },
    expected: { cluster: 'cluster-a', host: { name: 'esx99.lab.local' } },
  },
  {
    what: 'a cluster by its name',
    signal: { host: undefined, cluster: { name: 'Cluster-L3' } },
    expected: { cluster: 'cluster-l3' },
  },
  {
    what: 'the vCenter by its SDK address',
    signal: { vcenter: 'https://127.0.0.1/sdk', host: { name: 'esx01' } },
    expected: { cluster: 'cluster-a' },
  },
  {
    what: 'the one vCenter by another name of it',
    signal: { vcenter: 'vc01.example.com', host: { name: 'esx01' } },
    expected: { cluster: 'cluster-a' },
  },
  { what: 'nobody knows', signal: { host: { name: 'esx77.lab.local' } }, expected: { kind: 'unplaced' } },
  { what: 'a name that only begins alike', signal: { host: { name: 'esx0' } }, expected: { kind: 'unplaced' } },
  {
    what: 'a moref that belongs to another name',
    signal: { host: { name: 'esx11.lab.local', moref: 'host-11' } },
    expected: { cluster: 'cluster-l3' },
  },
  { what: 'nothing at all', signal: { host: undefined }, expected: { kind: 'unplaced' } },
])('places $what', ({ signal, expected }) => {
  expect(placeAlarm(aSignal(signal), labSettings(), KNOWN)).toMatchObject(expected);
});

it('places nothing of a vCenter with another UUID than the one declared', () => {
  const settings = labSettings();
  const lab = settings.vcenters['lab'];
  if (lab !== undefined) lab.instanceUuid = '11111111-2222-4333-8444-555555555555';
  const vcenter = '99999999-2222-4333-8444-555555555555';
  expect(placeAlarm(aSignal({ vcenter, host: { name: 'esx01' } }), settings, KNOWN)).toMatchObject({
    kind: 'unplaced',
  });
  expect(placeAlarm(aSignal({ vcenter: lab?.instanceUuid, host: { name: 'esx01' } }), settings, KNOWN)).toMatchObject({
    kind: 'placed',
  });
});
