// The network that a migration would use between two hosts: its adapters in pairs, and whether they reach each other.
import { DEFAULT_NETSTACK, VMOTION_NETSTACK, VMOTION_SERVICE } from '../../../shared/domain/inventory.ts';
import type { LabHost, LabModel, LabVmk } from './model.ts';
import { computePing } from './ping.ts';
import { isStackLive } from './runtime.ts';
import { VimFault } from './vim-fault.ts';
import { addressesOf } from './vmk-address.ts';
import { attachOf } from './wire.ts';

/** One connection of a migration. */
export type VmotionPair = { source: LabVmk; target: LabVmk; sourceAddress: string; targetAddress: string };

/** `lineRateMb`: what the uplinks in use could carry together, on the slower side, in megabits a second. */
export type VmotionPath = { pairs: VmotionPair[]; lineRateMb: number };

/** The adapters that carry vMotion: those of the vmotion stack while it lives, or else the selected ones. */
function vmotionVmks(host: LabHost): LabVmk[] {
  const { vmks, services } = host.network;
  if (isStackLive(host, VMOTION_NETSTACK)) return vmks.filter((vmk) => vmk.netstack === VMOTION_NETSTACK);
  const selected = services[VMOTION_SERVICE] ?? [];
  return vmks.filter((vmk) => vmk.netstack === DEFAULT_NETSTACK && selected.includes(vmk.device));
}

/** Throws the fault that vCenter would answer where one of the hosts has no vMotion at all. */
export function requireVmotion(host: LabHost, atSourceHost: boolean): void {
  if (vmotionVmks(host).some((vmk) => addressOf(vmk) !== undefined)) return;
  throw new VimFault(
    'VMotionNotConfigured',
    `The vMotion interface is not configured (or is misconfigured) on the ${
      atSourceHost ? 'Source' : 'Destination'
    } host '${host.name}'.`,
    { atSourceHost, failedHost: host.name, failedHostEntity: host.moref },
  );
}

/**
 * The adapters of both hosts in the order of their devices, the shorter list from its start again. Every pair must
 * reach each other both ways, and with packets of full size: one that does not fails the whole migration.
 */
export function findVmotionPath(model: LabModel, seed: number, source: LabHost, target: LabHost): VmotionPath {
  requireVmotion(source, true);
  requireVmotion(target, false);
  for (const [host, atSourceHost] of [
    [source, true],
    [target, false],
  ] as const)
    requireLinks(model, host, atSourceHost);
  const [from, to] = [vmotionVmks(source), vmotionVmks(target)];
  const pairs = Array.from({ length: Math.max(from.length, to.length) }, (_, index) =>
    toPair(from[index % from.length], to[index % to.length]),
  );
  for (const pair of pairs) requireReach(model, seed, { source, target, pair });
  const rate = (host: LabHost, vmks: LabVmk[]) => {
    const pnics = new Set(vmks.flatMap((vmk) => attachOf(model, host, vmk)?.pnic ?? []));
    return host.network.pnics.reduce((sum, { device, speedMb }) => sum + (pnics.has(device) ? (speedMb ?? 0) : 0), 0);
  };
  return { pairs, lineRateMb: Math.min(rate(source, from), rate(target, to)) };
}

function toPair(source: LabVmk | undefined, target: LabVmk | undefined): VmotionPair {
  if (source === undefined || target === undefined) throw new Error('a host without vMotion came this far');
  const family = source.ipv4.address !== undefined && target.ipv4.address !== undefined ? 4 : 6;
  const [sourceAddress = '', targetAddress = ''] = [source, target].map((vmk) => addressesOf(vmk, family)[0]?.address);
  return { source, target, sourceAddress, targetAddress };
}

function addressOf(vmk: LabVmk): string | undefined {
  return vmk.ipv4.address ?? vmk.ipv6.addresses[0]?.address ?? vmk.learnt6?.[0]?.address;
}

function requireLinks(model: LabModel, host: LabHost, atSourceHost: boolean): void {
  const dead = vmotionVmks(host).find((vmk) => attachOf(model, host, vmk) === undefined);
  if (dead === undefined) return;
  throw new VimFault('VMotionLinkDown', `The vMotion interface ${dead.device} of host '${host.name}' has no link.`, {
    atSourceHost,
    failedHost: host.name,
    failedHostEntity: host.moref,
    network: networkOf(dead),
  });
}

function networkOf({ attachment }: LabVmk): string {
  if (attachment.kind === 'standard') return attachment.portGroup;
  return attachment.kind === 'distributed' ? (attachment.name ?? attachment.portGroupKey) : attachment.network;
}

function requireReach(
  model: LabModel,
  seed: number,
  { source, target, pair }: { source: LabHost; target: LabHost; pair: VmotionPair },
): void {
  const answers = (host: LabHost, vmk: LabVmk, address: string, size: number) => {
    const input = {
      interface: vmk.device,
      netstack: vmk.netstack,
      host: address,
      size,
      count: 2,
      df: size > 56,
      ttl: 64,
    };
    const answer = computePing(model, seed, host, input);
    // With an address that somebody else has too, connections break as often as pings get lost.
    return answer.kind === 'sent' && answer.replies.length === answer.sent;
  };
  const both = (size: number) =>
    answers(source, pair.source, pair.targetAddress, size) && answers(target, pair.target, pair.sourceAddress, size);
  if (!both(56)) throw migrationFault(NOT_CONNECTED);
  const headers = pair.sourceAddress.includes(':') ? 48 : 28;
  if (!both(Math.min(pair.source.mtuBytes, pair.target.mtuBytes) - headers)) throw migrationFault(NO_DATA);
}

const CHECK = 'Check the vMotion network settings and physical network configuration.';
const NOT_CONNECTED =
  'The vMotion migrations failed because the ESX hosts were not able to connect over the vMotion network. ' + CHECK;
const NO_DATA =
  'The vMotion failed because the destination host did not receive data from the source host on the vMotion network. ' +
  CHECK;

function migrationFault(reason: string): VimFault {
  return new VimFault('GenericVmConfigFault', reason, { reason });
}
