// What is wrong with a host's vMotion network, against what it was when the product last left it.
import { DEFAULT_NETSTACK, VMOTION_NETSTACK, VMOTION_SERVICE } from '../../../shared/domain/inventory.ts';
import type { Problem } from './alarm-definitions.ts';
import { findDistributedSwitch } from './distributed-switch.ts';
import { findNetstack, type LabHost, type LabModel, type LabVmk } from './model.ts';
import { isStackLive } from './runtime.ts';
import { attachOf, ownersOf } from './wire.ts';

type Carrier = { name: string; address: string; mtuBytes: number };

/** How a host carried vMotion at some time. */
export type VmotionShape = { isStackLive: boolean; carriers: Carrier[]; gateway?: string | undefined };

/** Each problem that the host has, with what its event says. */
export type Problems = Map<Problem, string>;

export function shapeOf(host: LabHost): VmotionShape {
  return {
    isStackLive: isStackLive(host, VMOTION_NETSTACK),
    carriers: carriersOf(host).map((vmk) => ({ name: vmk.device, address: nameOf(vmk), mtuBytes: vmk.mtuBytes })),
    gateway: findNetstack(host, VMOTION_NETSTACK)?.gateway,
  };
}

/** The adapters that carry vMotion now: those on its own stack, or those selected where that stack is not in use. */
export function carriersOf(host: LabHost): LabVmk[] {
  const own = host.network.vmks.filter((vmk) => vmk.netstack === VMOTION_NETSTACK);
  if (own.length > 0) return own;
  const selected = host.network.services[VMOTION_SERVICE] ?? [];
  return host.network.vmks.filter((vmk) => vmk.netstack === DEFAULT_NETSTACK && selected.includes(vmk.device));
}

/** A leased address may change by itself; the adapter stays the same. */
const nameOf = (vmk: LabVmk) => (vmk.ipv4.dhcp ? vmk.mac : (vmk.ipv4.address ?? vmk.device));

/** What has changed for the worse since `before`. */
export function findVmotionProblems(host: LabHost, before: VmotionShape): Problems {
  const problems: Problems = new Map();
  const now = carriersOf(host);
  for (const was of before.carriers) {
    const vmk = host.network.vmks.find((one) => nameOf(one) === was.address);
    if (vmk === undefined) {
      const problem = now.length === 0 ? 'network-lost' : 'adapter-gone';
      problems.set(problem, `The vMotion adapter ${was.name} (${was.address}) of ${host.name} is gone`);
    } else if (!now.includes(vmk)) {
      problems.set('vmotion-off', `vMotion is switched off on ${vmk.device} (${was.address}) of ${host.name}`);
    } else if (vmk.mtuBytes !== was.mtuBytes) {
      problems.set('mtu-changed', `The MTU of ${vmk.device} on ${host.name} is ${vmk.mtuBytes}, not ${was.mtuBytes}`);
    }
  }
  const gateway = findNetstack(host, VMOTION_NETSTACK)?.gateway;
  if (before.gateway !== undefined && gateway !== before.gateway && isStackLive(host, VMOTION_NETSTACK)) {
    const is = gateway === undefined ? 'gone' : `${gateway} now`;
    problems.set('gateway-lost', `The gateway ${before.gateway} of netstack vmotion on ${host.name} is ${is}`);
  }
  return problems;
}

/** What the host's own eyes see: links that are down, and others who answer to its addresses. */
export function findPhysicalProblems(model: LabModel, host: LabHost): Problems {
  const problems: Problems = new Map();
  for (const { name, pnics } of switchesOf(model, host)) {
    const down = pnics.filter((pnic) => !hasLink(host, pnic));
    if (down.length === 0) continue;
    const lost = `Physical NIC ${down.join(', ')} is down. Affected switch: ${name}`;
    if (down.length === pnics.length) problems.set('uplink-connectivity', `Lost network connectivity. ${lost}`);
    else problems.set('uplink-redundancy', `Lost uplink redundancy. ${lost}`);
  }
  for (const vmk of carriersOf(host)) {
    const attach = attachOf(model, host, vmk);
    const address = vmk.ipv4.address;
    if (attach === undefined || address === undefined) continue;
    const others = ownersOf(model, attach.domain, address).filter((one) => one.kind !== 'vmk' || one.vmk !== vmk);
    if (others.length === 0) continue;
    problems.set('address-duplicated', `Duplicate IP address ${address} detected for ${vmk.device} on ${host.name}`);
  }
  return problems;
}

function switchesOf(model: LabModel, { network }: LabHost): { name: string; pnics: string[] }[] {
  const proxies = network.proxies.map(({ uuid, uplinks }) => ({
    name: findDistributedSwitch(model, uuid)?.name ?? uuid,
    pnics: uplinks.flatMap(({ pnic }) => pnic ?? []),
  }));
  return [...network.switches, ...proxies].filter(({ pnics }) => pnics.length > 0);
}

function hasLink({ network }: LabHost, pnic: string): boolean {
  return network.pnics.some(({ device, speedMb }) => device === pnic && speedMb !== undefined);
}
