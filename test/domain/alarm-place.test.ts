import { describe, expect, it } from 'vitest';
import { isSameHost, placeAlarm } from '../../shared/domain/alarm-place.ts';
import type { AlarmSignal } from '../../shared/domain/alarm-signal.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { aSignal } from '../support/alarm-world.ts';
import { labSettings } from '../support/world.ts';

const UUID = '11111111-2222-4333-8444-55555555aaaa';
const OTHER_UUID = '99999999-2222-4333-8444-555555555555';

/** cluster-a and its kin at "lab", cluster-z and a second "Production" at "west". */
function twoVcenters(): Settings {
  const settings = labSettings();
  const { lab } = settings.vcenters;
  const a = settings.clusters['cluster-a'];
  if (lab === undefined || a === undefined) throw new Error('the lab has neither vCenter nor cluster');
  lab.url = 'https://vc1.example.com/sdk';
  settings.vcenters['west'] = {
    ...lab,
    name: 'West',
    url: 'https://vc2.example.com:8443/sdk',
    instanceUuid: UUID,
  };
  settings.clusters['cluster-z'] = { ...a, name: 'cluster-z', vcenter: 'West', path: '/DC2/host/Production' };
  settings.clusters['cluster-y'] = { ...a, name: 'cluster-y', vcenter: 'lab', path: '/DC1/host/Production' };
  return settings;
}

const host = (moref: string, name: string) => ({ moref, name });
const KNOWN = [
  { cluster: 'cluster-a', hosts: [host('host-11', 'esx01.lab.local'), host('host-12', 'esx02.lab.local')] },
  {
    cluster: 'cluster-z',
    hosts: [
      host('host-11', 'esx01.west.local'),
      host('host-13', 'esx03.west.local'),
      host('host-14', 'esx01.east.local'),
    ],
  },
];

const place = (signal: Partial<AlarmSignal>) =>
  placeAlarm(aSignal({ host: undefined, ...signal }), twoVcenters(), KNOWN);
const at = (cluster: string, vcenter: string, name?: string) =>
  name === undefined ? { kind: 'placed', cluster, vcenter } : { kind: 'placed', cluster, vcenter, host: { name } };

describe('where two vCenters have hosts and clusters of one name', () => {
  const esx01 = { name: 'esx01', moref: 'host-11' };
  it.each<{ what: string; signal: Partial<AlarmSignal>; expected: object }>([
    {
      what: 'by the vCenter’s name',
      signal: { host: esx01, vcenter: 'WEST' },
      expected: at('cluster-z', 'West', 'esx01.west.local'),
    },
    { what: 'by its UUID', signal: { host: esx01, vcenter: UUID.toUpperCase() }, expected: at('cluster-z', 'West') },
    {
      what: 'by its network name',
      signal: { host: esx01, vcenter: 'VC1.example.com' },
      expected: at('cluster-a', 'lab'),
    },
    {
      what: 'by its address',
      signal: { host: esx01, vcenter: 'http://vc1.example.com' },
      expected: at('cluster-a', 'lab'),
    },
    { what: 'by its port', signal: { host: esx01, vcenter: 'vc1.example.com:443' }, expected: at('cluster-a', 'lab') },
    {
      what: 'by another port',
      signal: { host: esx01, vcenter: 'vc2.example.com:8443' },
      expected: at('cluster-z', 'West'),
    },
    {
      what: 'by its SDK address',
      signal: { host: esx01, vcenter: 'https://vc2.example.com:8443/sdk/vimService' },
      expected: at('cluster-z', 'West'),
    },
    {
      what: 'by its name without the port',
      signal: { host: esx01, vcenter: 'https://vc2.example.com/sdk' },
      expected: at('cluster-z', 'West'),
    },
    {
      what: 'by the cluster',
      signal: { host: esx01, cluster: { name: 'cluster-z' } },
      expected: at('cluster-z', 'West', 'esx01.west.local'),
    },
    {
      what: 'by the whole name',
      signal: { host: { name: 'esx01.west.local', moref: 'host-11' } },
      expected: at('cluster-z', 'West'),
    },
    {
      what: 'by a moref that only one has',
      signal: { host: { moref: 'host-13' } },
      expected: at('cluster-z', 'West', 'esx03.west.local'),
    },
    {
      what: 'by a name that only one has, wherever its cluster is said to be',
      signal: { host: { name: 'esx02' }, cluster: { name: 'cluster-z' } },
      expected: at('cluster-a', 'lab'),
    },
    {
      what: 'a cluster by the last part of its path',
      signal: { cluster: { name: 'PRODUCTION' }, vcenter: 'lab' },
      expected: { ...at('cluster-y', 'lab'), host: undefined },
    },
    {
      what: 'a host nobody has read, by its cluster',
      signal: { cluster: { name: 'Cluster-Z' }, host: host('host-99', 'esx99') },
      expected: at('cluster-z', 'West', 'esx99'),
    },
    {
      what: 'by a moref, where its short name is that of three',
      signal: { host: { name: 'esx01', moref: 'host-14' } },
      expected: at('cluster-z', 'West', 'esx01.east.local'),
    },
    {
      what: 'a host that has come into a third cluster, by that',
      signal: { host: esx01, cluster: { name: 'cluster-l3' } },
      expected: at('cluster-l3', 'lab', 'esx01'),
    },
    {
      what: 'a host without a name, by its cluster',
      signal: { cluster: { name: 'cluster-z' }, host: { moref: 'host-99' } },
      expected: { ...at('cluster-z', 'West'), host: undefined },
    },
  ])('$what', ({ signal, expected }) => {
    expect(place(signal)).toMatchObject(expected);
  });

  it.each<{ what: string; signal: Partial<AlarmSignal>; why: string }>([
    { what: 'a host of both', signal: { host: esx01 }, why: '"esx01" is a host of several clusters' },
    { what: 'a moref of both', signal: { host: { moref: 'host-11' } }, why: '"host-11" is a host of several clusters' },
    {
      what: 'a cluster of both',
      signal: { cluster: { name: 'Production' } },
      why: '"Production" is the name of several clusters',
    },
    {
      what: 'another vCenter',
      signal: { host: esx01, vcenter: 'vc3.example.com' },
      why: 'declares no vCenter "vc3.example.com"',
    },
    {
      what: 'another vCenter’s UUID',
      signal: { host: esx01, vcenter: OTHER_UUID },
      why: `declares no vCenter "${OTHER_UUID}"`,
    },
    {
      what: 'a name that holds a vCenter’s',
      signal: { host: esx01, vcenter: 'x.vc1.example.com' },
      why: 'declares no vCenter',
    },
    {
      what: 'a host of the other vCenter',
      signal: { host: { name: 'esx03' }, vcenter: 'lab' },
      why: 'known to have the host "esx03"',
    },
    { what: 'a host nobody knows', signal: { host: { moref: 'host-99' } }, why: 'known to have the host "host-99"' },
    {
      what: 'a host nobody knows, of such a cluster',
      signal: { host: { name: 'esx99' }, cluster: { name: 'x' } },
      why: '"esx99" of "x"',
    },
    {
      what: 'a cluster nobody knows',
      signal: { cluster: { moref: 'domain-c8' } },
      why: '"domain-c8" is no cluster of vmotion.yaml',
    },
    { what: 'another object', signal: { object: 'Datastore 1' }, why: 'it is about "Datastore 1"' },
    { what: 'nothing', signal: {}, why: 'it names neither a host nor a cluster' },
  ])('but not $what: $why', ({ signal, why }) => {
    const placed = place(signal);
    expect(placed.kind).toBe('unplaced');
    if (placed.kind === 'unplaced') expect(placed.why).toContain(why);
  });
});

describe('where there is one vCenter', () => {
  const esx01 = aSignal({ host: { name: 'esx01' } });
  it('may go by another name, and by no other UUID once its own is declared', () => {
    const settings = labSettings();
    const { lab } = settings.vcenters;
    if (lab === undefined) throw new Error('the lab has no vCenter');
    expect(placeAlarm({ ...esx01, vcenter: 'vc9' }, settings, KNOWN).kind).toBe('placed');
    expect(placeAlarm({ ...esx01, vcenter: OTHER_UUID }, settings, KNOWN).kind).toBe('placed');
    lab.instanceUuid = UUID;
    expect(placeAlarm({ ...esx01, vcenter: 'vc9' }, settings, KNOWN).kind).toBe('placed');
    expect(placeAlarm({ ...esx01, vcenter: OTHER_UUID }, settings, KNOWN).kind).toBe('unplaced');
  });

  it('has no hosts of clusters that are not declared', () => {
    expect(placeAlarm(aSignal({ host: { name: 'esx03.west.local' } }), labSettings(), KNOWN).kind).toBe('unplaced');
  });
});

it.each([
  { left: 'esx01', right: 'ESX01.lab.local', expected: true },
  { left: 'esx01.lab.local', right: 'esx01', expected: true },
  { left: 'esx01.lab.local', right: 'esx01.other.local', expected: false },
  { left: 'esx01', right: 'esx010', expected: false },
])('$left and $right are one host: $expected', ({ left, right, expected }) => {
  expect(isSameHost(left, right)).toBe(expected);
});
