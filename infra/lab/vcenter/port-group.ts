// HostNetworkSystem's operations on standard port groups.
import type { Vim } from '../../../shared/vsphere/vim.ts';
import type { HostContext } from './host-context.ts';
import { withRollback } from './management-guard.ts';
import { findPortGroup, findSwitch, type LabHost, type LabVmk, type NetworkPolicy } from './model.ts';
import { alreadyExists, invalidArgument, notFound, resourceInUse, VimFault } from './vim-fault.ts';

type PortGroupSpec = Vim<'HostPortGroupSpec'>;

const VLAN_TRUNK = 4095;
const TEAMING_POLICIES = ['loadbalance_ip', 'loadbalance_srcmac', 'loadbalance_srcid', 'failover_explicit'];

/** HostNetworkSystem.AddPortGroup. */
export function addPortGroup({ host }: HostContext, spec: PortGroupSpec): void {
  if (findPortGroup(host, spec.name) !== undefined) throw alreadyExists(spec.name);
  requireValid(host, spec);
  host.network.portGroups.push(toPortGroup(spec));
}

/** HostNetworkSystem.UpdatePortGroup: the whole specification is replaced. A rename takes the adapters along. */
export function updatePortGroup(context: HostContext, name: string, spec: PortGroupSpec): void {
  const { host } = context;
  if (findPortGroup(host, name) === undefined) throw notFound();
  if (spec.name !== name && findPortGroup(host, spec.name) !== undefined) throw alreadyExists(spec.name);
  requireValid(host, spec);
  withRollback(context, 'UpdatePortGroup', () => {
    host.network.portGroups = host.network.portGroups.map((one) => (one.name === name ? toPortGroup(spec) : one));
    for (const vmk of vmksOn(host, name)) vmk.attachment = { kind: 'standard', portGroup: spec.name };
  });
}

/** HostNetworkSystem.RemovePortGroup. */
export function removePortGroup(context: HostContext, name: string): void {
  const { host } = context;
  if (findPortGroup(host, name) === undefined) throw notFound();
  if (vmksOn(host, name).length > 0 || isHeldByVms(context, name)) throw resourceInUse('PortGroup', name);
  host.network.portGroups = host.network.portGroups.filter((one) => one.name !== name);
}

/** Throws when the teaming names a pnic that is not the switch's, or asks for beacons that the switch does not send. */
export function requireTeaming(
  policy: NetworkPolicy | undefined,
  bridge: { pnics: string[]; beaconSeconds?: number | undefined },
  path: string,
): void {
  const teaming = policy?.nicTeaming;
  if (teaming?.policy !== undefined && !TEAMING_POLICIES.includes(teaming.policy)) {
    throw invalidArgument(`${path}.nicTeaming.policy`);
  }
  const named = [...(teaming?.nicOrder?.activeNic ?? []), ...(teaming?.nicOrder?.standbyNic ?? [])];
  const isSubset = named.every((pnic) => bridge.pnics.includes(pnic)) && new Set(named).size === named.length;
  if (!isSubset) throw invalidArgument(`${path}.nicTeaming.nicOrder`);
  if (teaming?.failureCriteria?.checkBeacon === true && bridge.beaconSeconds === undefined) {
    throw invalidArgument(`${path}.nicTeaming.failureCriteria.checkBeacon`);
  }
}

/** Whether machines on the host keep the port group from being removed. */
export function isHeldByVms({ model, host, switches }: HostContext, name: string): boolean {
  const holds = ({ isPoweredOn }: { isPoweredOn: boolean }) => isPoweredOn || switches.stoppedVmHoldsPortGroup;
  return model.vms.some(
    (vm) =>
      vm.host === host.name &&
      !vm.isTemplate &&
      holds(vm) &&
      vm.nics.some(({ network }) => network.kind === 'standard' && network.name === name),
  );
}

function requireValid(host: LabHost, spec: PortGroupSpec): void {
  if (spec.name === '') {
    throw new VimFault('InvalidName', "The name '' is invalid.", { name: spec.name });
  }
  const vswitch = findSwitch(host, spec.vswitchName);
  if (vswitch === undefined) throw notFound();
  if (spec.vlanId < 0 || spec.vlanId > VLAN_TRUNK) throw invalidArgument('portgrp.vlanId');
  requireTeaming(spec.policy, vswitch, 'portgrp.policy');
}

function toPortGroup(spec: PortGroupSpec): LabHost['network']['portGroups'][number] {
  // What is not overridden shows as empty sub-objects afterwards.
  const { security, nicTeaming, offloadPolicy, shapingPolicy } = spec.policy;
  const policy: NetworkPolicy = {
    security: security ?? {},
    nicTeaming: { ...nicTeaming, failureCriteria: nicTeaming?.failureCriteria ?? {} },
    offloadPolicy: offloadPolicy ?? {},
    shapingPolicy: shapingPolicy ?? {},
  };
  return { name: spec.name, switchName: spec.vswitchName, vlanId: spec.vlanId, policy: structuredClone(policy) };
}

function vmksOn(host: LabHost, portGroup: string): LabVmk[] {
  return host.network.vmks.filter(
    ({ attachment }) => attachment.kind === 'standard' && attachment.portGroup === portGroup,
  );
}
