import type { Stack } from 'aws-cdk-lib';
import { type Metric, Stats, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type IFilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { FunctionName } from './bundle.ts';
import type { Functions } from './functions.ts';

type LogMetric = {
  of: FunctionName;
  /** The event of the log line. A test finds each in the code. */
  event: string;
  /** Only lines where this field has this value. */
  field?: [name: string, value: string];
  /** The field that is counted; without it the lines are. */
  value?: string;
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
  SlicesFailed: { of: 'worker', event: 'slice-failed' },
  LoginsFailed: { of: 'worker', event: 'slice-failed', field: ['code', 'vcenter-login-failed'] },
  HostsFailed: { of: 'worker', event: 'host-failed' },
  LeasesHeld: { of: 'worker', event: 'lease-held' },
  NoticesShown: { of: 'notifier', event: 'notice-shown' },
  NoticesFailed: { of: 'notifier', event: 'notice-failed' },
  SlackAskedToWait: { of: 'notifier', event: 'notice-failed', field: ['code', 'slack-rate-limited'] },
  JobsStalled: { of: 'clock', event: 'job-stalled' },
  JobsAbandoned: { of: 'clock', event: 'job-abandoned', field: ['level', 'error'] },
  ClockFailed: { of: 'clock', event: 'tick-failed' },
  NoticesGivenUp: { of: 'clock', event: 'dead-letter', field: ['queue', 'notices'] },
  DeadLettersUnreadable: { of: 'clock', event: 'dead-letter-unreadable' },
} satisfies Record<string, LogMetric>;

export type LogMetricName = keyof typeof LOG_METRICS;
export type LogMetrics = Record<LogMetricName, Metric>;

/** A metric filter for each, in a namespace of the stage's own. */
export function createLogMetrics(stack: Stack, functions: Functions): LogMetrics {
  const metrics = Object.entries<LogMetric>(LOG_METRICS).map(([metricName, plan]) => {
    const filter = new MetricFilter(stack, `${metricName}Filter`, {
      logGroup: functions[plan.of].logGroup,
      filterPattern: toPattern(plan),
      metricNamespace: stack.stackName,
      metricName,
      metricValue: plan.value === undefined ? '1' : `$.${plan.value}`,
      unit: Unit.COUNT,
    });
    return [metricName, filter.metric({ statistic: Stats.SUM })];
  });
  return Object.fromEntries(metrics) as LogMetrics;
}

function toPattern({ event, field }: LogMetric): IFilterPattern {
  const ofEvent = FilterPattern.stringValue('$.event', '=', event);
  if (field === undefined) return ofEvent;
  return FilterPattern.all(ofEvent, FilterPattern.stringValue(`$.${field[0]}`, '=', field[1]));
}
