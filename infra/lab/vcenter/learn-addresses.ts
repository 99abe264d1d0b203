// What the network gives an adapter that asks: DHCP, router advertisements, DHCPv6.
import { type DhcpServer, domainOf } from './fabric.ts';
import { ipv4Plus } from './ipv4.ts';
import { fromMac, ipv6Plus } from './ipv6.ts';
import type { LabHost, LabModel, LabVmk, LearntAddress } from './model.ts';
import { isIpv6 } from './vmk-address.ts';
import { attachOf } from './wire.ts';

/** To be called whenever an adapter was plugged in or told to ask. Who is not answered has no address. */
export function learnAddresses(model: LabModel, host: LabHost, vmk: LabVmk): void {
  vmk.learnt6 = undefined;
  vmk.learntGateway = undefined;
  vmk.learntGateway6 = undefined;
  const domain = attachOf(model, host, vmk)?.domain;
  if (vmk.ipv4.dhcp) askDhcp(model, domain, vmk);
  const learnt: LearntAddress[] = [];
  if (vmk.ipv6.autoconfiguration) learnt.push(...hearRouters(model, domain, vmk));
  if (vmk.ipv6.dhcp) learnt.push(...askDhcpv6(model, domain, vmk));
  if (learnt.length > 0) vmk.learnt6 = learnt;
}

function askDhcp(model: LabModel, domain: string | undefined, vmk: LabVmk): void {
  vmk.ipv4 = { dhcp: true };
  const server = serverIn(model, domain, 4);
  const address = server && leaseOf(server, vmk.mac);
  if (server === undefined || address === undefined) return;
  vmk.ipv4 = { dhcp: true, address, prefixLength: server.prefixLength };
  vmk.learntGateway = server.gateway;
}

function askDhcpv6(model: LabModel, domain: string | undefined, vmk: LabVmk): LearntAddress[] {
  const server = serverIn(model, domain, 6);
  const address = server && leaseOf(server, vmk.mac);
  return server === undefined || address === undefined
    ? []
    : [{ address, prefixLength: server.prefixLength, origin: 'dhcp' }];
}

/** Every advertised network gives an address; the first router is the way out, by the address that it speaks from. */
function hearRouters(model: LabModel, domain: string | undefined, vmk: LabVmk): LearntAddress[] {
  const routers = model.fabric.gateways.filter(
    (one) =>
      one.advertisesFrom !== undefined &&
      one.isUp &&
      isIpv6(one.address) &&
      domainOf(model.fabric, one.leaf, one.vlanId) === domain,
  );
  vmk.learntGateway6 = routers[0]?.advertisesFrom;
  return routers.map((one) => ({
    address: fromMac(one.address, vmk.mac),
    prefixLength: one.prefixLength,
    origin: 'linklayer',
  }));
}

function serverIn(model: LabModel, domain: string | undefined, family: 4 | 6): DhcpServer | undefined {
  return model.fabric.dhcp.find(
    (one) =>
      one.isUp && isIpv6(one.first) === (family === 6) && domainOf(model.fabric, one.leaf, one.vlanId) === domain,
  );
}

/** The same MAC keeps its address. `undefined`: none is left. */
function leaseOf(server: DhcpServer, mac: string): string | undefined {
  const known = server.leases.find((lease) => lease.mac === mac);
  if (known !== undefined) return known.address;
  const taken = new Set(server.leases.map((lease) => lease.address));
  for (let offset = 0; offset < server.size; offset += 1) {
    const address = isIpv6(server.first) ? ipv6Plus(server.first, offset) : ipv4Plus(server.first, offset);
    if (taken.has(address)) continue;
    server.leases.push({ mac, address });
    return address;
  }
  return undefined;
}
