import { describe, expect, it } from 'vitest';
import type { NetstackSettings, VmkernelAdapter } from '../../shared/domain/inventory.ts';
import type { Endpoint } from '../../shared/domain/matrix.ts';
import { pathMtu, toEndpoints, toPaths, toWavePaths } from '../../shared/domain/paths.ts';
import type { Reach } from '../../shared/domain/profile.ts';
import { anEndpoint, aNetwork, aVmk, managementVmk, oldVmotionVmk } from '../support/builders.ts';

function endsOf(vmks: VmkernelAdapter[], settings: NetstackSettings = {}) {
  const network = aNetwork({ vmks: [managementVmk(), oldVmotionVmk(), ...vmks] });
  const netstacks = network.netstacks.map((one) => (one.key === 'vmotion' ? { ...one, settings } : one));
  return toEndpoints('esx01', { ...network, netstacks });
}
const onStack = (device: string, address: string, change: Partial<VmkernelAdapter> = {}) =>
  aVmk(device, { netstack: 'vmotion', ipv4: { dhcp: false, address, prefixLength: 24 }, mtuBytes: 9000, ...change });
const six = (...addresses: string[]) => ({
  dhcp: false,
  autoconfiguration: false,
  addresses: addresses.map((address) => ({ address, prefixLength: 64 })),
});

describe('the ends of a host', () => {
  it('are its adapters on the vMotion stack, in the order of their numbers, each an island', () => {
    const ends = endsOf([onStack('vmk10', '172.16.2.51'), onStack('vmk3', '172.16.1.51', { mtuBytes: 1500 })]);
    const own = { host: 'esx01', netstack: 'vmotion', prefixLength: 24, gateway: undefined };
    expect(ends).toEqual([
      { ...own, device: 'vmk3', address: '172.16.1.51', mtuBytes: 1500, island: 1 },
      { ...own, device: 'vmk10', address: '172.16.2.51', mtuBytes: 9000, island: 2 },
    ]);
  });

  it('are those of the default stack, with its gateway, where the vMotion stack has none', () => {
    expect(endsOf([])).toMatchObject([{ device: 'vmk1', netstack: 'defaultTcpipStack', gateway: '10.0.0.1' }]);
  });

  it('have the gateway of their stack and family, or one of their own', () => {
    const gateways = { gateway: '172.16.1.1', ipv6Gateway: 'fd00:1::1' };
    const ends = endsOf(
      [
        onStack('vmk2', '172.16.1.51', { ipv6: six('fd00:1::51') }),
        onStack('vmk3', '172.16.2.51', { gatewayOverride: '172.16.2.1', ipv6: six('fd00:2::51') }),
      ],
      gateways,
    );
    expect(ends.map(({ address, gateway }) => [address, gateway])).toEqual([
      ['172.16.1.51', '172.16.1.1'],
      ['fd00:1::51', 'fd00:1::1'],
      ['172.16.2.51', '172.16.2.1'],
      ['fd00:2::51', 'fd00:1::1'],
    ]);
  });

  it('are one IPv6 address an adapter: the first that was set, else one that was learnt', () => {
    const learnt = [{ address: 'fd00:9::51', prefixLength: 64 }];
    const addresses = (change: Partial<VmkernelAdapter>) =>
      endsOf([onStack('vmk2', '172.16.1.51', change)]).map(({ address }) => address);
    expect(addresses({ ipv6: six('fd00:1::51', 'fd00:1::52'), ipv6Learnt: learnt })).toEqual([
      '172.16.1.51',
      'fd00:1::51',
    ]);
    expect(addresses({ ipv6: six(), ipv6Learnt: learnt })).toEqual(['172.16.1.51', 'fd00:9::51']);
    expect(addresses({ ipv4: { dhcp: true } })).toEqual([]);
  });
});

describe('what is expected of a path', () => {
  const from = anEndpoint('esx01');
  const near = anEndpoint('esx02');
  const far = anEndpoint('esx02', { address: '172.17.1.52' });
  const wide = anEndpoint('esx02', { address: '172.16.2.52', prefixLength: 16 });
  const by = (end: Endpoint, gateway: string) => ({ ...end, gateway });
  const five = anEndpoint('esx01', { address: 'fd00:1::51', prefixLength: 64 });
  const seven = anEndpoint('esx02', { address: 'fd00:2::52', prefixLength: 64 });

  it.each<{ what: string; ends: [Endpoint, Endpoint]; reach?: Reach; expected: string }>([
    { what: 'in one subnet', ends: [from, near], expected: 'reachable' },
    { what: 'in two subnets without routers', ends: [from, far], expected: 'not-applicable' },
    {
      what: 'in two subnets with a router each',
      ends: [by(from, '172.16.1.1'), by(far, '172.17.1.1')],
      expected: 'reachable',
    },
    { what: 'without a way out', ends: [from, by(far, '172.17.1.1')], expected: 'not-applicable' },
    { what: 'without a way back', ends: [by(from, '172.16.1.1'), far], expected: 'not-applicable' },
    {
      what: 'by a router that is not in the subnet',
      ends: [by(from, '172.16.9.1'), by(far, '172.17.1.1')],
      expected: 'not-applicable',
    },
    { what: 'in a subnet that only one of them takes for its own', ends: [from, wide], expected: 'not-applicable' },
    {
      what: 'by IPv6 routers, which answer to link-local addresses',
      ends: [by(five, 'fe80::1'), by(seven, 'fe80::2')],
      expected: 'reachable',
    },
    {
      what: 'within an island',
      ends: [from, near],
      reach: 'islands',
      expected: 'reachable',
    },
    {
      what: 'between islands, although they share a subnet',
      ends: [from, { ...near, island: 2 }],
      reach: 'islands',
      expected: 'unreachable',
    },
    { what: 'between adapters that are no islands', ends: [from, { ...near, island: 2 }], expected: 'reachable' },
  ])('$what: $expected', ({ ends, reach = 'routed', expected }) => {
    expect(toPaths(ends, reach).map((path) => path.expected)).toEqual([expected, expected]);
  });
});

describe('the paths of a test', () => {
  const ends = [
    ...['esx01', 'esx02', 'esx03'].map((host) => anEndpoint(host)),
    anEndpoint('esx01', { address: 'fd00::51', prefixLength: 64 }),
    anEndpoint('esx02', { address: 'fd00::52', prefixLength: 64 }),
    anEndpoint('esx01', { device: 'vmk3', address: '172.16.1.151' }),
  ];
  const text = (paths: { from: Endpoint; to: Endpoint }[]) =>
    paths.map(({ from, to }) => `${from.address} ${to.address}`).toSorted();

  it('are all ordered pairs of one family, and none within a host', () => {
    const [a, b, c, d] = ['172.16.1.51', '172.16.1.52', '172.16.1.53', '172.16.1.151'];
    const four = [`${a} ${b}`, `${a} ${c}`, `${b} ${a}`, `${b} ${c}`, `${c} ${a}`, `${c} ${b}`];
    const more = [`${d} ${b}`, `${d} ${c}`, `${b} ${d}`, `${c} ${d}`];
    expect(text(toPaths(ends, 'routed'))).toEqual(
      [...four, ...more, 'fd00::51 fd00::52', 'fd00::52 fd00::51'].toSorted(),
    );
  });

  it('of a wave are those with one of its hosts at an end', () => {
    expect(text(toWavePaths(ends, new Set(['esx03']), 'routed'))).toEqual([
      '172.16.1.151 172.16.1.53',
      '172.16.1.51 172.16.1.53',
      '172.16.1.52 172.16.1.53',
      '172.16.1.53 172.16.1.151',
      '172.16.1.53 172.16.1.51',
      '172.16.1.53 172.16.1.52',
    ]);
    expect(toWavePaths(ends, new Set(), 'routed')).toEqual([]);
  });

  it('carry packets of the size that both ends are set up for', () => {
    const [from, to] = [anEndpoint('esx01', { mtuBytes: 1500 }), anEndpoint('esx02')];
    expect([pathMtu({ from, to }), pathMtu({ from: to, to: from })]).toEqual([1500, 1500]);
  });
});
