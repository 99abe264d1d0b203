import { describe, expect, it } from 'vitest';
import {
  ASKING_SECONDS_MAX,
  secondsOf,
  type Candidate,
  canAsk,
  shareQuestions,
  toAskers,
} from '../../shared/domain/address-askers.ts';
import type { HostNetwork, NetstackSettings, VmkernelAdapter } from '../../shared/domain/inventory.ts';
import type { Reach } from '../../shared/domain/profile.ts';
import { aNetwork, aVmk, managementVmk, oldVmotionVmk } from '../support/builders.ts';

/** A host with its old adapter, and these on the vMotion stack. */
function network(addresses: string[], settings: NetstackSettings = {}, change: Partial<VmkernelAdapter> = {}) {
  const vmks = addresses.map((address, index) =>
    aVmk(`vmk${index + 2}`, {
      netstack: 'vmotion',
      ipv4: { dhcp: false, address, prefixLength: 30 },
      ...change,
    }),
  );
  const base = aNetwork({ vmks: [managementVmk(), oldVmotionVmk(), ...vmks] });
  return { ...base, netstacks: base.netstacks.map((one) => (one.key === 'vmotion' ? { ...one, settings } : one)) };
}

const aCandidate = (address: string, change: Partial<Candidate> = {}): Candidate => ({
  host: 'esx2',
  address,
  netstack: 'vmotion',
  ...change,
});

/** "esx1 vmk2", or "esx1 vmk2 routed"; nothing where nobody asks. */
function askedBy(hosts: Record<string, HostNetwork>, candidate: Candidate, reach: Reach = 'routed'): string {
  const askers = Object.entries(hosts).flatMap(([name, one]) => toAskers(name, one));
  const texts = shareQuestions(askers, [candidate], reach).map(
    ({ heardBy, isRouted }) => `${heardBy.host} ${heardBy.device}${isRouted ? ' routed' : ''}`,
  );
  expect(canAsk(askers, candidate, reach)).toBe(texts.length > 0);
  return texts.join();
}

describe('whether an address is free is asked by', () => {
  const GATEWAY = { gateway: '172.17.8.1' };
  const SIX = { dhcp: false, autoconfiguration: false, addresses: [{ address: 'fd00:8::2', prefixLength: 64 }] };
  it.each([
    { what: 'an adapter in its subnet', host: network(['172.17.8.5']), by: 'esx1 vmk2' },
    { what: 'nobody without a gateway', host: network(['172.17.8.2']), by: '' },
    { what: 'a host beyond a router', host: network(['172.17.8.2'], GATEWAY), by: 'esx1 vmk2 routed' },
    { what: 'nobody whose gateway is not in its subnet', host: network(['172.17.9.2'], GATEWAY), by: '' },
    {
      what: 'the adapter that has the gateway',
      host: network(['172.17.9.2', '172.17.8.2'], GATEWAY),
      by: 'esx1 vmk3 routed',
    },
    {
      what: 'an adapter with a gateway of its own',
      host: network(['172.17.8.2'], {}, { gatewayOverride: '172.17.8.1' }),
      by: 'esx1 vmk2 routed',
    },
    {
      what: 'nobody whose own gateway leads nowhere',
      host: network(['172.17.8.2'], GATEWAY, { gatewayOverride: '172.17.9.1' }),
      by: '',
    },
    {
      what: 'a host with a static route to its network',
      host: network(['172.17.8.2'], { routes: [{ network: '172.17.8.4/30', gateway: '172.17.8.1' }] }),
      by: 'esx1 vmk2 routed',
    },
    {
      what: 'nobody with static routes elsewhere',
      host: network(['172.17.8.2'], { routes: [{ network: '172.17.12.0/24', gateway: '172.17.8.1' }] }),
      by: '',
    },
    {
      what: 'nobody by a static route whose router is elsewhere',
      host: network(['172.17.8.2'], { routes: [{ network: '172.17.8.4/30', gateway: '172.17.9.1' }] }),
      by: '',
    },
    {
      what: 'no adapter of another stack',
      host: aNetwork({
        vmks: [
          aVmk('vmk3', {
            netstack: 'vSphereProvisioning',
            ipv4: { dhcp: false, address: '172.17.8.5', prefixLength: 30 },
          }),
        ],
      }),
      by: '',
    },
    {
      what: 'an adapter with addresses of both families',
      host: network(['172.17.8.5'], {}, { ipv6: SIX }),
      by: 'esx1 vmk2',
    },
    {
      what: 'one with both, by the router of one',
      host: network(['172.17.8.2'], GATEWAY, { ipv6: SIX }),
      by: 'esx1 vmk2 routed',
    },
    {
      what: 'the one in its subnet before routers',
      host: network(['172.17.8.2', '172.17.8.5'], GATEWAY),
      by: 'esx1 vmk3',
    },
  ])('$what', ({ host, by }) => {
    expect(askedBy({ esx1: host }, aCandidate('172.17.8.6'))).toBe(by);
  });

  it('the host’s own adapter that is in that subnet already, on the default stack too', () => {
    const bare = aNetwork();
    expect(askedBy({ esx2: bare }, aCandidate('192.168.40.99'))).toBe('esx2 vmk1');
    expect(askedBy({ esx2: bare }, aCandidate('10.0.0.99'))).toBe('esx2 vmk0');
  });

  it('nobody by the default stack’s gateway, and by the vMotion stack’s only for addresses of that stack', () => {
    const candidate = aCandidate('172.17.8.6');
    expect(askedBy({ esx1: aNetwork() }, candidate)).toBe('');
    const through = network(['172.17.8.2'], GATEWAY);
    expect(askedBy({ esx1: through }, { ...candidate, netstack: 'defaultTcpipStack' })).toBe('');
  });

  it.each([
    { of: 'the same island', island: 1, by: 'esx1 vmk2 routed' },
    { of: 'another island', island: 2, by: '' },
    { of: 'nobody knows which', island: undefined, by: '' },
  ])('routers of islands only for $of', ({ island, by }) => {
    const through = network(['172.17.8.2', '172.17.9.2'], GATEWAY);
    expect(askedBy({ esx1: through }, aCandidate('172.17.8.6', { island }), 'islands')).toBe(by);
    expect(askedBy({ esx1: through }, aCandidate('172.17.8.6', { island }), 'routed')).toBe('esx1 vmk2 routed');
  });

  it('an IPv6 adapter beyond its router', () => {
    const ipv6 = { dhcp: false, autoconfiguration: false, addresses: [{ address: 'fd00:8::2', prefixLength: 64 }] };
    const through = network(['172.17.8.2'], { ipv6Gateway: 'fe80::1' }, { ipv6 });
    expect(askedBy({ esx1: through }, aCandidate('fd00:9::2'))).toBe('esx1 vmk2 routed');
    expect(askedBy({ esx1: network(['172.17.8.2'], { ipv6Gateway: 'fe80::1' }) }, aCandidate('fd00:9::2'))).toBe('');
    // What another adapter of the stack heard is no way out of this one.
    const beside = network(['172.17.8.2'], { ipv6Gateway: 'fe80::1' }, { ipv6 });
    beside.vmks.push(
      aVmk('vmk9', { netstack: 'vmotion', ipv6: { dhcp: false, autoconfiguration: true, addresses: [] } }),
    );
    expect(askedBy({ esx1: beside }, aCandidate('fd00:9::2'))).toBe('');
    const inSubnet = network(['172.17.8.2'], { ipv6Gateway: 'fd00:8::1' }, { ipv6 });
    expect(askedBy({ esx1: inSubnet }, aCandidate('fd00:9::2'))).toBe('esx1 vmk2 routed');
    const elsewhere = network(['172.17.8.2'], { ipv6Gateway: 'fd00:7::1' }, { ipv6 });
    expect(askedBy({ esx1: elsewhere }, aCandidate('fd00:9::2'))).toBe('');
  });
});

describe('the work of asking', () => {
  const candidates = (count: number) => Array.from({ length: count }, (_, index) => aCandidate(`172.18.${index}.2`));

  it('is shared among all who can', () => {
    const askers = ['esx1', 'esx3'].flatMap((name) =>
      toAskers(name, network(['172.17.8.2'], { gateway: '172.17.8.1' })),
    );
    const questions = shareQuestions(askers, candidates(6), 'routed');
    const shares = [...Map.groupBy(questions, ({ heardBy }) => heardBy.host)].map(([name, ones]) => [
      name,
      ones.length,
    ]);
    expect(shares).toEqual([
      ['esx1', 3],
      ['esx3', 3],
    ]);
  });

  it('counts what a host has asked for already', () => {
    const askers = ['esx1', 'esx3'].flatMap((name) =>
      toAskers(name, network(['172.17.8.2'], { gateway: '172.17.8.1' })),
    );
    const first = shareQuestions(askers, candidates(6), 'routed');
    expect(secondsOf(first)).toEqual(
      new Map([
        ['esx1', 6],
        ['esx3', 6],
      ]),
    );
    expect(secondsOf(first.map((one) => ({ ...one, isRouted: false })))).toEqual(
      new Map([
        ['esx1', 3],
        ['esx3', 3],
      ]),
    );
    const spent = new Map([
      ['esx1', ASKING_SECONDS_MAX - 1],
      ['esx3', ASKING_SECONDS_MAX - 2],
    ]);
    const left = shareQuestions(askers, candidates(6), 'routed', spent);
    expect(left.map(({ heardBy }) => heardBy.host)).toEqual(['esx3']);
  });

  it('ends where a slice would have no time left to write: through a router sooner, since it asks twice', () => {
    const [routed, near] = [network(['172.17.8.2'], { gateway: '172.17.8.1' }), aNetwork()];
    const count = (host: HostNetwork, ones: Candidate[]) =>
      shareQuestions(toAskers('esx1', host), ones, 'routed').length;
    expect(count(routed, candidates(200))).toBe(ASKING_SECONDS_MAX / 2);
    const inSubnet = Array.from({ length: 200 }, (_, index) => aCandidate(`192.168.40.${index + 54}`));
    expect(count(near, inSubnet)).toBe(ASKING_SECONDS_MAX);
  });
});
