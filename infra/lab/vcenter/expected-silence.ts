// Which pings get no answer because the network is built that way, and not because something is broken.
import { findVmk, type LabHost, type LabModel } from './model.ts';
import type { LabPing } from './ping-journal.ts';
import { isNeighbour, isSameAddress, ownsAddress, sourceAddress } from './vmk-address.ts';

/** Nobody has the address, as where a free one is looked for; or no router leads there, as between islands. Switches,
 * ports and routers that are down or too small are no reason. */
export function isSilenceExpected(model: LabModel, host: LabHost, { device, to }: LabPing): boolean {
  if (!isOwned(model, to)) return true;
  const vmk = findVmk(host, device);
  const from = vmk === undefined ? undefined : sourceAddress(vmk, to);
  if (vmk === undefined || from === undefined) return false;
  const isOnLink = [...subnetsOf(model, from)].some((subnet) => isNeighbour(to, subnet));
  if (isOnLink) return false;
  const [near, far] = [routersOf(model, from), routersOf(model, to)];
  return [...near].every((vrf) => !far.has(vrf));
}

function isOwned({ clusters, fabric }: LabModel, address: string): boolean {
  const vmks = clusters.flatMap(({ hosts }) => hosts.flatMap((host) => host.network.vmks));
  const others = [...fabric.devices, ...fabric.gateways].map((one) => one.address);
  const linkLocal = fabric.gateways.flatMap(({ advertisesFrom = [] }) => advertisesFrom);
  return (
    vmks.some((vmk) => ownsAddress(vmk, address)) ||
    [...others, ...linkLocal].some((one) => isSameAddress(one, address))
  );
}

/** As the adapters and routers with that address, or beside it, have them. */
function subnetsOf({ clusters, fabric }: LabModel, address: string) {
  const vmks = clusters.flatMap(({ hosts }) => hosts.flatMap((host) => host.network.vmks));
  const own = vmks
    .filter((vmk) => ownsAddress(vmk, address))
    .flatMap(({ ipv4, ipv6, learnt6 = [] }) => [
      ...(ipv4.address === undefined || ipv4.prefixLength === undefined
        ? []
        : [{ address: ipv4.address, prefixLength: ipv4.prefixLength }]),
      ...ipv6.addresses,
      ...learnt6,
    ]);
  return [...own, ...fabric.gateways].filter((subnet) => isNeighbour(address, subnet));
}

/** The routing tables that a network is in, whether their routers are up or not. */
function routersOf({ fabric }: LabModel, address: string): Set<string> {
  return new Set(fabric.gateways.filter((gateway) => isNeighbour(address, gateway)).map(({ vrf }) => vrf));
}
