// The same adapter then and now.
import type { VmkernelAdapter } from './inventory.ts';
import { attachmentText, ipv4Text } from './network-fields.ts';

/**
 * Pairs, each adapter in one at most: same stack and port group, and the same address or, where that was changed, the
 * same device. vCenter may have given an adapter another number when it was made again.
 */
export function matchAdapters(
  before: VmkernelAdapter[],
  now: VmkernelAdapter[],
): { old: VmkernelAdapter; vmk: VmkernelAdapter }[] {
  const pairs: { old: VmkernelAdapter; vmk: VmkernelAdapter }[] = [];
  const rules = [
    (a: VmkernelAdapter, b: VmkernelAdapter) => a.device === b.device && isSameAddress(a, b),
    isSameAddress,
    (a: VmkernelAdapter, b: VmkernelAdapter) => a.device === b.device,
  ];
  for (const rule of rules) {
    for (const old of before) {
      if (pairs.some((pair) => pair.old === old)) continue;
      const vmk = now.find((one) => isPlugged(old, one) && rule(old, one) && !pairs.some((pair) => pair.vmk === one));
      if (vmk !== undefined) pairs.push({ old, vmk });
    }
  }
  return pairs;
}

function isPlugged(a: VmkernelAdapter, b: VmkernelAdapter): boolean {
  return a.netstack === b.netstack && attachmentText(a.attachment) === attachmentText(b.attachment);
}

function isSameAddress(a: VmkernelAdapter, b: VmkernelAdapter): boolean {
  return ipv4Text(a.ipv4) === ipv4Text(b.ipv4);
}
