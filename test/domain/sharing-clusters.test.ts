import { expect, it } from 'vitest';
import type { AttachRule } from '../../shared/domain/profile.ts';
import { findSharing } from '../../shared/domain/sharing-clusters.ts';
import type { ClusterSettings } from '../../shared/domain/settings.ts';
import { aProfile } from '../support/builders.ts';
import { labSettings } from '../support/world.ts';
import { onDistributed } from './network-shapes.ts';

const aCluster = (
  name: string,
  change: Partial<ClusterSettings> = {},
  activeUplink: string | undefined = 'Uplink 1',
) => {
  const [adapter] = aProfile().adapters;
  if (adapter === undefined) throw new Error('no adapter');
  const profile = aProfile({ adapters: [{ ...adapter, attach: onDistributed('A', activeUplink) }] });
  const cluster: ClusterSettings = {
    name,
    vcenter: 'lab',
    path: `/DC1/host/${name}`,
    channel: 'C0VSPHERE',
    profile,
    approval: { required: 1, expiresMinutes: 60 },
    access: { operators: 'any', approvers: 'any' },
    ...change,
  };
  return cluster;
};

it.each([
  { what: 'in one datacenter', other: {}, is: true },
  { what: 'in a folder of that datacenter', other: { path: '/DC1/host/racks/b' }, is: true },
  { what: 'in a folder that is called as every datacenter’s own', other: { path: '/DC1/host/host/b' }, is: true },
  { what: 'in another datacenter', other: { path: '/DC2/host/b' }, is: false },
  { what: 'in another datacenter in a folder of that name', other: { path: '/DC1/DC2/host/b' }, is: false },
  { what: 'in a datacenter of that name in a folder', other: { path: '/EU/DC1/host/b' }, is: false },
  { what: 'in another vCenter', other: { vcenter: 'lab2' }, is: false },
])('of two clusters with the same port group, one $what shares it: $is', ({ other, is }) => {
  const [own, second] = [aCluster('a'), aCluster('b', other)];
  const sharing = findSharing({ clusters: { a: own, b: second } }, own);
  expect(sharing.map(({ name }) => name)).toEqual(is ? ['b'] : []);
});

it('of two clusters in folders of the root, those in one datacenter share', () => {
  const own = aCluster('a', { path: '/EU/DC1/host/a' });
  const clusters = {
    a: own,
    b: aCluster('b', { path: '/EU/DC1/host/b' }),
    c: aCluster('c', { path: '/EU/DC2/host/c' }),
  };
  expect(findSharing({ clusters }, own).map(({ name }) => name)).toEqual(['b']);
});

const lab = labSettings().clusters['cluster-a'];
if (lab === undefined) throw new Error('the lab has no cluster-a');

const [adapter] = aProfile().adapters;
if (adapter === undefined) throw new Error('the profile has no adapter');

const on = (switchName: string, portGroup: string, activeUplink?: string): AttachRule => ({
  kind: 'distributed',
  switchName,
  portGroup,
  activeUplink,
});
const standard: AttachRule = {
  kind: 'standard',
  switchName: 'vSwitch1',
  portGroup: 'A',
  vlanId: 1,
  activeUplink: 'vmnic2',
};
const cluster = (name: string, rules: AttachRule[], vcenter = 'lab'): ClusterSettings => ({
  ...lab,
  name,
  vcenter,
  profile: aProfile({ adapters: rules.map((attach) => ({ ...adapter, attach })) }),
});

it.each<{ what: string; rules: AttachRule[]; vcenter?: string; shares: boolean }>([
  { what: 'the same port group', rules: [on('DSwitch', 'A', 'Uplink 2')], shares: true },
  {
    what: 'one of several',
    rules: [standard, on('DSwitch', 'C', 'Uplink 1'), on('DSwitch', 'B', 'Uplink 1')],
    shares: true,
  },
  { what: 'another port group', rules: [on('DSwitch', 'C', 'Uplink 1')], shares: false },
  { what: 'a port group of that name at another switch', rules: [on('DSwitch2', 'A', 'Uplink 1')], shares: false },
  { what: 'the same, at another vCenter', rules: [on('DSwitch', 'A', 'Uplink 1')], vcenter: 'west', shares: false },
  { what: 'the same, whatever its uplinks are', rules: [on('DSwitch', 'A')], shares: false },
  { what: 'a standard one of that name', rules: [standard], shares: false },
  { what: 'nothing', rules: [], shares: false },
])('a cluster that wants $what shares one: $shares', ({ rules, vcenter, shares }) => {
  const own = cluster('own', [on('DSwitch', 'A', 'Uplink 1'), on('DSwitch', 'B', 'Uplink 2')]);
  const other = cluster('other', rules, vcenter);
  expect(findSharing({ clusters: { own, other } }, own).map(({ name }) => name)).toEqual(shares ? ['other'] : []);
  expect(findSharing({ clusters: { own, other } }, other).map(({ name }) => name)).toEqual(shares ? ['own'] : []);
});
