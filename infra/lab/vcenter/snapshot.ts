// The lab as people see it beside the channel: its hosts with their adapters, stacks and newest pings.
import { VMOTION_NETSTACK } from '../../../shared/domain/inventory.ts';
import type { SideAdapter, SideHost, SidePing, SidePings, SideSnapshot, SideStack } from '../slack/side.ts';
import { isSilenceExpected } from './expected-silence.ts';
import { findPortGroup, type LabHost, type LabModel, type LabNetstack, type LabVmk } from './model.ts';
import { type LabPing, pingsOf } from './ping-journal.ts';
import type { LabVcenter } from './vcenter.ts';
import { ownsAddress } from './vmk-address.ts';

/** Everything as it is now. Reading it changes nothing. */
export function readSnapshot({ model, alarms }: Pick<LabVcenter, 'model' | 'alarms'>): SideSnapshot {
  const triggered = alarms();
  return {
    clusters: model.clusters.map(({ name, hosts }) => ({
      name,
      hosts: hosts.map((host) => toHost(model, host)),
      alarms: triggered
        .filter(({ host, status }) => status !== 'green' && hosts.some((one) => one.name === host))
        .map(({ definition, host, status }) => ({ name: definition.name, object: host, status })),
    })),
  };
}

function toHost(model: LabModel, host: LabHost): SideHost {
  return {
    name: host.name,
    state: host.isInMaintenance ? `${CONNECTIONS[host.connection]}, maintenance` : CONNECTIONS[host.connection],
    adapters: host.network.vmks.map((vmk) => toAdapter(model, host, vmk)),
    stacks: host.network.netstacks.filter((stack) => stack.state !== 'dormant').map(toStack),
    pings: toPings(model, host),
  };
}

const FAILURES_MAX = 8;

function toPings(model: LabModel, host: LabHost): SidePings {
  const all = pingsOf(host);
  const unanswered = all.filter(({ ok }) => !ok);
  const failed = unanswered.filter((ping) => !isSilenceExpected(model, host, ping));
  const last = all.reduce<Date | undefined>(
    (latest, { at }) => (latest === undefined || at > latest ? at : latest),
    undefined,
  );
  return {
    ok: all.length - unanswered.length,
    failed: failed.length,
    silent: unanswered.length - failed.length,
    ...(last === undefined ? {} : { lastAt: last.toISOString() }),
    failures: failed.slice(0, FAILURES_MAX).map((ping) => toPing(model, ping)),
  };
}

function toPing(model: LabModel, { device, to, bytes, bytesThatPass, at }: LabPing): SidePing {
  const owner = findOwner(model, to);
  const passing = bytesThatPass === undefined ? {} : { bytesThatPass };
  return { device, to, ...(owner === undefined ? {} : { toName: owner }), bytes, ...passing, at: at.toISOString() };
}

const CONNECTIONS = { connected: 'connected', disconnected: 'disconnected', notResponding: 'not responding' };

function toAdapter(model: LabModel, host: LabHost, vmk: LabVmk): SideAdapter {
  return {
    device: vmk.device,
    netstack: vmk.netstack,
    address: toAddress(vmk),
    mtuBytes: vmk.mtuBytes,
    network: toNetwork(model, host, vmk),
    services: toServices(host, vmk),
  };
}

// An adapter on the stack of its own carries that service without being selected for it.
const OF_STACK: Record<string, string> = { [VMOTION_NETSTACK]: 'vmotion', vSphereProvisioning: 'provisioning' };

function toServices(host: LabHost, { device, netstack }: LabVmk): string[] {
  const selected = Object.entries(host.network.services).filter(([, devices]) => devices.includes(device));
  const names = selected.map(([service]) => (service === 'vSphereProvisioning' ? 'provisioning' : service));
  return [...new Set([...names, ...(OF_STACK[netstack] === undefined ? [] : [OF_STACK[netstack]])])];
}

function toAddress({ ipv4, ipv6, learnt6 = [] }: LabVmk): string {
  const v4 = ipv4.address === undefined ? [] : [`${ipv4.address}/${ipv4.prefixLength}`];
  const v6 = [...ipv6.addresses, ...learnt6].map(({ address, prefixLength }) => `${address}/${prefixLength}`);
  const all = [...v4, ...v6];
  return all.length === 0 ? 'no address' : all.join(', ');
}

function toNetwork(model: LabModel, host: LabHost, { attachment }: LabVmk): string {
  switch (attachment.kind) {
    case 'standard': {
      const vlanId = findPortGroup(host, attachment.portGroup)?.vlanId;
      return vlanId === undefined || vlanId === 0 ? attachment.portGroup : `${attachment.portGroup}, VLAN ${vlanId}`;
    }
    case 'distributed': {
      const all = model.distributedSwitches.flatMap(({ portGroups }) => portGroups);
      return all.find(({ key }) => key === attachment.portGroupKey)?.name ?? attachment.portGroupKey;
    }
    case 'opaque':
      return attachment.network;
    default:
      throw new Error(`unknown attachment ${JSON.stringify(attachment satisfies never)}`);
  }
}

function toStack({ key, state, gateway, ipv6Gateway }: LabNetstack): SideStack {
  const shown = gateway ?? ipv6Gateway;
  return { key, state, ...(shown === undefined ? {} : { gateway: shown }) };
}

function findOwner(model: LabModel, address: string): string | undefined {
  for (const { hosts } of model.clusters) {
    for (const host of hosts) {
      const vmk = host.network.vmks.find((one) => ownsAddress(one, address));
      if (vmk !== undefined) return `${host.name} ${vmk.device}`;
    }
  }
  return undefined;
}
