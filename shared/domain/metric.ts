/** What is counted for those who run the product. `JobsEnded` is counted by state, the others as they are. */
export type MetricName =
  | 'JobsEnded'
  | 'HostsKept'
  | 'HostsPutBack'
  | 'HostsNeedHands'
  | 'GateFailures'
  | 'SlackRateLimited'
  | 'SoapCallsPerSlice';

/** The dimension that every metric has, and its value: who measures and who draws must say the same. */
export const METRIC_SERVICE = { service: 'vmotion-ops' } as const;
