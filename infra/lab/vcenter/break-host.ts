// Somebody at vCenter changes a host while everything runs, or something happens to it; and the opposite.
import { VMOTION_NETSTACK, VMOTION_SERVICE } from '../../../shared/domain/inventory.ts';
import { carriersOf } from './host-problems.ts';
import { findNetstack, findVmk, type LabHost, type LabModel, type LabVmk } from './model.ts';
import { publishNow, settleStacks } from './runtime.ts';
import { forgetDevice } from './services.ts';
import type { Switches } from './switches.ts';
import { attachOf } from './wire.ts';

export const BREAK_KINDS = [
  'vmotion-turned-off',
  'gateway-lost',
  'mtu-changed',
  'adapter-gone',
  'uplink-lost',
  'address-duplicated',
] as const;
export type BreakKind = (typeof BREAK_KINDS)[number];

/** What a person did there, as vCenter's task calls it; nothing where no person did it. */
export type Deed = { task: string; message: string };

/** `mend` puts back what was changed, and nothing where somebody else has changed it since. */
export type Broken = { deed?: Deed | undefined; mend: () => void };

type Break = (model: LabModel, host: LabHost, switches: Switches) => Broken | undefined;

const INTRUDER = 'intruder-of-';

/** Breaks the host. `undefined` where there is nothing of the kind to break. */
export function applyBreak(
  kind: BreakKind,
  at: { model: LabModel; host: LabHost; switches: Switches },
): Broken | undefined {
  const { model, host, switches } = at;
  const broken = BREAKS[kind](model, host, switches);
  publishNow(host);
  return (
    broken && {
      deed: broken.deed,
      mend: () => {
        broken.mend();
        publishNow(host);
      },
    }
  );
}

const BREAKS: Record<BreakKind, Break> = {
  'vmotion-turned-off': turnOff,
  'gateway-lost': loseGateway,
  'mtu-changed': changeMtu,
  'adapter-gone': removeAdapter,
  'uplink-lost': loseUplink,
  'address-duplicated': duplicateAddress,
};

/** Only on the default stack: what is on the vMotion stack carries vMotion, and there is nothing to switch off. */
function turnOff(_model: LabModel, host: LabHost): Broken | undefined {
  const [vmk] = carriersOf(host).filter(({ netstack }) => netstack !== VMOTION_NETSTACK);
  if (vmk === undefined) return undefined;
  const { device } = vmk;
  const { services } = host.network;
  services[VMOTION_SERVICE] = (services[VMOTION_SERVICE] ?? []).filter((one) => one !== device);
  return {
    deed: { task: 'host.VirtualNicManager.deselectVnic', message: 'Task: Deselect virtual NIC' },
    mend: () => {
      const selected = host.network.services[VMOTION_SERVICE] ?? [];
      const isThere = findVmk(host, device) !== undefined && !selected.includes(device);
      if (isThere) host.network.services[VMOTION_SERVICE] = [...selected, device];
    },
  };
}

function loseGateway(_model: LabModel, host: LabHost): Broken | undefined {
  const stack = findNetstack(host, VMOTION_NETSTACK);
  const gateway = stack?.state === 'active' ? stack.gateway : undefined;
  if (stack === undefined || gateway === undefined) return undefined;
  stack.gateway = undefined;
  return {
    deed: { task: 'host.NetworkSystem.updateNetworkConfig', message: 'Task: Update network configuration' },
    mend: () => {
      const now = findNetstack(host, VMOTION_NETSTACK);
      if (now?.state === 'active') now.gateway ??= gateway;
    },
  };
}

function changeMtu(_model: LabModel, host: LabHost): Broken | undefined {
  const vmk = carriersOf(host).find(({ mtuBytes }) => mtuBytes > 1500);
  if (vmk === undefined) return undefined;
  const { mtuBytes, device } = vmk;
  vmk.mtuBytes = 1500;
  return {
    deed: { task: 'host.NetworkSystem.updateVirtualNic', message: 'Task: Update virtual NIC' },
    mend: () => {
      const now = findVmk(host, device);
      if (now?.mtuBytes === 1500) now.mtuBytes = mtuBytes;
    },
  };
}

/** The last of several, so that the host keeps one where it can. */
function removeAdapter(_model: LabModel, host: LabHost, switches: Switches): Broken | undefined {
  const vmk = carriersOf(host).at(-1);
  if (vmk === undefined) return undefined;
  const services = Object.entries(host.network.services).filter(([, devices]) => devices.includes(vmk.device));
  host.network.vmks = host.network.vmks.filter((one) => one !== vmk);
  forgetDevice(host, vmk.device);
  settleStacks(host, switches);
  return {
    deed: { task: 'host.NetworkSystem.removeVirtualNic', message: 'Task: Remove virtual NIC' },
    mend: () => putBack(host, { vmk, services: services.map(([name]) => name), switches }),
  };
}

function putBack(host: LabHost, was: { vmk: LabVmk; services: string[]; switches: Switches }): void {
  const { vmk, services, switches } = was;
  const isTaken = host.network.vmks.some(
    (one) => one.device === vmk.device || (one.ipv4.address !== undefined && one.ipv4.address === vmk.ipv4.address),
  );
  if (isTaken) return;
  host.network.vmks = [...host.network.vmks, vmk].sort((a, b) =>
    a.device.localeCompare(b.device, 'en', { numeric: true }),
  );
  for (const name of services) host.network.services[name] = [...(host.network.services[name] ?? []), vmk.device];
  settleStacks(host, switches);
}

/** The uplink that the host's first vMotion adapter is on. */
function loseUplink(model: LabModel, host: LabHost): Broken | undefined {
  const attach = carriersOf(host)
    .map((vmk) => attachOf(model, host, vmk))
    .find((one) => one !== undefined);
  const pnic = host.network.pnics.find(({ device }) => device === attach?.pnic);
  const speedMb = pnic?.speedMb;
  if (pnic === undefined || speedMb === undefined) return undefined;
  delete pnic.speedMb;
  return {
    mend: () => {
      const now = host.network.pnics.find(({ device }) => device === pnic.device);
      if (now !== undefined) now.speedMb ??= speedMb;
    },
  };
}

/** A device that is no host takes the address of the host's first vMotion adapter. */
function duplicateAddress(model: LabModel, host: LabHost): Broken | undefined {
  const name = INTRUDER + host.name;
  for (const vmk of carriersOf(host)) {
    const attach = attachOf(model, host, vmk);
    const { address } = vmk.ipv4;
    if (attach === undefined || address === undefined) continue;
    const stack = host.network.netstacks.find(({ key }) => key === vmk.netstack);
    const gateway = vmk.gatewayOverride ?? stack?.gateway;
    model.fabric.devices.push({ name, address, leaf: attach.leaf, vlanId: attach.vlanId, mtuBytes: 1500, gateway });
    return {
      mend: () => {
        model.fabric.devices = model.fabric.devices.filter((device) => device.name !== name);
      },
    };
  }
  return undefined;
}
