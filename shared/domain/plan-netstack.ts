// The vMotion stack's own settings.
import type { WantedHost } from './addressing.ts';
import { mayBeAdvertised } from './advertised-gateway.ts';
import { type NetstackSettings, VMOTION_NETSTACK } from './inventory.ts';
import { isSameSettings } from './netstack-text.ts';
import { networkAfter } from './network-after.ts';
import { note, type PlanDraft, warn } from './plan-draft.ts';
import type { Profile } from './profile.ts';
import { askingDevice, asksDhcp, mayForget, withoutUnreachable } from './stack-hold.ts';
import type { Step } from './step.ts';
import { adaptersOnVmotionStack, findNetstack } from './vmotion-adapters.ts';

/** `changes`: the steps on the host's adapters, all before the stack is set. */
type Planned = { wanted: WantedHost; profile: Profile; changes: Step[] };

/** At most one step. What the profile says nothing about stays as it is. */
export function planNetstack(draft: PlanDraft, { wanted, profile, changes }: Planned): Step[] {
  const { stack } = profile;
  const from = setByHand(draft, { wanted, profile, changes });
  const to: NetstackSettings = {
    ...from,
    gateway: wanted.gateway,
    ipv6Gateway: stack.ipv6Gateway ?? from.ipv6Gateway,
    dns: wantedDns(stack.dns, from.dns),
    ...(stack.dns === undefined ? {} : { dnsDevice: undefined }),
    routes: stack.routes ?? from.routes,
    congestionControl: stack.congestionControl ?? from.congestionControl,
    connections: stack.connections ?? from.connections,
  };
  if (to.connections !== from.connections) {
    const message = `the number of connections changes to ${to.connections}; it may take a reboot to have effect.`;
    note(draft, 'connections-need-reboot', message);
  }
  const again = toSetAgain(draft, to, { wanted, profile, changes });
  if (again === undefined && isSameSettings(from, to)) return [];
  return [{ kind: 'set-netstack', netstack: VMOTION_NETSTACK, from, to: again ?? to }];
}

/** What the stack has, but for gateways that the network may have told its adapters and that nobody wants otherwise: vCenter
 * shows them as if they were set by hand. Sent along, one would be that, and outlive its lease; cleared, it comes back. */
function setByHand({ network }: PlanDraft, { wanted, profile, changes }: Planned): NetstackSettings {
  const settings = { ...findNetstack(network, VMOTION_NETSTACK)?.settings };
  const onStack = adaptersOnVmotionStack(network);
  const isToldAgain = adaptersOnVmotionStack(networkAfter(network, changes)).some(asksDhcp);
  if (wanted.gateway === undefined && onStack.some(asksDhcp) && isToldAgain) settings.gateway = undefined;
  const isIpv6Open = profile.stack.ipv6Gateway === undefined;
  if (isIpv6Open && mayBeAdvertised(settings.ipv6Gateway, onStack)) settings.ipv6Gateway = undefined;
  return settings;
}

/** What the stack may have forgotten by then, whole; nothing where it holds on to all of it. */
function toSetAgain(draft: PlanDraft, to: NetstackSettings, planned: Planned): NetstackSettings | undefined {
  const { profile, changes } = planned;
  const onStack = adaptersOnVmotionStack(draft.network);
  const then = adaptersOnVmotionStack(networkAfter(draft.network, changes));
  const own = { ...to };
  if (!mayForget(own, onStack, changes)) return undefined;
  // What the profile wants is judged with the adapters.
  own.dnsDevice = askingDevice(own.dnsDevice, { before: onStack, after: then }, changes);
  if (own.dnsDevice !== to.dnsDevice) warnLeftOver(draft, `DNS by DHCP of ${to.dnsDevice}`);
  const { ipv6Gateway, routes } = profile.stack;
  const { settings, left } = withoutUnreachable(own, then, { gateway: own.gateway, ipv6Gateway, routes });
  for (const what of left) warnLeftOver(draft, what);
  return settings;
}

/** A host refuses what none of its adapters reaches. */
function warnLeftOver(draft: PlanDraft, what: string): void {
  const message = `the ${what} is on the vMotion stack now and in no subnet of its new adapters: it is not set again.`;
  warn(
    draft,
    'gateway-outside-subnet',
    message,
    'Declare the gateway or the routes in vmotion.yaml if they are needed.',
  );
}

type Dns = NetstackSettings['dns'];

/** The host's name on the stack is not the profile's to give. */
function wantedDns(wanted: Profile['stack']['dns'], from: Dns): Dns {
  if (wanted === undefined) return from;
  const { servers, searchDomains, domainName = '' } = wanted;
  return { hostName: from?.hostName ?? '', domainName, servers, searchDomains };
}
