import { expect, it } from 'vitest';
import { findSharing } from '../../shared/domain/sharing-clusters.ts';
import type { ClusterSettings } from '../../shared/domain/settings.ts';
import { aProfile } from '../support/builders.ts';
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
