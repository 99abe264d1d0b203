import type { HostNetwork, VmkernelAdapter } from '../../shared/domain/inventory.ts';
import { differences } from '../../shared/domain/network-fields.ts';

/** Whether a stack shows as live follows from its adapters, some reads later. */
export const changesOf = (then: HostNetwork, now: HostNetwork) =>
  differences(then, withOldNumbers(then, now)).filter(({ field }) => !field.endsWith(' state'));

/** vCenter alone numbers adapters: one that came back under another number is the same if all else is. */
function withOldNumbers(then: HostNetwork, now: HostNetwork): HostNetwork {
  const numbers = renumbered(then, now);
  return { ...now, vmks: now.vmks.map((vmk) => ({ ...vmk, device: numbers.get(vmk.device) ?? vmk.device })) };
}

/** New devices to old ones. */
function renumbered(then: HostNetwork, now: HostNetwork): Map<string, string> {
  const isSame = (a: VmkernelAdapter, b: VmkernelAdapter) => a.netstack === b.netstack && a.mac === b.mac;
  const gone = then.vmks.filter((old) => !now.vmks.some((vmk) => vmk.device === old.device));
  const made = now.vmks.filter((vmk) => !then.vmks.some((old) => old.device === vmk.device));
  return new Map(
    made.flatMap((vmk) => {
      const old = gone.find((one) => isSame(one, vmk));
      return old === undefined ? [] : [[vmk.device, old.device] as const];
    }),
  );
}
