import { describe, expect, it } from 'vitest';
import type { NetstackSettings } from '../../shared/domain/inventory.ts';
import { dnsText, gatewaysOf, isSameSettings, routesText } from '../../shared/domain/netstack-text.ts';

const dns = { hostName: 'esx01', domainName: 'lab', servers: ['10.0.0.2'], searchDomains: ['lab.local'] };
const NOTHING = { hostName: '', domainName: '', servers: [], searchDomains: [] };
const routes = [
  { network: '10.9.0.0/16', gateway: '172.16.1.2' },
  { network: '10.1.0.0/16', gateway: '172.16.1.3' },
];
const ALL = {
  gateway: '172.16.1.1',
  ipv6Gateway: 'fd00::1',
  dns,
  routes,
  congestionControl: 'newreno',
  connections: 1,
};

describe('the settings of a stack', () => {
  it.each<{ change: NetstackSettings; isSame: boolean }>([
    { change: {}, isSame: true },
    { change: { routes: routes.toReversed() }, isSame: true },
    { change: { gateway: '172.16.1.9' }, isSame: false },
    { change: { ipv6Gateway: 'fd00::9' }, isSame: false },
    { change: { congestionControl: 'cubic' }, isSame: false },
    { change: { connections: 2 }, isSame: false },
    { change: { dns: { ...dns, servers: [] } }, isSame: false },
    { change: { routes: routes.slice(1) }, isSame: false },
  ])('with $change are the same: $isSame', ({ change, isSame }) => {
    expect(isSameSettings(ALL, { ...ALL, ...change })).toBe(isSame);
  });

  it('are the same where one says nothing and the other says none', () => {
    expect(isSameSettings({}, { dns: NOTHING, routes: [] })).toBe(true);
    expect([dnsText(NOTHING), dnsText({ ...NOTHING, servers: [''] }), routesText(undefined)]).toEqual(['', '', '']);
    expect(dnsText({ ...NOTHING, hostName: 'esx01' })).not.toBe('');
  });

  it('name their routers', () => {
    expect(gatewaysOf(ALL)).toEqual(['172.16.1.1', 'fd00::1', '172.16.1.2', '172.16.1.3']);
    expect(gatewaysOf({})).toEqual([]);
  });
});
