// How a frame gets from a VMkernel adapter to the broadcast domain it belongs to, and who is there to receive it.
import { domainOf, findPort, type Gateway, type Device, wireVlan } from './fabric.ts';
import type { LabHost, LabModel, LabVmk } from './model.ts';
import { allHosts, findPortGroup, findSwitch } from './model.ts';
import { uplinkOrder } from './network-policy.ts';

/** An adapter's way out: the domain behind its uplink, and the largest packet that passes its switch and its port. */
export type Attach = { domain: string; mtuBytes: number; pnic: string; leaf: string; vlanId: number };

/** Whoever answers to an address in a domain. */
export type Owner =
  | { kind: 'vmk'; host: LabHost; vmk: LabVmk; mtuBytes: number }
  | { kind: 'gateway'; gateway: Gateway; mtuBytes: number }
  | { kind: 'device'; device: Device; mtuBytes: number };

/** `undefined` when no uplink with a link carries the adapter's VLAN. */
export function attachOf(model: LabModel, host: LabHost, vmk: LabVmk): Attach | undefined {
  if (vmk.attachment.kind !== 'standard' || !host.isRunning) return undefined;
  const portGroup = findPortGroup(host, vmk.attachment.portGroup);
  const vswitch = portGroup && findSwitch(host, portGroup.switchName);
  if (portGroup === undefined || vswitch === undefined) return undefined;
  const pnic = uplinkInUse(host, vmk, uplinkOrder(host, portGroup), vswitch.pnics);
  const port = pnic === undefined ? undefined : findPort(model.fabric, host.name, pnic);
  if (pnic === undefined || port === undefined) return undefined;
  const vlanId = wireVlan(port, portGroup.vlanId);
  if (vlanId === undefined) return undefined;
  const domain = domainOf(model.fabric, port.leaf, vlanId);
  return { domain, mtuBytes: Math.min(vswitch.mtuBytes, port.mtuBytes), pnic, leaf: port.leaf, vlanId };
}

/** Everyone who answers to the address in the domain, devices first: they have been there longer than any adapter. */
export function ownersOf(model: LabModel, domain: string, address: string): Owner[] {
  const { fabric } = model;
  const owners: Owner[] = [];
  for (const device of fabric.devices) {
    const isHere = device.address === address && domainOf(fabric, device.leaf, device.vlanId) === domain;
    if (isHere) owners.push({ kind: 'device', device, mtuBytes: device.mtuBytes });
  }
  for (const gateway of fabric.gateways) {
    const isHere =
      gateway.isUp && gateway.address === address && domainOf(fabric, gateway.leaf, gateway.vlanId) === domain;
    if (isHere) owners.push({ kind: 'gateway', gateway, mtuBytes: gateway.mtuBytes });
  }
  for (const host of allHosts(model)) {
    for (const vmk of host.network.vmks) {
      if (vmk.ipv4.address !== address) continue;
      const attach = attachOf(model, host, vmk);
      if (attach?.domain !== domain) continue;
      owners.push({ kind: 'vmk', host, vmk, mtuBytes: Math.min(attach.mtuBytes, vmk.mtuBytes) });
    }
  }
  return owners;
}

/** "Route based on originating virtual port": the port's number picks among the active uplinks that have a link. */
function uplinkInUse(
  host: LabHost,
  vmk: LabVmk,
  order: { active: string[]; standby: string[] },
  bridge: string[],
): string | undefined {
  const hasLink = (pnic: string) =>
    bridge.includes(pnic) && host.network.pnics.some(({ device, speedMb }) => device === pnic && speedMb !== undefined);
  const active = order.active.filter(hasLink);
  const portNumber = Number(vmk.portKey.slice(vmk.portKey.lastIndexOf('-') + 1));
  return active[portNumber % active.length] ?? order.standby.find(hasLink);
}
