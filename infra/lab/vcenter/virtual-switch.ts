// HostNetworkSystem's operations on standard switches.
import type { Vim } from '../../../shared/vsphere/vim.ts';
import type { HostContext } from './host-context.ts';
import { withRollback } from './management-guard.ts';
import { findSwitch, type LabHost, type LabSwitch } from './model.ts';
import { forgetPnics, switchPolicy } from './network-policy.ts';
import { isHeldByVms, requireTeaming } from './port-group.ts';
import { alreadyExists, invalidArgument, notFound, resourceInUse, VimFault } from './vim-fault.ts';

type SwitchSpec = Vim<'HostVirtualSwitchSpec'>;

const NAME_LONGEST = 32;
const NEW_SWITCH: SwitchSpec = { numPorts: 128 };

/** HostNetworkSystem.AddVirtualSwitch. Without a specification the switch has no uplinks. */
export function addVirtualSwitch({ host }: HostContext, name: string, spec: SwitchSpec = NEW_SWITCH): void {
  if (name === '' || name.length > NAME_LONGEST) {
    throw new VimFault('InvalidName', `The name '${name}' is invalid.`, { name });
  }
  if (findSwitch(host, name) !== undefined) throw alreadyExists(name);
  host.network.switches.push(toSwitch(host, name, spec));
}

/** HostNetworkSystem.UpdateVirtualSwitch: an absent bridge takes all uplinks away. */
export function updateVirtualSwitch(context: HostContext, name: string, spec: SwitchSpec): void {
  const { host } = context;
  const before = findSwitch(host, name);
  if (before === undefined) throw notFound();
  const after = toSwitch(host, name, spec);
  withRollback(context, 'UpdateVirtualSwitch', () => {
    const gone = before.pnics.filter((pnic) => !after.pnics.includes(pnic));
    if (spec.policy === undefined) after.policy = structuredClone(before.policy);
    host.network.switches = host.network.switches.map((one) => (one.name === name ? after : one));
    forgetPnics(host, after, gone);
  });
}

/** HostNetworkSystem.RemoveVirtualSwitch: its port groups go with it, unless one is in use. */
export function removeVirtualSwitch(context: HostContext, name: string): void {
  const { host } = context;
  if (findSwitch(host, name) === undefined) throw notFound();
  const own = host.network.portGroups.filter(({ switchName }) => switchName === name).map((one) => one.name);
  const isUsed = host.network.vmks.some(
    ({ attachment }) => attachment.kind === 'standard' && own.includes(attachment.portGroup),
  );
  if (isUsed || own.some((one) => isHeldByVms(context, one))) throw resourceInUse('VirtualSwitch', name);
  host.network.switches = host.network.switches.filter((one) => one.name !== name);
  host.network.portGroups = host.network.portGroups.filter(({ switchName }) => switchName !== name);
}

function toSwitch(host: LabHost, name: string, spec: SwitchSpec): LabSwitch {
  const bond = spec.bridge as Partial<Vim<'HostVirtualSwitchBondBridge'>> | undefined;
  const pnics = bond?.nicDevice ?? [];
  for (const pnic of pnics) {
    if (!host.network.pnics.some(({ device }) => device === pnic)) throw invalidArgument('spec.bridge.nicDevice');
    const owner = host.network.switches.find((other) => other.name !== name && other.pnics.includes(pnic));
    const isUplink = host.network.proxies.some(({ uplinks }) => uplinks.some((uplink) => uplink.pnic === pnic));
    if (owner !== undefined || isUplink) throw resourceInUse('PhysicalNic', pnic);
  }
  const mtuBytes = spec.mtu ?? 1500;
  if (mtuBytes < 1280 || mtuBytes > 9190) throw invalidArgument('spec.mtu');
  const beaconSeconds = bond?.beacon?.interval;
  const created: LabSwitch = {
    name,
    mtuBytes,
    numPorts: spec.numPorts,
    pnics: [...pnics],
    beaconSeconds,
    policy: switchPolicy(pnics),
  };
  requireTeaming(spec.policy, created, 'spec.policy');
  if (spec.policy !== undefined) {
    const teaming = { ...created.policy.nicTeaming, ...structuredClone(spec.policy.nicTeaming) };
    created.policy = { ...created.policy, ...structuredClone(spec.policy), nicTeaming: teaming };
  }
  return created;
}
