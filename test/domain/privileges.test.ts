import { expect, it } from 'vitest';
import { toPrivilegeFindings, wantedPrivileges } from '../../shared/domain/privileges.ts';
import { aHost, aNetwork, aProfile } from '../support/builders.ts';

const clusterOf = (hosts: ReturnType<typeof aHost>[]) => ({
  moref: { type: 'ClusterComputeResource', value: 'domain-c8' },
  name: 'cluster-a',
  path: '/DC1/host/cluster-a',
  hosts,
});

it('asks nothing about distributed port groups where the profile has none', () => {
  const wanted = wantedPrivileges(clusterOf([aHost(1), aHost(2)]), aProfile());
  expect(wanted.map((group) => group.privileges.join())).toEqual([
    'Host.Config.Network',
    'Host.Config.Settings',
    'Resource.HotMigrate',
    'Global.Diagnostics',
  ]);
});

it('asks about each distributed port group of the profile once', () => {
  const group = (key: string, name: string) => ({
    key,
    name,
    switchUuid: 'uuid-1',
    uplinks: { active: [], standby: [] },
    configVersion: '1',
  });
  const network = aNetwork({ distributedPortGroups: [group('dvportgroup-1', 'dv-A'), group('dvportgroup-2', 'dv-B')] });
  const [adapter] = aProfile().adapters;
  if (adapter === undefined) throw new Error('no adapter');
  const attach = { kind: 'distributed', switchName: 'DVS1', portGroup: 'dv-A', activeUplink: 'Uplink 1' } as const;
  const profile = aProfile({ adapters: [{ ...adapter, attach }] });
  const wanted = wantedPrivileges(clusterOf([aHost(1, { network }), aHost(2, { network })]), profile);
  const about = (privilege: string) =>
    wanted.find((one) => one.privileges.includes(privilege))?.entities.map((one) => one.name);
  expect(about('Network.Assign')).toEqual(['dv-A']);
  expect(about('DVPortgroup.PolicyOp')).toEqual(['dv-A']);
});

it('says once what several hosts lack, and what does not work without', () => {
  const [group] = wantedPrivileges(clusterOf([aHost(1)]), aProfile());
  if (group === undefined) throw new Error('no group');
  const missing = [1, 2, 3, 4].map((number) => ({ name: `esx0${number}`, privileges: ['Host.Config.Network'] }));
  expect(toPrivilegeFindings(group, missing)).toMatchObject([
    {
      severity: 'blocking',
      message:
        'The account lacks Host.Config.Network on esx01, esx02, esx03 and 1 more: adapters, port groups and stacks can not be changed there.',
    },
  ]);
  expect(toPrivilegeFindings(group, [])).toEqual([]);
});
