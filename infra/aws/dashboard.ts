import { Duration, type Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
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
  const { jobs, notices } = queues;
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
        graph('SOAP calls', [metrics.SoapCalls]),
      ),
      row(
        graph('Slack: shown', [metrics.NoticesShown, metrics.NoticesFailed, metrics.SlackAskedToWait]),
        graph('Slack: asked', [metrics.RequestsRejected, metrics.RequestsFailed]),
        graph('Slack: time to answer', [
          functions.slack.metricDuration({ ...minute, statistic: Stats.p(50), label: 'p50' }),
          functions.slack.metricDuration({ ...minute, statistic: Stats.p(99), label: 'p99' }),
        ]),
      ),
      row(
        graph(
          'Oldest message',
          [jobs, notices].map(({ queue }) => queue.metricApproximateAgeOfOldestMessage(minute)),
        ),
        graph(
          'Dead letters',
          [jobs, notices].map(({ deadLetters }) => deadLetters.metricApproximateNumberOfMessagesVisible(minute)),
        ),
        graph('Errors and throttles', [
          ...all.map((one) => one.metricErrors(minute)),
          ...all.map((one) => one.metricThrottles(minute)),
        ]),
      ),
    ],
  });
}

function graph(title: string, left: IMetric[]): (width: number) => IWidget {
  return (width) => new GraphWidget({ title, left, width, height: 6 });
}

function row(...graphs: ((width: number) => IWidget)[]): IWidget[] {
  return graphs.map((make) => make(WIDTH / graphs.length));
}
