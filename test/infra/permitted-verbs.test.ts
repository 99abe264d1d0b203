// Every command and every alarm, over a table that refuses each call which the function's role in the template does not
// allow. The built functions are fed with one story; here is what that story leaves out.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { FunctionName } from '../../infra/aws/bundle.ts';
import { startTableEmulator, type TableEmulator } from '../../infra/local/table-emulator.ts';
import { systemClock } from '../../functions/system-clock.ts';
import { randomIds } from '../../functions/random-ids.ts';
import { sha256 } from '../../functions/sha256.ts';
import { createDecideApproval } from '../../shared/app/decide-approval.ts';
import type { EdgeParts } from '../../shared/app/parts.ts';
import { createReceiveAlarm } from '../../shared/app/receive-alarm.ts';
import { createReceiveCommand } from '../../shared/app/receive-command.ts';
import { createTakeDeadLetter } from '../../shared/app/take-dead-letter.ts';
import { createTick } from '../../shared/app/tick.ts';
import { createDynamoStore } from '../../shared/aws/store.ts';
import { VERBS, type Verb } from '../../shared/domain/command.ts';
import type { Job } from '../../shared/domain/job.ts';
import { createJsonLog } from '../../shared/log.ts';
import type { Store } from '../../shared/ports.ts';
import { aCard } from '../support/a-card.ts';
import { aPolicy, aRule, aSignal } from '../support/alarm-world.ts';
import { createMemoryQueue } from '../support/memory-queue.ts';
import { ANN, BOB, CHANNEL, labSettings } from '../support/world.ts';
import { aHostSummary, aJob } from '../slack/a-job.ts';
import { grantsOf, isGranted, synthesizeExample } from './example-stack.ts';

const template = synthesizeExample();
let emulator: TableEmulator;
/** With every right: what other functions have written. */
let rows: Store;
let logLines: string[];

beforeAll(async () => {
  emulator = await startTableEmulator({});
  rows = createDynamoStore(emulator);
});
afterAll(() => emulator.stop());

describe('the Slack function’s role', () => {
  it.each<{ verb: Verb; text: string; row?: Partial<Job>; user?: string }>([
    { verb: 'help', text: 'help' },
    { verb: 'version', text: 'version' },
    { verb: 'whoami', text: 'whoami' },
    { verb: 'status', text: 'status' },
    { verb: 'status', text: 'status cluster-a' },
    { verb: 'list', text: 'list clusters' },
    { verb: 'list', text: 'list jobs' },
    { verb: 'list', text: 'list locks' },
    { verb: 'list', text: 'list freezes' },
    { verb: 'check', text: 'check cluster-a' },
    { verb: 'plan', text: 'plan enable cluster-a' },
    { verb: 'enable', text: 'enable cluster-a' },
    { verb: 'repair', text: 'repair cluster-a' },
    { verb: 'test', text: 'test cluster-a' },
    { verb: 'trial', text: 'trial cluster-a --vm app-01 --from esx01 --to esx02' },
    { verb: 'evidence', text: 'evidence cluster-a' },
    { verb: 'audit', text: 'audit' },
    { verb: 'revert', text: 'revert cluster-a' },
    { verb: 'revert', text: 'revert JOB', row: { state: 'done' } },
    { verb: 'approve', text: 'approve JOB', row: { state: 'awaiting-approval' }, user: BOB },
    { verb: 'reject', text: 'reject JOB too early', row: { state: 'awaiting-approval' }, user: BOB },
    { verb: 'cancel', text: 'cancel JOB', row: { state: 'awaiting-approval' } },
    { verb: 'apply', text: 'apply JOB', row: { state: 'planned', start: 'on-apply', approval: approvedByBob() } },
    { verb: 'withdraw', text: 'withdraw JOB', row: { state: 'planned', approval: approvedByBob() }, user: BOB },
    { verb: 'pause', text: 'pause JOB', row: { state: 'applying', hosts: [aHostSummary(1)] } },
    { verb: 'resume', text: 'resume JOB', row: { state: 'paused', hosts: [aHostSummary(1)] } },
    { verb: 'abort', text: 'abort JOB', row: { state: 'applying', hosts: [aHostSummary(1)] } },
    { verb: 'abort', text: 'abort JOB', row: { state: 'paused', hosts: [] } },
    { verb: 'retry', text: 'retry JOB', row: { state: 'aborted' } },
    { verb: 'show', text: 'show JOB', row: { state: 'done' } },
    { verb: 'history', text: 'history' },
    { verb: 'freeze', text: 'freeze cluster-a --reason "quarter end" --until 1h' },
    { verb: 'unfreeze', text: 'unfreeze cluster-a' },
    { verb: 'policy', text: 'policy show' },
    { verb: 'policy', text: 'policy explain "vMotion adapter is wrong" --on esx02.lab.local' },
    { verb: 'alarms', text: 'alarms' },
    { verb: 'alarm', text: 'alarm fix a-0123456789' },
    { verb: 'alarm', text: 'alarm ignore a-0123456789' },
    { verb: 'alarm', text: 'alarm explain a-0123456789' },
    { verb: 'subscribe', text: 'subscribe cluster-a alarms' },
    { verb: 'unsubscribe', text: 'unsubscribe cluster-a alarms' },
    { verb: 'dlq', text: 'dlq list' },
    { verb: 'dlq', text: 'dlq redrive d-000001' },
    { verb: 'audit-log', text: 'audit-log verify' },
    { verb: 'audit-log', text: 'audit-log export' },
  ])('lets it answer "$text"', async ({ verb, text, row, user = ANN }) => {
    typed.add(verb);
    const id = `j-${String(typed.size).padStart(2, '0')}${sha256(text).slice(0, 4)}`;
    if (row !== undefined) await rows.jobs.create(aWaitingJob({ id, ...row }));
    await rows.cards.create(aCard());
    const letter = { id: 'd-000001', queue: 'notices', content: { kind: 'notice', jobId: id, version: 1 } } as const;
    await rows.deadLetters.put({ ...letter, body: '{}', why: 'so', at: '2026-01-02T03:04:05.000Z', receives: 3 });
    const isElsewhere = verb === 'subscribe' || verb === 'unsubscribe';
    const channel = isElsewhere ? 'C0GENERAL' : CHANNEL;
    const request = { requestId: `request of ${text} ${id}`, text: text.replace('JOB', id), user, channel };
    const reply = await createReceiveCommand(partsAs('slack'))(request);
    // Nothing that the command is not for: a refusal would have spared the calls that this is about.
    expect(reply.kind === 'refused' ? reply : undefined).toBeUndefined();
    expect(logLines.filter((line) => line.includes('AccessDenied'))).toEqual([]);
  });

  it('was asked for every verb that there is', () => {
    expect(VERBS.filter((verb) => !typed.has(verb))).toEqual([]);
  });

  it('lets it carry out every decision of a button', async () => {
    for (const decision of ['approve', 'reject', 'withdraw', 'apply'] as const) {
      const approval = decision === 'approve' || decision === 'reject' ? {} : { approval: approvedByBob() };
      const start = decision === 'apply' ? 'on-apply' : 'on-approval';
      const job = aWaitingJob({ id: `j-press-${decision}`, state: 'planned', start, ...approval });
      await rows.jobs.create(job);
      const press = { requestId: decision, jobId: job.id, decision, reason: 'too early', user: BOB, channel: CHANNEL };
      expect(await createDecideApproval(partsAs('slack'))(press)).toMatchObject({ kind: 'decided' });
    }
    expect(logLines.filter((line) => line.includes('AccessDenied'))).toEqual([]);
  });
});

describe('the alarm function’s role', () => {
  it.each([{ action: 'repair' }, { action: 'enable' }, { action: 'test' }] as const)(
    'lets a rule start a $action',
    async ({ action }) => {
      const rule = aRule({ id: `rule-${action}`, action, needsPassingTest: action === 'repair' });
      const parts = partsAs('alarm');
      parts.settings.alarms = aPolicy([rule]);
      const host = { name: 'esx01.lab.local' };
      const signal = aSignal({ alarm: `as for ${action}`, host, cluster: { name: 'cluster-a' } });
      const receive = createReceiveAlarm(parts);
      for (const state of ['raised', 'cleared', 'raised'] as const) {
        await receive({ ...signal, state, at: new Date().toISOString(), occurrence: `${action} ${state}` });
      }
      expect(logLines.filter((line) => line.includes('AccessDenied'))).toEqual([]);
    },
  );
});

describe('the clock’s role', () => {
  it('lets it look after whatever is open, and end the job of a dead letter', async () => {
    const parts = partsAs('clock');
    for (const cluster of Object.values(parts.settings.clusters)) cluster.audit = { everyMinutes: 60 };
    await rows.jobs.create(aWaitingJob({ id: 'j-over', state: 'rejected' }));
    await rows.jobs.create(aWaitingJob({ id: 'j-dead', state: 'applying', cursor: 3 }));
    const tick = createTick(parts);
    await tick.tick();
    const content = { kind: 'job', jobId: 'j-dead', cluster: 'cluster-a', cursor: 3 } as const;
    const take = createTakeDeadLetter({ ...parts, tick });
    await take({ messageId: 'm1', queue: 'jobs', content, body: '{}', receives: 3 });
    await tick.tick();
    expect(logLines.filter((line) => line.includes('AccessDenied'))).toEqual([]);
  });
});

const typed = new Set<Verb>();

function partsAs(who: FunctionName): EdgeParts {
  logLines = [];
  const settings = labSettings();
  // So that somebody else than the requester may approve everywhere.
  for (const cluster of Object.values(settings.clusters)) cluster.access.approvers = [ANN, BOB];
  const store = createDynamoStore({ client: limitedTo(who), table: emulator.table });
  const log = createJsonLog((line) => logLines.push(line));
  return { settings, store, queue: createMemoryQueue(), clock: systemClock, ids: randomIds, sha256, log };
}

/** The table's client, which answers as AWS does where the role has no right to a call. */
function limitedTo(who: FunctionName): DynamoDBDocumentClient {
  const grants = grantsOf(template, who);
  const send = (command: Parameters<DynamoDBDocumentClient['send']>[0]) => {
    const { TableName, IndexName, RequestItems } = command.input as Input;
    const table = TableName ?? Object.keys(RequestItems ?? {})[0] ?? '';
    const call = {
      who,
      action: `dynamodb:${ACTIONS[command.constructor.name] ?? command.constructor.name}`,
      on: IndexName === undefined ? table : `${table}/index/${IndexName}`,
    };
    if (isGranted(grants, call)) return emulator.client.send(command);
    return Promise.reject(Object.assign(new Error(`${call.action} on ${call.on}`), { name: 'AccessDeniedException' }));
  };
  return { send } as unknown as DynamoDBDocumentClient;
}

type Input = { TableName?: string; IndexName?: string; RequestItems?: Record<string, unknown> };

const ACTIONS: Record<string, string> = {
  GetCommand: 'GetItem',
  BatchGetCommand: 'BatchGetItem',
  PutCommand: 'PutItem',
  UpdateCommand: 'UpdateItem',
  DeleteCommand: 'DeleteItem',
  QueryCommand: 'Query',
};

function approvedByBob(): NonNullable<Job['approval']> {
  const approval = anApproval();
  return { ...approval, approvedBy: [{ user: BOB, at: approval.expiresAt }] };
}

function anApproval(): NonNullable<Job['approval']> {
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  return { digest: 'ab12cd34ef56'.repeat(5), required: 1, requestedBy: ANN, expiresAt, approvedBy: [] };
}

function aWaitingJob(change: Partial<Job>): Job {
  const now = new Date().toISOString();
  return aJob({ version: 1, requestedBy: ANN, createdAt: now, updatedAt: now, approval: anApproval(), ...change });
}
