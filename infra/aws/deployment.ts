// deployment.yaml: where the product is deployed to. What it does there stands in vmotion.yaml.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { OpsError } from '../../shared/errors.ts';

const cidrSchema = z.cidrv4('must be a network such as 10.20.0.0/16');

const givenNetworkSchema = z.strictObject({
  /** A VPC of yours that reaches vCenter, DynamoDB, SQS and Secrets Manager. */
  vpc: z.string().regex(/^vpc-[0-9a-f]+$/, 'must be the id of a VPC'),
  subnets: z.array(z.string().regex(/^subnet-[0-9a-f]+$/, 'must be the id of a subnet')).min(1),
});

const newNetworkSchema = z.strictObject({
  /** Of the VPC that is made: at least a /26 that nothing else in your network uses. */
  cidr: cidrSchema,
  /** The transit gateway that leads to vCenter; without it the VPC has to be connected by hand. */
  transitGateway: z
    .string()
    .regex(/^tgw-[0-9a-f]+$/, 'must be the id of a transit gateway')
    .optional(),
  /** The networks of the vCenters, which are sent to the transit gateway. */
  vcenterNetworks: z.array(cidrSchema).default([]),
});

const stageSchema = z.strictObject({
  account: z
    .string()
    .regex(/^\d{12}$/, 'must be twelve digits, in quotes')
    .optional(),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as eu-central-1'),
  /** Path of this stage's vmotion.yaml, relative to deployment.yaml. */
  config: z.string().min(1).default('vmotion.yaml'),
  network: z.union([givenNetworkSchema, newNetworkSchema], {
    error: 'must be { vpc, subnets } or { cidr, transitGateway, vcenterNetworks }',
  }),
  /** Who is told when an alarm goes off. */
  alarmEmail: z.email().optional(),
  /** Where the runbooks can be read; the alarms link to their headings. */
  runbooks: z.string().min(1).default('docs/operations.md'),
  /** How many clusters are worked on at once, over all vCenters. */
  workersMax: z.int('must be a whole number').min(2, 'must be at least 2').max(100).default(8),
  /** Sets `workersMax` executions of the account aside for the worker: never more, whatever calls it, and never fewer
   * because other functions are busy. Needs an account whose limit leaves 100 for the rest. */
  reserveWorkers: z.boolean().default(false),
  logRetentionDays: z
    .union([z.literal(30), z.literal(90), z.literal(180), z.literal(365), z.literal(731)])
    .default(365),
  slackApiUrl: z.url().endsWith('/').optional(),
  tags: z.record(z.string(), z.string()).default({}),
});

const stageNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9]{0,15}$/, 'a stage has at most 16 lower-case letters and digits, a letter first');

const deploymentSchema = z.strictObject({ stages: z.record(stageNameSchema, stageSchema) });

export type Stage = z.infer<typeof stageSchema> & { name: string };
export type Network = Stage['network'];

/** The stages in this deployment.yaml, their paths made absolute. Throws `config-missing` or `config-invalid`. */
export function readDeployment(path: string): Stage[] {
  const folder = dirname(resolve(path));
  const stages = parseDeployment(readText(path), path);
  return stages.map((stage) => ({ ...stage, config: resolve(folder, stage.config) }));
}

/** `origin`: the file's name, for messages. Throws `config-invalid`, naming every problem with its path. */
export function parseDeployment(text: string, origin: string): Stage[] {
  const parsed = deploymentSchema.safeParse(parseContent(text, origin));
  if (!parsed.success) throw invalid(origin, z.prettifyError(parsed.error), parsed.error);
  return Object.entries(parsed.data.stages).map(([name, stage]) => ({ name, ...stage }));
}

function parseContent(text: string, origin: string): unknown {
  try {
    return parseYaml(text, { maxAliasCount: 20 });
  } catch (cause) {
    throw invalid(origin, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new OpsError('config-missing', `The deployment ${path} can't be read.`, {
      retry: 'never',
      remedy: 'Copy infra/aws/deployment.example.yaml to deployment.yaml and put in your accounts and networks.',
      cause,
    });
  }
}

function invalid(origin: string, problems: string, cause: unknown): OpsError {
  return new OpsError('config-invalid', `${origin} is wrong:\n${problems}`, {
    retry: 'never',
    remedy: 'Correct what is named; infra/aws/deployment.example.yaml explains every key.',
    cause,
  });
}
