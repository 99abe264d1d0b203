import type { HostContext } from './host-context.ts';
import { recordEvent } from './host-context.ts';
import { findVmk, type LabHost, type LabModel } from './model.ts';
import { hostConfigFault } from './vim-fault.ts';
import { attachOf } from './wire.ts';

/**
 * Applies a change and takes it back when it would cut the host off from vCenter, as network rollback does: the host's
 * state is then as it was, an event tells, and HostConfigFault is thrown. A change that throws leaves nothing behind.
 */
export function withRollback<T>(context: HostContext, method: string, apply: () => T): T {
  const { host, model } = context;
  const before = structuredClone(host.network);
  const domainBefore = managementDomain(model, host);
  try {
    const result = apply();
    if (domainBefore === undefined || managementDomain(model, host) === domainBefore) return result;
  } catch (error) {
    host.network = before;
    throw error;
  }
  host.network = before;
  recordEvent(context, 'NetworkRollbackEvent', `Network configuration on ${host.name} was rolled back: ${method}`);
  throw hostConfigFault(`Operation failed: ${method} would disconnect ${host.name} from vCenter and was rolled back`);
}

/** The broadcast domain in which vCenter finds the host's first management adapter. */
function managementDomain(model: LabModel, host: LabHost): string | undefined {
  const device = host.network.services.management?.[0];
  const vmk = device === undefined ? undefined : findVmk(host, device);
  return vmk === undefined ? undefined : attachOf(model, host, vmk)?.domain;
}
