// The default stack's way to storage. Its traffic carries no service, so that an adapter for vMotion alone may be all there is.
import {
  DEFAULT_NETSTACK,
  type Host,
  type HostNetwork,
  type HostStorage,
  type StorageServer,
  type VmkernelAdapter,
} from './inventory.ts';
import { contains, isAddress } from './ip-network.ts';
import { othersOnDefaultStack } from './only-way-out.ts';
import { type PlanDraft, warn } from './plan-draft.ts';
import type { Step } from './step.ts';
import { linkSubnets } from './vmk-spec.ts';

const SERVERS_NAMED_MAX = 5;

/** Why the host's datastores need this adapter of the default stack, as half a sentence; `undefined` where they do not, as far
 * as is known. `gone`: devices that are removed already. What is reached through a router is no matter of one adapter. */
export function storageReason(
  { network, storage }: { network: HostNetwork; storage?: Host['storage'] },
  vmk: VmkernelAdapter,
  gone: ReadonlySet<string>,
): string | undefined {
  if (storage === undefined || vmk.netstack !== DEFAULT_NETSTACK) return undefined;
  const bound = storage.bound.filter(({ device }) => device === vmk.device).map(({ to }) => to);
  if (bound.length > 0) return `is bound to ${listed(bound)}`;
  const others = othersOnDefaultStack(network, vmk, gone);
  const only = storage.servers.filter(
    ({ server }) => isAddress(server) && isNear(vmk, server) && !others.some((other) => isNear(other, server)),
  );
  return only.length === 0 ? undefined : `is the host's only adapter in the subnet of ${listed(only.map(serverText))}`;
}

/** The devices that the steps take from the default stack: what these hosts' storage needs has to be known. */
export function leavingDefaultStack(steps: readonly Step[]): string[] {
  return steps.flatMap((step) =>
    step.kind === 'remove-vmk' && step.spec.netstack === DEFAULT_NETSTACK ? [step.device] : [],
  );
}

/** Warns where adapters of the default stack go and it is not known of some storage whether it needs them. */
export function warnOfUnplaced(draft: PlanDraft, devices: readonly string[]): void {
  const { storage } = draft.host;
  if (storage === undefined || devices.length === 0) return;
  const named = storage.servers.filter(({ server }) => !isAddress(server)).map(serverText);
  const unread = storage.unread.map((what) => UNREAD[what]);
  const unknown = [
    ...(named.length > 0
      ? [`the host has datastores by way of ${listed(named)}, and no address tells where that is`]
      : []),
    ...(unread.length > 0 ? [`vCenter did not tell ${unread.join(' nor ')}`] : []),
  ];
  if (unknown.length === 0) return;
  const them = devices.length === 1 ? 'it is' : 'they are';
  const message = `${devices.join(', ')} would be removed, and whether storage needs ${devices.length === 1 ? 'it' : 'them'} is not known: ${unknown.join('; ')}.`;
  const remedy = `Look whether ${them} the host's way to its storage. If so, set \`oldAdapters: keep\` for this cluster in vmotion.yaml, or have vMotion alone on other adapters.`;
  warn(draft, 'storage-not-placed', message, remedy);
}

/** What has come since, in words. Empty where nothing has, or nobody has asked. */
export function newStorage(then: HostStorage | undefined, now: HostStorage | undefined): string[] {
  const texts = (storage: HostStorage | undefined) => [
    ...(storage?.servers ?? []).map(serverText),
    ...(storage?.bound ?? []).map(({ device, to }) => `${to}, bound to ${device}`),
  ];
  const before = new Set(texts(then));
  return texts(now).filter((one) => !before.has(one));
}

const UNREAD = {
  NFS: 'which NFS servers the host mounts',
  iSCSI: 'which iSCSI targets the host has',
  'iSCSI port binding': 'which adapters iSCSI is bound to (that takes the privilege Host.Config.Storage)',
} as const;

const serverText = ({ kind, server }: StorageServer): string =>
  `${kind === 'NFS' ? 'NFS server' : 'iSCSI target'} ${server}`;

const isNear = (vmk: VmkernelAdapter, server: string): boolean =>
  linkSubnets(vmk).some((subnet) => contains(subnet, server));

function listed(texts: string[]): string {
  const more = texts.length - SERVERS_NAMED_MAX;
  return `${texts.slice(0, SERVERS_NAMED_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
