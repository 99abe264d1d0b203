// A small model of what ESXi does with a step: enough to see where a plan leads, without any wire.
import type { HostNetwork, NetstackSettings, StandardSwitch } from '../../shared/domain/inventory.ts';
import { attachmentText } from '../../shared/domain/network-fields.ts';
import { mayReach } from '../../shared/domain/stack-hold.ts';
import type { Step } from '../../shared/domain/step.ts';
import { sharesAddress } from '../../shared/domain/vmk-spec.ts';

/** The network after the steps. Throws where ESXi would refuse. */
export function applySteps(network: HostNetwork, steps: Step[]): HostNetwork {
  const next = structuredClone(network);
  for (const step of steps) applyStep(next, step);
  return next;
}

function applyStep(network: HostNetwork, step: Step): void {
  switch (step.kind) {
    case 'add-switch':
      addSwitch(network, step.standardSwitch);
      return;
    case 'remove-switch':
      refuseIf(
        network.portGroups.some((group) => group.switchName === step.standardSwitch.name),
        'ResourceInUse',
      );
      network.standardSwitches = network.standardSwitches.filter((one) => one.name !== step.standardSwitch.name);
      return;
    case 'update-distributed-port-group': {
      const found = network.distributedPortGroups?.find((group) => group.key === step.to.key);
      if (found === undefined) throw new Error('NotFound');
      refuseIf(found.configVersion !== step.to.configVersion, 'ConcurrentAccess');
      Object.assign(found, structuredClone(step.to), { configVersion: String(Number(found.configVersion) + 1) });
      return;
    }
    case 'add-port-group':
      refuseIf(!network.standardSwitches.some((one) => one.name === step.portGroup.switchName), 'NotFound');
      refuseIf(
        network.portGroups.some((group) => group.name === step.portGroup.name),
        'AlreadyExists',
      );
      network.portGroups.push(structuredClone(step.portGroup));
      network.portGroups.sort((a, b) => (a.name < b.name ? -1 : 1));
      return;
    case 'update-port-group':
      network.portGroups = network.portGroups.map((group) =>
        group.name === step.from.name ? structuredClone(step.to) : group,
      );
      return;
    case 'remove-port-group':
      refuseIf(
        network.vmks.some(
          (vmk) => vmk.attachment.kind === 'standard' && vmk.attachment.portGroup === step.portGroup.name,
        ),
        'ResourceInUse',
      );
      network.portGroups = network.portGroups.filter((group) => group.name !== step.portGroup.name);
      return;
    case 'add-vmk':
      addVmk(network, step);
      return;
    case 'update-vmk':
      refuseIf(
        network.vmks.some(
          (vmk) => vmk.device !== step.device && vmk.netstack === step.to.netstack && sharesAddress(vmk, step.to),
        ),
        'address in use',
      );
      network.vmks = network.vmks.map((vmk) =>
        vmk.device === step.device ? { ...structuredClone(step.to), device: vmk.device, services: vmk.services } : vmk,
      );
      forget(network);
      return;
    case 'remove-vmk':
      refuseIf(!network.vmks.some((vmk) => vmk.device === step.device), 'NotFound');
      network.vmks = network.vmks.filter((vmk) => vmk.device !== step.device);
      setLive(network);
      forget(network);
      return;
    case 'set-netstack':
      refuseIf(!network.vmks.some((vmk) => vmk.netstack === step.netstack), 'HostConfigFault');
      refuseIf(
        newGateways(network, step).some((gateway) => !isOnLink(network, step.netstack, gateway)),
        'PlatformConfigFault',
      );
      for (const stack of network.netstacks) if (stack.key === step.netstack) stack.settings = structuredClone(step.to);
      return;
    case 'await-dormant':
      refuseIf(
        network.vmks.some((vmk) => vmk.netstack === step.netstack),
        'never dormant',
      );
      return;
    case 'select-service':
      refuseIf(
        network.vmks.some((vmk) => vmk.netstack === 'vmotion'),
        'HostConfigFault',
      );
      for (const vmk of network.vmks)
        if (vmk.device === step.device) vmk.services = [...vmk.services, step.service].sort();
      return;
    case 'deselect-service':
      for (const vmk of network.vmks)
        if (vmk.device === step.device) vmk.services = vmk.services.filter((one) => one !== step.service);
      return;
    default:
      throw new Error(`unknown step ${step satisfies never}`);
  }
}

function addSwitch(network: HostNetwork, added: StandardSwitch): void {
  refuseIf(
    network.standardSwitches.some((one) => one.name === added.name),
    'AlreadyExists',
  );
  const taken = [
    ...network.standardSwitches.flatMap((one) => one.uplinks),
    ...network.distributedSwitches.flatMap((one) => one.uplinks.map((uplink) => uplink.pnic)),
  ];
  refuseIf(
    added.uplinks.some((pnic) => taken.includes(pnic)),
    'ResourceInUse',
  );
  network.standardSwitches.push(structuredClone(added));
  network.standardSwitches.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function addVmk(network: HostNetwork, step: Extract<Step, { kind: 'add-vmk' }>): void {
  const { attachment } = step.spec;
  const isTaken =
    attachment.kind === 'standard' &&
    network.vmks.some((vmk) => attachmentText(vmk.attachment) === attachmentText(attachment));
  refuseIf(isTaken, 'AlreadyExists');
  refuseIf(
    attachment.kind === 'standard' && !network.portGroups.some((group) => group.name === attachment.portGroup),
    'NotFound',
  );
  refuseIf(
    attachment.kind === 'distributed' &&
      !network.distributedPortGroups?.some((group) => group.key === attachment.portGroupKey),
    'NotFound',
  );
  const { address } = step.spec.ipv4;
  refuseIf(address !== undefined && network.vmks.some((vmk) => vmk.ipv4.address === address), 'address in use');
  let number = 0;
  while (network.vmks.some((vmk) => vmk.device === `vmk${number}`)) number += 1;
  network.vmks.push({ ...structuredClone(step.spec), device: `vmk${number}`, services: [] });
  network.vmks.sort((a, b) => (a.device < b.device ? -1 : 1));
  if (step.spec.netstack === 'vmotion') {
    for (const vmk of network.vmks)
      if (vmk.netstack !== 'vmotion') vmk.services = vmk.services.filter((one) => one !== 'vmotion');
  }
  setLive(network);
}

function setLive(network: HostNetwork): void {
  for (const stack of network.netstacks) stack.isLive = network.vmks.some((vmk) => vmk.netstack === stack.key);
}

/** The worst that a stack may do: without adapters it keeps nothing, and no gateway that none of them reaches. */
function forget(network: HostNetwork): void {
  for (const stack of network.netstacks) {
    if (stack.key === 'defaultTcpipStack') continue;
    const { gateway, ipv6Gateway, dns, routes = [], ...others } = stack.settings;
    const isReached = (one: string | undefined) => one !== undefined && isOnLink(network, stack.key, one);
    const left = routes.filter((route) => isReached(route.gateway));
    stack.settings = { ...others };
    if (isReached(gateway)) stack.settings.gateway = gateway;
    if (isReached(ipv6Gateway)) stack.settings.ipv6Gateway = ipv6Gateway;
    if (left.length > 0) stack.settings.routes = left;
    if (network.vmks.some((vmk) => vmk.netstack === stack.key)) stack.settings.dns = dns;
  }
}

/** What the host has to reach to take the settings. */
function newGateways(network: HostNetwork, step: Extract<Step, { kind: 'set-netstack' }>): string[] {
  const now = network.netstacks.find((stack) => stack.key === step.netstack)?.settings ?? {};
  const all = ({ gateway, ipv6Gateway, routes = [] }: NetstackSettings) =>
    [gateway, ipv6Gateway, ...routes.map((route) => route.gateway)].filter((one) => one !== undefined);
  return all(step.to).filter((one) => !all(now).includes(one));
}

function isOnLink(network: HostNetwork, netstack: string, gateway: string): boolean {
  return network.vmks.some((vmk) => vmk.netstack === netstack && mayReach(vmk, gateway));
}

function refuseIf(condition: boolean, fault: string): void {
  if (condition) throw new Error(fault);
}
