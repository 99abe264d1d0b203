// Loaded before the product (node --import): ends the process with SIGKILL at its N-th call to the table, the queue or
// vCenter, either before the call leaves or when its answer has come and nobody has seen it yet. With N = 0 it only counts.
import { appendFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

const at = Number(process.env.KILL_AT ?? '0');
const side = process.env.KILL_SIDE ?? 'before';
const countFile = process.env.KILL_COUNT_FILE;
let calls = 0;

const WRITES = /^(DynamoDB_\d+\.(PutItem|UpdateItem|DeleteItem)|AmazonSQS\.SendMessage)$/;

/** Reads of the table are left out: a death there is a death before the next call. */
function nameOf(options) {
  const headers = Object.fromEntries(
    Object.entries(options?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  const target = headers['x-amz-target'];
  if (target !== undefined) return WRITES.test(target) ? target : undefined;
  return options?.path === '/sdk' || 'soapaction' in headers ? 'vCenter' : undefined;
}

function watch(module) {
  const { request } = module;
  module.request = (...args) => {
    const name = nameOf(args.find((one) => typeof one === 'object' && one !== null && !(one instanceof URL)));
    if (name === undefined) return request(...args);
    calls += 1;
    if (countFile !== undefined) appendFileSync(countFile, `${calls} ${name}\n`);
    const isNow = calls === at;
    if (isNow && side === 'before') process.kill(process.pid, 'SIGKILL');
    const sent = request(...args);
    if (isNow) sent.prependListener('response', () => process.kill(process.pid, 'SIGKILL'));
    return sent;
  };
}

watch(http);
watch(https);
syncBuiltinESMExports();
