// DRS of a cluster: who moves its machines by itself, and how far.
import type { Vim, VimInput } from '../../../shared/vsphere/vim.ts';
import type { LabCluster } from './model.ts';
import { invalidArgument } from './vim-fault.ts';

const BEHAVIORS = ['manual', 'partiallyAutomated', 'fullyAutomated'] as const;

/** ClusterComputeResource.configurationEx. */
export function clusterConfig({ drs }: LabCluster): VimInput<'ClusterConfigInfoEx'> & { _type: string } {
  return {
    _type: 'ClusterConfigInfoEx',
    vmSwapPlacement: 'vmDirectory',
    spbmEnabled: true,
    drsConfig: {
      enabled: drs.enabled,
      enableVmBehaviorOverrides: true,
      defaultVmBehavior: drs.behavior,
      vmotionRate: 3,
    },
  };
}

/** ComputeResource.ReconfigureComputeResource_Task. With `modify` only what is sent changes; else the rest is reset. */
export function reconfigureCluster(cluster: LabCluster, spec: unknown, modify: boolean): void {
  const { drsConfig } = spec as { drsConfig?: Vim<'ClusterDrsConfigInfo'> | undefined };
  const before = modify ? cluster.drs : { enabled: false, behavior: 'fullyAutomated' as const };
  const wanted = drsConfig?.defaultVmBehavior;
  const behavior = wanted === undefined ? before.behavior : BEHAVIORS.find((one) => one === wanted);
  if (behavior === undefined) throw invalidArgument('spec.drsConfig.defaultVmBehavior');
  cluster.drs = { enabled: drsConfig?.enabled ?? before.enabled, behavior };
}
