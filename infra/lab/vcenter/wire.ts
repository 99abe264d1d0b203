// How a frame gets from a VMkernel adapter to the broadcast domain it belongs to, and who is there to receive it.
import { domainOf, findPort, type Gateway, type Device, wireVlan } from './fabric.ts';
import { findDistributedPortGroup, pnicOrder, vlanOf } from './distributed-switch.ts';
import type { LabHost, LabModel, LabVmk } from './model.ts';
import { allHosts, findPortGroup, findSwitch } from './model.ts';
import { uplinkOrder } from './network-policy.ts';
import { isSameAddress, ownsAddress } from './vmk-address.ts';

/** An adapter's way out: the domain behind its uplink, and the largest packet that passes its switch and its port. */
export type Attach = { domain: string; mtuBytes: number; pnic: string; leaf: string; vlanId: number };

/** Whoever answers to an address in a domain. */
export type Owner =
  | { kind: 'vmk'; host: LabHost; vmk: LabVmk; mtuBytes: number }
  | { kind: 'gateway'; gateway: Gateway; mtuBytes: number }
  | { kind: 'device'; device: Device; mtuBytes: number };

/** `undefined` when no uplink with a link carries the adapter's VLAN. */
export function attachOf(model: LabModel, host: LabHost, vmk: LabVmk): Attach | undefined {
  const plug = host.isRunning ? plugOf(model, host, vmk) : undefined;
  if (plug === undefined) return undefined;
  const pnic = uplinkInUse(host, vmk, plug);
  const port = pnic === undefined ? undefined : findPort(model.fabric, host.name, pnic);
  if (pnic === undefined || port === undefined) return undefined;
  const vlanId = wireVlan(port, plug.vlanId);
  if (vlanId === undefined) return undefined;
  const domain = domainOf(model.fabric, port.leaf, vlanId);
  return { domain, mtuBytes: Math.min(plug.mtuBytes, port.mtuBytes), pnic, leaf: port.leaf, vlanId };
}

/** What an adapter is plugged into on its host's side of the wire: a port group and its switch, of either kind. */
export type Plug = {
  network: string;
  switchName: string;
  vlanId: number;
  mtuBytes: number;
  order: { active: string[]; standby: string[] };
  pnics: string[];
};

/** `undefined` when port group or switch are not there. */
export function plugOf(model: LabModel, host: LabHost, { attachment }: LabVmk): Plug | undefined {
  if (attachment.kind === 'distributed') {
    const found = findDistributedPortGroup(model, host, attachment);
    if (found === undefined) return undefined;
    const { dvs, portGroup, proxy } = found;
    return {
      network: portGroup.name,
      switchName: dvs.name,
      vlanId: vlanOf(portGroup),
      mtuBytes: dvs.mtuBytes,
      order: pnicOrder(portGroup, proxy),
      pnics: proxy.uplinks.flatMap(({ pnic }) => pnic ?? []),
    };
  }
  if (attachment.kind !== 'standard') return undefined;
  const portGroup = findPortGroup(host, attachment.portGroup);
  const vswitch = portGroup && findSwitch(host, portGroup.switchName);
  if (portGroup === undefined || vswitch === undefined) return undefined;
  const { mtuBytes, pnics, name: switchName } = vswitch;
  const { name: network, vlanId } = portGroup;
  return { network, switchName, vlanId, mtuBytes, order: uplinkOrder(host, portGroup), pnics };
}

/** Everyone who answers to the address in the domain, devices first: they have been there longer than any adapter. */
export function ownersOf(model: LabModel, domain: string, address: string): Owner[] {
  const { fabric } = model;
  const owners: Owner[] = [];
  for (const device of fabric.devices) {
    const isHere = isSameAddress(device.address, address) && domainOf(fabric, device.leaf, device.vlanId) === domain;
    if (isHere) owners.push({ kind: 'device', device, mtuBytes: device.mtuBytes });
  }
  for (const gateway of fabric.gateways) {
    const isHere =
      gateway.isUp && answersTo(gateway, address) && domainOf(fabric, gateway.leaf, gateway.vlanId) === domain;
    if (isHere) owners.push({ kind: 'gateway', gateway, mtuBytes: gateway.mtuBytes });
  }
  for (const host of allHosts(model)) {
    for (const vmk of host.network.vmks) {
      if (!ownsAddress(vmk, address)) continue;
      const attach = attachOf(model, host, vmk);
      if (attach?.domain !== domain) continue;
      owners.push({ kind: 'vmk', host, vmk, mtuBytes: Math.min(attach.mtuBytes, vmk.mtuBytes) });
    }
  }
  return owners;
}

function answersTo({ address: own, advertisesFrom }: Gateway, address: string): boolean {
  return isSameAddress(own, address) || (advertisesFrom !== undefined && isSameAddress(advertisesFrom, address));
}

/** "Route based on originating virtual port": the port's number picks among the active uplinks that have a link. */
function uplinkInUse(host: LabHost, vmk: LabVmk, { order, pnics }: Plug): string | undefined {
  const hasLink = (pnic: string) =>
    pnics.includes(pnic) && host.network.pnics.some(({ device, speedMb }) => device === pnic && speedMb !== undefined);
  const active = order.active.filter(hasLink);
  const portNumber = Number(vmk.portKey.slice(vmk.portKey.lastIndexOf('-') + 1));
  return active[portNumber % active.length] ?? order.standby.find(hasLink);
}
