import { describe, expect, it } from 'vitest';
import { orderByAddress } from '../../shared/domain/order-by-address.ts';
import type { Step } from '../../shared/domain/step.ts';
import { toSpec } from '../../shared/domain/vmk-spec.ts';
import { aVmk } from '../support/builders.ts';

const at = (octet: number, device = 'vmk9') =>
  toSpec(aVmk(device, { netstack: 'vmotion', ipv4: { dhcp: false, address: `172.16.1.${octet}`, prefixLength: 24 } }));
type Change = Parameters<typeof orderByAddress>[0][number];
const add = (octet: number): Change => ({ kind: 'add-vmk', spec: at(octet) });
const update = (device: string, from: number, to: number): Change => ({
  kind: 'update-vmk',
  device,
  from: at(from),
  to: at(to),
});
const SIX = 'fd00::1';
/** An adapter whose IPv6 address another one is to have. */
const withSix = (device: string, { from, to }: { from: [number, string?]; to: [number, string?] }): Change => {
  const spec = ([octet, address]: [number, string?]) => {
    const addresses = address === undefined ? [] : [{ address, prefixLength: 64 }];
    return { ...at(octet), ipv6: { dhcp: false, autoconfiguration: false, addresses } };
  };
  return { kind: 'update-vmk', device, from: spec(from), to: spec(to) };
};
const remove = (device: string, octet: number): Change => ({
  kind: 'remove-vmk',
  device,
  spec: at(octet),
  services: [],
});
const text = (step: Step): string => {
  const octet = (address = '') => address.split('.').at(-1);
  if (step.kind === 'add-vmk') return `+${octet(step.spec.ipv4.address)}`;
  if (step.kind === 'remove-vmk') return `-${step.device}`;
  return step.kind === 'update-vmk' ? `${step.device}=${octet(step.to.ipv4.address)}` : step.kind;
};

describe('orderByAddress', () => {
  it.each([
    { what: 'leaves an order in which nothing collides', changes: [add(1), update('vmk3', 2, 3)], want: '+1 vmk3=3' },
    { what: 'waits for an address to be given up', changes: [add(2), update('vmk3', 2, 3)], want: 'vmk3=3 +2' },
    {
      what: 'goes through a chain from its end',
      changes: [update('vmk1', 1, 2), update('vmk2', 2, 3), update('vmk3', 3, 4)],
      want: 'vmk3=4 vmk2=3 vmk1=2',
    },
    { what: 'waits for a removal', changes: [update('vmk1', 1, 2), remove('vmk2', 2)], want: '-vmk2 vmk1=2' },
    {
      what: 'makes one adapter of two again that swap',
      changes: [update('vmk1', 1, 2), update('vmk2', 2, 1)],
      want: '-vmk1 vmk2=1 +2',
    },
    {
      what: 'makes one again of three in a circle, before another adapter takes its number',
      changes: [add(9), update('vmk1', 1, 2), update('vmk2', 2, 3), update('vmk3', 3, 1)],
      want: '+9 -vmk1 vmk3=1 vmk2=3 +2',
    },
    {
      what: 'makes none again that only waits for a circle',
      changes: [
        withSix('vmk9', { from: [9], to: [9, SIX] }),
        withSix('vmk1', { from: [1, SIX], to: [2] }),
        update('vmk2', 2, 1),
      ],
      want: '-vmk1 vmk9=9 vmk2=1 +2',
    },
    { what: 'lets an adapter keep its own', changes: [update('vmk1', 1, 1)], want: 'vmk1=1' },
  ])('$what', ({ changes, want }) => {
    expect(orderByAddress(changes).map(text).join(' ')).toBe(want);
  });
});
