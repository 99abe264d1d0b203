import type { Stack } from 'aws-cdk-lib';
import { type Metric, Stats, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type IFilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { FunctionName } from './bundle.ts';
import type { Functions } from './functions.ts';

type LogMetric = {
  /** Whose lines. */
  of: FunctionName | FunctionName[];
  /** The event of the log line, or several that mean the same. A test finds each in the code. */
  event: string | string[];
  /** Only lines where this field has this value. */
  field?: [name: string, value: string];
  /** The field that is counted; without it the lines are. */
  value?: string;
  unit?: Unit;
};

/** What the functions say about themselves in their logs, counted. */
export const LOG_METRICS = {
  RequestsRejected: { of: 'slack', event: 'slack-request-rejected' },
  RequestsFailed: { of: 'slack', event: 'slack-request-failed' },
  AlarmsTaken: { of: 'alarm', event: 'alarm-taken' },
  AlarmsNotPlaced: { of: 'alarm', event: 'alarm-not-placed' },
  AlarmsFailed: { of: 'alarm', event: 'alarm-failed' },
  AlarmRequestsRejected: { of: 'alarm', event: 'alarm-request-rejected' },
  AlarmJobs: { of: 'alarm', event: 'alarm-acted' },
  SlicesFinished: { of: 'worker', event: 'slice-finished' },
  SoapCalls: { of: 'worker', event: 'slice-finished', value: 'soapCalls' },
  SoapMs: { of: 'worker', event: 'vcenter.session', value: 'soapMs', unit: Unit.MILLISECONDS },
  SoapSlowestMs: { of: 'worker', event: 'vcenter.session', value: 'slowestMs', unit: Unit.MILLISECONDS },
  SlicesFailed: { of: 'worker', event: 'slice-failed' },
  LoginsFailed: { of: 'worker', event: 'slice-failed', field: ['code', 'vcenter-login-failed'] },
  HostsFailed: { of: 'worker', event: 'host-failed' },
  TurnsWaited: { of: 'worker', event: 'vcenter-busy' },
  LeasesHeld: { of: 'worker', event: 'lease-held' },
  NoticesShown: { of: 'notifier', event: 'notice-shown' },
  NoticesFailed: { of: 'notifier', event: 'notice-failed' },
  SlackAskedToWait: { of: 'notifier', event: 'notice-failed', field: ['code', 'slack-rate-limited'] },
  JobsStalled: { of: 'clock', event: 'job-stalled' },
  JobsAbandoned: { of: 'clock', event: 'job-abandoned', field: ['level', 'error'] },
  ClockFailed: { of: 'clock', event: ['tick-failed', 'audit-tick-failed', 'card-tick-failed'] },
  NoticesGivenUp: { of: 'clock', event: 'dead-letter', field: ['queue', 'notices'] },
  CardsGivenUp: { of: 'clock', event: 'dead-letter', field: ['queue', 'cards'] },
  AuditLogGaps: { of: ['worker', 'slack'], event: ['audit-outcome-lost', 'audit-request-lost'] },
  DeadLettersUnreadable: { of: 'clock', event: 'dead-letter-unreadable' },
} satisfies Record<string, LogMetric>;

export type LogMetricName = keyof typeof LOG_METRICS;
export type LogMetrics = Record<LogMetricName, Metric>;

/** A metric filter for each function that a metric is of, in a namespace of the stage's own. */
export function createLogMetrics(stack: Stack, functions: Functions): LogMetrics {
  const metrics = Object.entries<LogMetric>(LOG_METRICS).map(([metricName, plan]) => {
    const filters = [plan.of].flat().map((name, index) => {
      return new MetricFilter(stack, `${metricName}Filter${index === 0 ? '' : index}`, {
        logGroup: functions[name].logGroup,
        filterPattern: toPattern(plan),
        metricNamespace: stack.stackName,
        metricName,
        metricValue: plan.value === undefined ? '1' : `$.${plan.value}`,
        unit: plan.unit ?? Unit.COUNT,
      });
    });
    // They all add to one metric.
    return [metricName, filters[0]?.metric({ statistic: Stats.SUM })];
  });
  return Object.fromEntries(metrics) as LogMetrics;
}

function toPattern({ event, field }: LogMetric): IFilterPattern {
  const ofEvents = [event].flat().map((one) => FilterPattern.stringValue('$.event', '=', one));
  const [ofEvent, ...others] = ofEvents;
  if (ofEvent === undefined) throw new Error('a metric of no event');
  if (others.length > 0) return FilterPattern.any(...ofEvents);
  if (field === undefined) return ofEvent;
  return FilterPattern.all(ofEvent, FilterPattern.stringValue(`$.${field[0]}`, '=', field[1]));
}
