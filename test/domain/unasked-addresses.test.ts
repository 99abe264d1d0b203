import { describe, expect, it } from 'vitest';
import type { Host } from '../../shared/domain/inventory.ts';
import { planCluster } from '../../shared/domain/plan-cluster.ts';
import type { Profile } from '../../shared/domain/profile.ts';
import { findUnasked } from '../../shared/domain/unasked-addresses.ts';
import { aHost, aNetwork, aProfile, aVmk, managementVmk } from '../support/builders.ts';

const [adapter] = aProfile().adapters;
if (adapter === undefined) throw new Error('the profile has no adapter');

/** Each host in a /30 of its own. */
const routed = (change: Partial<Profile> = {}): Profile =>
  aProfile({
    stack: { gateway: { kind: 'first-address' } },
    adapters: [
      {
        ...adapter,
        ipv4: { kind: 'subnet-per-host', network: '172.17.8.0', prefixLength: 22, subnetPrefixLength: 30 },
      },
    ],
    ...change,
  });

const said = (hosts: Host[], profile: Profile): string =>
  findUnasked(hosts, planCluster(hosts, profile), profile)
    .map(({ code, severity, message }) => `${code} ${severity} ${message.slice(message.lastIndexOf(':') + 2)}`)
    .join();

const HOSTS = [1, 2, 3, 4].map((number) => aHost(number));

describe('a plan warns of addresses that nobody can ask for', () => {
  it('which are the first host’s where later ones are asked for by those before them', () => {
    const first = 'address-not-asked warning';
    expect(said(HOSTS, aProfile())).toBe(`${first} 172.16.1.51 of esx01.lab.local, 172.16.2.51 of esx01.lab.local.`);
    expect(said(HOSTS, routed())).toBe(`${first} 172.17.8.2 of esx01.lab.local.`);
  });

  it('which are all where each host has a subnet of its own and no gateway, four of them by name', () => {
    const hosts = [...HOSTS, aHost(5)];
    expect(said(hosts, routed({ stack: { gateway: { kind: 'none' } } }))).toMatch(
      /172\.17\.8\.2 of esx01\.lab\.local, .* of esx04\.lab\.local and 1 more\.$/,
    );
  });

  it('and of none where a host is on the network already, or where the old adapter is in it', () => {
    const vmks = [51, 52].map((octet, index) =>
      aVmk(`vmk${index + 2}`, {
        netstack: 'vmotion',
        ipv4: { dhcp: false, address: `172.16.${index + 1}.2${octet}`, prefixLength: 24 },
      }),
    );
    const there = aHost(9, { network: aNetwork({ vmks: [managementVmk(9), ...vmks] }) });
    expect(said([...HOSTS, there], aProfile())).toBe('');
    const sameSubnet = aProfile({
      adapters: [
        { ...adapter, ipv4: { kind: 'range', from: '192.168.40.100', to: '192.168.40.110', prefixLength: 24 } },
      ],
    });
    expect(said([aHost(1)], sameSubnet)).toBe('');
  });

  it('and of those that the hosts which can ask have no time for, where waves are that large', () => {
    const address = { dhcp: false, address: '172.30.0.2', prefixLength: 30 };
    const base = aNetwork({ vmks: [managementVmk(99), aVmk('vmk2', { netstack: 'vmotion', ipv4: address })] });
    const netstacks = base.netstacks.map((one) =>
      one.key === 'vmotion' ? { ...one, settings: { gateway: '172.30.0.1' } } : one,
    );
    const asker = aHost(99, { network: { ...base, netstacks } });
    const fresh = Array.from({ length: 60 }, (_, index) => aHost(index + 1));
    const saidOf = (wave: number) => {
      const profile = routed({ rollout: { canary: 1, wave, pingGateway: true } });
      return findUnasked([...fresh, asker], planCluster(fresh, profile), profile);
    };
    expect(saidOf(2)).toEqual([]);
    // 48 seconds each for two hosts, two seconds an address: 48 of the wave's 59.
    const [finding, ...more] = saidOf(59);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: 'address-not-asked', severity: 'warning' });
    expect(finding?.message).toMatch(/: 172\.17\.8\.\d+ of esx50\.lab\.local, .* of esx53\.lab\.local and 7 more\.$/);
    expect(finding?.remedy).toContain('rollout.wave');
  });

  it('and of none that DHCP gives, or that no host gets', () => {
    expect(said(HOSTS, aProfile({ adapters: [{ ...adapter, ipv4: { kind: 'dhcp' } }] }))).toBe('');
    expect(said([], aProfile())).toBe('');
  });
});
