// What must be true of a host before its network is planned.
import type { WantedHost } from './addressing.ts';
import type { Finding } from './finding.ts';
import { DEFAULT_NETSTACK, type Host } from './inventory.ts';
import { isIpv6 } from './ip-network.ts';
import { isLinkLocal } from './ipv6-rule.ts';
import { block, note, type PlanDraft } from './plan-draft.ts';
import type { Profile } from './profile.ts';
import type { Step } from './step.ts';
import { findNetstack } from './vmotion-adapters.ts';

/** The vMotion TCP/IP stack came with ESXi 6.0. */
const ESXI_MAJOR_MIN = 6;
/** An adapter's own gateway came with ESXi 6.5. */
const OVERRIDE_MIN = { major: 6, minor: 5 };
/** A host takes this many VMkernel adapters. */
const VMK_COUNT_MAX = 256;

/** About a host that vCenter can't reach, or that shows no network. */
export function notConnected(host: Host): Finding {
  const state = host.connection === 'connected' ? 'connected, but gives no network configuration' : host.connection;
  return {
    code: host.connection === 'connected' ? 'network-unknown' : 'host-not-connected',
    severity: 'warning',
    host: host.name,
    message: `${host.name} is ${state}: nothing is known of its network, and nothing will be done to it.`,
    remedy: 'Reconnect the host in vCenter and run the command again: hosts already in place are left alone.',
  };
}

/** Adds to the draft what speaks against configuring the host at all: its version, gateways and IPv6. Maintenance mode is
 * only noted. */
export function checkHost(draft: PlanDraft, wanted: WantedHost, profile: Profile): void {
  checkVersion(draft);
  checkOverrides(draft, wanted);
  checkGateways(draft, wanted, profile);
  checkIpv6(draft, profile);
  if (draft.host.isInMaintenance)
    note(draft, 'host-in-maintenance', 'it is in maintenance mode; its network is configured all the same.');
}

function checkVersion(draft: PlanDraft): void {
  const { esxiVersion } = draft.host;
  const major = Number.parseInt(esxiVersion, 10);
  if (Number.isNaN(major) || major >= ESXI_MAJOR_MIN) return;
  const message = `it runs ESXi ${esxiVersion}; the vMotion TCP/IP stack needs 6.0 or later.`;
  block(draft, 'esxi-too-old', message, 'Upgrade the host, or take it out of the cluster.');
}

/** Older hosts do not know the part of an adapter's specification that a gateway of its own stands in. */
function checkOverrides(draft: PlanDraft, { adapters }: WantedHost): void {
  const { esxiVersion } = draft.host;
  const [major = Number.NaN, minor = 0] = esxiVersion.split('.').map(Number);
  const isTooOld = major < OVERRIDE_MIN.major || (major === OVERRIDE_MIN.major && minor < OVERRIDE_MIN.minor);
  const labels = adapters.filter((one) => one.gatewayOverride !== undefined).map((one) => one.label);
  if (!isTooOld || labels.length === 0) return;
  const message = `it runs ESXi ${esxiVersion}; a gateway of an adapter's own (${labels.join(', ')}) needs 6.5 or later.`;
  const remedy = 'Upgrade the host, or replace gatewayOverride by stack.routes in vmotion.yaml.';
  block(draft, 'esxi-too-old', message, remedy);
}

/** The two stacks must not share a gateway: vSphere then can't tell which stack's route is meant. */
function checkGateways(draft: PlanDraft, wanted: WantedHost, { stack }: Profile): void {
  const ofDefault = findNetstack(draft.network, DEFAULT_NETSTACK)?.settings;
  // A link-local address is another router on another link.
  const ipv6 = stack.ipv6Gateway !== undefined && isLinkLocal(stack.ipv6Gateway) ? undefined : stack.ipv6Gateway;
  const pairs = [
    { own: wanted.gateway, other: ofDefault?.gateway },
    { own: ipv6, other: ofDefault?.ipv6Gateway },
  ];
  for (const { own, other } of pairs) {
    if (own === undefined || own !== other) continue;
    const message = `the gateway ${own} is already the default stack's gateway.`;
    const remedy = 'Give the vMotion stack a gateway of its own in vmotion.yaml.';
    block(draft, 'gateway-equals-default-stack', message, remedy);
  }
}

function checkIpv6(draft: PlanDraft, { adapters, stack }: Profile): void {
  const isWanted =
    stack.ipv6Gateway !== undefined ||
    adapters.some((adapter) => adapter.ipv6 !== undefined) ||
    (stack.routes ?? []).some((route) => isIpv6(route.gateway));
  if (!isWanted || draft.network.isIpv6Enabled) return;
  const remedy = 'Enable IPv6 on the host and reboot it, or take IPv6 out of the profile in vmotion.yaml.';
  block(draft, 'ipv6-disabled', 'the profile wants IPv6, and the host has it switched off.', remedy);
}

/** A host holds so many adapters and no more, at any time on the way. What goes before is not counted. */
export function checkAdapterCount(draft: PlanDraft, steps: Step[]): void {
  const has = draft.network.vmks.length;
  let [count, most] = [has, has];
  for (const { kind } of steps) {
    if (kind === 'add-vmk') count += 1;
    if (kind === 'remove-vmk') count -= 1;
    most = Math.max(most, count);
  }
  if (most === has || most <= VMK_COUNT_MAX) return;
  const message = `it has ${has} VMkernel adapters; with ${most - has} more it would be above the ${VMK_COUNT_MAX} a host takes.`;
  block(draft, 'too-many-adapters', message, 'Remove adapters that nobody needs.');
}
