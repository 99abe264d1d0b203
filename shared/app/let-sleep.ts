import { VMOTION_NETSTACK } from '../domain/inventory.ts';
import { adaptersOnVmotionStack, isRuntimeLive, isVmotionStackLive } from '../domain/vmotion-adapters.ts';
import { OpsError } from '../errors.ts';
import { toHostRef } from './host-work.ts';
import type { Wave, WaveHost } from './load-wave.ts';
import { awaitStack } from './perform-step.ts';

/**
 * Before a revert is compared with its approval: waits for vMotion stacks without adapters that vCenter shows as live only
 * since they were planned. A worker had given them adapters and taken them away, and vCenter is late to tell either. The plan
 * has no step that waits, so that it would be another one now. A stack that stays live is left to the comparison.
 */
export async function letSleep({ slice, hosts }: Wave): Promise<void> {
  for (const one of hosts.filter(hasWokenSince)) {
    try {
      const network = await awaitStack(slice, toHostRef(one.host), { netstack: VMOTION_NETSTACK, isLive: false });
      one.host = { ...one.host, network };
    } catch (error) {
      if (!(error instanceof OpsError) || error.code !== 'stack-not-dormant') throw error;
    }
  }
}

function hasWokenSince({ host: { network }, keeper: { current } }: WaveHost): boolean {
  const { goal, phase, observed } = current;
  if (goal === undefined || phase !== 'planned' || network === undefined || observed === undefined) return false;
  const isEmpty = adaptersOnVmotionStack(network).length === 0;
  return isEmpty && isRuntimeLive(network, VMOTION_NETSTACK) && !isVmotionStackLive(observed);
}
