import { type HostNetwork, VMOTION_NETSTACK, type VmkSpec } from '../domain/inventory.ts';
import type { Step } from '../domain/step.ts';
import { isInEffect } from '../domain/step-effect.ts';
import { adaptersOnVmotionStack, isRuntimeLive } from '../domain/vmotion-adapters.ts';
import { OpsError } from '../errors.ts';
import type { HostRef } from '../ports.ts';
import { getNetwork, guard, readHost, type Slice } from './host-work.ts';
import { isBookkeeping } from './slice-error.ts';

/** Runtime information lags behind writes: VMware's own tests waited 20 times 10 s for it. */
const DORMANT_POLLS_MAX = 40;
const DORMANT_POLL_MS = 3_000;
/** A DHCP server that answers at all does so within a few seconds; spanning tree may hold a port for half a minute. */
const LEASE_POLLS_MAX = 20;
const LEASE_POLL_MS = 3_000;
/** How long a lost call may still take effect before the host is believed. */
const SETTLE_POLLS = 3;
const SETTLE_MS = 2_000;
/** A call is made at most this often, and again only after the host was seen without its effect. */
const CALLS_MAX = 3;

/**
 * Makes one step's call. An answer that was lost is looked for on the host, never assumed. Returns the device of an
 * added adapter where vCenter said it.
 */
export async function performStep(slice: Slice, host: HostRef, step: Step): Promise<string | undefined> {
  for (let call = 1; ; call += 1) {
    // Each time: between two calls the host is looked at for some seconds.
    await guard(slice);
    try {
      return await callStep(slice, host, step);
    } catch (error) {
      if (!(error instanceof OpsError) || error.retry === 'never' || isBookkeeping(error)) throw error;
      if (await settles(slice, host, step)) {
        await awaitLeaseAfter(slice, host, step);
        return undefined;
      }
      if (call >= CALLS_MAX) throw givenUp(error);
    }
  }
}

/** The same, but for a port group or a switch that the host keeps because it is in use: a VM that was plugged in meanwhile is
 * no reason to undo all the rest. */
export async function performOrLeave(
  slice: Slice,
  host: HostRef,
  step: Step,
): Promise<{ device?: string | undefined; isLeft?: boolean }> {
  try {
    return { device: await performStep(slice, host, step) };
  } catch (error) {
    const isRemoval = step.kind === 'remove-port-group' || step.kind === 'remove-switch';
    if (!isRemoval || !(error instanceof OpsError) || error.fault !== 'ResourceInUse') throw error;
    slice.parts.log.info('step-left', { jobId: slice.job.id, host: host.name, step: step.kind });
    return { isLeft: true };
  }
}

/** Not the connection's fault any more: the host does not do it, so it is put back. */
function givenUp(error: OpsError): OpsError {
  if (error.code === 'vcenter-unreachable') return error;
  const { remedy, fault } = error;
  const message = `${error.message} It was tried ${CALLS_MAX} times, and the host never showed the effect.`;
  return new OpsError(error.code, message, { retry: 'never', remedy, fault, cause: error });
}

async function settles(slice: Slice, host: HostRef, step: Step): Promise<boolean> {
  for (let poll = 0; poll < SETTLE_POLLS; poll += 1) {
    await slice.parts.clock.sleep(SETTLE_MS);
    if (await isHostAt(slice, host, step)) return true;
  }
  return false;
}

/** Whether the host, freshly read, already has the step's effect. */
export async function isHostAt(slice: Slice, host: HostRef, step: Step): Promise<boolean> {
  await slice.session.refreshNetwork(host);
  const { network } = await readHost(slice, host);
  return network !== undefined && isInEffect(step, network);
}

async function callStep(slice: Slice, host: HostRef, step: Step): Promise<string | undefined> {
  const { session } = slice;
  switch (step.kind) {
    case 'add-switch':
      await session.addSwitch(host, step.standardSwitch);
      return undefined;
    case 'remove-switch':
      await session.removeSwitch(host, step.standardSwitch.name);
      return undefined;
    case 'update-distributed-port-group':
      await session.updateDistributedPortGroup(step.to);
      return undefined;
    case 'add-port-group':
      await session.addPortGroup(host, step.portGroup);
      return undefined;
    case 'update-port-group':
      await session.updatePortGroup(host, step.from.name, step.to);
      return undefined;
    case 'remove-port-group':
      await session.removePortGroup(host, step.portGroup.name);
      return undefined;
    case 'add-vmk': {
      const device = await session.addVmk(host, step.spec);
      await awaitLeaseAfter(slice, host, step);
      return device;
    }
    case 'update-vmk':
      await session.updateVmk(host, step.device, step.to);
      await awaitLeaseAfter(slice, host, step);
      return undefined;
    case 'remove-vmk':
      await session.removeVmk(host, step.device);
      return undefined;
    case 'set-netstack':
      await session.setNetstack(host, step.netstack, step.to, step.from);
      return undefined;
    case 'await-dormant':
      await awaitStack(slice, host, { netstack: step.netstack, isLive: false });
      return undefined;
    case 'select-service':
      await session.selectService(host, step.device, step.service);
      return undefined;
    case 'deselect-service':
      await session.deselectService(host, step.device, step.service);
      return undefined;
    default:
      throw new Error(`unknown step ${step satisfies never}`);
  }
}

/** Waits for the lease that the step has made an adapter ask for, however it came to light that the step was made. */
export async function awaitLeaseAfter(slice: Slice, host: HostRef, step: Step): Promise<void> {
  if (step.kind === 'add-vmk') await awaitLeaseOf(slice, host, step.spec);
  if (step.kind === 'update-vmk' && !step.from.ipv4.dhcp) await awaitLeaseOf(slice, host, step.to);
}

/** A stack takes no gateway before one of its adapters has an address. What was there before a change comes back whether or
 * not DHCP ever answered it. */
async function awaitLeaseOf(slice: Slice, host: HostRef, { ipv4, netstack }: VmkSpec): Promise<void> {
  if (!ipv4.dhcp || netstack !== VMOTION_NETSTACK) return;
  try {
    await awaitLeases(slice, host);
  } catch (error) {
    if (slice.job.kind !== 'revert' || !(error instanceof OpsError) || error.code !== 'no-lease') throw error;
  }
}

/** Waits until the host's runtime information shows the stack live, or gone, and answers the host as it then is. Throws
 * `stack-not-dormant`. */
export async function awaitStack(
  slice: Slice,
  host: HostRef,
  want: { netstack: string; isLive: boolean },
): Promise<HostNetwork> {
  for (let poll = 0; poll < DORMANT_POLLS_MAX; poll += 1) {
    await slice.session.refreshNetwork(host);
    const { network } = await readHost(slice, host);
    if (network !== undefined && isRuntimeLive(network, want.netstack) === want.isLive) return network;
    await guard(slice);
    await slice.parts.clock.sleep(DORMANT_POLL_MS);
  }
  const state = want.isLive ? 'come to life' : 'become dormant';
  throw new OpsError('stack-not-dormant', `${host.name}: the ${VMOTION_NETSTACK} stack did not ${state} in time.`, {
    retry: 'never',
    remedy: "Look at the host's TCP/IP stacks in vCenter; an adapter may still be on it.",
  });
}

/** Waits until DHCP has given every such adapter of the vMotion stack its address, and answers the host as it then is.
 * Without one the adapter carries nothing, and no ping would notice. Throws `no-lease`. */
export async function awaitLeases(slice: Slice, host: HostRef, first?: HostNetwork): Promise<HostNetwork> {
  let network = first ?? (await readNetwork(slice, host));
  for (let poll = 0; poll < LEASE_POLLS_MAX && withoutLease(network).length > 0; poll += 1) {
    await guard(slice);
    await slice.parts.clock.sleep(LEASE_POLL_MS);
    await slice.session.refreshNetwork(host);
    network = await readNetwork(slice, host);
  }
  const left = withoutLease(network);
  if (left.length === 0) return network;
  throw new OpsError('no-lease', `DHCP gave ${left.join(', ')} no address.`, {
    retry: 'never',
    remedy: "Look at the DHCP server and at the port group's VLAN and uplink; then run the command again.",
  });
}

async function readNetwork(slice: Slice, host: HostRef): Promise<HostNetwork> {
  return getNetwork(await readHost(slice, host));
}

function withoutLease(network: HostNetwork): string[] {
  return adaptersOnVmotionStack(network)
    .filter(({ ipv4 }) => ipv4.dhcp && ipv4.address === undefined)
    .map((vmk) => vmk.device);
}
