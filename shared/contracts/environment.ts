// What a function is told by where it runs. Read once, in functions/wiring.ts.
import { z } from 'zod';
import { OpsError } from '../errors.ts';

const environmentSchema = z.object({
  JOB_TABLE: z.string().min(1),
  JOB_QUEUE_URL: z.url(),
  NOTICE_QUEUE_URL: z.url(),
  CARD_QUEUE_URL: z.url(),
  /** Path of vmotion.yaml, which is bundled beside the function. */
  CONFIG_FILE: z.string().min(1),
  SLICE_SECONDS: z.coerce.number().int().min(10).max(600).default(120),
  /** CloudWatch's namespace: the stage's own. */
  METRICS_NAMESPACE: z.string().min(1).default('vmotion-ops'),
});

// Each function reads one of these two, or neither.
const slackEnvironmentSchema = () =>
  environmentSchema.extend({
    /** Name of the secret that holds Slack's signing secret and bot token. */
    SLACK_SECRET: z.string().min(1),
    /** Where Slack's Web API is, with a / at its end: only for GovSlack, whose API stands elsewhere. */
    SLACK_API_URL: z.url().endsWith('/').optional(),
  });

const alarmEnvironmentSchema = () =>
  environmentSchema.extend({
    /** Name of the secret that holds one key for each way in for alarms. */
    ALARM_SECRET: z.string().min(1),
  });

/** What a deployment must set: one key that is missing there does not compile. */
export type EnvironmentVariables = Record<keyof z.input<typeof environmentSchema>, string>;
export type SlackEnvironmentVariables = EnvironmentVariables & { SLACK_SECRET: string; SLACK_API_URL?: string };

export type AlarmEnvironmentVariables = EnvironmentVariables & { ALARM_SECRET: string };

export type Environment = {
  table: string;
  jobQueueUrl: string;
  noticeQueueUrl: string;
  cardQueueUrl: string;
  configFile: string;
  sliceMs: number;
  metricsNamespace: string;
};
export type AlarmEnvironment = Environment & { alarmSecret: string };
export type SlackEnvironment = Environment & { slackSecret: string; slackApiUrl: string | undefined };

/** For the functions that never meet Slack. Throws `environment-invalid`, naming every variable that is wrong. */
export function parseEnvironment(env: Record<string, string | undefined>): Environment {
  return toEnvironment(parse(environmentSchema, env));
}

/** For the functions that receive from Slack or write to it. */
export function parseSlackEnvironment(env: Record<string, string | undefined>): SlackEnvironment {
  const parsed = parse(slackEnvironmentSchema(), env);
  return { ...toEnvironment(parsed), slackSecret: parsed.SLACK_SECRET, slackApiUrl: parsed.SLACK_API_URL };
}

/** For the function behind the ways in for alarms. */
export function parseAlarmEnvironment(env: Record<string, string | undefined>): AlarmEnvironment {
  const parsed = parse(alarmEnvironmentSchema(), env);
  return { ...toEnvironment(parsed), alarmSecret: parsed.ALARM_SECRET };
}

function toEnvironment(parsed: z.infer<typeof environmentSchema>): Environment {
  return {
    table: parsed.JOB_TABLE,
    jobQueueUrl: parsed.JOB_QUEUE_URL,
    noticeQueueUrl: parsed.NOTICE_QUEUE_URL,
    cardQueueUrl: parsed.CARD_QUEUE_URL,
    configFile: parsed.CONFIG_FILE,
    sliceMs: parsed.SLICE_SECONDS * 1000,
    metricsNamespace: parsed.METRICS_NAMESPACE,
  };
}

function parse<T>(schema: z.ZodType<T>, env: Record<string, string | undefined>): T {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  throw new OpsError('environment-invalid', `The function’s environment is wrong: ${z.prettifyError(parsed.error)}`, {
    retry: 'never',
    remedy: 'Deploy again with npm run deploy, which sets these variables.',
    cause: parsed.error,
  });
}
