// Adapters with vMotion switched off among others that have it on: one such adapter makes migrations of its host fail.
import { DEFAULT_NETSTACK, type Host, type VmkernelAdapter, VMOTION_SERVICE } from './inventory.ts';
import { attachmentText } from './network-fields.ts';

/** `carriers`: hosts whose adapter on the same port group carries vMotion. */
export type SwitchedOff = { host: string; device: string; portGroup: string; carriers: string[] };

/**
 * Default-stack adapters without vMotion whose port group carries it on at least as many hosts as not. A port group
 * that carries it on few hosts is their mistake, not everybody else's.
 */
export function findSwitchedOff(hosts: Host[]): SwitchedOff[] {
  const adapters = hosts.flatMap((host) =>
    (host.network?.vmks ?? [])
      .filter((vmk) => vmk.netstack === DEFAULT_NETSTACK)
      .map((vmk) => ({ host: host.name, vmk })),
  );
  const groups = Map.groupBy(adapters, ({ vmk }) => placeOf(vmk));
  return [...groups.values()].flatMap((ones) => {
    const carriers = unique(ones.filter(({ vmk }) => isCarrier(vmk)).map((one) => one.host));
    // A host with several adapters there migrates as long as one of them carries it; that may be meant.
    const off = ones.filter(({ host, vmk }) => !isCarrier(vmk) && !carriers.includes(host));
    if (carriers.length === 0 || carriers.length < unique(off.map((one) => one.host)).length) return [];
    return off.map(({ host, vmk }) => ({
      host,
      device: vmk.device,
      portGroup: nameOf(hosts, vmk),
      carriers,
    }));
  });
}

const isCarrier = (vmk: VmkernelAdapter): boolean => vmk.services.includes(VMOTION_SERVICE);
const unique = (names: string[]): string[] => [...new Set(names)];

function placeOf({ attachment }: VmkernelAdapter): string {
  return `${attachment.kind} ${attachmentText(attachment)}`;
}

function nameOf(hosts: Host[], { attachment }: VmkernelAdapter): string {
  if (attachment.kind !== 'distributed') return attachmentText(attachment);
  const groups = hosts.flatMap((host) => host.network?.distributedPortGroups ?? []);
  return groups.find((group) => group.key === attachment.portGroupKey)?.name ?? attachment.portGroupKey;
}
