import { describe, expect, it } from 'vitest';
import type { NetstackSettings } from '../../shared/domain/inventory.ts';
import { forgotten } from '../../shared/domain/stack-hold.ts';
import type { Step } from '../../shared/domain/step.ts';
import { aNetwork, aVmk, managementVmk } from '../support/builders.ts';

const dns = { hostName: 'esx01', domainName: '', servers: ['10.0.0.2'], searchDomains: [] };
const all: NetstackSettings = {
  gateway: '172.16.1.1',
  ipv6Gateway: 'fd00::1',
  dns,
  routes: [{ network: '10.9.0.0/16', gateway: '172.16.1.2' }],
};
const set = (to: NetstackSettings): Step => ({ kind: 'set-netstack', netstack: 'vmotion', from: to, to });
const networkWith = (settings: NetstackSettings, vmks = [managementVmk(), aVmk('vmk1', { netstack: 'vmotion' })]) =>
  aNetwork({ vmks, netstacks: [{ key: 'vmotion', isLive: true, settings }] });

describe('forgotten', () => {
  it.each([
    { what: 'nothing', now: all, lost: [] },
    { what: 'the gateway', now: { ...all, gateway: undefined }, lost: ['gateway 172.16.1.1'] },
    { what: 'the IPv6 gateway', now: { ...all, ipv6Gateway: undefined }, lost: ['IPv6 gateway fd00::1'] },
    { what: 'DNS', now: { ...all, dns: undefined }, lost: ['DNS'] },
    { what: 'routes', now: { ...all, routes: undefined }, lost: ['routes'] },
    { what: 'all', now: {}, lost: ['gateway 172.16.1.1', 'IPv6 gateway fd00::1', 'DNS', 'routes'] },
  ])('names what was set and is gone: $what', ({ now, lost }) => {
    expect(forgotten(networkWith(now), [set(all)])).toEqual(lost);
  });

  it('misses nothing that was not set, nor anything of a stack that has fallen asleep', () => {
    expect(forgotten(networkWith(all), [set({})])).toEqual([]);
    expect(forgotten(networkWith({}, [managementVmk()]), [set(all)])).toEqual([]);
    expect(forgotten(networkWith({}), [{ kind: 'await-dormant', netstack: 'vmotion' }])).toEqual([]);
  });
});
