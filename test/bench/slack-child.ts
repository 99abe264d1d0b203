// The Slack function in a process of its own, as Lambda starts it: loads it, sends signed commands, says how long each
// took, and how much of that it waited for the table, the queue and the secret.
import { createHmac, randomUUID } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

type Handler = (event: APIGatewayProxyEventV2, context: object) => Promise<APIGatewayProxyStructuredResultV2>;
/** `cpuMs`: of all threads; what stays the same where others use the machine too. */
type Timing = { ms: number; waitedMs: number; cpuMs: number };

const { FUNCTION_FILE = '', FUNCTION_EXPORT = '', SIGNING_SECRET = '', WARM_RUNS = '1' } = process.env;

/** Time in which at least one HTTP request was open. */
const waiting = { open: 0, sinceMs: 0, totalMs: 0 };
subscribe('http.client.request.start', () => {
  if (waiting.open === 0) waiting.sinceMs = performance.now();
  waiting.open += 1;
});
subscribe('http.client.response.finish', () => {
  waiting.open -= 1;
  if (waiting.open === 0) waiting.totalMs += performance.now() - waiting.sinceMs;
});

async function timed(work: () => Promise<void>): Promise<Timing> {
  const begin = performance.now();
  const waitedBefore = waiting.totalMs;
  const cpuBefore = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  return { ms: performance.now() - begin, waitedMs: waiting.totalMs - waitedBefore, cpuMs: (user + system) / 1000 };
}

/** Each with another trigger id, so that none counts as a copy. */
function signedCommand(): APIGatewayProxyEventV2 {
  const form = {
    command: '/vmotion',
    text: 'history cluster-a',
    user_id: 'U0ANN',
    channel_id: 'C0VSPHERE',
    team_id: 'T0LAB',
    trigger_id: randomUUID(),
    response_url: 'http://127.0.0.1:9/',
  };
  const body = new URLSearchParams(form).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    version: '2.0',
    routeKey: 'POST /slack/events',
    rawPath: '/slack/events',
    rawQueryString: '',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
    requestContext: {} as APIGatewayProxyEventV2['requestContext'],
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
}

// The function logs to stdout, as Lambda wants it; here stdout is for the result.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;

let handler: Handler | undefined;
const imported = await timed(async () => {
  handler = ((await import(FUNCTION_FILE)) as Record<string, Handler>)[FUNCTION_EXPORT];
});

async function command(): Promise<void> {
  const answer = await handler?.(signedCommand(), { getRemainingTimeInMillis: () => 10_000 });
  const isAnswered = answer?.statusCode === 200 && (answer.body ?? '').includes('cluster-a');
  if (!isAnswered) throw new Error(`the function answered ${answer?.statusCode}: ${answer?.body}`);
}
const first = await timed(command);
const warm: Timing[] = [];
for (let run = 0; run < Number(WARM_RUNS); run += 1) warm.push(await timed(command));
write(`${JSON.stringify({ imported, first, warm })}\n`, () => process.exit(0));
