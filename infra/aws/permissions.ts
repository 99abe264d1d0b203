// What each function may do, spelled out. A test holds it against the calls that the code makes.
import { Effect, PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { TABLE_DEFINITION } from '../../shared/aws/table-definition.ts';

type IndexName = (typeof TABLE_DEFINITION)['indexes'][number]['name'];
export type RowAction = 'GetItem' | 'BatchGetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query';

export type RowsOptions = { table: TableV2; actions: RowAction[]; index?: IndexName | IndexName[] | undefined };

/** Single rows and queries on this table, and queries on those of its indexes. Never a scan, never the table itself. */
export function allowRows({ table, actions, index }: RowsOptions): PolicyStatement[] {
  const rows = allow(
    actions.map((action) => `dynamodb:${action}`),
    [table.tableArn],
  );
  if (index === undefined) return [rows];
  const indexes = [index].flat().map((name) => `${table.tableArn}/index/${name}`);
  return [rows, allow(['dynamodb:Query'], indexes)];
}

export const allowSend = (queues: Queue[]): PolicyStatement =>
  allow(
    ['sqs:SendMessage'],
    queues.map(({ queueArn }) => queueArn),
  );

/** For the event source mapping, which takes the messages in the function's name. */
export const allowReceive = (queue: Queue): PolicyStatement =>
  allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [queue.queueArn]);

export const allowSecrets = (secrets: Secret[]): PolicyStatement =>
  allow(
    ['secretsmanager:GetSecretValue'],
    secrets.map(({ secretArn }) => secretArn),
  );

export const allowLogs = (logGroup: LogGroup): PolicyStatement =>
  allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);

const KEY_USES = {
  dynamodb: [
    'Encrypt',
    'Decrypt',
    'ReEncryptFrom',
    'ReEncryptTo',
    'GenerateDataKey',
    'GenerateDataKeyWithoutPlaintext',
    'DescribeKey',
  ],
  sqs: ['Decrypt', 'GenerateDataKey'],
  secretsmanager: ['Decrypt'],
};

/** The key, only through that service: nothing that was kept can be decrypted around it. */
export function allowKey(key: Key, service: keyof typeof KEY_USES): PolicyStatement {
  return allow(
    KEY_USES[service].map((use) => `kms:${use}`),
    [key.keyArn],
    { StringEquals: { 'kms:ViaService': `${service}.${key.stack.region}.amazonaws.com` } },
  );
}

const NETWORK_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** For Lambda itself, which puts the function into its subnets. The function's own code is denied the same. */
export function allowNetwork(functionArn: string): PolicyStatement[] {
  return [
    allow(NETWORK_ACTIONS, ['*']),
    new PolicyStatement({
      effect: Effect.DENY,
      actions: NETWORK_ACTIONS,
      resources: ['*'],
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
    }),
  ];
}

function allow(actions: string[], resources: string[], conditions?: PolicyStatementProps['conditions']) {
  return new PolicyStatement({ actions, resources, ...(conditions === undefined ? {} : { conditions }) });
}
