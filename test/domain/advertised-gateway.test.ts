import { describe, expect, it } from 'vitest';
import { ipv6GatewayOf, mayBeAdvertised } from '../../shared/domain/advertised-gateway.ts';
import { isIpv6 } from '../../shared/domain/ip-network.ts';
import { toEndpoints, toPaths } from '../../shared/domain/paths.ts';
import { aNetwork, aVmk } from '../support/builders.ts';

const learnt = (address: string) => [{ address, prefixLength: 64 }];
const hearing = aVmk('vmk2', {
  netstack: 'vmotion',
  ipv6: { dhcp: false, autoconfiguration: true, addresses: [] },
  ipv6Learnt: learnt('fd00:1::51'),
});
const deaf = aVmk('vmk3', {
  netstack: 'vmotion',
  ipv6: { dhcp: true, autoconfiguration: false, addresses: [] },
  ipv6Learnt: learnt('fd00:2::51'),
});
const networkOf = (vmks: (typeof hearing)[], ipv6Gateway?: string) =>
  aNetwork({ vmks, netstacks: [{ key: 'vmotion', isLive: true, settings: { ipv6Gateway } }] });

it.each([
  { gateway: 'fe80::1', vmks: [deaf, hearing], expected: true },
  { gateway: undefined, vmks: [hearing], expected: true },
  { gateway: 'fd00:1::1', vmks: [hearing], expected: false },
  { gateway: 'fe80::1', vmks: [deaf], expected: false },
  { gateway: undefined, vmks: [], expected: false },
])('routers may have told $gateway: $expected', ({ gateway, vmks, expected }) => {
  expect(mayBeAdvertised(gateway, vmks)).toBe(expected);
});

describe('the way out of an adapter', () => {
  const waysOut = (gateway: string | undefined, vmks = [hearing, deaf]) =>
    vmks.map((vmk) => ipv6GatewayOf(vmk, networkOf(vmks, gateway)));

  it('is what a router told only where it hears routers itself', () => {
    expect(waysOut('fe80::1')).toEqual(['fe80::1', undefined]);
  });

  it('is what somebody has set, for every adapter of the stack', () => {
    expect(waysOut('fd00:1::1')).toEqual(['fd00:1::1', 'fd00:1::1']);
    expect(waysOut('fe80::1', [deaf])).toEqual(['fe80::1']);
    expect(waysOut(undefined)).toEqual([undefined, undefined]);
  });

  it('is no other stack’s', () => {
    const elsewhere = aVmk('vmk4', { netstack: 'defaultTcpipStack' });
    expect(ipv6GatewayOf(elsewhere, networkOf([hearing, elsewhere], 'fe80::1'))).toBeUndefined();
    // Nor does an adapter of another stack hear for this one.
    const other = { ...hearing, netstack: 'defaultTcpipStack' };
    expect(ipv6GatewayOf(deaf, networkOf([other, deaf], 'fe80::1'))).toBe('fe80::1');
  });
});

it('nothing is expected of a path between networks whose sender heard no router', () => {
  const ends = ['esx01', 'esx02'].flatMap((host) => toEndpoints(host, networkOf([hearing, deaf], 'fe80::1')));
  const across = toPaths(ends, 'routed')
    .filter(({ from, to }) => from.device !== to.device && isIpv6(from.address))
    .map(({ from, to, expected }) => `${from.device} ${to.device} ${expected}`);
  expect(new Set(across)).toEqual(new Set(['vmk2 vmk3 not-applicable', 'vmk3 vmk2 not-applicable']));
});
