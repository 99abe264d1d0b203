// VMs on port groups whose uplinks a plan changes: vMotion is not all that may use them.
import type { Finding } from './finding.ts';
import type { Host, UplinkOrder } from './inventory.ts';
import { compareNaturally } from './natural-order.ts';
import type { HostPlan } from './plan.ts';
import type { Vm } from './vm.ts';
import { countVms, listSome } from './vm-networks.ts';

/** `key`: of a distributed port group. `hosts`: on which it changes. */
type Touched = { name: string; key?: string; hosts: Set<string>; to: UplinkOrder };

/** Whether the plans concern a port group that VMs may be in: only then their machines need to be asked for. */
export function touchesVmGroups(hosts: readonly Host[], plans: readonly HostPlan[]): boolean {
  return findTouched(hosts, plans).length > 0;
}

/** A warning for each such port group with running VMs, with their number and some of their names. */
export function findVmsOnGroups(hosts: readonly Host[], plans: readonly HostPlan[], vms: readonly Vm[]): Finding[] {
  return findTouched(hosts, plans).flatMap((touched) => {
    const names = vms.filter((vm) => isOn(vm, touched)).map(({ name }) => name);
    return names.length === 0 ? [] : [toFinding(touched, names.sort(compareNaturally))];
  });
}

function findTouched(hosts: readonly Host[], plans: readonly HostPlan[]): Touched[] {
  const found = new Map<string, Touched>();
  const add = (touched: Touched) => {
    const id = JSON.stringify([touched.name, touched.key, touched.to]);
    const same = found.get(id);
    for (const host of touched.hosts) same?.hosts.add(host);
    if (same === undefined) found.set(id, touched);
  };
  const all = hosts.map(({ moref }) => moref.value);
  for (const { host, steps } of plans) {
    const own = () => new Set([host.moref.value]);
    for (const step of steps) {
      if (step.kind === 'update-port-group') add({ name: step.to.name, hosts: own(), to: step.to.uplinks });
      if (step.kind === 'update-distributed-port-group')
        add({ name: step.to.name, key: step.to.key, hosts: new Set(all), to: step.to.uplinks });
    }
  }
  return [...found.values()];
}

function isOn({ isPoweredOn, host, nics }: Vm, { name, key, hosts }: Touched): boolean {
  if (!isPoweredOn || !hosts.has(host.value)) return false;
  return nics.some(({ network }) => {
    if (network.kind === 'distributed') return key !== undefined && network.portGroupKey === key;
    return network.kind === 'standard' && key === undefined && network.name === name;
  });
}

const NAMED_MAX = 3;

function toFinding({ name, to }: Touched, vms: string[]): Finding {
  return {
    code: 'vms-on-port-group',
    severity: 'warning',
    message: `${countVms(vms.length)} on port group ${name} (${listSome(vms, NAMED_MAX)}): its active uplinks become ${to.active.join(', ') || 'none'} under them.`,
    remedy: 'Give vMotion a port group of its own, or approve only if these uplinks carry what the VMs need.',
  };
}
