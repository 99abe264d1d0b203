// `npm run doctor -- [--config FILE] [--json]`: looks at everything that the product stands on, and says how to mend it.
import { parseArgs } from 'node:util';
import { explainOptions } from '../lab/explain-options.ts';
import { examine } from './doctor/examine.ts';
import { renderChecks } from './doctor/render-checks.ts';
import { renderError } from './exit-error.ts';

const USAGE = `usage: npm run doctor -- [--config FILE] [--json]

--config FILE   your vmotion.yaml; without it the lab's, with the lab's vCenter and Slack
--json          one JSON document instead of lines

Slack's tokens and the vCenters' secrets are taken from the environment, as "npm start -- --config" takes them. With
JOB_TABLE set, table, queues and secrets are those in AWS: JOB_QUEUE_URL, NOTICE_QUEUE_URL, CARD_QUEUE_URL, SLACK_SECRET and ALARM_SECRET
name the others.
Ends with 0 when nothing failed, with 1 when something did, and with 2 for a wrong option.
`;

const options = parse();
if (options !== undefined) {
  try {
    const checks = await examine(options.config, process.env);
    const isOk = checks.every((check) => check.state !== 'fail');
    process.stdout.write(options.json ? `${JSON.stringify({ ok: isOk, checks }, null, 2)}\n` : renderChecks(checks));
    process.exitCode = isOk ? 0 : 1;
  } catch (error) {
    process.stderr.write(renderError(error));
    process.exitCode = 1;
  }
}

function parse(): { config: string | undefined; json: boolean } | undefined {
  const options = {
    config: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    const { values } = parseArgs({ options });
    if (values.help !== true) return { config: values.config, json: values.json ?? false };
    process.stdout.write(USAGE);
  } catch (error) {
    process.stderr.write(`${explainOptions(error, process.argv.slice(2), options)}\n\n${USAGE}`);
    process.exitCode = 2;
  }
  return undefined;
}
