// What the doctor looks at: this machine's place, the lab, or a deployment in AWS by its names in the environment.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createVcenters } from '../../../functions/vcenters.ts';
import { systemClock } from '../../../functions/system-clock.ts';
import { createSecretsManager, type ReadSecret, type SecretsManager } from '../../../shared/aws/secrets.ts';
import { createSecretsManagerReader } from '../../../shared/aws/secrets-manager-reader.ts';
import type { AlarmSecrets } from '../../../shared/contracts/secret-content.ts';
import type { Settings } from '../../../shared/domain/settings.ts';
import { OpsError } from '../../../shared/errors.ts';
import { silentLog } from '../../../shared/log.ts';
import type { Vsphere } from '../../../shared/ports.ts';
import { readAlarmSecrets } from '../alarm-secrets.ts';
import { createEnvironmentReader } from '../environment-secrets.ts';
import { startLabVcenterPlace } from '../lab-vcenter-place.ts';
import { isLabOnly, LAB_VCENTER, wantsLabVcenter, withLabVcenter } from '../local-config.ts';
import { startQueueEmulator } from '../queue-emulator.ts';
import { startLabSlackPlace } from '../slack-place.ts';
import { readApiUrl, readSlackTokens, type SlackTokens } from '../slack-tokens.ts';
import { startTableEmulator } from '../table-emulator.ts';
import type { Storage } from './check-storage.ts';

type Env = Record<string, string | undefined>;

export type Target = {
  settings: Settings;
  vsphere: Vsphere;
  storage: Storage;
  /** Asked for when it is checked: a missing token is a finding, not the end. */
  tokens: () => Promise<SlackTokens>;
  /** The keys of the ways in for alarms; absent where nothing but the lab sends any. */
  alarmSecrets: (() => Promise<AlarmSecrets>) | undefined;
  close(): Promise<void>;
};

/** Starts what belongs to the lab, and embedded table and queues where the environment names none in AWS. Throws
 * `environment-invalid` where it names only some of what is there. */
export async function openTarget(declared: Settings, env: Env): Promise<Target> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const one of closing.splice(0).reverse()) await one();
  };
  try {
    const lab = wantsLabVcenter(declared) ? await startLabVcenterPlace(LAB_OPTIONS) : undefined;
    if (lab !== undefined) closing.push(() => lab.stop());
    const settings = lab === undefined ? declared : withLabVcenter(declared, lab);
    const labSecret = settings.vcenters[LAB_VCENTER]?.secret;
    const fallback = isInAws(env) ? createSecretsManagerReader() : createEnvironmentReader(env);
    const read: ReadSecret = async (name) =>
      lab !== undefined && name === labSecret ? JSON.stringify(lab.credentials) : fallback(name);
    const secrets = createSecretsManager({ clock: systemClock, read });
    const slack = isLabOnly(declared) ? await startLabSlackPlace({ port: 0, commandUrl: () => '' }) : undefined;
    if (slack !== undefined) closing.push(() => slack.stop());
    return {
      settings,
      vsphere: createVcenters({ vcenters: settings.vcenters, secrets, clock: systemClock, log: silentLog }),
      storage: await openStorage(env, closing),
      tokens: async () => slack ?? (isInAws(env) ? readStoredTokens(secrets, env) : readSlackTokens(env)),
      alarmSecrets: slack === undefined ? alarmSecretsOf(secrets, env) : undefined,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readStoredTokens(secrets: SecretsManager, env: Env): Promise<SlackTokens> {
  const slackApiUrl = readApiUrl(env['SLACK_API_URL']);
  return { ...(await secrets.slack(readName(env, 'SLACK_SECRET'))), slackApiUrl };
}

function alarmSecretsOf(secrets: SecretsManager, env: Env): () => Promise<AlarmSecrets> {
  return isInAws(env) ? async () => secrets.alarms(readName(env, 'ALARM_SECRET')) : readAlarmSecrets(env);
}

/** Of something in AWS. Throws `environment-invalid`. */
function readName(env: Env, variable: string): string {
  const name = env[variable] ?? '';
  if (name !== '') return name;
  throw new OpsError('environment-invalid', `JOB_TABLE is set, but ${variable} is not.`, {
    retry: 'never',
    remedy: 'Set it from the outputs of the stack, as docs/deploy.md shows.',
  });
}

const LAB_OPTIONS = { hosts: 4, scenarios: [] as string[], latency: 'none' as const };

const isInAws = (env: Env) => (env['JOB_TABLE'] ?? '') !== '';

async function openStorage(env: Env, closing: (() => Promise<unknown>)[]): Promise<Storage> {
  if (isInAws(env)) return awsStorage(env);
  const table = await startTableEmulator({});
  closing.push(() => table.stop());
  const queues = await startQueueEmulator({ jobVisibilitySeconds: 60, noticeVisibilitySeconds: 60 });
  closing.push(() => queues.stop());
  const names = [
    { name: 'jobs', url: queues.jobs.url },
    { name: 'notices', url: queues.notices.url },
    { name: 'cards', url: queues.cards.url },
  ];
  return { where: 'embedded', table, queues: { client: queues.client, names } };
}

function awsStorage(env: Env): Storage {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const names = [
    { name: 'jobs', url: readName(env, 'JOB_QUEUE_URL') },
    { name: 'notices', url: readName(env, 'NOTICE_QUEUE_URL') },
    { name: 'cards', url: readName(env, 'CARD_QUEUE_URL') },
  ];
  const table = { client, table: env['JOB_TABLE'] ?? '' };
  return { where: 'in AWS', table, queues: { client: new SQSClient({}), names } };
}
