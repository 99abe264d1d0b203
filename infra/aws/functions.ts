// The functions, each with its own role, its own log and no more than it needs.
import { Duration, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  Code,
  EventSourceMapping,
  Function as LambdaFunction,
  type FunctionOptions,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type {
  AlarmEnvironmentVariables,
  EnvironmentVariables,
  SlackEnvironmentVariables,
} from '../../shared/contracts/environment.ts';
import { acknowledge } from './acknowledge.ts';
import type { FunctionName } from './bundle.ts';
import type { Stage } from './deployment.ts';
import { CONFIG_FILE, type FunctionAssets } from './function-assets.ts';
import { CARD_NOTIFIERS_MAX, NOTIFIERS_MAX, SLICE_SECONDS, TIMEOUT_SECONDS } from './limits.ts';
import { createLogGroup, type LogOptions } from './log-group.ts';
import { allowKey, allowLogs, allowNetwork, allowReceive, allowRows, allowSecrets, allowSend } from './permissions.ts';
import type { Queues } from './queues.ts';
import type { StageSecrets } from './stage-secrets.ts';
import type { WorkerNetwork } from './worker-network.ts';

export type FunctionsOptions = {
  stage: Stage;
  assets: FunctionAssets;
  key: Key;
  table: TableV2;
  queues: Queues;
  secrets: StageSecrets;
  network: WorkerNetwork;
  logs: LogOptions;
};

export type Functions = Record<FunctionName, LambdaFunction>;

export function createFunctions(stack: Stack, options: FunctionsOptions): Functions {
  return {
    slack: createSlack(stack, options),
    alarm: createAlarm(stack, options),
    worker: createWorker(stack, options),
    notifier: createNotifier(stack, options),
    clock: createClock(stack, options),
  };
}

function createSlack(stack: Stack, options: FunctionsOptions): LambdaFunction {
  const { key, table, queues, secrets } = options;
  return create(stack, options, {
    name: 'slack',
    description: 'Answers slash commands and buttons',
    environment: slackEnvironmentOf(options),
    allowed: [
      ...allowRows({
        table,
        // UpdateItem: whoever rejects or cancels a job frees its cluster.
        actions: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'Query'],
        index: ['byCluster', 'open'],
      }),
      allowSend([queues.jobs.queue, queues.notices.queue, queues.cards.queue]),
      allowSecrets([secrets.slack]),
      allowKey(key, 'dynamodb'),
      allowKey(key, 'sqs'),
      allowKey(key, 'secretsmanager'),
    ],
    // For its share of a processor: a cold start must fit into Slack's three seconds.
    more: { memorySize: 1024 },
  });
}

function createAlarm(stack: Stack, options: FunctionsOptions): LambdaFunction {
  const { key, table, queues, secrets } = options;
  return create(stack, options, {
    name: 'alarm',
    description: 'Takes alarms, and starts what the rules for them allow',
    environment: alarmEnvironmentOf(options),
    allowed: [
      ...allowRows({ table, actions: ['GetItem', 'BatchGetItem', 'PutItem', 'Query'], index: 'byCluster' }),
      allowSend([queues.jobs.queue, queues.notices.queue, queues.cards.queue]),
      allowSecrets([secrets.alarms]),
      allowKey(key, 'dynamodb'),
      allowKey(key, 'sqs'),
      allowKey(key, 'secretsmanager'),
    ],
    more: { memorySize: 512 },
  });
}

function createWorker(stack: Stack, options: FunctionsOptions): LambdaFunction {
  const { key, table, queues, secrets, network, stage } = options;
  const arn = `arn:${stack.partition}:lambda:${stack.region}:${stack.account}:function:${nameOf(stack, 'worker')}`;
  const worker = create(stack, options, {
    name: 'worker',
    description: 'Carries out jobs on vCenter',
    environment: environmentOf(options),
    allowed: [
      ...allowRows({
        table,
        actions: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'],
        index: 'byCluster',
      }),
      allowReceive(queues.jobs.queue),
      allowSend([queues.jobs.queue, queues.notices.queue, queues.cards.queue]),
      allowSecrets(secrets.vcenters),
      allowKey(key, 'dynamodb'),
      allowKey(key, 'sqs'),
      allowKey(key, 'secretsmanager'),
      ...allowNetwork(arn),
    ],
    more: {
      memorySize: 1024,
      vpc: network.vpc,
      vpcSubnets: { subnets: network.subnets },
      securityGroups: [network.securityGroup],
      // A job is a chain of slices, each sent by the one before. Lambda takes a chain of sixteen for a mistake, which a
      // large cluster's job is not: its cursor only grows, and its waves are counted.
      recursiveLoop: RecursiveLoop.ALLOW,
      ...(stage.reserveWorkers ? { reservedConcurrentExecutions: stage.workersMax } : {}),
    },
  });
  acknowledgeNetwork(worker);
  connect(stack, 'JobsToWorker', { queue: queues.jobs.queue, target: worker, concurrency: stage.workersMax });
  return worker;
}

function createNotifier(stack: Stack, options: FunctionsOptions): LambdaFunction {
  const { key, table, queues, secrets } = options;
  const notifier = create(stack, options, {
    name: 'notifier',
    description: 'Shows in Slack what the rows say',
    environment: slackEnvironmentOf(options),
    allowed: [
      ...allowRows({ table, actions: ['GetItem', 'PutItem', 'Query'] }),
      allowReceive(queues.notices.queue),
      allowReceive(queues.cards.queue),
      allowSecrets([secrets.slack]),
      allowKey(key, 'dynamodb'),
      allowKey(key, 'sqs'),
      allowKey(key, 'secretsmanager'),
    ],
    more: { memorySize: 512 },
  });
  connect(stack, 'NoticesToNotifier', { queue: queues.notices.queue, target: notifier, concurrency: NOTIFIERS_MAX });
  connect(stack, 'CardsToNotifier', { queue: queues.cards.queue, target: notifier, concurrency: CARD_NOTIFIERS_MAX });
  return notifier;
}

const CLOCKS_MAX = 2;

function createClock(stack: Stack, options: FunctionsOptions): LambdaFunction {
  const { key, table, queues } = options;
  const clock = create(stack, options, {
    name: 'clock',
    description: 'Expires, sends again, shows what stalled, ends the jobs of dead letters',
    environment: environmentOf(options),
    allowed: [
      ...allowRows({
        table,
        actions: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'Query'],
        index: ['open', 'byCluster'],
      }),
      allowReceive(queues.jobs.deadLetters),
      allowReceive(queues.notices.deadLetters),
      allowReceive(queues.cards.deadLetters),
      allowSend([queues.jobs.queue, queues.notices.queue, queues.cards.queue]),
      allowKey(key, 'dynamodb'),
      allowKey(key, 'sqs'),
    ],
    more: { memorySize: 512 },
  });
  connect(stack, 'DeadJobsToClock', { queue: queues.jobs.deadLetters, target: clock, concurrency: CLOCKS_MAX });
  connect(stack, 'DeadNoticesToClock', { queue: queues.notices.deadLetters, target: clock, concurrency: CLOCKS_MAX });
  connect(stack, 'DeadCardsToClock', { queue: queues.cards.deadLetters, target: clock, concurrency: CLOCKS_MAX });
  return clock;
}

type FunctionPlan = {
  name: FunctionName;
  description: string;
  environment: Record<string, string>;
  allowed: PolicyStatement[];
  more: FunctionOptions;
};

const nameOf = (stack: Stack, name: FunctionName): string => `${stack.stackName}-${name}`;
const idOf = (name: FunctionName): string => name.charAt(0).toUpperCase() + name.slice(1);

function create(stack: Stack, { assets, logs }: FunctionsOptions, plan: FunctionPlan): LambdaFunction {
  const { name, description, environment, allowed, more } = plan;
  const id = idOf(name);
  const logGroup = createLogGroup(stack, `${id}Logs`, logs);
  const role = new Role(stack, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), description });
  for (const statement of [...allowed, allowLogs(logGroup)]) role.addToPrincipalPolicy(statement);
  const made = new LambdaFunction(stack, id, {
    functionName: nameOf(stack, name),
    description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(assets.folders[name]),
    handler: 'index.handler',
    timeout: Duration.seconds(TIMEOUT_SECONDS[name]),
    tracing: Tracing.ACTIVE,
    environment,
    logGroup,
    role,
    ...more,
  });
  const tracing = 'X-Ray’s two write actions know no resources.';
  acknowledge(role, 'AwsSolutions-IAM5[Resource::*]', tracing);
  const again = 'Nothing is lost with an event: queues keep messages, the scheduler comes again, Slack shows an error.';
  acknowledge(made, 'Serverless-LambdaDLQ', again);
  return made;
}

function acknowledgeNetwork(worker: LambdaFunction): void {
  if (worker.role === undefined) return;
  const reason = 'Lambda’s own network actions know no resources it could name before; the code itself is denied them.';
  acknowledge(worker.role, 'AwsSolutions-IAM5[Resource::*]', reason);
}

type Connection = { queue: Queue; target: LambdaFunction; concurrency: number };

/** One message an invocation: a FIFO group waits for it, the other groups do not. */
function connect(stack: Stack, id: string, { queue, target, concurrency }: Connection): void {
  const mapping = new EventSourceMapping(stack, id, {
    target,
    eventSourceArn: queue.queueArn,
    batchSize: 1,
    reportBatchItemFailures: true,
    maxConcurrency: concurrency,
  });
  // The mapping tries the queue at once, with the role's rights.
  if (target.role !== undefined) mapping.node.addDependency(target.role);
  const reason = 'A queue keeps what failed by itself: its redrive policy is the destination.';
  acknowledge(mapping, 'Serverless-LambdaEventSourceMappingDestination', reason);
}

function environmentOf({ table, queues }: FunctionsOptions): EnvironmentVariables {
  return {
    JOB_TABLE: table.tableName,
    JOB_QUEUE_URL: queues.jobs.queue.queueUrl,
    NOTICE_QUEUE_URL: queues.notices.queue.queueUrl,
    CARD_QUEUE_URL: queues.cards.queue.queueUrl,
    CONFIG_FILE,
    SLICE_SECONDS: String(SLICE_SECONDS),
    METRICS_NAMESPACE: Stack.of(table).stackName,
  };
}

function alarmEnvironmentOf(options: FunctionsOptions): AlarmEnvironmentVariables {
  return { ...environmentOf(options), ALARM_SECRET: options.secrets.alarms.secretArn };
}

function slackEnvironmentOf(options: FunctionsOptions): SlackEnvironmentVariables {
  const { slackApiUrl } = options.stage;
  return {
    ...environmentOf(options),
    SLACK_SECRET: options.secrets.slack.secretArn,
    ...(slackApiUrl === undefined ? {} : { SLACK_API_URL: slackApiUrl }),
  };
}
