// The vMotion stack's own settings.
import type { WantedHost } from './addressing.ts';
import { type NetstackSettings, VMOTION_NETSTACK } from './inventory.ts';
import { isSameSettings } from './netstack-text.ts';
import { note, type PlanDraft } from './plan-draft.ts';
import type { Profile } from './profile.ts';
import type { Step } from './step.ts';
import { findNetstack } from './vmotion-adapters.ts';

/** At most one step. What the profile says nothing about stays as it is. */
export function planNetstack(draft: PlanDraft, wanted: WantedHost, { stack }: Profile): Step[] {
  const from = findNetstack(draft.network, VMOTION_NETSTACK)?.settings ?? {};
  const to: NetstackSettings = {
    ...from,
    gateway: wanted.gateway ?? (isGivenByDhcp(wanted) ? from.gateway : undefined),
    ipv6Gateway: stack.ipv6Gateway ?? from.ipv6Gateway,
    dns: wantedDns(stack.dns, from.dns),
    routes: stack.routes ?? from.routes,
    congestionControl: stack.congestionControl ?? from.congestionControl,
    connections: stack.connections ?? from.connections,
  };
  if (to.connections !== from.connections) {
    const message = `the number of connections changes to ${to.connections}; it may take a reboot to have effect.`;
    note(draft, 'connections-need-reboot', message);
  }
  return isSameSettings(from, to) ? [] : [{ kind: 'set-netstack', netstack: VMOTION_NETSTACK, from, to }];
}

/** vCenter shows the gateway of a DHCP server as if it were set by hand, and it comes back when it is cleared. */
const isGivenByDhcp = ({ adapters }: WantedHost): boolean => adapters.some((one) => one.address === undefined);

type Dns = NetstackSettings['dns'];

/** The host's name on the stack is not the profile's to give. */
function wantedDns(wanted: Profile['stack']['dns'], from: Dns): Dns {
  if (wanted === undefined) return from;
  const { servers, searchDomains, domainName = '' } = wanted;
  return { hostName: from?.hostName ?? '', domainName, servers, searchDomains };
}
