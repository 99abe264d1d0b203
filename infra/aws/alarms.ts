// What somebody should be told, each with the heading of docs/operations.md that says what to do.
import { Duration, type Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  Alarm as CloudWatchAlarm,
  ComparisonOperator,
  type IMetric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { acknowledge } from './acknowledge.ts';
import type { Stage } from './deployment.ts';
import type { Functions } from './functions.ts';
import { SLICE_SECONDS } from './limits.ts';
import type { LogMetrics } from './log-metrics.ts';
import type { QueuePair, Queues } from './queues.ts';
import type { SlackApi } from './slack-api.ts';

export type AlarmsOptions = {
  stage: Stage;
  key: Key;
  queues: Queues;
  functions: Functions;
  slackApi: SlackApi;
  metrics: LogMetrics;
};

type AlarmPlan = {
  id: string;
  /** What is wrong, in a sentence. */
  says: string;
  /** The heading in docs/operations.md, as a link has it. */
  runbook: string;
  metric: IMetric;
  /** It goes off above this many ... */
  over?: number;
  /** ... or below, and where nothing was counted at all. */
  under?: number;
  /** In this many periods one after another. */
  periods?: number;
};

const PERIOD = Duration.minutes(1);
/** A job's message may wait for the slice before it, and a failed one for two visibilities. */
const JOB_AGE_SECONDS_MAX = 4 * SLICE_SECONDS;
const NOTICE_AGE_SECONDS_MAX = 300;
/** At Slack's rates a storm over 200 objects takes seven minutes: that is no trouble. */
const CARD_AGE_SECONDS_MAX = 900;

/** All alarms tell one topic, and that the address of the stage. */
export function createAlarms(stack: Stack, options: AlarmsOptions): Alarm[] {
  const { stage, key } = options;
  const topic = new Topic(stack, 'Alarms', { masterKey: key, enforceSSL: true, displayName: stack.stackName });
  // A topic with a policy of its own has lost the default one, which lets alarms of its account in.
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisStage',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { ArnLike: { 'aws:SourceArn': alarmArnsOf(stack) } },
    }),
  );
  if (stage.alarmEmail !== undefined) {
    const subscription = topic.addSubscription(new EmailSubscription(stage.alarmEmail));
    const reason = 'A mail that was not delivered is of no use later; the dashboard shows the alarm.';
    acknowledge(subscription, 'Serverless-SNSRedrivePolicy', reason);
  }
  const plans = [...queueAlarms(options), ...functionAlarms(options), ...jobAlarms(options)];
  return plans.map((plan) => {
    const alarm = new CloudWatchAlarm(stack, `${plan.id}Alarm`, {
      alarmName: `${stack.stackName}-${plan.id}`,
      alarmDescription: `${plan.says} What to do: ${stage.runbooks}#${plan.runbook}`,
      metric: plan.metric,
      evaluationPeriods: plan.periods ?? 1,
      ...toThreshold(plan),
    });
    alarm.addAlarmAction(new SnsAction(topic));
    return alarm;
  });
}

const alarmArnsOf = ({ partition, region, account, stackName }: Stack) =>
  `arn:${partition}:cloudwatch:${region}:${account}:alarm:${stackName}-*`;

function toThreshold({ over = 0, under }: AlarmPlan) {
  if (under === undefined) {
    const comparisonOperator = ComparisonOperator.GREATER_THAN_THRESHOLD;
    // Nothing was counted where nothing happened.
    return { threshold: over, comparisonOperator, treatMissingData: TreatMissingData.NOT_BREACHING };
  }
  const comparisonOperator = ComparisonOperator.LESS_THAN_THRESHOLD;
  return { threshold: under, comparisonOperator, treatMissingData: TreatMissingData.BREACHING };
}

function queueAlarms({ queues }: AlarmsOptions): AlarmPlan[] {
  const waiting = ({ deadLetters }: QueuePair) =>
    deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM });
  const age = ({ queue }: QueuePair) =>
    queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: Stats.MAXIMUM });
  return [
    {
      id: 'JobsDead',
      says: 'A job’s message is in the dead-letter queue and the clock did not take it.',
      runbook: 'jobs-dead-letter-queue-not-empty',
      metric: waiting(queues.jobs),
      over: 0,
      periods: 3,
    },
    {
      id: 'NoticesDead',
      says: 'A notice is in the dead-letter queue and the clock did not take it.',
      runbook: 'notices-dead-letter-queue-not-empty',
      metric: waiting(queues.notices),
      over: 0,
      periods: 3,
    },
    {
      id: 'CardsDead',
      says: 'A notice of an alarm card is in the dead-letter queue and the clock did not take it.',
      runbook: 'cards-dead-letter-queue-not-empty',
      metric: waiting(queues.cards),
      over: 0,
      periods: 3,
    },
    {
      id: 'JobsOld',
      says: 'A job’s message has waited too long for a worker.',
      runbook: 'jobs-queue-too-old',
      metric: age(queues.jobs),
      over: JOB_AGE_SECONDS_MAX,
    },
    {
      id: 'NoticesOld',
      says: 'A notice has waited too long for Slack.',
      runbook: 'notices-queue-too-old',
      metric: age(queues.notices),
      over: NOTICE_AGE_SECONDS_MAX,
    },
    {
      id: 'CardsOld',
      says: 'A notice of an alarm card has waited too long for Slack.',
      runbook: 'cards-queue-too-old',
      metric: age(queues.cards),
      over: CARD_AGE_SECONDS_MAX,
    },
  ];
}

function functionAlarms({ functions, slackApi }: AlarmsOptions): AlarmPlan[] {
  const each = Object.entries(functions).flatMap(([name, made]): AlarmPlan[] => [
    {
      id: `Errors-${name}`,
      says: `The function ${name} died, ran out of time or could not start.`,
      runbook: 'function-errors',
      metric: made.metricErrors({ period: PERIOD }),
      over: 0,
    },
    {
      id: `Throttles-${name}`,
      says: `The function ${name} was kept from running by the account's concurrency.`,
      runbook: 'function-throttled',
      metric: made.metricThrottles({ period: PERIOD }),
      over: 0,
      periods: 3,
    },
  ]);
  const failed = slackApi.api.metricServerError({ period: PERIOD, statistic: Stats.SUM });
  const says = 'Slack, or what sends alarms, got an error from the HTTP API.';
  return [...each, { id: 'ApiErrors', says, runbook: 'http-api-errors', metric: failed, over: 0 }];
}

function jobAlarms({ functions, metrics }: AlarmsOptions): AlarmPlan[] {
  const ticks = functions.clock.metricInvocations({ period: Duration.minutes(5), statistic: Stats.SUM });
  return [
    {
      id: 'JobsStalled',
      says: 'A job has not moved for two minutes.',
      runbook: 'job-stalled',
      metric: metrics.JobsStalled.with({ period: PERIOD }),
      over: 0,
    },
    {
      id: 'NoticesGivenUp',
      says: 'A channel is behind: a notice could not be shown three times.',
      runbook: 'notice-given-up',
      metric: metrics.NoticesGivenUp.with({ period: PERIOD }),
      over: 0,
    },
    {
      id: 'CardsGivenUp',
      says: 'A channel is behind: an alarm card could not be shown three times.',
      runbook: 'card-given-up',
      metric: metrics.CardsGivenUp.with({ period: PERIOD }),
      over: 0,
    },
    {
      id: 'JobsAbandoned',
      says: 'A job was given up after three attempts.',
      runbook: 'job-abandoned',
      metric: metrics.JobsAbandoned.with({ period: PERIOD }),
      over: 0,
    },
    {
      id: 'LoginsFailed',
      says: 'vCenter refuses the user or the password.',
      runbook: 'vcenter-login-failing',
      metric: metrics.LoginsFailed.with({ period: PERIOD }),
      over: 0,
    },
    {
      id: 'LeaseStuck',
      says: 'Slices keep finding their cluster held by another job.',
      runbook: 'lease-stuck',
      metric: metrics.LeasesHeld.with({ period: Duration.minutes(5) }),
      over: 5,
      periods: 3,
    },
    {
      id: 'ClockFailed',
      says: 'The clock could not tend to a job.',
      runbook: 'clock-failing',
      metric: metrics.ClockFailed.with({ period: PERIOD }),
      over: 0,
      periods: 3,
    },
    {
      id: 'AuditLogGaps',
      says: 'Something was done, and its entry could not be added to the audit log.',
      runbook: 'audit-log-gap',
      metric: metrics.AuditLogGaps.with({ period: PERIOD }),
      over: 0,
    },
    {
      id: 'DeadLettersUnreadable',
      says: 'A dead letter names no job: sender and worker are of different versions.',
      runbook: 'dead-letter-unreadable',
      metric: metrics.DeadLettersUnreadable.with({ period: PERIOD }),
      over: 0,
    },
    {
      id: 'RequestsRejected',
      says: 'Many requests came that Slack did not sign, or the signing secret is wrong.',
      runbook: 'requests-rejected',
      metric: metrics.RequestsRejected.with({ period: Duration.minutes(5) }),
      over: 20,
    },
    {
      id: 'RequestsFailed',
      says: 'Commands or clicks could not be answered; people were told so in Slack.',
      runbook: 'commands-failing',
      metric: metrics.RequestsFailed.with({ period: PERIOD }),
      over: 0,
      periods: 3,
    },
    {
      id: 'AlarmsFailed',
      says: 'Alarms could not be kept; their senders were asked to try again.',
      runbook: 'alarms-not-kept',
      metric: metrics.AlarmsFailed.with({ period: PERIOD }),
      over: 0,
      periods: 3,
    },
    {
      id: 'AlarmRequestsRejected',
      says: 'Many requests to the ways in for alarms were refused.',
      runbook: 'alarm-requests-rejected',
      metric: metrics.AlarmRequestsRejected.with({ period: Duration.minutes(5) }),
      over: 20,
    },
    {
      id: 'SlackAskedToWait',
      says: 'Slack asks to wait again and again.',
      runbook: 'slack-asks-to-wait',
      metric: metrics.SlackAskedToWait.with({ period: Duration.minutes(5) }),
      over: 10,
      periods: 3,
    },
    {
      id: 'ClockStopped',
      says: 'The clock has not run for minutes: nothing expires, nothing is sent again.',
      runbook: 'clock-stopped',
      metric: ticks,
      under: 1,
    },
  ];
}
