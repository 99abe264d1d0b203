import { type } from './notation.ts';

/** A cluster's settings as far as DRS goes. Availability, rules and storage are left out. */
export const CLUSTER_TYPES = {
  ComputeResourceConfigInfo: type({
    vmSwapPlacement: 'string-',
    spbmEnabled: 'boolean?',
    defaultHardwareVersionKey: 'string?',
    maximumHardwareVersionKey: 'string?',
  }),
  ClusterDasConfigInfo: type({ enabled: 'boolean?' }),
  ClusterConfigInfoEx: type({ drsConfig: 'ClusterDrsConfigInfo' }, 'ComputeResourceConfigInfo'),
  ComputeResourceConfigSpec: type({
    vmSwapPlacement: 'string?',
    spbmEnabled: 'boolean?',
    defaultHardwareVersionKey: 'string?',
  }),
  ClusterConfigSpecEx: type(
    { dasConfig: 'ClusterDasConfigInfo?', drsConfig: 'ClusterDrsConfigInfo?', vsanConfig: 'VsanClusterConfigInfo?' },
    'ComputeResourceConfigSpec',
  ),
  VsanClusterConfigInfo: type({ enabled: 'boolean?', defaultConfig: 'VsanClusterConfigInfoHostDefaultInfo?' }),
  VsanClusterConfigInfoHostDefaultInfo: type({
    uuid: 'string?',
    autoClaimStorage: 'boolean?',
    checksumEnabled: 'boolean?',
  }),
  /** `vmotionRate`: 1 (most eager) to 5. */
  ClusterDrsConfigInfo: type({
    enabled: 'boolean?',
    enableVmBehaviorOverrides: 'boolean?',
    defaultVmBehavior: 'string?',
    vmotionRate: 'int?',
    scaleDescendantsShares: 'string?',
    option: 'OptionValue^*',
  }),
  OptionValue: type({ key: 'string', value: 'any' }),
} as const;
