import { fingerprint } from './fingerprint.ts';
import type { LabHost } from './model.ts';

/** The next generated MAC address of a host, in VMware's range and different for every adapter of the lab. */
export function nextMac(host: LabHost, seed: number): string {
  host.macsMade += 1;
  // 64 addresses a host: the base comes from the seed, the rest counts.
  const value = (fingerprint(seed, 'mac') + host.number * 64 + host.macsMade) & 0xfffff;
  const digits = `6${value.toString(16).padStart(5, '0')}`;
  return `00:50:56:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4, 6)}`;
}

export function nextPortKey(host: LabHost): string {
  host.portsMade += 1;
  return `key-vim.host.PortGroup.Port-${33_554_432 + host.portsMade}`;
}

/** The lowest free number: after vmk1 was removed, the next adapter is vmk1 again. Or one above all in use. */
export function nextDevice(host: LabHost, rule: 'lowest-free' | 'above-all'): string {
  const taken = new Set(host.network.vmks.map((vmk) => vmk.device));
  let number =
    rule === 'lowest-free' ? 0 : Math.max(-1, ...host.network.vmks.map((vmk) => Number(vmk.device.slice(3)))) + 1;
  while (taken.has(`vmk${number}`)) number += 1;
  return `vmk${number}`;
}
