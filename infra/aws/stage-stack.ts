import { type App, CfnOutput, Fn, Stack, Tags } from 'aws-cdk-lib';
import { createAlarms } from './alarms.ts';
import { createClockSchedule } from './clock-schedule.ts';
import { createDashboard } from './dashboard.ts';
import type { Stage } from './deployment.ts';
import { createEncryptionKey } from './encryption-key.ts';
import type { FunctionAssets } from './function-assets.ts';
import { createFunctions } from './functions.ts';
import { createJobTable } from './job-table.ts';
import type { LogOptions } from './log-group.ts';
import { createLogMetrics } from './log-metrics.ts';
import { createQueues } from './queues.ts';
import { createSlackApi } from './slack-api.ts';
import { createSecrets } from './stage-secrets.ts';
import { createWorkerNetwork } from './worker-network.ts';

/** CloudFormation has taken tags of these only lately, and not everywhere. */
const UNTAGGED = ['AWS::CloudWatch::Dashboard'];

export type StageStackOptions = { stage: Stage; assets: FunctionAssets };

/** Any two zones of its region, which CloudFormation finds: the CDK would ask AWS for them at each synthesis. */
class ZonedStack extends Stack {
  override get availabilityZones(): string[] {
    return [0, 1].map((index) => Fn.select(index, Fn.getAzs()));
  }
}

/** Everything of one stage, in the account and region that it names. */
export function createStageStack(app: App, { stage, assets }: StageStackOptions): Stack {
  const { region, account } = stage;
  const stack = new ZonedStack(app, `vmotion-ops-${stage.name}`, {
    // A table with a key of its own needs to know its region.
    env: account === undefined ? { region } : { account, region },
    description: 'vmotion-ops: vMotion networks of vSphere clusters, asked for in Slack',
    terminationProtection: true,
  });
  for (const [name, value] of Object.entries({ app: 'vmotion-ops', stage: stage.name, ...stage.tags })) {
    Tags.of(stack).add(name, value, { excludeResourceTypes: UNTAGGED });
  }
  const key = createEncryptionKey(stack);
  const logs: LogOptions = { key, retentionDays: stage.logRetentionDays };
  const table = createJobTable(stack, key);
  const queues = createQueues(stack, key);
  const secrets = createSecrets(stack, key, assets.settings);
  const network = createWorkerNetwork(stack, { network: stage.network, settings: assets.settings, logs });
  const functions = createFunctions(stack, { stage, assets, key, table, queues, secrets, network, logs });
  const slackApi = createSlackApi(stack, functions, logs);
  createClockSchedule(stack, functions.clock);
  const metrics = createLogMetrics(stack, functions);
  const alarms = createAlarms(stack, { stage, key, queues, functions, slackApi, metrics });
  createDashboard(stack, { alarms, functions, queues, metrics, runbooks: stage.runbooks });
  addOutputs(stack, {
    SlackUrl: slackApi.url,
    AlarmUrl: slackApi.alarmUrl,
    JobTableName: table.tableName,
    JobQueueUrl: queues.jobs.queue.queueUrl,
    NoticeQueueUrl: queues.notices.queue.queueUrl,
    CardQueueUrl: queues.cards.queue.queueUrl,
    SlackSecretName: `${stack.stackName}/slack`,
    AlarmSecretName: `${stack.stackName}/alarms`,
    DashboardUrl: `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${stack.stackName}`,
  });
  return stack;
}

function addOutputs(stack: Stack, outputs: Record<string, string>): void {
  // oxlint-disable-next-line no-new -- A construct belongs to its stack by being made.
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });
}
