import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { Stage } from './deployment.ts';
import { prepareAssets } from './function-assets.ts';
import { createStageStack } from './stage-stack.ts';

export type AppOptions = {
  stages: Stage[];
  /** Holds `<function>/index.mjs`. */
  bundles: string;
  /** Where the folders for Lambda are made. */
  assets: string;
  /** Where the templates go; the CDK's own choice where absent. */
  outdir?: string | undefined;
};

/** What the CDK finds wrong in a template fails the synthesis, as what cdk-nag finds does. */
const STRICT = '@aws-cdk/core:validateAgainstDefaultRules';

/** The CDK app with a stack for each stage. Throws `config-invalid`. */
export function createApp({ stages, bundles, assets, outdir }: AppOptions): App {
  const app = new App({ context: { [STRICT]: true }, ...(outdir === undefined ? {} : { outdir }) });
  for (const stage of stages) {
    const out = join(assets, stage.name);
    createStageStack(app, { stage, assets: prepareAssets({ config: stage.config, bundles, out }) });
  }
  return app;
}

/** Has cdk-nag look at the app when it is synthesized; what it finds fails the synthesis. */
export function addChecks(app: App): App {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return app;
}
