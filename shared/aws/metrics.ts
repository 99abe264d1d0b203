import { Metrics as Powertools, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRIC_SERVICE } from '../domain/metric.ts';
import type { Metrics } from '../ports.ts';

/** CloudWatch's embedded metric format: each figure is one line of the function's log, so that it needs no call, no
 * permission and no flushing before the function ends. */
export function createCloudWatchMetrics(namespace: string): Metrics {
  // Made at the first figure: most invocations have none.
  let powertools: Powertools | undefined;
  return {
    count(name, value, by = {}) {
      powertools ??= new Powertools({ namespace, serviceName: METRIC_SERVICE.service });
      const metric = powertools.singleMetric();
      metric.addDimensions(by);
      metric.addMetric(name, MetricUnit.Count, value);
    },
  };
}
