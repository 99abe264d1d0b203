// The example stage's template, with its tokens in a form that can be compared.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Template } from 'aws-cdk-lib/assertions';
import { type App, Stack } from 'aws-cdk-lib';
import { FUNCTION_NAMES } from '../../infra/aws/bundle.ts';
import { createApp } from '../../infra/aws/create-app.ts';
import { readDeployment, type Stage } from '../../infra/aws/deployment.ts';
import type { AwsCall } from './recording-aws.ts';

const EXAMPLE = fileURLToPath(new URL('../../infra/aws/deployment.example.yaml', import.meta.url));

export type Resource = { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string };
export type StackTemplate = { Resources: Record<string, Resource>; Outputs: Record<string, unknown> };

/** The stage that the example deployment declares. */
export function exampleStage(): Stage {
  const [stage] = readDeployment(EXAMPLE);
  if (stage === undefined) throw new Error('the example declares no stage');
  return stage;
}

const made = new Map<string, StackTemplate>();

/** The template of the example's stage with these changes. */
export function synthesizeExample(change: Partial<Stage> = {}): StackTemplate {
  const key = JSON.stringify(change);
  const template = made.get(key) ?? synthesize({ ...exampleStage(), ...change });
  made.set(key, template);
  return template;
}

function synthesize(stage: Stage): StackTemplate {
  const app = createExampleApp(stage);
  const stack = app.node.children.find((child): child is Stack => Stack.isStack(child));
  if (stack === undefined) throw new Error('the app has no stack');
  return toPlain(Template.fromStack(stack).toJSON()) as StackTemplate;
}

/** The app before it is synthesized. The code of its functions is left out: the templates do not depend on it. */
export function createExampleApp(stage: Stage): App {
  const folder = mkdtempSync(join(tmpdir(), 'synth-'));
  for (const name of FUNCTION_NAMES) {
    mkdirSync(join(folder, 'bundles', name), { recursive: true });
    writeFileSync(join(folder, 'bundles', name, 'index.mjs'), 'export const handler = async () => undefined;');
  }
  return createApp({
    stages: [stage],
    bundles: join(folder, 'bundles'),
    assets: join(folder, 'assets'),
    outdir: join(folder, 'cdk.out'),
  });
}

/** References become `<LogicalId>`, joins one text. */
export function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  if (value === null || typeof value !== 'object') return value;
  const token = value as { Ref?: string; 'Fn::GetAtt'?: string[]; 'Fn::Join'?: [string, unknown[]] };
  if (token.Ref !== undefined) return `<${token.Ref}>`;
  if (token['Fn::GetAtt'] !== undefined) return `<${token['Fn::GetAtt'][0]}>`;
  if (token['Fn::Join'] !== undefined) return token['Fn::Join'][1].map(toPlain).join(token['Fn::Join'][0]);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, toPlain(one)]));
}

export type Grant = { effect: string; actions: string[]; resources: string[]; condition: unknown };

type Statement = { Effect: string; Action: string | string[]; Resource: string | string[]; Condition?: unknown };

const list = (one: string | string[]) => (Array.isArray(one) ? one : [one]);

/** Every statement of the function's own role. */
export function grantsOf({ Resources }: StackTemplate, name: string): Grant[] {
  const role = `${name.charAt(0).toUpperCase()}${name.slice(1)}Role`;
  const policies = Object.entries(Resources).filter(
    ([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith(`${role}DefaultPolicy`),
  );
  return policies.flatMap(([, { Properties }]) => {
    const { Statement } = Properties['PolicyDocument'] as { Statement: Statement[] };
    return Statement.map(({ Effect, Action, Resource, Condition }) => ({
      effect: Effect,
      actions: list(Action),
      resources: list(Resource),
      condition: Condition,
    }));
  });
}

/** The stack's names for what the emulators have. */
const LOGICAL: [RegExp, string][] = [
  [/^vmotion-ops(\/index\/\w+)?$/, 'JobTable'],
  [/^jobs\.fifo$/, 'Jobs'],
  [/^notices\.fifo$/, 'Notices'],
  [/^cards\.fifo$/, 'Cards'],
  [/^vmotion-ops\/slack$/, 'SlackSecret'],
  [/^vmotion-ops\/alarms$/, 'AlarmSecret'],
  [/^vcenter\/lab$/, 'VcenterSecret'],
];

/** Whether a role with these grants may make this call. */
export function isGranted(grants: Grant[], { action, on }: AwsCall): boolean {
  const id = LOGICAL.find(([pattern]) => pattern.test(on))?.[1];
  if (id === undefined) throw new Error(`no resource of the stack is known for ${on}`);
  const suffix = /\/index\/\w+$/.exec(on)?.[0] ?? '';
  const isIt = (resource: string) => new RegExp(`^<${id}[A-Za-z]*[0-9A-F]{8}>${suffix}$`).test(resource);
  return grants.some((one) => one.effect === 'Allow' && one.actions.includes(action) && one.resources.some(isIt));
}
