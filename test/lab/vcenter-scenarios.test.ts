import { describe, expect, it } from 'vitest';
import { allHosts, findPortGroup, getHost } from '../../infra/lab/vcenter/model.ts';
import { computePing } from '../../infra/lab/vcenter/ping.ts';
import { SCENARIO_NAMES, SCENARIOS, type ScenarioName } from '../../infra/lab/vcenter/scenarios.ts';
import { LAB_CLUSTERS, layer3Addresses } from '../../infra/lab/vcenter/topology.ts';
import type { LabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { findVmotionPath } from '../../infra/lab/vcenter/vmotion-path.ts';
import {
  addAdapter,
  aNic,
  createCaller,
  faultOf,
  type LabCaller,
  networkSystem,
  ROOT_FOLDER,
  SERVICE_INSTANCE,
  setGateway,
} from './vcenter-client.ts';

const [ESX01, ESX02, ESX03] = ['esx01.lab.local', 'esx02.lab.local', 'esx03.lab.local'];

/** Adapter A and its gateway, on every host that answers. */
async function enable(caller: LabCaller): Promise<void> {
  for (const host of allHosts(caller.lab.model)) {
    if (host.connection !== 'connected') continue;
    const { address, gateway } = layer3Addresses(host.index);
    const isLayer3 = host.cluster === 'cluster-l3';
    const ip = isLayer3
      ? { dhcp: false, ipAddress: address, subnetMask: '255.255.255.252' }
      : { dhcp: false, ipAddress: `172.16.1.${51 + host.index}`, subnetMask: '255.255.255.0' };
    const vlanId = isLayer3 ? 200 : 101;
    await addAdapter(caller, host.name, { portGroup: 'new', vlanId, uplink: 'vmnic2', nic: aNic('', { ip }) });
    if (isLayer3) await setGateway(caller, host.name, gateway);
  }
}

/** Replies to three pings between the vMotion adapters of two hosts. */
function replies({ lab }: LabCaller, from: string, to: string, size = 56): number {
  const adapter = (name: string) =>
    getHost(lab.model, name).network.vmks.find(({ netstack }) => netstack === 'vmotion');
  const [source, target] = [adapter(from), adapter(to)];
  if (source === undefined || target?.ipv4.address === undefined) throw new Error('not enabled');
  const input = {
    interface: source.device,
    netstack: 'vmotion',
    host: target.ipv4.address,
    size,
    count: 3,
    df: size > 56,
    ttl: 64,
  };
  const answer = computePing(lab.model, 1, getHost(lab.model, from), input);
  return answer.kind === 'sent' ? answer.replies.length : -1;
}

/** All but the events: what has happened stays told. */
const withoutHistory = ({ model }: LabVcenter) => ({ ...model, events: [] });

describe('scenarios', () => {
  it.each([...SCENARIO_NAMES])('%s says what it breaks and what one will see', (name) => {
    expect(SCENARIOS[name].breaks).toMatch(/^[A-Zv].*\.$/);
    expect(SCENARIOS[name].shows).toMatch(/^[A-Z].*\.$/);
  });

  it.each([...SCENARIO_NAMES])('%s leaves nothing behind when it is switched off', async (name) => {
    const { lab } = await createCaller();
    const before = structuredClone(withoutHistory(lab));
    lab.setScenario(name, true);
    lab.setScenario(name, true);
    lab.setScenario(name, false);
    expect(withoutHistory(lab)).toEqual(before);
    expect(lab.scenarios()).toEqual([]);
  });

  it.each([...SCENARIO_NAMES])(
    '%s leaves nothing behind with all clusters either, and changes something',
    async (name) => {
      const { lab } = await createCaller({ clusters: LAB_CLUSTERS });
      const before = structuredClone(withoutHistory(lab));
      lab.setScenario(name, true);
      const isPlayed = Object.keys(SCENARIOS[name]).some((key) => !['breaks', 'shows', 'turn', 'live'].includes(key));
      // Before an enable no host has a gateway for vMotion to lose.
      const isWithoutChange = ['healthy', 'islands', 'gateway-lost'].includes(name) || isPlayed;
      expect(JSON.stringify(withoutHistory(lab)) === JSON.stringify(before)).toBe(isWithoutChange);
      lab.setScenario(name, false);
      expect(withoutHistory(lab)).toEqual(before);
      expect(lab.alarms()).toEqual([]);
    },
  );

  it('what was changed since is not undone when a scenario is switched off', async () => {
    const { lab } = await createCaller({ scenarios: ['shared-vmk'] });
    const host = getHost(lab.model, ESX03);
    host.network.services.vmotion = ['vmk0'];
    lab.setScenario('shared-vmk', false);
    expect(host.network.services.vmotion).toEqual(['vmk0']);
    expect(getHost(lab.model, 'esx13.lab.local').network.services.vmotion).toEqual(['vmk1']);
  });

  it('l3-asymmetric: full-size pings pass one way only', async () => {
    const caller = await createCaller({ scenarios: ['l3-asymmetric'] });
    await enable(caller);
    const [esx11, esx13] = ['esx11.lab.local', 'esx13.lab.local'];
    expect([replies(caller, esx13, esx11), replies(caller, esx11, esx13)]).toEqual([3, 3]);
    expect([replies(caller, esx13, esx11, 8972), replies(caller, esx11, esx13, 8972)]).toEqual([0, 3]);
  });

  it('old-stack-same-address: the address must leave before it can come back on the stack', async () => {
    const caller = await createCaller({ scenarios: ['old-stack-same-address'] });
    const old = getHost(caller.lab.model, ESX01).network.vmks[1];
    expect(old).toMatchObject({ netstack: 'defaultTcpipStack', ipv4: { address: '172.16.1.51', prefixLength: 24 } });
    await addAdapter(caller, ESX02, { portGroup: 'new', vlanId: 101, uplink: 'vmnic2', nic: aNic('172.16.1.99') });
    const answered = computePing(caller.lab.model, 1, getHost(caller.lab.model, ESX02), {
      interface: 'vmk2',
      netstack: 'vmotion',
      host: '172.16.1.51',
      size: 56,
      count: 1,
      df: false,
      ttl: 64,
    });
    expect(answered.kind === 'sent' && answered.replies.length).toBe(1);
  });

  it('config-drift: an adapter begun by hand is on the stack with a wrong MTU and with all uplinks', async () => {
    const { lab } = await createCaller({ scenarios: ['config-drift'] });
    const host = getHost(lab.model, ESX03);
    expect(host.network.vmks.at(-1)).toMatchObject({ netstack: 'vmotion', mtuBytes: 1500 });
    expect(findPortGroup(host, 'vMotion-A')).toMatchObject({
      vlanId: 101,
      policy: { nicTeaming: { failureCriteria: {} } },
    });
    expect(host.network.services.vmotion).toEqual([]);
  });

  it('config-drift: on a stack in use it is the adapter that was changed', async () => {
    const caller = await createCaller();
    await enable(caller);
    caller.lab.setScenario('config-drift', true);
    const mtus = (name: string) => getHost(caller.lab.model, name).network.vmks.at(-1)?.mtuBytes;
    expect([mtus(ESX01), mtus(ESX03)]).toEqual([9000, 1500]);
  });

  it('mixed-switches: old vMotion on both kinds of switch works, whichever way a host is cabled', async () => {
    const { lab } = await createCaller({ clusters: LAB_CLUSTERS, scenarios: ['mixed-switches'] });
    const [first, second] = ['esx21.lab.local', 'esx22.lab.local'].map((name) => getHost(lab.model, name));
    if (first === undefined || second === undefined) throw new Error('no cluster-dvs');
    expect(second.network.proxies[0]?.uplinks.map(({ pnic }) => pnic)).toEqual(['vmnic5', 'vmnic4']);
    const { pairs } = findVmotionPath(lab.model, 1, first, second);
    expect(pairs.map(({ targetAddress }) => targetAddress)).toEqual(['192.168.56.52', '192.168.57.52']);
  });

  it('healthy: every host reaches every other of its cluster at full size', async () => {
    const caller = await createCaller({ scenarios: ['healthy'] });
    await enable(caller);
    for (const { hosts } of caller.lab.model.clusters) {
      for (const from of hosts) {
        const others = hosts.filter((to) => to !== from);
        expect(others.map((to) => replies(caller, from.name, to.name, 8972))).toEqual([3, 3, 3]);
      }
    }
  });

  it.each<{ scenario: ScenarioName; from: string; to: string; small: number; full: number }>([
    { scenario: 'mtu-hole', from: ESX01, to: ESX03, small: 3, full: 0 },
    { scenario: 'mtu-hole', from: ESX03, to: ESX01, small: 3, full: 0 },
    { scenario: 'mtu-hole', from: ESX01, to: ESX02, small: 3, full: 3 },
    { scenario: 'mtu-hole', from: 'esx11.lab.local', to: 'esx13.lab.local', small: 3, full: 0 },
    { scenario: 'one-way', from: ESX02, to: ESX01, small: 0, full: 0 },
    { scenario: 'one-way', from: ESX01, to: ESX02, small: 3, full: 3 },
    { scenario: 'one-way', from: 'esx12.lab.local', to: 'esx11.lab.local', small: 0, full: 0 },
    { scenario: 'one-way', from: 'esx11.lab.local', to: 'esx12.lab.local', small: 3, full: 3 },
    { scenario: 'duplicate-ip', from: ESX01, to: ESX03, small: 3, full: 1 },
    { scenario: 'duplicate-ip', from: ESX03, to: ESX01, small: 1, full: 1 },
    { scenario: 'duplicate-ip', from: 'esx11.lab.local', to: 'esx13.lab.local', small: 3, full: 1 },
    { scenario: 'gateway-missing', from: 'esx13.lab.local', to: 'esx11.lab.local', small: 0, full: 0 },
    { scenario: 'gateway-missing', from: 'esx11.lab.local', to: 'esx13.lab.local', small: 0, full: 0 },
    { scenario: 'gateway-missing', from: 'esx11.lab.local', to: 'esx12.lab.local', small: 3, full: 3 },
  ])('$scenario: $from to $to answers $small of 3, $full at full size', async ({ scenario, from, to, small, full }) => {
    const caller = await createCaller({ scenarios: [scenario] });
    await enable(caller);
    expect(replies(caller, from, to)).toBe(small);
    expect(replies(caller, from, to, 8972)).toBe(full);
  });

  it('duplicate-ip: the address answers before it is assigned', async () => {
    const caller = await createCaller({ scenarios: ['duplicate-ip'] });
    await addAdapter(caller, ESX01, { portGroup: 'new', vlanId: 101, uplink: 'vmnic2', nic: aNic('172.16.1.51') });
    const input = {
      interface: 'vmk2',
      netstack: 'vmotion',
      host: '172.16.1.53',
      size: 56,
      count: 1,
      df: false,
      ttl: 64,
    };
    const answer = computePing(caller.lab.model, 1, getHost(caller.lab.model, ESX01), input);
    expect(answer.kind === 'sent' && answer.replies.length).toBe(1);
  });

  it('host-down: the host refuses every call and answers no ping, the others go on', async () => {
    const caller = await createCaller({ scenarios: ['host-down'] });
    await enable(caller);
    const refresh = (host: string) => faultOf(caller.call('RefreshNetworkSystem', networkSystem(caller, host), {}));
    expect(await Promise.all([refresh(ESX01), refresh(ESX03)])).toEqual(['none', 'HostNotReachable']);
    expect(replies(caller, ESX01, ESX02)).toBe(3);
  });

  it('host-down: a host that is only disconnected says so in its own fault', async () => {
    const caller = await createCaller();
    getHost(caller.lab.model, ESX03).connection = 'disconnected';
    const refresh = caller.call('RefreshNetworkSystem', networkSystem(caller, ESX03), {});
    expect(await faultOf(refresh)).toBe('HostNotConnected');
  });

  it('session-expires: the session is gone after fifteen calls, and so is the next one', async () => {
    const caller = await createCaller({ scenarios: ['session-expires'] });
    for (const round of [1, 2]) {
      const faults: string[] = [];
      for (let call = 0; call < 16; call += 1)
        faults.push(await faultOf(caller.call('CurrentTime', SERVICE_INSTANCE, {})));
      expect(faults, `round ${round}`).toEqual([...Array<string>(15).fill('none'), 'NotAuthenticated']);
      expect(caller.lab.sessions()).toBe(0);
      await caller.login();
    }
  });

  it('session-expires: a property collector may say it in missingSet, once', async () => {
    const caller = await createCaller({ scenarios: ['session-expires'], switches: { expiryInMissingSet: true } });
    for (let call = 0; call < 15; call += 1) await caller.call('CurrentTime', SERVICE_INSTANCE, {});
    const read = () =>
      caller.call(
        'RetrievePropertiesEx',
        { type: 'PropertyCollector', value: 'propertyCollector' },
        {
          specSet: [{ propSet: [{ type: 'Folder', pathSet: ['name'] }], objectSet: [{ obj: ROOT_FOLDER }] }],
          options: {},
        },
      );
    const missing = (await read())?.objects[0]?.missingSet.map(({ path, fault }) => `${path} ${fault.fault._type}`);
    expect(missing).toEqual(['name NotAuthenticated']);
    expect(await faultOf(read())).toBe('NotAuthenticated');
  });

  it('slow-host: calls on one host take three seconds longer, on the others they do not', async () => {
    let slept = 0;
    const clock = { now: () => new Date(0), sleep: async (ms: number) => void (slept += ms) };
    const caller = await createCaller({ scenarios: ['slow-host'], clock });
    await caller.call('RefreshNetworkSystem', networkSystem(caller, ESX01), {});
    expect(slept).toBe(0);
    await caller.call('RefreshNetworkSystem', networkSystem(caller, ESX03), {});
    expect(slept).toBe(3000);
  });

  it('fails-midway: cluster-a’s host refuses its second adapter, and can be put back', async () => {
    const caller = await createCaller({ scenarios: ['fails-midway'] });
    await addAdapter(caller, ESX03, { portGroup: 'A', vlanId: 101, nic: aNic('172.16.1.53') });
    const second = addAdapter(caller, ESX03, { portGroup: 'B', vlanId: 102, nic: aNic('172.16.2.53') });
    expect(await faultOf(second)).toBe('PlatformConfigFault');
    const target = networkSystem(caller, ESX03);
    await caller.call('RemoveVirtualNic', target, { device: 'vmk2' });
    await caller.call('RemovePortGroup', target, { pgName: 'A' });
    await caller.call('RemovePortGroup', target, { pgName: 'B' });
    expect(findPortGroup(getHost(caller.lab.model, ESX03), 'B')).toBeUndefined();
  });

  it('fails-midway: cluster-l3’s host refuses the gateway and nothing else, the other hosts accept theirs', async () => {
    const caller = await createCaller({ scenarios: ['fails-midway'] });
    const failing = 'esx13.lab.local';
    const ip = { dhcp: false, ipAddress: '172.17.8.10', subnetMask: '255.255.255.252' };
    await addAdapter(caller, failing, { portGroup: 'L3', vlanId: 200, nic: aNic('', { ip }) });
    expect(await faultOf(setGateway(caller, failing, '172.17.8.9'))).toBe('PlatformConfigFault');
    expect(await faultOf(setGateway(caller, failing))).toBe('none');
    const other = { dhcp: false, ipAddress: '172.17.8.2', subnetMask: '255.255.255.252' };
    await addAdapter(caller, 'esx11.lab.local', { portGroup: 'L3', vlanId: 200, nic: aNic('', { ip: other }) });
    expect(await faultOf(setGateway(caller, 'esx11.lab.local', '172.17.8.1'))).toBe('none');
  });
});

describe('the lab’s size', () => {
  it.each([
    { hosts: 1, last: 'esx11.lab.local', management: '10.0.8.51' },
    { hosts: 10, last: 'esx20.lab.local', management: '10.0.8.60' },
    { hosts: 64, last: 'esx164.lab.local', management: '10.0.8.114' },
    { hosts: 300, last: 'esx1300.lab.local', management: '10.0.9.94' },
  ])('with $hosts hosts a cluster has no name or address twice', async ({ hosts, last, management }) => {
    const { lab } = await createCaller({ hosts });
    const all = allHosts(lab.model);
    const addresses = all.flatMap(({ network }) => network.vmks.map(({ ipv4 }) => ipv4.address));
    expect(new Set(all.map(({ name }) => name)).size).toBe(2 * hosts);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(all.at(-1)?.name).toBe(last);
    expect(all.at(-1)?.network.vmks[0]?.ipv4.address).toBe(management);
  });

  it.each([1, 4, 10, 64, 300])('with %d hosts in all four clusters it is the same', async (hosts) => {
    const { lab } = await createCaller({ hosts, clusters: LAB_CLUSTERS });
    const all = allHosts(lab.model);
    const addresses = all.flatMap(({ network }) => network.vmks.map(({ ipv4 }) => ipv4.address));
    const macs = all.flatMap(({ network }) => network.vmks.map(({ mac }) => mac));
    const morefs = [...all, ...lab.model.clusters, ...lab.model.vms].map(({ moref }) => moref.value);
    for (const values of [all.map(({ name }) => name), addresses, macs, morefs]) {
      expect(new Set(values).size).toBe(values.length);
    }
  });

  it('more clusters leave the usual two as they are', async () => {
    const [two, four] = await Promise.all([createCaller(), createCaller({ clusters: LAB_CLUSTERS })]);
    expect(four.lab.model.clusters.slice(0, 2)).toEqual(two.lab.model.clusters);
  });
});
