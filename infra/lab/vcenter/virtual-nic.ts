// HostNetworkSystem's operations on VMkernel adapters, with what ESXi refuses.
import { DEFAULT_NETSTACK } from '../../../shared/domain/inventory.ts';
import type { Vim } from '../../../shared/vsphere/vim.ts';
import {
  findDistributedPortGroup,
  findDistributedSwitch,
  nextDistributedPort,
  portGroupMoref,
} from './distributed-switch.ts';
import { type HostContext, recordEvent } from './host-context.ts';
import { isHostAddress, isOnLink, parseIpv4, parseMask } from './ipv4.ts';
import { parseIpv6 } from './ipv6.ts';
import { learnAddresses } from './learn-addresses.ts';
import { withRollback } from './management-guard.ts';
import { findNetstack, findPortGroup, findVmk, type LabHost, type LabVmk } from './model.ts';
import { dropUnreached } from './network-config.ts';
import { nextDevice, nextMac, nextPortKey } from './plug.ts';
import { requirePrivilege } from './privileges.ts';
import { settleStacks } from './runtime.ts';
import { forgetDevice } from './services.ts';
import {
  alreadyExists,
  hostConfigFault,
  invalidArgument,
  notFound,
  platformConfigFault,
  VimFault,
} from './vim-fault.ts';
import { addressesOf, isSameAddress } from './vmk-address.ts';
import { attachOf, ownersOf, plugOf } from './wire.ts';

type NicSpec = Vim<'HostVirtualNicSpec'>;

const MTU_LEAST = 1280;
const MTU_MOST = 9190;
const MTU_UNSET = 1500;

/** HostNetworkSystem.AddVirtualNic. Returns the device: the lowest free number. */
export function addVirtualNic(context: HostContext, portGroup: string, nic: NicSpec): string {
  const { host, switches } = context;
  const attachment = toAttachment(context, portGroup, nic);
  if (nic.ip === undefined) throw invalidArgument('nic.ip');
  const netstack = nic.netStackInstanceKey ?? DEFAULT_NETSTACK;
  if (findNetstack(host, netstack) === undefined) throw notFound();
  const vmk: LabVmk = {
    device: nextDevice(host, switches.vmkNumber),
    netstack,
    attachment,
    ipv4: { dhcp: false },
    ipv6: { dhcp: false, autoconfiguration: false, addresses: [] },
    mtuBytes: nic.mtu ?? MTU_UNSET,
    mac: '',
    portKey: '',
  };
  applySpec(context, vmk, nic);
  vmk.mac = nic.mac === undefined ? nextMac(host, context.seed) : requireMac(host, vmk, nic.mac);
  vmk.portKey = nextPort(context, attachment);
  host.network.vmks.push(vmk);
  host.network.vmks.sort((a, b) => Number(a.device.slice(3)) - Number(b.device.slice(3)));
  learnAddresses(context.model, host, vmk);
  settleStacks(host, switches);
  reportDuplicate(context, vmk);
  return vmk.device;
}

/** HostNetworkSystem.UpdateVirtualNic: only what is sent changes. */
export function updateVirtualNic(context: HostContext, device: string, nic: NicSpec): void {
  const { host, switches } = context;
  const vmk = findVmk(host, device);
  if (vmk === undefined) throw notFound();
  if (nic.netStackInstanceKey !== undefined && nic.netStackInstanceKey !== vmk.netstack) {
    if (switches.changeStackFault === 'InvalidArgument') throw invalidArgument('nic.netStackInstanceKey');
    throw hostConfigFault(`The TCP/IP stack of ${device} can not be changed`);
  }
  withRollback(context, 'UpdateVirtualNic', () => {
    const live = getVmk(host, device);
    replug(context, live, nic);
    live.mtuBytes = nic.mtu ?? live.mtuBytes;
    applySpec(context, live, nic);
    if (nic.mac !== undefined && nic.mac !== live.mac) live.mac = requireMac(host, live, nic.mac);
    learnAddresses(context.model, host, live);
    if (switches.unreachedGatewayLeaves) dropUnreached(host, live.netstack);
    host.published.readsBehind = switches.runtimeLagReads;
  });
  if (nic.ip !== undefined) reportDuplicate(context, getVmk(host, device));
}

/** HostNetworkSystem.RemoveVirtualNic. */
export function removeVirtualNic(context: HostContext, device: string): void {
  const { host } = context;
  const removed = findVmk(host, device);
  if (removed === undefined) throw notFound();
  const management = host.network.services.management ?? [];
  if (management.includes(device) && management.length === 1) {
    throw hostConfigFault(`${device} is the last adapter that carries management`);
  }
  host.network.vmks = host.network.vmks.filter((vmk) => vmk.device !== device);
  forgetDevice(host, device);
  if (context.switches.unreachedGatewayLeaves) dropUnreached(host, removed.netstack);
  settleStacks(host, context.switches);
}

/** A port of a distributed switch goes with an empty port group, and the other way round. */
function toAttachment(context: HostContext, portGroup: string, nic: NicSpec): LabVmk['attachment'] {
  const port = nic.distributedVirtualPort;
  // The lab's hosts have no NSX switch to connect to.
  if (nic.opaqueNetwork !== undefined) throw notFound();
  if (port === undefined) {
    requireFreePortGroup(context.host, portGroup);
    return { kind: 'standard', portGroup };
  }
  const { switchUuid, portgroupKey: portGroupKey = '' } = port;
  const found = findDistributedPortGroup(context.model, context.host, { switchUuid, portGroupKey });
  if (found === undefined) throw notFound();
  if (portGroup !== '') throw invalidArgument('portgroup');
  if (found.portGroup.isUplink) throw invalidArgument('nic.distributedVirtualPort.portgroupKey');
  requirePrivilege(context.model, portGroupMoref(found.portGroup), 'Network.Assign');
  return { kind: 'distributed', switchUuid, portGroupKey };
}

/** The specification names where the adapter should be; where it is already, nothing happens. */
function replug(context: HostContext, vmk: LabVmk, nic: NicSpec): void {
  const { attachment } = vmk;
  const port = nic.distributedVirtualPort;
  if (port === undefined) {
    const current = attachment.kind === 'standard' ? attachment.portGroup : '';
    if (nic.portgroup === undefined || nic.portgroup === current) return;
  } else if (
    attachment.kind === 'distributed' &&
    port.switchUuid === attachment.switchUuid &&
    port.portgroupKey === attachment.portGroupKey
  ) {
    return;
  }
  vmk.attachment = toAttachment(context, nic.portgroup ?? '', nic);
  vmk.portKey = nextPort(context, vmk.attachment);
}

/** The server picks the port, on either kind of switch. */
function nextPort({ model, host }: HostContext, attachment: LabVmk['attachment']): string {
  const dvs = attachment.kind === 'distributed' ? findDistributedSwitch(model, attachment.switchUuid) : undefined;
  return dvs === undefined ? nextPortKey(host) : nextDistributedPort(dvs);
}

/** A standard port group takes one VMkernel adapter. */
function requireFreePortGroup(host: LabHost, portGroup: string): void {
  if (findPortGroup(host, portGroup) === undefined) throw invalidArgument('portgroup');
  const isTaken = host.network.vmks.some(
    ({ attachment }) => attachment.kind === 'standard' && attachment.portGroup === portGroup,
  );
  if (isTaken) throw alreadyExists(portGroup);
}

function applySpec(context: HostContext, vmk: LabVmk, nic: NicSpec): void {
  if (nic.ip !== undefined) applyIp(context.host, vmk, nic.ip);
  requireFreeAddresses(context.host, vmk);
  requireMtu(context, vmk);
  const override = nic.ipRouteSpec?.ipRouteConfig;
  if (override === undefined) return;
  const gateway = override.defaultGateway;
  if (gateway !== undefined && !isGatewayFor(gateway, vmk)) {
    throw platformConfigFault(`Unable to set gateway ${gateway} for ${vmk.device}: Network unreachable`);
  }
  vmk.gatewayOverride = gateway;
}

function applyIp(host: LabHost, vmk: LabVmk, ip: NonNullable<NicSpec['ip']>): void {
  if (ip.dhcp) vmk.ipv4 = { dhcp: true };
  else vmk.ipv4 = toStaticIpv4(host, vmk, ip);
  const v6 = ip.ipV6Config;
  if (v6 === undefined) return;
  const isUsed = v6.ipV6Address.length > 0 || v6.autoConfigurationEnabled === true || v6.dhcpV6Enabled === true;
  if (isUsed && !host.network.isIpv6Enabled) {
    throw new VimFault('InvalidState', 'The operation is not allowed in the current state.');
  }
  const removed = v6.ipV6Address.filter((one) => one.operation === 'remove').map((one) => one.ipAddress.toLowerCase());
  const added = v6.ipV6Address.filter((one) => one.operation !== 'remove' && (one.origin ?? 'manual') === 'manual');
  const isWrong = (one: (typeof added)[number]) =>
    one.prefixLength < 1 || one.prefixLength > 128 || parseIpv6(one.ipAddress) === undefined;
  if (added.some(isWrong)) throw invalidArgument('nic.ip.ipV6Config');
  const kept = vmk.ipv6.addresses.filter(
    ({ address }) => !removed.includes(address) && !added.some((one) => one.ipAddress.toLowerCase() === address),
  );
  vmk.ipv6 = {
    dhcp: v6.dhcpV6Enabled ?? vmk.ipv6.dhcp,
    autoconfiguration: v6.autoConfigurationEnabled ?? vmk.ipv6.autoconfiguration,
    addresses: [
      ...kept,
      ...added.map((one) => ({ address: one.ipAddress.toLowerCase(), prefixLength: one.prefixLength })),
    ],
  };
}

function toStaticIpv4(host: LabHost, vmk: LabVmk, ip: NonNullable<NicSpec['ip']>): LabVmk['ipv4'] {
  const address = ip.ipAddress ?? '';
  // An adapter may carry IPv6 only: then both are absent.
  if (address === '' && (ip.subnetMask ?? '') === '' && ip.ipV6Config !== undefined) return { dhcp: false };
  if (parseIpv4(address) === undefined) throw invalidArgument('nic.ip.ipAddress');
  const prefixLength = parseMask(ip.subnetMask ?? '');
  if (prefixLength === undefined || prefixLength === 0) throw invalidArgument('nic.ip.subnetMask');
  if (!isHostAddress(address, prefixLength)) throw invalidArgument('nic.ip.ipAddress');
  const isTaken = host.network.vmks.some(
    (other) => other.device !== vmk.device && other.netstack === vmk.netstack && other.ipv4.address === address,
  );
  if (isTaken) throw invalidArgument('nic.ip.ipAddress');
  return { dhcp: false, address, prefixLength };
}

/** One stack can't have an IPv6 address twice; IPv4 is looked at where it is set. */
function requireFreeAddresses(host: LabHost, vmk: LabVmk): void {
  const others = host.network.vmks.filter((one) => one.device !== vmk.device && one.netstack === vmk.netstack);
  const taken = others.flatMap((one) => addressesOf(one, 6)).map(({ address }) => address);
  const isTaken = vmk.ipv6.addresses.some(({ address }) => taken.some((one) => isSameAddress(one, address)));
  if (isTaken) throw invalidArgument('nic.ip.ipV6Config');
}

function requireMtu({ model, host, switches }: HostContext, vmk: LabVmk): void {
  if (vmk.mtuBytes < MTU_LEAST || vmk.mtuBytes > MTU_MOST) throw invalidArgument('nic.mtu');
  const plug = plugOf(model, host, vmk);
  if (plug === undefined || vmk.mtuBytes <= plug.mtuBytes || switches.acceptsMtuAboveSwitch) return;
  throw hostConfigFault(
    `MTU ${vmk.mtuBytes} of ${vmk.device} is larger than that of ${plug.switchName} (${plug.mtuBytes})`,
  );
}

function requireMac(host: LabHost, vmk: LabVmk, mac: string): string {
  const isUnicast = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(mac) && (Number.parseInt(mac.slice(0, 2), 16) & 1) === 0;
  const isTaken = host.network.vmks.some((other) => other.device !== vmk.device && other.mac === mac.toLowerCase());
  if (!isUnicast || isTaken) throw invalidArgument('nic.mac');
  return mac.toLowerCase();
}

function isGatewayFor(gateway: string, vmk: LabVmk): boolean {
  const { address, prefixLength } = vmk.ipv4;
  if (address === undefined || prefixLength === undefined || gateway === address) return false;
  return isOnLink(gateway, address, prefixLength) && isHostAddress(gateway, prefixLength);
}

/** ESXi asks the network when an address comes up, and says so when somebody else answers. It keeps the address. */
function reportDuplicate(context: HostContext, vmk: LabVmk): void {
  const { model, host } = context;
  const attach = attachOf(model, host, vmk);
  if (attach === undefined || vmk.ipv4.address === undefined) return;
  const others = ownersOf(model, attach.domain, vmk.ipv4.address).filter(
    (one) => one.kind !== 'vmk' || one.vmk !== vmk,
  );
  if (others.length === 0) return;
  const text = `Duplicate IP address ${vmk.ipv4.address} detected for ${vmk.device} on ${host.name}`;
  recordEvent(context, 'esx.problem.net.vmknic.ip.duplicate', text);
}

function getVmk(host: LabHost, device: string): LabVmk {
  const vmk = findVmk(host, device);
  if (vmk === undefined) throw new Error(`${host.name} lost ${device} while it was being changed`);
  return vmk;
}
