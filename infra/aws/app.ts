// What `npm run synth` runs, and what `npm run deploy` has the CDK's own command run.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { App } from 'aws-cdk-lib';
import { stringify } from 'yaml';
import { OpsError } from '../../shared/errors.ts';
import { bundleFunctions } from './bundle.ts';
import { addChecks, createApp } from './create-app.ts';
import { readDeployment } from './deployment.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OWN = join(ROOT, 'deployment.yaml');
const EXAMPLE = join(ROOT, 'infra/aws/deployment.example.yaml');

// Set by the CDK's command, which may go on to deploy: not with somebody's example.
const isCalledByCdk = process.env['CDK_OUTDIR'] !== undefined;

try {
  const path = isCalledByCdk || existsSync(OWN) ? OWN : EXAMPLE;
  const outdir = isCalledByCdk ? undefined : join(ROOT, 'cdk.out');
  const stages = readDeployment(path);
  const bundles = join(ROOT, 'dist/functions');
  await bundleFunctions(bundles);
  const app = addChecks(createApp({ stages, bundles, assets: join(ROOT, 'dist/stages'), outdir }));
  const assembly = app.synth();
  if (!isCalledByCdk) tell(path, assembly);
} catch (error) {
  process.exitCode = 2;
  // The CDK has already written what its checks found.
  if (error instanceof Error && error.name === 'ValidationFailed') process.stderr.write(`${error.message}\n`);
  else if (error instanceof OpsError) process.stderr.write(`${error.message}\n${error.remedy}\n`);
  else throw error;
}

type Assembly = ReturnType<App['synth']>;
type Template = { Resources: Record<string, { Type: string }> };

/** The templates to whoever reads the output, and what is in them to whoever looks on. */
function tell(path: string, { stacks }: Assembly): void {
  for (const stack of stacks) process.stdout.write(`---\n# ${stack.stackName}\n${stringify(readTemplate(stack))}`);
  const checked = 'cdk-nag (AwsSolutions, Serverless) and the CDK’s own rules: nothing found';
  process.stderr.write([`\n${relative(ROOT, path)}`, ...stacks.map(summarize), `${checked}\n`].join('\n'));
}

function readTemplate({ templateFullPath }: Assembly['stacks'][number]): Template {
  return JSON.parse(readFileSync(templateFullPath, 'utf8')) as Template;
}

function summarize(stack: Assembly['stacks'][number]): string {
  const { stackName, templateFullPath } = stack;
  const types = Object.values(readTemplate(stack).Resources).map(({ Type }) => Type);
  const counts = Object.entries(Object.groupBy(types, (type) => type)).map(
    ([type, same = []]) => `  ${same.length} ${type}`,
  );
  return [`${stackName}: ${types.length} resources in ${relative(ROOT, templateFullPath)}`, ...counts.toSorted()].join(
    '\n',
  );
}
