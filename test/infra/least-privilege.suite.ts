// What the roles may do, against what the code does. The as-built test holds the calls of a whole job against them too.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FUNCTION_NAMES } from '../../infra/aws/bundle.ts';
import { type Grant, grantsOf, isGranted, synthesizeExample } from './example-stack.ts';

const template = synthesizeExample();
const grants = (name: string): Grant[] => grantsOf(template, name);
const may = (who: string, action: string, on: string) => isGranted(grants(who), { who, action, on });

describe('secrets', () => {
  it.each([
    { who: 'slack', slack: true, vcenter: false },
    { who: 'alarm', slack: false, vcenter: false },
    { who: 'worker', slack: false, vcenter: true },
    { who: 'notifier', slack: true, vcenter: false },
    { who: 'clock', slack: false, vcenter: false },
  ])('$who may read Slack’s: $slack, vCenter’s: $vcenter', ({ who, slack, vcenter }) => {
    expect(may(who, 'secretsmanager:GetSecretValue', 'vmotion-ops/slack')).toBe(slack);
    expect(may(who, 'secretsmanager:GetSecretValue', 'vcenter/lab')).toBe(vcenter);
    expect(may(who, 'secretsmanager:GetSecretValue', 'vmotion-ops/alarms')).toBe(who === 'alarm');
  });
});

describe('queues', () => {
  it.each([
    { who: 'slack', sends: ['jobs.fifo', 'notices.fifo', 'cards.fifo'] },
    { who: 'alarm', sends: ['jobs.fifo', 'notices.fifo', 'cards.fifo'] },
    { who: 'worker', sends: ['jobs.fifo', 'notices.fifo', 'cards.fifo'] },
    { who: 'notifier', sends: [] },
    { who: 'clock', sends: ['jobs.fifo', 'notices.fifo', 'cards.fifo'] },
  ])('$who may send to $sends', ({ who, sends }) => {
    const allowed = ['jobs.fifo', 'notices.fifo', 'cards.fifo'].filter((queue) => may(who, 'sqs:SendMessage', queue));
    expect(allowed).toEqual(sends);
  });

  it.each([
    { who: 'slack', takes: [] },
    { who: 'alarm', takes: [] },
    { who: 'worker', takes: ['<Jobs>'] },
    { who: 'notifier', takes: ['<Notices>', '<Cards>'] },
    { who: 'clock', takes: ['<JobsDead>', '<NoticesDead>', '<CardsDead>'] },
  ])('$who is handed messages of $takes', ({ who, takes }) => {
    const receiving = grants(who).filter((grant) => grant.actions.includes('sqs:ReceiveMessage'));
    const queues = receiving.flatMap((grant) => grant.resources);
    expect(queues.map((queue) => queue.replace(/[0-9A-F]{8}>$/, '>'))).toEqual(takes);
  });
});

describe('rows', () => {
  it('are deleted by nobody but the worker, which takes back baselines', () => {
    expect(FUNCTION_NAMES.filter((who) => may(who, 'dynamodb:DeleteItem', 'vmotion-ops'))).toEqual(['worker']);
  });

  it('are granted by the calls that the stores make, and no others', () => {
    const called = commandsOf('shared/aws').filter((command) => DYNAMODB.has(command));
    const actions = new Set(called.map((command) => `dynamodb:${DYNAMODB.get(command) ?? command}`));
    const granted = FUNCTION_NAMES.flatMap((who) => actionsOf(who, 'dynamodb'));
    expect(new Set(granted)).toEqual(actions);
  });

  it.each([
    { who: 'slack', indexes: ['byCluster', 'open'] },
    { who: 'alarm', indexes: ['byCluster'] },
    { who: 'worker', indexes: ['byCluster'] },
    { who: 'notifier', indexes: [] },
    { who: 'clock', indexes: ['byCluster', 'open'] },
  ])('$who finds them by the indexes $indexes only', ({ who, indexes: expected }) => {
    const indexes = ['byCluster', 'open'].filter((one) => may(who, 'dynamodb:Query', `vmotion-ops/index/${one}`));
    expect(indexes).toEqual(expected);
  });
});

describe('every role', () => {
  it.each(FUNCTION_NAMES)('%s has no wildcard in an action', (who) => {
    expect(
      grants(who)
        .flatMap(({ actions }) => actions)
        .filter((action) => action.includes('*')),
    ).toEqual([]);
  });

  it.each(FUNCTION_NAMES)('%s has no wildcard in a resource but where AWS knows no resources', (who) => {
    const wide = grants(who).filter(({ effect, resources }) => {
      return effect === 'Allow' && resources.some((resource) => resource.includes('*'));
    });
    const services = new Set(wide.flatMap(({ actions }) => actions).map((action) => action.split(':')[0]));
    expect(services).toEqual(new Set(who === 'worker' ? ['xray', 'ec2'] : ['xray']));
  });

  it('uses the key only through the service that keeps the data', () => {
    for (const who of FUNCTION_NAMES) {
      const ofKey = grants(who).filter(({ actions }) => actions.some((action) => action.startsWith('kms:')));
      expect(ofKey.length).toBeGreaterThan(0);
      for (const { condition } of ofKey) {
        expect(condition).toEqual({
          StringEquals: { 'kms:ViaService': expect.stringMatching(/^(dynamodb|sqs|secretsmanager)\.eu-central-1\./) },
        });
      }
    }
  });

  it('makes no call to AWS that no role allows', () => {
    const services = new Set(FUNCTION_NAMES.flatMap((who) => grants(who).flatMap(({ actions }) => actions)));
    for (const command of commandsOf('shared/aws')) {
      const action = DYNAMODB.get(command);
      const known = action === undefined ? OTHER_CALLS.get(command) : `dynamodb:${action}`;
      expect(known, `${command} is not known here: grant it in infra/aws/permissions.ts`).toBeDefined();
      expect(services).toContain(known);
    }
  });

  it('has its AWS calls in one room, where these tests look for them', () => {
    const elsewhere = ['shared/app', 'shared/domain', 'shared/slack', 'shared/vsphere', 'functions'].flatMap(
      commandsOf,
    );
    expect(elsewhere).toEqual([]);
  });

  it('denies the worker’s code the network rights that Lambda needs for it', () => {
    const [denied, ...more] = grants('worker').filter(({ effect }) => effect === 'Deny');
    expect(more).toEqual([]);
    const arn = 'arn:<AWS::Partition>:lambda:eu-central-1:111122223333:function:vmotion-ops-example-worker';
    expect(denied?.condition).toEqual({ ArnEquals: { 'lambda:SourceFunctionArn': arn } });
    const allowed = grants('worker').find(
      ({ effect, actions }) => effect === 'Allow' && actions[0]?.startsWith('ec2:'),
    );
    expect(denied?.actions).toEqual(allowed?.actions);
  });

  it('of the scheduler calls the clock and nothing else', () => {
    expect(grantsOf(template, 'schedule').map(({ actions, resources }) => [actions, resources])).toEqual([
      [['lambda:InvokeFunction'], [expect.stringMatching(/^<Clock[0-9A-F]{8}>$/)]],
    ]);
  });
});

/** The document client's commands, by the right that each needs. */
const DYNAMODB = new Map([
  ['GetCommand', 'GetItem'],
  ['BatchGetCommand', 'BatchGetItem'],
  ['PutCommand', 'PutItem'],
  ['UpdateCommand', 'UpdateItem'],
  ['DeleteCommand', 'DeleteItem'],
  ['QueryCommand', 'Query'],
]);
const OTHER_CALLS = new Map([
  ['SendMessageCommand', 'sqs:SendMessage'],
  ['GetSecretValueCommand', 'secretsmanager:GetSecretValue'],
]);

/** Every SDK command that a room makes. */
function commandsOf(room: string): string[] {
  const folder = fileURLToPath(new URL(`../../${room}`, import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const texts = files.map((file) => readFileSync(`${folder}/${file}`, 'utf8'));
  return [
    ...new Set(texts.flatMap((text) => [...text.matchAll(/new (\w+Command)\(/g)].map((match) => match[1] ?? ''))),
  ];
}

function actionsOf(who: string, service: string): string[] {
  return grants(who)
    .flatMap(({ actions }) => actions)
    .filter((action) => action.startsWith(`${service}:`));
}
