import { Duration, type Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { END_STATES } from '../../shared/domain/exit-code.ts';
import { METRIC_SERVICE, type MetricName } from '../../shared/domain/metric.ts';
import type { Functions } from './functions.ts';
import type { LogMetrics } from './log-metrics.ts';
import type { Queues } from './queues.ts';

export type DashboardOptions = {
  alarms: Alarm[];
  functions: Functions;
  queues: Queues;
  metrics: LogMetrics;
  /** Where the runbooks can be read. */
  runbooks: string;
};

const WIDTH = 24;

/** One page: first what is wrong, then the work, then Slack, then the machinery. */
export function createDashboard(stack: Stack, options: DashboardOptions): Dashboard {
  const { alarms, functions, queues, metrics, runbooks } = options;
  const pairs = Object.values(queues);
  const all = Object.values(functions);
  const minute = { period: Duration.minutes(1) };
  return new Dashboard(stack, 'Dashboard', {
    dashboardName: stack.stackName,
    widgets: [
      [new TextWidget({ markdown: `# ${stack.stackName}\nWhat to do: ${runbooks}`, width: WIDTH, height: 2 })],
      [new AlarmStatusWidget({ alarms, title: 'Alarms', width: WIDTH, height: 4 })],
      row(
        graph('Work on vCenter', [metrics.SlicesFinished, metrics.SlicesFailed, metrics.HostsFailed]),
        graph('Jobs in trouble', [metrics.JobsStalled, metrics.JobsAbandoned, metrics.LoginsFailed]),
        graph('SOAP calls, and slices that waited for a turn', [metrics.SoapCalls, metrics.TurnsWaited]),
      ),
      row(
        graph('vCenter: ms a SOAP call, pings included', [
          perCall(metrics),
          metrics.SoapSlowestMs.with({ statistic: Stats.MAXIMUM, label: 'slowest' }),
        ]),
        graph('Worker: time of a slice', [
          functions.worker.metricDuration({ ...minute, statistic: Stats.p(50), label: 'p50' }),
          functions.worker.metricDuration({ ...minute, statistic: Stats.MAXIMUM, label: 'slowest' }),
        ]),
        graph('Clusters worked on at once', [
          functions.worker.metric('ConcurrentExecutions', { ...minute, statistic: Stats.MAXIMUM }),
        ]),
      ),
      row(
        graph(
          'Jobs ended',
          END_STATES.map((state) => counted(stack, 'JobsEnded', { by: { state }, label: state })),
        ),
        graph('Hosts', [
          counted(stack, 'HostsKept'),
          counted(stack, 'HostsPutBack'),
          counted(stack, 'HostsNeedHands'),
          counted(stack, 'GateFailures'),
        ]),
        graph('SOAP calls of a slice', [
          counted(stack, 'SoapCallsPerSlice', { statistic: Stats.p(50), label: 'p50' }),
          counted(stack, 'SoapCallsPerSlice', { statistic: Stats.p(99), label: 'p99' }),
        ]),
      ),
      row(
        graph('Slack: shown', [metrics.NoticesShown, metrics.NoticesFailed, counted(stack, 'SlackRateLimited')]),
        graph('Slack: asked', [metrics.RequestsRejected, metrics.RequestsFailed]),
        graph('Slack: time to answer', [
          functions.slack.metricDuration({ ...minute, statistic: Stats.p(50), label: 'p50' }),
          functions.slack.metricDuration({ ...minute, statistic: Stats.p(99), label: 'p99' }),
        ]),
      ),
      row(
        graph('Alarms of vCenter', [metrics.AlarmsTaken, metrics.AlarmsNotPlaced, metrics.AlarmJobs]),
        graph('Alarms refused', [metrics.AlarmRequestsRejected, metrics.AlarmsFailed]),
        graph('Alarms: time to answer', [
          functions.alarm.metricDuration({ ...minute, statistic: Stats.p(50), label: 'p50' }),
          functions.alarm.metricDuration({ ...minute, statistic: Stats.p(99), label: 'p99' }),
        ]),
      ),
      row(
        graph(
          'Oldest message',
          pairs.map(({ queue }) => queue.metricApproximateAgeOfOldestMessage(minute)),
        ),
        graph(
          'Dead letters',
          pairs.map(({ deadLetters }) => deadLetters.metricApproximateNumberOfMessagesVisible(minute)),
        ),
        graph('Errors and throttles', [
          ...all.map((one) => one.metricErrors(minute)),
          ...all.map((one) => one.metricThrottles(minute)),
        ]),
      ),
    ],
  });
}

type Counted = { by?: Record<string, string>; label?: string; statistic?: string };

/** What the functions count themselves, in the stage's namespace. */
function counted(stack: Stack, metricName: MetricName, { by = {}, label, statistic }: Counted = {}): IMetric {
  return new Metric({
    namespace: stack.stackName,
    metricName,
    dimensionsMap: { ...METRIC_SERVICE, ...by },
    statistic: statistic ?? Stats.SUM,
    ...(label === undefined ? {} : { label }),
  });
}

/** Of all calls in a period: what they took together by how many they were. */
function perCall({ SoapMs, SoapCalls }: LogMetrics): IMetric {
  return new MathExpression({
    expression: 'together / calls',
    usingMetrics: { together: SoapMs, calls: SoapCalls },
    label: 'mean',
  });
}

function graph(title: string, left: IMetric[]): (width: number) => IWidget {
  return (width) => new GraphWidget({ title, left, width, height: 6 });
}

function row(...graphs: ((width: number) => IWidget)[]): IWidget[] {
  return graphs.map((make) => make(WIDTH / graphs.length));
}
