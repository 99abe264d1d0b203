// Devices that are no hosts, and answer on addresses that the profile gives to hosts: from the beginning, or suddenly.
import { type Device, domainOf } from '../../infra/lab/vcenter/fabric.ts';
import { allHosts, type LabHost, type LabModel, type LabVmk } from '../../infra/lab/vcenter/model.ts';
import type { HookCall, LabHooks } from '../../infra/lab/vcenter/vcenter.ts';
import { addressesOf, isNeighbour } from '../../infra/lab/vcenter/vmk-address.ts';
import { attachOf } from '../../infra/lab/vcenter/wire.ts';
import { VMOTION_NETSTACK } from '../../shared/domain/inventory.ts';
import type { Place, Run, Site } from './run.ts';
import { violate } from './violation.ts';
import { isWrite, jobOf } from './write-calls.ts';

/** What the lab's vmotion.yaml gives to hosts that end in the octet. Clusters whose hosts have networks of their own, or
 * are given addresses, have the lab's scenarios for this. */
const NETWORKS: Record<string, string[]> = {
  'cluster-a': ['172.16.1', '172.16.2'],
  'cluster-dvs': ['172.18.1', '172.18.2'],
};
const VLANS = [101, 102];

/** One more device in the cluster's networks, on an address that nobody has yet. */
export function addIntruder({ random, say }: Run, { cluster, site }: Place): void {
  const { clusters, fabric } = site.lab.model;
  const hosts = clusters.find(({ name }) => name === cluster)?.hosts ?? [];
  const networks = NETWORKS[cluster];
  if (networks === undefined || hosts.length === 0) return;
  const { name, network } = random.pick(hosts);
  const index = random.below(networks.length);
  const octet = network.vmks[0]?.ipv4.address?.split('.').at(-1);
  const address = `${networks[index]}.${octet}`;
  const leaf = fabric.ports.find((port) => port.host === name)?.leaf;
  const isTaken = hosts.some((host) => host.network.vmks.some((vmk) => vmk.ipv4.address === address));
  if (leaf === undefined || isTaken || fabric.devices.some((device) => device.address === address)) return;
  const device: Device = { name: 'stranger', address, leaf, vlanId: VLANS[index] ?? 0, mtuBytes: 1500 };
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
    const askers = hosts.filter((one) => one.connection === 'connected' && isThrough(one));
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
    const asker = askers.find((one) => one.network.vmks.some((vmk) => isIn(model, one, vmk, device)));
    if (asker !== undefined)
      violate(
        'no address that answers is assigned',
        `${text}: ${device.address} on ${host.name}; ${asker.name} could ask`,
      );
  }
}

function isIn(model: LabModel, host: LabHost, vmk: LabVmk, device: Device): boolean {
  const isNear = addressesOf(vmk, 4).some((own) => isNeighbour(device.address, own));
  if (vmk.netstack !== VMOTION_NETSTACK || !isNear) return false;
  return attachOf(model, host, vmk)?.domain === domainOf(model.fabric, device.leaf, device.vlanId);
}
