import type { HostNetwork, Netstack, VmkernelAdapter } from './inventory.ts';
import { settingsAfter } from './netstack-text.ts';
import type { Step } from './step.ts';
import { deviceNumber } from './vmotion-adapters.ts';

/** The host's adapters and stacks as the steps will leave them. New adapters have the next numbers, in the steps' order. */
export function networkAfter(network: HostNetwork, steps: Step[]): HostNetwork {
  return steps.reduce(after, network);
}

function after(network: HostNetwork, step: Step): HostNetwork {
  const { vmks, netstacks } = network;
  if (step.kind === 'add-vmk') {
    const device = `vmk${Math.max(-1, ...vmks.map((vmk) => deviceNumber(vmk.device))) + 1}`;
    return { ...network, vmks: [...vmks, { ...step.spec, device, services: [] }] };
  }
  if (step.kind === 'update-vmk') {
    const change = (vmk: VmkernelAdapter) => (vmk.device === step.device ? { ...vmk, ...step.to } : vmk);
    return { ...network, vmks: vmks.map(change) };
  }
  if (step.kind === 'remove-vmk') return { ...network, vmks: vmks.filter(({ device }) => device !== step.device) };
  if (step.kind === 'set-netstack') {
    const change = (stack: Netstack) =>
      stack.key === step.netstack ? { ...stack, settings: settingsAfter(stack.settings, step) } : stack;
    return { ...network, netstacks: netstacks.map(change) };
  }
  return network;
}
