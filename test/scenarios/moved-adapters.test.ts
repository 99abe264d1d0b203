// Adapters of the vMotion stack that somebody has moved, or given each other's addresses: back in place, with all that their
// stack had, and a revert goes to what people had made of them.
import { describe, expect, it } from 'vitest';
import type { LabHost, LabNetstack, LabVmk } from '../../infra/lab/vcenter/model.ts';
import type { HostNetwork } from '../../shared/domain/inventory.ts';
import { createWorld, type World } from '../support/world.ts';

const firstHost = (world: World, cluster: string): LabHost => {
  const host = world.lab.model.clusters.find(({ name }) => name === cluster)?.hosts[0];
  if (host === undefined) throw new Error('no host');
  return host;
};
const stackOf = ({ network }: LabHost): LabNetstack => {
  const stack = network.netstacks.find(({ key }) => key === 'vmotion');
  if (stack === undefined) throw new Error('no stack');
  return stack;
};
const adaptersOf = ({ network }: LabHost): LabVmk[] => network.vmks.filter(({ netstack }) => netstack === 'vmotion');
const networkOf = async (world: World, cluster: string): Promise<HostNetwork> => {
  const [host] = (await world.read(cluster)).hosts;
  if (host?.network === undefined) throw new Error('no network');
  return host.network;
};

/** The host's only vMotion adapter stands in another port group, and its stack has what no profile speaks of. */
function moveElsewhere(host: LabHost): void {
  const [group] = host.network.portGroups.filter(({ name }) => name === 'vMotion-L3');
  const [vmk] = adaptersOf(host);
  if (group === undefined || vmk === undefined) throw new Error('nothing to move');
  host.network.portGroups.push({ ...structuredClone(group), name: 'elsewhere' });
  vmk.attachment = { kind: 'standard', portGroup: 'elsewhere' };
  stackOf(host).dns = {
    dhcp: false,
    hostName: 'esx11',
    domainName: 'lab.local',
    address: ['10.0.0.2'],
    searchDomain: [],
  };
  stackOf(host).routes = [{ network: '10.9.0.0', prefixLength: 16, gateway: '172.17.8.1' }];
}

/** Which address is in which port group, under whatever number. */
const places = (network: HostNetwork) =>
  network.vmks.map(({ ipv4, attachment, mtuBytes }) => ({ ipv4, attachment, mtuBytes })).sort(byText);
const byText = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

describe('a host whose only vMotion adapter is removed and made again', () => {
  it.each([
    { keeps: 'nothing', gatewaySurvivesDormancy: false, deactivatingReads: 0 },
    { keeps: 'nothing, a while later', gatewaySurvivesDormancy: false, deactivatingReads: 2 },
    { keeps: 'everything', gatewaySurvivesDormancy: true, deactivatingReads: 0 },
    {
      keeps: 'only what it reaches',
      gatewaySurvivesDormancy: true,
      deactivatingReads: 2,
      unreachedGatewayLeaves: true,
    },
  ])(
    'has its gateway, routes and DNS again though its stack keeps $keeps, and so does its revert',
    async (switches) => {
      const { keeps: _keeps, ...own } = switches;
      const world = createWorld({ hosts: 2, switches: own });
      await world.run('enable cluster-l3');
      const host = firstHost(world, 'cluster-l3');
      moveElsewhere(host);
      const moved = await networkOf(world, 'cluster-l3');
      const { gateway, dns, routes } = structuredClone(stackOf(host));
      expect(gateway).toBe('172.17.8.1');
      const job = await world.run('enable cluster-l3');
      expect(job).toMatchObject({ state: 'done', matrix: { unexpected: 0 } });
      expect(job.plan?.counts).toMatchObject({ 'remove-vmk': 1, 'add-vmk': 1, 'set-netstack': 1 });
      expect(adaptersOf(host)).toMatchObject([{ attachment: { portGroup: 'vMotion-L3' } }]);
      expect(stackOf(host)).toMatchObject({ gateway, dns, routes });
      expect(await world.run(`revert ${job.id}`)).toMatchObject({ state: 'done' });
      const back = await networkOf(world, 'cluster-l3');
      expect([places(back), back.netstacks]).toEqual([places(moved), moved.netstacks]);
    },
  );
});

it('counts as failed where the stack has not got what was set, though the profile does not speak of it', async () => {
  let isForgetful = false;
  const world: World = createWorld({
    hosts: 2,
    hooks: {
      after: ({ operation }) => {
        if (isForgetful && operation === 'UpdateNetworkConfig')
          stackOf(firstHost(world, 'cluster-l3')).routes = undefined;
      },
    },
  });
  await world.run('enable cluster-l3');
  moveElsewhere(firstHost(world, 'cluster-l3'));
  isForgetful = true;
  const job = await world.run('enable cluster-l3');
  expect(job).toMatchObject({ state: expect.not.stringMatching('done'), failure: { code: 'not-as-planned' } });
  expect(job.failure?.what).toContain('the stack has not got its routes');
});

describe('two adapters with each other’s addresses', () => {
  it.each([true, false])(
    'keep a gateway that only one of them reaches, whether or not the stack loses it: %s',
    async (leaves) => {
      const world = createWorld({
        hosts: 2,
        switches: { unreachedGatewayLeaves: leaves },
        settings: (settings) => {
          const { profile } = settings.clusters['cluster-a'] ?? {};
          if (profile !== undefined) profile.stack.gateway = { kind: 'first-address' };
          if (profile !== undefined) profile.rollout.pingGateway = false;
        },
      });
      await world.run('enable cluster-a');
      const host = firstHost(world, 'cluster-a');
      const [one, other] = adaptersOf(host);
      if (one === undefined || other === undefined) throw new Error('two adapters');
      [one.ipv4, other.ipv4] = [other.ipv4, one.ipv4];
      expect(await world.run('enable cluster-a')).toMatchObject({
        state: 'done',
        plan: { counts: { 'set-netstack': 1 } },
      });
      expect(stackOf(host).gateway).toBe('172.16.1.1');
    },
  );

  it('get their own, one by one, and a revert gives them each other’s again', async () => {
    const world = createWorld({ hosts: 2 });
    await world.run('enable cluster-a');
    const host = firstHost(world, 'cluster-a');
    const right = await networkOf(world, 'cluster-a');
    const [one, other] = adaptersOf(host);
    if (one === undefined || other === undefined) throw new Error('two adapters');
    [one.ipv4, other.ipv4] = [other.ipv4, one.ipv4];
    const swapped = await networkOf(world, 'cluster-a');
    const job = await world.run('enable cluster-a');
    expect(job).toMatchObject({ state: 'done', matrix: { unexpected: 0 } });
    expect(places(await networkOf(world, 'cluster-a'))).toEqual(places(right));
    // What it goes back to does not work: each address is in the other's network.
    expect(await world.run(`revert ${job.id}`)).toMatchObject({ hosts: [{ outcome: 'put-back' }, {}] });
    expect(places(await networkOf(world, 'cluster-a'))).toEqual(places(swapped));
  });
});

describe('a host whose stack was asleep with a gateway left over', () => {
  it.each([true, false])('goes back to a stack that is asleep, and is told what stays away: %s', async (survives) => {
    const world = createWorld({ hosts: 2, switches: { gatewaySurvivesDormancy: survives } });
    const host = firstHost(world, 'cluster-l3');
    stackOf(host).gateway = '172.31.0.1';
    stackOf(host).routes = [{ network: '10.9.0.0', prefixLength: 16, gateway: '172.31.0.2' }];
    await world.run('enable cluster-l3');
    const job = await world.run('revert cluster-l3');
    expect(job).toMatchObject({ state: 'done', hosts: [{ outcome: 'put-back' }, { outcome: 'put-back' }] });
    const { findings = [] } = job.plan ?? {};
    expect(findings.map(({ code, message }) => `${code}: ${message}`)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('cannot-restore: esx11.lab.local: the vMotion stack had the gateway 172.31.0.1'),
      ]),
    );
    expect(job.hosts[0]?.note).toContain('could not restore netstack vmotion gateway 172.31.0.1 -> (none)');
    expect(adaptersOf(host)).toEqual([]);
  });
});

describe('an adapter that somebody else has given vMotion', () => {
  it('keeps it over a revert of the product’s change, which says so', async () => {
    const world = createWorld({ hosts: 2, scenarios: ['vmotion-off-on-one'] });
    const off = (await world.read('cluster-a')).hosts.findIndex(
      ({ network }) => !network?.vmks.some(({ services }) => services.includes('vmotion')),
    );
    await world.run('enable cluster-a');
    const host = world.lab.model.clusters.find(({ name }) => name === 'cluster-a')?.hosts[off];
    if (host === undefined) throw new Error('no host without vMotion');
    const { services } = host.network;
    services.vmotion = [...(services.vmotion ?? []), 'vmk1'];
    const job = await world.run('revert cluster-a');
    expect(job).toMatchObject({ state: 'done' });
    expect(job.plan?.findings.map(({ message }) => message).join()).toContain(
      'vmk1 carries vMotion, which somebody else',
    );
    expect(services.vmotion).toEqual(['vmk1']);
  });
});
