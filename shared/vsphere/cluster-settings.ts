// What a cluster does by itself: DRS.
import type { Moref } from '../domain/inventory.ts';
import { OpsError } from '../errors.ts';
import type { DrsMode } from '../ports.ts';
import { awaitTask, type TaskCalls } from './follow-task.ts';
import { retrieveProperties } from './property-collector.ts';
import type { Session } from './session.ts';
import type { Vim } from './vim.ts';

const LEVELS = ['manual', 'partiallyAutomated', 'fullyAutomated'] as const satisfies DrsMode[];

/** How DRS works on the cluster (ClusterComputeResource.configurationEx.drsConfig); `off` where it is not enabled. Throws
 * `vcenter-reply-invalid` for a mode that is none of vCenter's three. */
export async function readClusterSettings(session: Session, cluster: Moref): Promise<{ drs: DrsMode }> {
  const spec = {
    // All of it: its declared type knows nothing of DRS, so that a longer path would be refused.
    propSet: [{ type: 'ClusterComputeResource', pathSet: ['configurationEx'] }],
    objectSet: [{ obj: cluster }],
  };
  const [row] = await retrieveProperties(session, spec, { about: cluster.value });
  const config = row?.properties.get('configurationEx') as Partial<Vim<'ClusterConfigInfoEx'>> | undefined;
  if (config?.drsConfig === undefined) throw unknownDrs(cluster, 'nothing');
  const { enabled, defaultVmBehavior } = config.drsConfig;
  if (enabled !== true) return { drs: 'off' };
  const drs = LEVELS.find((level) => level === defaultVmBehavior);
  if (drs === undefined) throw unknownDrs(cluster, `"${defaultVmBehavior}"`);
  return { drs };
}

/**
 * ComputeResource.configManagerEnabled. Older vCenters refuse the path itself: there, nothing manages hosts that way.
 */
export async function isConfigManaged(session: Session, cluster: Moref): Promise<boolean> {
  const path = 'configManagerEnabled';
  const spec = { propSet: [{ type: 'ClusterComputeResource', pathSet: [path] }], objectSet: [{ obj: cluster }] };
  try {
    const [row] = await retrieveProperties(session, spec, { about: cluster.value });
    return row?.properties.get(path) === true;
  } catch (error) {
    if (error instanceof OpsError && error.fault === 'InvalidProperty') return false;
    throw error;
  }
}

/**
 * ClusterComputeResource.ReconfigureComputeResource_Task: the level of automation. DRS that is off stays off, and is
 * never switched off: that would dissolve the cluster's resource pools.
 */
export async function setDrs(calls: TaskCalls, cluster: Moref, mode: DrsMode): Promise<void> {
  if (mode === 'off') throw new Error('DRS is never switched off');
  const operation = 'ReconfigureComputeResource_Task';
  const spec = { _type: 'ClusterConfigSpecEx', drsConfig: { defaultVmBehavior: mode } };
  // Without "modify" everything that is not given would be reset.
  const task = await calls.session.call(operation, cluster, { spec, modify: true }, { about: cluster.value });
  await awaitTask(calls, task, { operation, about: cluster.value, isWrite: true });
}

function unknownDrs(cluster: Moref, what: string): OpsError {
  return new OpsError('vcenter-reply-invalid', `vCenter says ${what} of DRS on ${cluster.value}.`, {
    retry: 'never',
    remedy: 'Check that the account may read the cluster, and its DRS settings in the vSphere Client.',
  });
}
