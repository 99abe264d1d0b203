import type { Candidate } from './address-askers.ts';
import { type HostNetwork, VMOTION_NETSTACK, type VmkSpec } from './inventory.ts';
import type { HostPlan } from './plan.ts';
import { ownAddresses } from './vmk-spec.ts';
import { adaptersOnVmotionStack, byDevice } from './vmotion-adapters.ts';

/** Addresses the plan gives to the host that the host itself does not have now. What DHCP gives is nobody's to check. */
export function newAddresses(plan: HostPlan, network: HostNetwork | undefined): Candidate[] {
  const own = new Set(network?.vmks.flatMap(ownAddresses));
  const onStack = network === undefined ? [] : adaptersOnVmotionStack(network).toSorted(byDevice);
  let added = 0;
  const specs = plan.steps.flatMap((step): { spec: VmkSpec; island: number | undefined }[] => {
    if (step.kind === 'update-vmk') {
      const position = onStack.findIndex(({ device }) => device === step.device);
      return [{ spec: step.to, island: position < 0 ? undefined : position + 1 }];
    }
    if (step.kind !== 'add-vmk') return [];
    if (step.spec.netstack === VMOTION_NETSTACK) added += 1;
    // Beside others that are there already it may take the place of one of them.
    return [{ spec: step.spec, island: onStack.length === 0 ? added : undefined }];
  });
  return specs.flatMap(({ spec, island }) =>
    ownAddresses(spec.ipv4.dhcp ? { ...spec, ipv4: { dhcp: true } } : spec)
      .filter((address) => !own.has(address))
      .map((address) => ({ host: plan.host.name, address, netstack: spec.netstack, island })),
  );
}
