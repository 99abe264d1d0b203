// Whether a step has already had its effect: what a worker asks of the host after a lost answer or a crash.
import type { DistributedPortGroup, HostNetwork, UplinkOrder, VmkernelAdapter } from './inventory.ts';
import { isSameSettings, settingsAfter } from './netstack-text.ts';
import { attachmentText, ipv4Text } from './network-fields.ts';
import type { Step } from './step.ts';
import { changeableText } from './vmk-spec.ts';
import { findNetstack } from './vmotion-adapters.ts';

/** Whether the host's network shows what the step makes, so that it need not be made again after an answer was lost. */
export function isInEffect(step: Step, network: HostNetwork): boolean {
  const group = (name: string) => network.portGroups.find((one) => one.name === name);
  const vmk = (device: string) => network.vmks.find((one) => one.device === device);
  const standardSwitch = (name: string) => network.standardSwitches.find((one) => one.name === name);
  switch (step.kind) {
    case 'add-switch':
      return standardSwitch(step.standardSwitch.name) !== undefined;
    case 'remove-switch':
      return standardSwitch(step.standardSwitch.name) === undefined;
    case 'update-distributed-port-group': {
      const found = network.distributedPortGroups?.find((one) => one.key === step.to.key);
      return found !== undefined && hasUplinksOf(found, step.to);
    }
    case 'add-port-group':
      return group(step.portGroup.name) !== undefined;
    case 'remove-port-group':
      return group(step.portGroup.name) === undefined;
    case 'update-port-group': {
      const found = group(step.to.name);
      return (
        found?.vlanId === step.to.vlanId &&
        isSameOrder(found.uplinks, step.to.uplinks) &&
        found.overridesUplinks === step.to.overridesUplinks
      );
    }
    case 'add-vmk':
      return findAdded(step, network) !== undefined;
    case 'remove-vmk':
      return !network.vmks.some(
        (one) => one.device === step.device && one.netstack === step.spec.netstack && isSpecAt(step.spec, one),
      );
    case 'update-vmk': {
      const found = vmk(step.device);
      return found !== undefined && changeableText(found) === changeableText(step.to);
    }
    case 'set-netstack': {
      const settings = findNetstack(network, step.netstack)?.settings;
      return settings !== undefined && isSameSettings(settings, settingsAfter(settings, step));
    }
    case 'await-dormant':
      return findNetstack(network, step.netstack)?.isLive !== true;
    case 'select-service':
      return vmk(step.device)?.services.includes(step.service) ?? false;
    case 'deselect-service':
      return !(vmk(step.device)?.services.includes(step.service) ?? false);
    default:
      throw new Error(`unknown step ${step satisfies never}`);
  }
}

/** Whether the same uplinks are active and standby, in the same order. */
export function isSameOrder(a: UplinkOrder, b: UplinkOrder): boolean {
  return a.active.join() === b.active.join() && a.standby.join() === b.standby.join();
}

/** Whether a distributed port group's order is as wanted, and the port group's own or not as wanted. An order that is to be
 * the switch's is whatever the switch's is. Where `wanted` does not tell whose it is, only the order counts. */
export function hasUplinksOf(group: DistributedPortGroup, wanted: DistributedPortGroup): boolean {
  if (wanted.overridesUplinks === false) return group.overridesUplinks === false;
  if (wanted.overridesUplinks === true && group.overridesUplinks === false) return false;
  return isSameOrder(group.uplinks, wanted.uplinks);
}

/** The adapter that an add-vmk step made, found by stack, port group and address. */
export function findAdded(step: Extract<Step, { kind: 'add-vmk' }>, network: HostNetwork): VmkernelAdapter | undefined {
  return network.vmks.find((one) => one.netstack === step.spec.netstack && isSpecAt(step.spec, one));
}

function isSpecAt(
  spec: { attachment: VmkernelAdapter['attachment']; ipv4: VmkernelAdapter['ipv4'] },
  vmk: VmkernelAdapter,
): boolean {
  return (
    attachmentText(spec.attachment) === attachmentText(vmk.attachment) && ipv4Text(spec.ipv4) === ipv4Text(vmk.ipv4)
  );
}
