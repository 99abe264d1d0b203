import type { LabHost, LabPortGroup, LabSwitch, NetworkPolicy, TeamingPolicy } from './model.ts';
import { findSwitch } from './model.ts';

/** A switch's own policy, complete: nothing is left to inherit from. */
export function switchPolicy(pnics: string[]): NetworkPolicy {
  return {
    security: { allowPromiscuous: false, macChanges: false, forgedTransmits: false },
    nicTeaming: {
      policy: 'loadbalance_srcid',
      reversePolicy: true,
      notifySwitches: true,
      rollingOrder: false,
      failureCriteria: {
        checkSpeed: 'minimum',
        speed: 10,
        checkDuplex: false,
        fullDuplex: false,
        checkErrorPercent: false,
        percentage: 0,
        checkBeacon: false,
      },
      nicOrder: { activeNic: [...pnics] },
    },
    offloadPolicy: { csumOffload: true, tcpSegmentation: true, zeroCopyXmit: true },
    shapingPolicy: { enabled: false },
  };
}

/** What ESXi shows for a port group that overrides nothing: the sub-objects are there, and empty. */
export function inheritedPolicy(): NetworkPolicy {
  return { security: {}, nicTeaming: { failureCriteria: {} }, offloadPolicy: {}, shapingPolicy: {} };
}

/** The policy in effect: the port group's own settings over its switch's. */
export function computedPolicy(host: LabHost, portGroup: LabPortGroup): NetworkPolicy {
  const base = findSwitch(host, portGroup.switchName)?.policy ?? {};
  const own = portGroup.policy;
  return {
    security: overlay(base.security, own.security),
    nicTeaming: overlayTeaming(base.nicTeaming ?? {}, own.nicTeaming ?? {}),
    offloadPolicy: overlay(base.offloadPolicy, own.offloadPolicy),
    shapingPolicy: overlay(base.shapingPolicy, own.shapingPolicy),
  };
}

/** Active and standby pnics of a port group. A pnic of its switch in neither list is unused. */
export function uplinkOrder(host: LabHost, portGroup: LabPortGroup): { active: string[]; standby: string[] } {
  const order = computedPolicy(host, portGroup).nicTeaming?.nicOrder;
  return { active: order?.activeNic ?? [], standby: order?.standbyNic ?? [] };
}

/** Takes a pnic out of every order that names it, as ESXi does when it leaves the switch. */
export function forgetPnics(host: LabHost, vswitch: LabSwitch, gone: string[]): void {
  const policies = [
    vswitch.policy,
    ...host.network.portGroups.filter(({ switchName }) => switchName === vswitch.name).map(({ policy }) => policy),
  ];
  for (const policy of policies) {
    const order = policy.nicTeaming?.nicOrder;
    if (order === undefined) continue;
    order.activeNic = order.activeNic?.filter((pnic) => !gone.includes(pnic));
    order.standbyNic = order.standbyNic?.filter((pnic) => !gone.includes(pnic));
  }
}

function overlay<T extends object>(base: T | undefined, own: T | undefined): T {
  const set = Object.entries(own ?? {}).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(set) } as T;
}

function overlayTeaming(base: TeamingPolicy, own: TeamingPolicy): TeamingPolicy {
  return { ...overlay(base, own), failureCriteria: overlay(base.failureCriteria, own.failureCriteria) };
}
