// Which VMkernel adapters of a host carry vMotion. One rule, used by plan, matrix and report alike.
import {
  DEFAULT_NETSTACK,
  type HostNetwork,
  VMOTION_NETSTACK,
  VMOTION_SERVICE,
  type Netstack,
  type VmkernelAdapter,
} from './inventory.ts';

/** The TCP/IP stack with that key as vCenter spells it, such as `vmotion` or `defaultTcpipStack`. */
export function findNetstack(network: HostNetwork, key: string): Netstack | undefined {
  return network.netstacks.find((stack) => stack.key === key);
}

/** Runtime information lags behind writes, but a stack that has an adapter is never dormant. */
export function isVmotionStackLive(network: HostNetwork): boolean {
  return isRuntimeLive(network, VMOTION_NETSTACK) || adaptersOnVmotionStack(network).length > 0;
}

/** What the host's runtime information says, late as it may be. */
export function isRuntimeLive(network: HostNetwork, key: string): boolean {
  return findNetstack(network, key)?.isLive ?? false;
}

/** Adapters of the vMotion TCP/IP stack. They carry vMotion whatever is selected. */
export function adaptersOnVmotionStack(network: HostNetwork): VmkernelAdapter[] {
  return network.vmks.filter((vmk) => vmk.netstack === VMOTION_NETSTACK);
}

/** Adapters of the default stack that are selected for vMotion. */
export function adaptersOnDefaultStack(network: HostNetwork): VmkernelAdapter[] {
  return network.vmks.filter((vmk) => vmk.netstack === DEFAULT_NETSTACK && vmk.services.includes(VMOTION_SERVICE));
}

/** With an adapter on the vMotion stack the default stack's adapters carry vMotion no longer, whatever is selected. */
export function vmotionAdapters(network: HostNetwork): VmkernelAdapter[] {
  const dedicated = adaptersOnVmotionStack(network);
  return dedicated.length > 0 ? dedicated : adaptersOnDefaultStack(network);
}

/** The number of "vmk12" is 12. */
export function deviceNumber(device: string): number {
  return Number(device.replace(/^vmk/, ''));
}

/** Compares by number: vmk2 comes before vmk10. */
export function byDevice(a: { device: string }, b: { device: string }): number {
  return deviceNumber(a.device) - deviceNumber(b.device);
}
