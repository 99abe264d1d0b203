// What went wrong with a vMotion network that is there already, and back to what it is meant to be. Creates none.
import type { Finding } from './finding.ts';
import { notConnected } from './host-checks.ts';
import { type Host, VMOTION_SERVICE } from './inventory.ts';
import type { HostPlan } from './plan.ts';
import { planCluster, type PlanScope } from './plan-cluster.ts';
import type { Profile } from './profile.ts';
import { adaptersOnVmotionStack } from './vmotion-adapters.ts';
import { findSwitchedOff, type SwitchedOff } from './vmotion-switched-off.ts';

/**
 * One plan a host. Where the cluster is on the vMotion stack, hosts that have an adapter there become as the profile
 * wants them; else, adapters that had vMotion switched off carry it again.
 */
export function planRepair(hosts: Host[], profile: Profile, { only }: Pick<PlanScope, 'only'> = {}): HostPlan[] {
  if (hosts.some(isOnStack)) {
    const plans = planCluster(hosts, profile, { isMeant: isOnStack, only });
    return plans.map((plan, index) => {
      const host = hosts[index];
      return host === undefined || isOnStack(host) || plan.kind === 'skipped' ? plan : notOnStack(host);
    });
  }
  const off = findSwitchedOff(hosts);
  return hosts.map((host) =>
    planServices(
      host,
      off.filter((one) => one.host === host.name),
    ),
  );
}

function isOnStack(host: Host): boolean {
  return host.network !== undefined && adaptersOnVmotionStack(host.network).length > 0;
}

function notOnStack(host: Host): HostPlan {
  const why = 'has no adapter on it; enable creates one';
  return { ...inPlace(host), untouched: [{ what: 'the vMotion stack', why }] };
}

function inPlace(host: Host): HostPlan {
  return { host: { moref: host.moref, name: host.name }, kind: 'in-place', steps: [], findings: [], untouched: [] };
}

function planServices(host: Host, off: SwitchedOff[]): HostPlan {
  const plan = inPlace(host);
  if (host.connection !== 'connected' || host.network === undefined)
    return { ...plan, kind: 'skipped', findings: [notConnected(host)] };
  if (off.length === 0) return plan;
  const steps = off.map(({ device }) => ({ kind: 'select-service', device, service: VMOTION_SERVICE }) as const);
  return { ...plan, kind: 'change', steps, findings: off.map(switchedOffFinding) };
}

/** Said in the plan of a repair, and by a check. */
function switchedOffFinding({ host, device, portGroup, carriers }: SwitchedOff): Finding {
  const many = carriers.length === 1 ? `${carriers[0]} has it on` : `${carriers.length} hosts have it on`;
  return {
    code: 'vmotion-switched-off',
    severity: 'warning',
    host,
    message: `${host}: ${device} on ${portGroup} has vMotion switched off, while ${many} there: migrations to and from this host fail.`,
    remedy: 'repair switches it on.',
  };
}
