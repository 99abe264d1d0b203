import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DistributedPortGroup, DistributedSwitchProxy, Host } from '../../shared/domain/inventory.ts';
import type { Vm, VmNetwork } from '../../shared/domain/vm.ts';
import { findVmNetworkProblems, toVmNetworkFindings } from '../../shared/domain/vm-networks.ts';
import { aGroup, aHost, aNetwork } from '../support/builders.ts';

const dvs = (uuid: string, name: string): DistributedSwitchProxy => ({ uuid, name, mtuBytes: 9000, uplinks: [] });
const dvGroup = (key: string, name: string, switchUuid: string): DistributedPortGroup => ({
  key,
  name,
  switchUuid,
  uplinks: { active: [], standby: [] },
  configVersion: '1',
});

function hostWith(number: number, groups: string[], change: Parameters<typeof aNetwork>[0] = {}): Host {
  return aHost(number, { network: aNetwork({ portGroups: groups.map((name) => aGroup(name)), ...change }) });
}

function aVm(name: string, on: Host, ...networks: VmNetwork[]): Vm {
  const nics = networks.map((network, index) => ({ label: `Network adapter ${index + 1}`, network }));
  return { moref: { type: 'VirtualMachine', value: `vm-${name}` }, name, host: on.moref, isPoweredOn: true, nics };
}

const standard = (name: string): VmNetwork => ({ kind: 'standard', name });
const sentences = (hosts: Host[], vms: Vm[]) =>
  toVmNetworkFindings(findVmNetworkProblems(hosts, vms)).map((finding) => finding.message);

describe('standard port groups', () => {
  it('count the machines that could not land where one is missing', () => {
    const [one, two] = [hostWith(1, ['VM-Prod']), hostWith(2, [])];
    const vms = Array.from({ length: 12 }, (_, index) => aVm(`web${index + 1}`, one, standard('VM-Prod')));
    expect(sentences([one, two], vms)).toEqual([
      '12 VMs could not land on esx02.lab.local: port group VM-Prod is missing there (web1, web2, web3 and 9 more).',
    ]);
  });

  it('that are everywhere with the same VLAN leave nothing to say', () => {
    const hosts = [hostWith(1, ['VM-Prod']), hostWith(2, ['VM-Prod'])];
    expect(sentences(hosts, [aVm('web1', hosts[0] ?? aHost(), standard('VM-Prod'))])).toEqual([]);
  });

  it('with another VLAN are another network', () => {
    const one = aHost(1, { network: aNetwork({ portGroups: [aGroup('VM-Prod', { vlanId: 10 })] }) });
    const two = aHost(2, { network: aNetwork({ portGroups: [aGroup('VM-Prod')] }) });
    expect(sentences([one, two], [aVm('web1', one, standard('VM-Prod'))])).toEqual([
      'web1 could lose its network on esx02.lab.local: port group VM-Prod is untagged there and VLAN 10 where they run.',
    ]);
  });

  it('on a switch without an uplink lead nowhere', () => {
    const one = hostWith(1, ['VM-Prod']);
    const two = hostWith(2, ['VM-Prod'], { standardSwitches: [{ name: 'vSwitch1', mtuBytes: 1500, uplinks: [] }] });
    expect(sentences([one, two], [aVm('web1', one, standard('VM-Prod'))])[0]).toContain('which has no uplink');
  });

  it('missing on many hosts make one sentence', () => {
    const hosts = [hostWith(1, ['VM-Prod']), ...[2, 3, 4, 5, 6].map((number) => hostWith(number, []))];
    expect(sentences(hosts, [aVm('web1', hosts[0] ?? aHost(), standard('VM-Prod'))])).toEqual([
      'web1 could not land on 5 hosts (esx02.lab.local, esx03.lab.local, esx04.lab.local and 2 more): port group VM-Prod is missing there.',
    ]);
  });
});

describe('distributed switches', () => {
  const network: VmNetwork = { kind: 'distributed', switchUuid: 'uuid-1', portGroupKey: 'dvportgroup-1' };
  const one = hostWith(1, [], {
    distributedSwitches: [dvs('uuid-1', 'DVS1')],
    distributedPortGroups: [dvGroup('dvportgroup-1', 'VM-Prod', 'uuid-1')],
  });

  it('are the boundary: another switch with a port group of the same name does not count', () => {
    const two = hostWith(2, [], {
      distributedSwitches: [dvs('uuid-2', 'DVS2')],
      distributedPortGroups: [dvGroup('dvportgroup-2', 'VM-Prod', 'uuid-2')],
    });
    expect(sentences([one, two], [aVm('web1', one, network)])).toEqual([
      'web1 could lose its network on esx02.lab.local: VM-Prod there belongs to DVS2, which is another distributed switch.',
    ]);
  });

  it('are looked for by their UUID, whatever their name', () => {
    const two = hostWith(2, [], { distributedSwitches: [dvs('uuid-1', 'renamed')] });
    expect(sentences([one, two], [aVm('web1', one, network)])).toEqual([]);
  });

  it('are not made up for by a standard port group of the same name', () => {
    const two = hostWith(2, ['VM-Prod']);
    expect(sentences([one, two], [aVm('web1', one, network)])).toEqual([
      'web1 could not land on esx02.lab.local: the distributed switch of VM-Prod is missing there.',
    ]);
  });
});

it('passes over machines that are powered off', () => {
  const hosts = [hostWith(1, ['VM-Prod']), hostWith(2, [])];
  const off = { ...aVm('web1', hosts[0] ?? aHost(), standard('VM-Prod')), isPoweredOn: false };
  expect(sentences(hosts, [off])).toEqual([]);
});

it('says which networks and hosts it can not judge', () => {
  const [one, two] = [hostWith(1, []), aHost(2, { network: undefined })];
  const segment: VmNetwork = { kind: 'other', name: 'nsx-web' };
  expect(sentences([one, two], [aVm('web1', one, segment)])).toEqual([
    'nsx-web: networks of 1 VM that only vCenter itself can judge; a trial would tell.',
    'Whether VMs could land on esx02.lab.local is not known: vCenter shows no network there.',
  ]);
});

it('counts two machines of one name as two', () => {
  const [one, two] = [hostWith(1, ['VM-Prod']), hostWith(2, [])];
  const twin = aVm('web1', one, standard('VM-Prod'));
  const vms = [twin, { ...twin, moref: { type: 'VirtualMachine', value: 'vm-other' } }];
  expect(sentences([one, two], vms)[0]).toMatch(/^2 VMs could not land/);
});

it('stays short, whatever is missing', () => {
  const [one, two] = [hostWith(1, []), hostWith(2, [])];
  const vms = Array.from({ length: 40 }, (_, index) => aVm(`web${index}`, one, standard(`net-${index}`)));
  const found = toVmNetworkFindings(findVmNetworkProblems([one, two], vms));
  expect(found).toHaveLength(13);
  // Port groups that are nowhere are missing where the machine runs too, which vCenter would have to explain.
  expect(found.at(-1)?.message).toBe('28 more such differences between the hosts, for other networks.');
});

it('finds a problem for exactly those hosts that lack the network', () => {
  const names = ['a', 'b', 'c'];
  fc.assert(
    fc.property(
      fc.array(fc.subarray(names), { minLength: 2, maxLength: 6 }),
      fc.array(fc.tuple(fc.nat(5), fc.constantFrom(...names)), { maxLength: 8 }),
      (groups, placed) => {
        const hosts = groups.map((own, index) => hostWith(index + 1, own));
        const vms = placed.flatMap(([at, name], index) => {
          const host = hosts[at % hosts.length];
          return host === undefined ? [] : [aVm(`vm${index}`, host, standard(name))];
        });
        const { problems } = findVmNetworkProblems(hosts, vms);
        for (const host of hosts) {
          for (const vm of vms.filter((one) => one.host.value !== host.moref.value)) {
            const [nic] = vm.nics;
            const name = nic?.network.kind === 'standard' ? nic.network.name : '';
            const isMissing = !(host.network?.portGroups ?? []).some((group) => group.name === name);
            const isFound = problems.some(
              (one) =>
                one.hosts.includes(host.name) && one.vms.includes(vm.name) && one.reason.includes(`group ${name} is`),
            );
            if (isMissing) expect(isFound).toBe(true);
          }
        }
        const reasons = problems.flatMap((one) => one.hosts.map((host) => `${one.reason} ${host}`));
        expect(new Set(reasons).size).toBe(reasons.length);
      },
    ),
  );
});
