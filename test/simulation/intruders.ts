// Devices that are no hosts, and answer on addresses that the profile gives to hosts: from the beginning, or suddenly.
import { type Device, domainOf, type Gateway } from '../../infra/lab/vcenter/fabric.ts';
import { allHosts, type LabHost, type LabModel, type LabVmk } from '../../infra/lab/vcenter/model.ts';
import { LAYER3_VLAN, layer3Addresses } from '../../infra/lab/vcenter/topology.ts';
import type { HookCall, LabHooks } from '../../infra/lab/vcenter/vcenter.ts';
import { addressesOf, isNeighbour } from '../../infra/lab/vcenter/vmk-address.ts';
import { attachOf } from '../../infra/lab/vcenter/wire.ts';
import { VMOTION_NETSTACK } from '../../shared/domain/inventory.ts';
import type { Place, Run, Site } from './run.ts';
import { violate } from './violation.ts';
import { isWrite, jobOf } from './write-calls.ts';

/** What the lab's vmotion.yaml gives to hosts that end in the octet. A cluster whose hosts are given addresses has the
 * lab's scenarios for this. */
const NETWORKS: Record<string, string[]> = {
  'cluster-a': ['172.16.1', '172.16.2'],
  'cluster-dvs': ['172.18.1', '172.18.2'],
  'cluster-dvs-2': ['172.18.1', '172.18.2'],
};
const VLANS = [101, 102];

type Wanted = Pick<Device, 'address' | 'vlanId' | 'gateway'>;

/** One of the addresses that the host is to have. Where it has a network of its own, the stranger there has a gateway, or
 * none: then nobody beyond the router hears of it. */
function wantedOf(random: Run['random'], { cluster, index, network }: LabHost): Wanted | undefined {
  if (cluster === 'cluster-l3') {
    const { address, gateway } = layer3Addresses(index);
    return { address, vlanId: LAYER3_VLAN, gateway: random.chance(0.8) ? gateway : undefined };
  }
  const networks = NETWORKS[cluster];
  if (networks === undefined) return undefined;
  const position = random.below(networks.length);
  const octet = network.vmks[0]?.ipv4.address?.split('.').at(-1);
  return { address: `${networks[position]}.${octet}`, vlanId: VLANS[position] ?? 0 };
}

/** One more device in the cluster's networks, on an address that nobody has yet. */
export function addIntruder({ random, say }: Run, { cluster, site }: Place): void {
  const { clusters, fabric } = site.lab.model;
  const hosts = clusters.find(({ name }) => name === cluster)?.hosts ?? [];
  if (hosts.length === 0) return;
  const host = random.pick(hosts);
  const wanted = wantedOf(random, host);
  const { name } = host;
  const leaf = fabric.ports.find((port) => port.host === name && port.pnic === 'vmnic2')?.leaf;
  if (wanted === undefined || leaf === undefined) return;
  const { address } = wanted;
  const isTaken = hosts.some((one) => one.network.vmks.some((vmk) => vmk.ipv4.address === address));
  if (isTaken || fabric.devices.some((device) => device.address === address)) return;
  const device: Device = { name: 'stranger', leaf, mtuBytes: 1500, ...wanted };
  fabric.devices.push(device);
  site.intruders.push(device);
  say(`a stranger answers on ${address}, which ${name} is to have`);
}

export function removeIntruders({ lab, intruders }: Site): void {
  const gone = new Set(intruders.splice(0));
  lab.model.fabric.devices = lab.model.fabric.devices.filter((device) => !gone.has(device));
}

/** Kept for each job at its first write, after which hosts of later waves are asked for: devices whose address no host
 * had then. What a host has already is nobody's to ask for. */
export function watchIntruders(run: Run): (site: Site) => LabHooks {
  const begun = new Map<string, readonly Device[]>();
  const strangersOf = ({ lab: { model } }: Site) => {
    const had = new Set(allHosts(model).flatMap(({ network }) => network.vmks.map((vmk) => vmk.ipv4.address)));
    return model.fabric.devices.filter(({ address }) => !had.has(address));
  };
  const jobIdOf = (site: Site) => jobOf(site.lab.calls().at(-1)?.opId) ?? '';
  const look = async (site: Site, { host: name }: HookCall, id: string): Promise<void> => {
    const job = await run.world.parts.store.jobs.find(id);
    const hosts = site.lab.model.clusters.find((one) => one.name === job?.cluster)?.hosts ?? [];
    const host = hosts.find((one) => one.name === name);
    if (job === undefined || host === undefined) return;
    const wave = job.hosts.find((one) => one.name === name)?.wave ?? 0;
    const isThrough = (one: LabHost) =>
      job.hosts.some((is) => is.name === one.name && is.outcome === 'kept' && (is.wave ?? 0) < wave);
    const canAsk = (one: LabHost) => one.connection === 'connected' && !site.mute.has(one.name);
    const askers = hosts.filter((one) => canAsk(one) && isThrough(one));
    checkStrangers(site.lab.model, { host, askers, devices: begun.get(id) ?? [] }, id);
  };
  return (site) => ({
    before(call) {
      const id = jobIdOf(site);
      if (isWrite(call.operation) && !begun.has(id)) begun.set(id, strangersOf(site));
    },
    async after(call) {
      if (call.operation !== 'AddVirtualNic' || site.lab.model.fabric.devices.length === 0) return;
      await look(site, call, jobIdOf(site)).catch(run.found);
    },
  });
}

/** No adapter gets an address that answered already, where a host that was through could have asked: `askers`. */
export function checkStrangers(
  model: LabModel,
  { host, askers, devices }: { host: LabHost; askers: LabHost[]; devices: readonly Device[] },
  text: string,
): void {
  for (const device of devices) {
    if (!model.fabric.devices.includes(device)) continue;
    if (!host.network.vmks.some((vmk) => vmk.ipv4.address === device.address)) continue;
    const asker = askers.find((one) => one.network.vmks.some((vmk) => canHear(model, one, vmk, device)));
    if (asker !== undefined)
      violate(
        'no address that answers is assigned',
        `${text}: ${device.address} on ${host.name}; ${asker.name} could ask`,
      );
  }
}

function canHear(model: LabModel, host: LabHost, vmk: LabVmk, device: Device): boolean {
  const here = vmk.netstack === VMOTION_NETSTACK ? attachOf(model, host, vmk)?.domain : undefined;
  if (here === undefined) return false;
  const there = domainOf(model.fabric, device.leaf, device.vlanId);
  if (here === there) return addressesOf(vmk, 4).some((own) => isNeighbour(device.address, own));
  // Both have a router of their own, and these know of each other's networks.
  const stack = host.network.netstacks.find(({ key }) => key === vmk.netstack);
  const near = routerOf(model, here, vmk.gatewayOverride ?? stack?.gateway);
  const far = routerOf(model, there, device.gateway);
  return near !== undefined && far !== undefined && near.vrf === far.vrf && isNeighbour(device.address, far);
}

function routerOf({ fabric }: LabModel, domain: string, address: string | undefined): Gateway | undefined {
  return fabric.gateways.find(
    (one) => one.isUp && one.address === address && domainOf(fabric, one.leaf, one.vlanId) === domain,
  );
}
