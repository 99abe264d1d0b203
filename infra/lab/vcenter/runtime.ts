// Which TCP/IP stacks of a host are live, and what its runtime information says about them: later than the truth.
import { DEFAULT_NETSTACK, VMOTION_NETSTACK, VMOTION_SERVICE } from '../../../shared/domain/inventory.ts';
import type { LabHost, LabNetstack, PublishedStack } from './model.ts';
import { findNetstack } from './model.ts';
import type { Switches } from './switches.ts';

/** A stack that is deactivating still counts: the kernel has not let go of it. */
export function isStackLive(host: LabHost, key: string): boolean {
  return (findNetstack(host, key)?.state ?? 'dormant') !== 'dormant';
}

/** To be called after every change of a host's adapters: stacks come to life and begin to die by them. */
export function settleStacks(host: LabHost, switches: Switches): void {
  for (const stack of host.network.netstacks) {
    const devices = devicesOf(host, stack.key);
    if (devices.length > 0 && stack.state !== 'active') wake(host, stack);
    if (devices.length === 0 && stack.state === 'active' && stack.key !== DEFAULT_NETSTACK) {
      stack.state = 'deactivating';
      stack.deactivatingReadsLeft = switches.deactivatingReads;
      if (stack.deactivatingReadsLeft === 0) fallAsleep(stack, switches);
    }
  }
  host.published.readsBehind = switches.runtimeLagReads;
}

/** RefreshNetworkSystem: what is read next is true. */
export function publishNow(host: LabHost): void {
  host.published = { stacks: liveStacks(host), readsBehind: 0 };
}

/** One read of the runtime information. Reading makes time pass: a lagging host catches up, a dying stack goes. */
export function readRuntime(host: LabHost, switches: Switches): PublishedStack[] {
  if (host.published.readsBehind > 0) {
    host.published.readsBehind -= 1;
    return host.published.stacks;
  }
  publishNow(host);
  const answer = host.published.stacks;
  for (const stack of host.network.netstacks) {
    if (stack.state !== 'deactivating') continue;
    stack.deactivatingReadsLeft -= 1;
    if (stack.deactivatingReadsLeft <= 0) fallAsleep(stack, switches);
  }
  return answer;
}

function wake(host: LabHost, stack: LabNetstack): void {
  stack.state = 'active';
  stack.deactivatingReadsLeft = 0;
  if (stack.key !== VMOTION_NETSTACK) return;
  // Default-stack adapters lose vMotion at once and are not given it back later.
  const ofDefaultStack = new Set(devicesOf(host, DEFAULT_NETSTACK));
  const selected = host.network.services[VMOTION_SERVICE] ?? [];
  host.network.services[VMOTION_SERVICE] = selected.filter((device) => !ofDefaultStack.has(device));
}

function fallAsleep(stack: LabNetstack, switches: Switches): void {
  stack.state = 'dormant';
  stack.deactivatingReadsLeft = 0;
  if (switches.gatewaySurvivesDormancy) return;
  stack.gateway = undefined;
  stack.ipv6Gateway = undefined;
  stack.routes = undefined;
  stack.dns = { dhcp: false, hostName: '', domainName: '', address: [], searchDomain: [] };
}

function liveStacks(host: LabHost): PublishedStack[] {
  return host.network.netstacks
    .filter((stack) => stack.state !== 'dormant')
    .map((stack) => ({ key: stack.key, state: stack.state, devices: devicesOf(host, stack.key) }));
}

function devicesOf(host: LabHost, key: string): string[] {
  return host.network.vmks.filter((vmk) => vmk.netstack === key).map((vmk) => vmk.device);
}
