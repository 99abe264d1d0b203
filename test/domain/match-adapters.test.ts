import { expect, it } from 'vitest';
import type { VmkernelAdapter } from '../../shared/domain/inventory.ts';
import { matchAdapters } from '../../shared/domain/match-adapters.ts';
import { aVmk } from '../support/builders.ts';

const at = (device: string, octet: number, change: Partial<VmkernelAdapter> = {}) =>
  aVmk(device, {
    netstack: 'vmotion',
    attachment: { kind: 'standard', portGroup: 'vMotion-A' },
    ipv4: { dhcp: false, address: `172.16.1.${octet}`, prefixLength: 24 },
    ...change,
  });
const elsewhere = { attachment: { kind: 'standard', portGroup: 'vMotion-B' } } as const;

it.each<{ what: string; before: VmkernelAdapter[]; now: VmkernelAdapter[]; pairs: string }>([
  { what: 'the same one', before: [at('vmk1', 1)], now: [at('vmk1', 1)], pairs: 'vmk1=vmk1' },
  { what: 'one that got another number', before: [at('vmk1', 1)], now: [at('vmk5', 1)], pairs: 'vmk1=vmk5' },
  { what: 'one that got another address', before: [at('vmk1', 1)], now: [at('vmk1', 9)], pairs: 'vmk1=vmk1' },
  { what: 'neither number nor address', before: [at('vmk1', 1)], now: [at('vmk5', 9)], pairs: '' },
  { what: 'another port group', before: [at('vmk1', 1)], now: [at('vmk1', 1, elsewhere)], pairs: '' },
  {
    what: 'another stack',
    before: [at('vmk1', 1)],
    now: [at('vmk1', 1, { netstack: 'defaultTcpipStack' })],
    pairs: '',
  },
  {
    what: 'the address before the number',
    before: [at('vmk1', 1), at('vmk2', 2)],
    now: [at('vmk1', 2), at('vmk2', 1)],
    pairs: 'vmk1=vmk2 vmk2=vmk1',
  },
  {
    what: 'number and address before the address alone',
    before: [at('vmk1', 1), at('vmk2', 1)],
    now: [at('vmk2', 1), at('vmk1', 1)],
    pairs: 'vmk1=vmk1 vmk2=vmk2',
  },
  {
    what: 'each once: two leases, of which one adapter is left',
    before: [at('vmk1', 1, { ipv4: { dhcp: true } }), at('vmk2', 2, { ipv4: { dhcp: true } })],
    now: [at('vmk7', 7, { ipv4: { dhcp: true } })],
    pairs: 'vmk1=vmk7',
  },
  {
    what: 'each once: one adapter, which is there twice',
    before: [at('vmk1', 1)],
    now: [at('vmk5', 1), at('vmk1', 9)],
    pairs: 'vmk1=vmk5',
  },
])('finds again $what: $pairs', ({ before, now, pairs }) => {
  const found = matchAdapters(before, now).map(({ old, vmk }) => `${old.device}=${vmk.device}`);
  expect(found.toSorted().join(' ')).toBe(pairs);
});
