// Gateways that DHCP or a router told a stack: vCenter shows them as if somebody had set them.
import { expect, it } from 'vitest';
import { hostConfigFault } from '../../infra/lab/vcenter/vim-fault.ts';
import { allHosts, findNetstack, type LabHost } from '../../infra/lab/vcenter/model.ts';
import { LAB_CLUSTERS } from '../../infra/lab/vcenter/topology.ts';
import type { Profile } from '../../shared/domain/profile.ts';
import { createWorld, type World } from '../support/world.ts';

const CLUSTER = 'cluster-v6';

function profileOf(world: World): Profile {
  const profile = world.parts.settings.clusters[CLUSTER]?.profile;
  if (profile === undefined) throw new Error(`no ${CLUSTER}`);
  return profile;
}

/** Of each host's stack: what was set by hand, and what its adapters were told. */
const gatewaysIn = (world: World) =>
  allHosts(world.lab.model)
    .filter(({ cluster }) => cluster === CLUSTER)
    .map(gatewaysOf);

function gatewaysOf(host: LabHost) {
  const stack = findNetstack(host, 'vmotion');
  const told = host.network.vmks.filter(({ netstack }) => netstack === 'vmotion');
  return {
    byHand: [stack?.gateway, stack?.ipv6Gateway],
    told: [
      told.find(({ learntGateway }) => learntGateway !== undefined)?.learntGateway,
      told.find(({ learntGateway6 }) => learntGateway6 !== undefined)?.learntGateway6,
    ],
  };
}

const TOLD = { byHand: [undefined, undefined], told: ['172.19.1.1', 'fe80::1'] };

it.each([true, false])(
  'stay told through every change of the stack’s other settings and back, whether or not an edit drops them: %s',
  async (gatewayEditDropsTold) => {
    const world = createWorld({ hosts: 2, clusters: LAB_CLUSTERS, switches: { gatewayEditDropsTold } });
    const { stack } = profileOf(world);
    stack.gateway = { kind: 'none' };
    expect((await world.run(`enable ${CLUSTER}`)).state).toBe('done');
    expect(gatewaysIn(world)).toEqual([TOLD, TOLD]);
    stack.dns = { servers: ['172.19.1.54'], searchDomains: [] };
    stack.congestionControl = 'cubic';
    const job = await world.run(`enable ${CLUSTER}`);
    expect(job).toMatchObject({ state: 'done', plan: { counts: { 'set-netstack': 2 } } });
    expect(gatewaysIn(world)).toEqual([TOLD, TOLD]);
    expect(await world.run(`revert ${job.id}`)).toMatchObject({ state: 'done' });
    expect(gatewaysIn(world)).toEqual([TOLD, TOLD]);
    expect(await world.run(`revert ${CLUSTER}`)).toMatchObject({ state: 'done' });
    expect(gatewaysIn(world)).toMatchObject(Array.from({ length: 2 }, () => ({ byHand: [undefined, undefined] })));
  },
);

it('are like DNS that DHCP tells: a change of other settings leaves it, and a revert of DNS set by hand brings it back', async () => {
  const world = createWorld({ hosts: 2, clusters: LAB_CLUSTERS });
  const { stack } = profileOf(world);
  stack.gateway = { kind: 'none' };
  const { dns: declared } = stack;
  stack.dns = undefined;
  await world.run(`enable ${CLUSTER}`);
  const hosts = allHosts(world.lab.model).filter(({ cluster }) => cluster === CLUSTER);
  const dnsOf = () => hosts.map((host) => findNetstack(host, 'vmotion')?.dns);
  for (const host of hosts) {
    const own = findNetstack(host, 'vmotion');
    const vmk = host.network.vmks.find(({ netstack }) => netstack === 'vmotion');
    if (own === undefined || vmk === undefined) throw new Error('no stack');
    own.dns = { dhcp: true, virtualNicDevice: vmk.device, hostName: '', domainName: '', address: [], searchDomain: [] };
  }
  const before = structuredClone(dnsOf());
  stack.congestionControl = 'cubic';
  expect((await world.run(`enable ${CLUSTER}`)).state).toBe('done');
  expect(dnsOf()).toEqual(before);
  stack.dns = declared;
  const job = await world.run(`enable ${CLUSTER}`);
  expect(dnsOf()).toMatchObject(hosts.map(() => ({ dhcp: false, address: declared?.servers })));
  expect(await world.run(`revert ${job.id}`)).toMatchObject({ state: 'done' });
  expect(dnsOf()).toEqual(before);
});

it('stay told where another gateway is set', async () => {
  const world = createWorld({ hosts: 2, clusters: LAB_CLUSTERS });
  const { stack } = profileOf(world);
  stack.gateway = { kind: 'none' };
  await world.run(`enable ${CLUSTER}`);
  stack.ipv6Gateway = 'fd00:19:2::1';
  expect(await world.run(`enable ${CLUSTER}`)).toMatchObject({ state: 'done' });
  expect(gatewaysIn(world)).toMatchObject(
    Array.from({ length: 2 }, () => ({ byHand: [undefined, 'fd00:19:2::1'], told: TOLD.told })),
  );
});

it('leave an IPv6 gateway alone that somebody has set, though a router tells one', async () => {
  const world = createWorld({ hosts: 2, clusters: LAB_CLUSTERS });
  const { stack } = profileOf(world);
  stack.gateway = { kind: 'none' };
  await world.run(`enable ${CLUSTER}`);
  for (const host of allHosts(world.lab.model).filter(({ cluster }) => cluster === CLUSTER)) {
    const own = findNetstack(host, 'vmotion');
    if (own !== undefined) own.ipv6Gateway = 'fd00:19:1::1';
  }
  stack.gateway = { kind: 'address', address: '172.19.2.1' };
  expect(await world.run(`enable ${CLUSTER}`)).toMatchObject({ state: 'done' });
  expect(gatewaysIn(world)).toMatchObject(
    Array.from({ length: 2 }, () => ({ byHand: ['172.19.2.1', 'fd00:19:1::1'] })),
  );
});

it('are not set by hand where a revert that failed halfway is undone, and gone with the next revert', async () => {
  let removals = Number.NaN;
  const world = createWorld({
    hosts: 1,
    clusters: LAB_CLUSTERS,
    hooks: {
      before: ({ operation }) => {
        if (operation !== 'RemoveVirtualNic') return;
        removals += 1;
        if (removals === 2) throw hostConfigFault('the kernel is busy');
      },
    },
  });
  const before = await world.read(CLUSTER);
  await world.run(`enable ${CLUSTER}`);
  const enabled = [{ byHand: ['172.19.1.1', undefined], told: ['172.19.1.1', 'fe80::1'] }];
  expect(gatewaysIn(world)).toEqual(enabled);
  removals = 0;
  expect(await world.run(`revert ${CLUSTER}`)).toMatchObject({ state: 'rolled-back', hosts: [{ outcome: 'kept' }] });
  expect(gatewaysIn(world)).toEqual(enabled);
  expect(await world.run(`revert ${CLUSTER}`)).toMatchObject({ state: 'done' });
  const [now] = (await world.read(CLUSTER)).hosts;
  expect(now?.network).toEqual(before.hosts[0]?.network);
});
