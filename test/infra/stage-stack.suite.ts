// What the template promises. Each test is about one guarantee and fails when it goes.
import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { addChecks } from '../../infra/aws/create-app.ts';
import { CONFIG_FILE } from '../../infra/aws/function-assets.ts';
import { RECEIVES_MAX, TIMEOUT_SECONDS } from '../../infra/aws/limits.ts';
import {
  CARD_NOTIFIERS_MAX,
  NOTIFIER_LIMIT_MS,
  NOTIFIERS_MAX,
  WORKER_LIMIT_MS,
} from '../../infra/local/local-functions.ts';
import { TABLE_DEFINITION } from '../../shared/aws/table-definition.ts';
import { parseAlarmEnvironment, parseEnvironment, parseSlackEnvironment } from '../../shared/contracts/environment.ts';
import { createExampleApp, exampleStage, type Resource, synthesizeExample } from './example-stack.ts';

const template = synthesizeExample();
const all = (type: string): [string, Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
const get = (type: string, prefix: string): Resource['Properties'] => {
  const found = all(type).filter(([id]) => new RegExp(`^${prefix}[0-9A-F]{8}$`).test(id));
  expect(found.map(([id]) => id)).toHaveLength(1);
  return found[0]?.[1].Properties ?? {};
};
const FUNCTIONS = ['Slack', 'Alarm', 'Worker', 'Notifier', 'Clock'];

describe('the worker’s concurrency', () => {
  const reservedIn = (change: Parameters<typeof synthesizeExample>[0]) =>
    Object.entries(synthesizeExample(change).Resources).flatMap(([id, { Type, Properties }]) =>
      Type === 'AWS::Lambda::Function' && Properties['ReservedConcurrentExecutions'] !== undefined
        ? [[id.replace(/[0-9A-F]{8}$/, ''), Properties['ReservedConcurrentExecutions']]]
        : [],
    );

  it('is set aside in the account where the stage asks for it, for the worker alone', () => {
    expect(reservedIn({ reserveWorkers: true, workersMax: 12 })).toEqual([['Worker', 12]]);
    expect(reservedIn({})).toEqual([]);
  });
});

describe('the table', () => {
  it('is recoverable, encrypted with the stage’s own key, and outlives its stack', () => {
    const [[, table] = ['', undefined]] = all('AWS::DynamoDB::GlobalTable');
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        TimeToLiveSpecification: { AttributeName: TABLE_DEFINITION.timeToLive, Enabled: true },
        Replicas: [
          {
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
            SSESpecification: { KMSMasterKeyId: expect.stringMatching(/^<Key/) },
          },
        ],
      },
    });
  });

  it('has the keys and indexes that the embedded one has', () => {
    const { KeySchema, GlobalSecondaryIndexes } = get('AWS::DynamoDB::GlobalTable', 'JobTable');
    const keys = (partition: string, sort: string) => [
      { AttributeName: partition, KeyType: 'HASH' },
      { AttributeName: sort, KeyType: 'RANGE' },
    ];
    expect(KeySchema).toEqual(keys(TABLE_DEFINITION.partitionKey, TABLE_DEFINITION.sortKey));
    expect(GlobalSecondaryIndexes).toEqual(
      TABLE_DEFINITION.indexes.map(({ name, partitionKey, sortKey }) => ({
        IndexName: name,
        KeySchema: keys(partitionKey, sortKey),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    );
  });
});

describe('the queues', () => {
  it('try a message three times, which is what docs and runbooks say', () => {
    expect(RECEIVES_MAX).toBe(3);
  });

  it('keep messages for two weeks, also those that nobody has taken yet', () => {
    for (const [, { Properties }] of all('AWS::SQS::Queue'))
      expect(Properties['MessageRetentionPeriod']).toBe(14 * 24 * 3600);
  });

  it('of dead letters give a message again only after the clock’s limit', () => {
    for (const dead of ['JobsDead', 'NoticesDead', 'CardsDead'])
      expect(get('AWS::SQS::Queue', dead)['VisibilityTimeout']).toBeGreaterThan(TIMEOUT_SECONDS.clock + 10);
  });

  it('are FIFO, encrypted with the stage’s own key, and closed to plain HTTP', () => {
    const queues = all('AWS::SQS::Queue');
    expect(queues).toHaveLength(6);
    for (const [, { Properties }] of queues) {
      expect(Properties).toMatchObject({ FifoQueue: true, KmsMasterKeyId: expect.stringMatching(/^<Key/) });
      // Ids are unique over the whole queue only without it.
      expect(Properties).not.toHaveProperty('FifoThroughputLimit');
    }
    expect(JSON.stringify(all('AWS::SQS::QueuePolicy')).match(/"aws:SecureTransport":"false"/g)).toHaveLength(6);
  });

  it.each([
    { queue: 'Jobs', dead: 'JobsDead', limit: TIMEOUT_SECONDS.worker },
    { queue: 'Notices', dead: 'NoticesDead', limit: TIMEOUT_SECONDS.notifier },
    { queue: 'Cards', dead: 'CardsDead', limit: TIMEOUT_SECONDS.notifier },
  ])('$queue.fifo gives a message again just after its function’s limit, three times', ({ queue, dead, limit }) => {
    const { VisibilityTimeout, RedrivePolicy } = get('AWS::SQS::Queue', queue);
    expect(VisibilityTimeout).toBeGreaterThan(limit);
    expect(VisibilityTimeout).toBeLessThan(240);
    expect(RedrivePolicy).toEqual({
      maxReceiveCount: RECEIVES_MAX,
      deadLetterTargetArn: expect.stringMatching(new RegExp(`^<${dead}`)),
    });
  });

  it('keep dead letters for two weeks', () => {
    for (const dead of ['JobsDead', 'NoticesDead', 'CardsDead']) {
      expect(get('AWS::SQS::Queue', dead)).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3600 });
    }
  });

  it('hand over one message at a time and take back the ones that failed', () => {
    const mappings = all('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Properties);
    expect(mappings).toHaveLength(6);
    for (const mapping of mappings) {
      expect(mapping).toMatchObject({ BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] });
      expect((mapping['ScalingConfig'] as { MaximumConcurrency: number }).MaximumConcurrency).toBeGreaterThan(1);
    }
    const ways = mappings.map((one) => `${String(one['EventSourceArn'])} ${String(one['FunctionName'])}`);
    expect(ways.map((way) => way.replaceAll(/[0-9A-F]{8}/g, ''))).toEqual([
      '<Jobs> <Worker>',
      '<Notices> <Notifier>',
      '<Cards> <Notifier>',
      '<JobsDead> <Clock>',
      '<NoticesDead> <Clock>',
      '<CardsDead> <Clock>',
    ]);
  });

  it('give jobs notifiers of their own beside those of alarm cards, as many as on one machine', () => {
    const most = (queue: string) => {
      const [mapping] = all('AWS::Lambda::EventSourceMapping').filter(([, { Properties }]) => {
        return String(Properties['EventSourceArn']).startsWith(queue);
      });
      return mapping?.[1].Properties['ScalingConfig'];
    };
    expect(most('<Notices')).toEqual({ MaximumConcurrency: NOTIFIERS_MAX });
    expect(most('<Cards')).toEqual({ MaximumConcurrency: CARD_NOTIFIERS_MAX });
    // Fewer reserved than both take would have one throttle the other.
    expect(get('AWS::Lambda::Function', 'Notifier')).not.toHaveProperty('ReservedConcurrentExecutions');
  });
});

describe('the functions', () => {
  it('run on Node 24 on arm64, traced, each with its own role and log', () => {
    const functions = FUNCTIONS.map((id) => get('AWS::Lambda::Function', id));
    expect(all('AWS::Lambda::Function')).toHaveLength(FUNCTIONS.length);
    for (const properties of functions) {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        TracingConfig: { Mode: 'Active' },
      });
    }
    expect(new Set(functions.map((one) => one['Role'])).size).toBe(FUNCTIONS.length);
    expect(new Set(functions.map((one) => JSON.stringify(one['LoggingConfig']))).size).toBe(FUNCTIONS.length);
  });

  it('have the limits that they have on one machine', () => {
    expect(get('AWS::Lambda::Function', 'Worker')['Timeout']).toBe(WORKER_LIMIT_MS / 1000);
    expect(get('AWS::Lambda::Function', 'Notifier')['Timeout']).toBe(NOTIFIER_LIMIT_MS / 1000);
  });

  it.each(FUNCTIONS)('%s gets an environment that it accepts, without a secret in it', (id) => {
    const { Variables } = get('AWS::Lambda::Function', id)['Environment'] as { Variables: Record<string, string> };
    // Queue URLs are known only after the deployment.
    const known = {
      ...Variables,
      JOB_QUEUE_URL: 'https://sqs.test/jobs',
      NOTICE_QUEUE_URL: 'https://sqs.test/notices',
      CARD_QUEUE_URL: 'https://sqs.test/cards',
    };
    const isOfSlack = id === 'Slack' || id === 'Notifier';
    const parseOther = id === 'Alarm' ? parseAlarmEnvironment : parseEnvironment;
    const environment = isOfSlack ? parseSlackEnvironment(known) : parseOther(known);
    expect(environment).toMatchObject({ configFile: CONFIG_FILE, sliceMs: 120_000 });
    expect(Variables['SLACK_SECRET'] ?? '').toMatch(isOfSlack ? /^<SlackSecret/ : /^$/);
    expect(Variables['ALARM_SECRET'] ?? '').toMatch(id === 'Alarm' ? /^<AlarmSecret/ : /^$/);
  });

  it('the worker may send itself its next message more often than Lambda takes for a mistake', () => {
    expect(get('AWS::Lambda::Function', 'Worker')['RecursiveLoop']).toBe('Allow');
    for (const id of ['Slack', 'Notifier', 'Clock']) {
      expect(get('AWS::Lambda::Function', id)).not.toHaveProperty('RecursiveLoop');
    }
  });

  it('the slice ends before the worker is ended', () => {
    const { Timeout, Environment } = get('AWS::Lambda::Function', 'Worker') as {
      Timeout: number;
      Environment: { Variables: Record<string, string> };
    };
    expect(Timeout - Number(Environment.Variables['SLICE_SECONDS'])).toBeGreaterThanOrEqual(30);
  });
});

describe('the network', () => {
  it('gives the worker alone subnets, without a way to the internet', () => {
    expect(get('AWS::Lambda::Function', 'Worker')['VpcConfig']).toMatchObject({
      SubnetIds: [expect.stringMatching(/^<Vpcworker/), expect.stringMatching(/^<Vpcworker/)],
    });
    for (const id of ['Slack', 'Notifier', 'Clock']) {
      expect(get('AWS::Lambda::Function', id)).not.toHaveProperty('VpcConfig');
    }
    for (const type of ['AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway', 'AWS::EC2::EIP'])
      expect(all(type)).toEqual([]);
  });

  it('reaches AWS by endpoints that serve this account only', () => {
    const endpoints = all('AWS::EC2::VPCEndpoint').map(([, { Properties }]) => Properties);
    const services = new Set(endpoints.map((one) => String(one['ServiceName']).split('.').at(-1)));
    expect(services).toEqual(new Set(['dynamodb', 'secretsmanager', 'sqs']));
    for (const { PolicyDocument } of endpoints) {
      expect(PolicyDocument).toMatchObject({
        Statement: [
          {
            Condition: {
              StringEquals: { 'aws:PrincipalAccount': '111122223333', 'aws:ResourceAccount': '111122223333' },
            },
          },
        ],
      });
    }
  });

  it('has names of AWS lead to its endpoints, and lets the worker alone reach them', () => {
    const endpoints = all('AWS::EC2::VPCEndpoint').map(([, { Properties }]) => Properties);
    const interfaces = endpoints.filter((one) => one['VpcEndpointType'] === 'Interface');
    expect(interfaces.map((one) => one['PrivateDnsEnabled'])).toEqual([true, true]);
    expect(get('AWS::EC2::VPC', 'Vpc')).toMatchObject({ EnableDnsSupport: true, EnableDnsHostnames: true });
    const { SecurityGroupIngress } = get('AWS::EC2::SecurityGroup', 'EndpointGroup');
    expect(SecurityGroupIngress).toMatchObject([{ CidrIp: '10.80.0.0/24', FromPort: 443, ToPort: 443 }]);
    expect(all('AWS::EC2::FlowLog')).toHaveLength(1);
  });

  it('lets the worker out only to the ports of AWS and of the vCenters, and nobody in', () => {
    const { SecurityGroupEgress, SecurityGroupIngress } = get('AWS::EC2::SecurityGroup', 'WorkerGroup');
    const ports = (SecurityGroupEgress as { FromPort: number; ToPort: number }[]).map((one) => [
      one.FromPort,
      one.ToPort,
    ]);
    expect(ports).toEqual([
      [443, 443],
      [8443, 8443],
    ]);
    expect(SecurityGroupIngress).toBeUndefined();
  });

  it('leads to the vCenters through the transit gateway', () => {
    const routes = all('AWS::EC2::Route').map(([, { Properties }]) => Properties);
    expect(routes).toHaveLength(2);
    for (const route of routes) {
      expect(route).toMatchObject({ DestinationCidrBlock: '10.20.0.0/16', TransitGatewayId: 'tgw-0123456789abcdef0' });
    }
  });

  it('uses the subnets that are given, and makes no network beside them', () => {
    const given = synthesizeExample({
      network: { vpc: 'vpc-0123456789abcdef0', subnets: ['subnet-0123456789abcdef0', 'subnet-0fedcba9876543210'] },
    });
    const ofType = (type: string) => Object.values(given.Resources).filter((one) => one.Type === type);
    expect(ofType('AWS::EC2::VPC')).toEqual([]);
    const worker = ofType('AWS::Lambda::Function').find((one) => 'VpcConfig' in one.Properties);
    expect(worker?.Properties['VpcConfig']).toMatchObject({
      SubnetIds: ['subnet-0123456789abcdef0', 'subnet-0fedcba9876543210'],
    });
  });
});

describe('the way in', () => {
  it('is one API with a path for Slack and one for alarms, throttled and logged', () => {
    expect(all('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties['RouteKey'])).toEqual([
      'POST /slack/events',
      'POST /alarm/{way}',
      'PUT /alarm/{way}',
    ]);
    const [[, stage] = ['', undefined]] = all('AWS::ApiGatewayV2::Stage');
    expect(stage?.Properties).toMatchObject({
      AccessLogSettings: { DestinationArn: expect.stringMatching(/^<AccessLogs/) },
      DefaultRouteSettings: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
      // A storm of alarms is taken, and leaves Slack's share alone.
      RouteSettings: {
        'POST /alarm/{way}': { ThrottlingRateLimit: 300, ThrottlingBurstLimit: 600 },
        'PUT /alarm/{way}': { ThrottlingRateLimit: 300, ThrottlingBurstLimit: 600 },
      },
    });
    expect(all('AWS::Lambda::Url')).toEqual([]);
    const permissions = all('AWS::Lambda::Permission').map(([, { Properties }]) => Properties['Principal']);
    expect(new Set(permissions)).toEqual(new Set(['apigateway.amazonaws.com']));
  });

  it('keeps what people typed out of the access log', () => {
    const [[, stage] = ['', undefined]] = all('AWS::ApiGatewayV2::Stage');
    const { Format } = (stage?.Properties ?? {})['AccessLogSettings'] as { Format: string };
    expect(Format).toContain('$context.status');
    expect(Format).not.toMatch(/body|header|authorizer|querystring/i);
  });
});

describe('nobody else', () => {
  type Policy = { Statement: { Effect: string; Principal?: unknown; Condition?: object; Action?: unknown }[] };
  const policiesOf = (type: string, property: string) =>
    all(type).flatMap(([id, { Properties }]) =>
      ((Properties[property] ?? { Statement: [] }) as Policy).Statement.map((statement) => ({ id, ...statement })),
    );

  it('is let in by a policy of the table, a queue, a secret or the topic, but the stage’s own alarms', () => {
    const statements = [
      ...policiesOf('AWS::SQS::QueuePolicy', 'PolicyDocument'),
      ...policiesOf('AWS::SNS::TopicPolicy', 'PolicyDocument'),
    ];
    // Without it no alarm reaches anybody: a policy of the topic's own replaces the default one.
    expect(statements.filter(({ Effect }) => Effect === 'Allow')).toMatchObject([
      {
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Condition: {
          ArnLike: {
            'aws:SourceArn': 'arn:<AWS::Partition>:cloudwatch:eu-central-1:111122223333:alarm:vmotion-ops-example-*',
          },
        },
      },
    ]);
    for (const type of ['AWS::SecretsManager::ResourcePolicy', 'AWS::DynamoDB::ResourcePolicy']) {
      expect(all(type)).toEqual([]);
    }
    expect(JSON.stringify(all('AWS::DynamoDB::GlobalTable'))).not.toContain('ResourcePolicy');
    expect(JSON.stringify(all('AWS::SNS::TopicPolicy'))).toContain('"aws:SecureTransport":"false"');
  });

  it('gets the key: only the account itself, and two services of AWS for what is of this account', () => {
    const { Statement } = get('AWS::KMS::Key', 'Key')['KeyPolicy'] as Policy;
    const others = Statement.filter(({ Principal }) => !JSON.stringify(Principal).includes(':root'));
    expect(others.map(({ Principal }) => Principal)).toEqual([
      { Service: 'logs.eu-central-1.amazonaws.com' },
      { Service: 'cloudwatch.amazonaws.com' },
    ]);
    for (const { Condition } of others) expect(JSON.stringify(Condition)).toContain('111122223333');
    expect(JSON.stringify(Statement)).toContain(':iam::111122223333:root');
  });

  it('may call a function: only this API, each of its routes the one it is for', () => {
    const permissions = all('AWS::Lambda::Permission').map(([, { Properties }]) => Properties);
    for (const one of permissions) {
      expect(one['SourceArn']).toMatch(
        /^arn:<AWS::Partition>:execute-api:eu-central-1:111122223333:<SlackApi[0-9A-F]{8}>/,
      );
      expect(one['SourceArn']).toMatch(/\/(slack\/events|alarm\/\{way\})$/);
    }
  });

  it('may be any of the roles: each is for one service, the scheduler’s for this account alone', () => {
    const trusts = all('AWS::IAM::Role').map(([id, { Properties }]) => {
      const { Statement } = Properties['AssumeRolePolicyDocument'] as Policy;
      return [
        id.replace(/[0-9A-F]{8}$/, ''),
        ...Statement.map(({ Principal, Condition }) => ({ Principal, Condition })),
      ];
    });
    const lambda = { Principal: { Service: 'lambda.amazonaws.com' }, Condition: undefined };
    const scheduler = {
      Principal: { Service: 'scheduler.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
    };
    expect(Object.fromEntries(trusts)).toEqual({
      FlowLogRole: { Principal: { Service: 'vpc-flow-logs.amazonaws.com' }, Condition: undefined },
      SlackRole: lambda,
      AlarmRole: lambda,
      WorkerRole: lambda,
      NotifierRole: lambda,
      ClockRole: lambda,
      ScheduleRole: scheduler,
    });
    // AWS's own managed policies allow more than is needed.
    expect(all('AWS::IAM::Role').filter(([, { Properties }]) => 'ManagedPolicyArns' in Properties)).toEqual([]);
  });
});

describe('what is kept', () => {
  it.each(['AWS::DynamoDB::GlobalTable', 'AWS::KMS::Key', 'AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup'])(
    '%s stays when the stack goes',
    (type) => {
      expect(all(type).length).toBeGreaterThan(0);
      expect(all(type).filter(([, { DeletionPolicy }]) => DeletionPolicy !== 'Retain')).toEqual([]);
    },
  );

  it('is encrypted with a key that turns every year', () => {
    expect(get('AWS::KMS::Key', 'Key')['EnableKeyRotation']).toBe(true);
    for (const type of ['AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup', 'AWS::SNS::Topic']) {
      for (const [, { Properties }] of all(type)) {
        const key = Properties['KmsKeyId'] ?? Properties['KmsMasterKeyId'];
        expect(key).toMatch(/^<Key/);
      }
    }
  });

  it('logs are kept for as long as the stage says', () => {
    expect(all('AWS::Logs::LogGroup')).toHaveLength(7);
    for (const [, { Properties }] of all('AWS::Logs::LogGroup')) expect(Properties['RetentionInDays']).toBe(365);
  });

  it('secrets are made empty, under the names that vmotion.yaml gives', () => {
    const secrets = all('AWS::SecretsManager::Secret').map(([, { Properties }]) => Properties);
    expect(secrets.map(({ Name, SecretString }) => [Name, SecretString])).toEqual([
      ['vmotion-ops-example/slack', '{}'],
      ['vmotion-ops-example/alarms', '{}'],
      ['vcenter/lab', '{}'],
    ]);
  });
});

it('the clock is called each minute', () => {
  const [[, schedule] = ['', undefined]] = all('AWS::Scheduler::Schedule');
  expect(schedule?.Properties).toMatchObject({
    ScheduleExpression: 'rate(1 minute)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: expect.stringMatching(/^<Clock/), Input: '{"source":"aws.scheduler"}' },
  });
  expect(schedule?.Properties['State'] ?? 'ENABLED').toBe('ENABLED');
});

it('the stack is not deleted by mistake', () => {
  const stacks = createExampleApp(exampleStage()).node.children.filter((child) => Stack.isStack(child));
  expect(stacks.map(({ terminationProtection }) => terminationProtection)).toEqual([true]);
});

it('its outputs are what docs/deploy.md and docs/one-machine.md go on with', () => {
  const outputs = Object.keys(template.Outputs);
  for (const name of ['deploy', 'one-machine', 'operations', 'alarms']) {
    const text = readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
    const named = [...text.matchAll(/outputs? `(\w+)`|OutputKey=='(\w+)'|\$\(output (\w+)\)/g)].map(([, ...one]) =>
      one.find(Boolean),
    );
    expect(
      named.filter((one) => one !== undefined && !outputs.includes(one)),
      name,
    ).toEqual([]);
  }
  expect(outputs.toSorted()).toEqual([
    'AlarmSecretName',
    'AlarmUrl',
    'CardQueueUrl',
    'DashboardUrl',
    'JobQueueUrl',
    'JobTableName',
    'NoticeQueueUrl',
    'SlackSecretName',
    'SlackUrl',
  ]);
});

it('tells the address of the stage, and nobody else, when an alarm goes off', () => {
  const subscriptions = all('AWS::SNS::Subscription').map(([, { Properties }]) => Properties);
  expect(subscriptions).toMatchObject([{ Protocol: 'email', Endpoint: 'vsphere-team@example.com' }]);
  const { alarmEmail: _, ...silent } = exampleStage();
  const types = Object.values(synthesizeExample({ ...silent, alarmEmail: undefined }).Resources).map(
    ({ Type }) => Type,
  );
  expect(types).not.toContain('AWS::SNS::Subscription');
});

it('every stage has names of its own and its tags', () => {
  const other = synthesizeExample({ name: 'other', tags: { team: 'storage' } });
  expect(JSON.stringify(other.Resources)).not.toContain('vmotion-ops-example');
  const tags = Object.values(other.Resources).find((one) => one.Type === 'AWS::KMS::Key')?.Properties['Tags'];
  expect(tags).toEqual([
    { Key: 'app', Value: 'vmotion-ops' },
    { Key: 'stage', Value: 'other' },
    { Key: 'team', Value: 'storage' },
  ]);
});

it('cdk-nag finds nothing in either kind of network', () => {
  const given = {
    ...exampleStage(),
    name: 'given',
    network: { vpc: 'vpc-0123456789abcdef0', subnets: ['subnet-0123456789abcdef0', 'subnet-0fedcba9876543210'] },
  };
  for (const stage of [exampleStage(), given]) {
    expect(
      addChecks(createExampleApp(stage))
        .synth()
        .stacks.map(({ stackName }) => stackName),
    ).toEqual([`vmotion-ops-${stage.name}`]);
  }
});
