// Loaded before the product (node --import), which knows nothing of it. Counts the product's calls to the table, the
// queue and vCenter in Node's own http module, and does something bad at the N-th: DISTURB_HOW, by default a SIGKILL.
import { execFileSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const at = Number(process.env.DISTURB_AT ?? '0');
// `before` the call leaves, or `after` its answer has come and nobody has seen it.
const side = process.env.DISTURB_SIDE ?? 'before';
const how = process.env.DISTURB_HOW ?? 'SIGKILL';
const goneMs = Number(process.env.DISTURB_SECONDS ?? '0') * 1000;
const countFile = process.env.DISTURB_COUNT_FILE;
const snapshots = process.env.DISTURB_SNAPSHOTS;
const dataFolder = process.env.DISTURB_DATA;
let calls = 0;
let clockShiftMs = 0;
let goneUntil = 0;

const WRITES = /^(DynamoDB_\d+\.(PutItem|UpdateItem|DeleteItem)|AmazonSQS\.SendMessage)$/;
const OF_TABLE = /^DynamoDB_/;
const OF_QUEUE = /^AmazonSQS\./;

const DEEDS = {
  SIGKILL: () => process.kill(process.pid, 'SIGKILL'),
  SIGTERM: () => process.kill(process.pid, 'SIGTERM'),
  SIGINT: () => process.kill(process.pid, 'SIGINT'),
  // No file may grow beyond 0 bytes any more: what Node writes fails, and what LevelDB writes in C++.
  'disk-full': fillDisk,
  'clock-forward': () => shiftClock(600_000),
  'clock-back': () => shiftClock(-600_000),
  'table-refuses': () => goAway(),
  'table-hangs': () => goAway(),
  'queue-refuses': () => goAway(),
  'queue-hangs': () => goAway(),
};

if (how === 'full-from-start') fillDisk();

// Now, whatever is under way, for who watches the process from outside; once more, and what is gone comes back.
process.on('SIGUSR2', () => {
  if (performance.now() < goneUntil) goneUntil = 0;
  else DEEDS[how]();
});

/** Stands still as a whole, threads that write included, while its data folder is copied: what a copy holds is what a
 * SIGKILL would have left, since the pages that a process has written outlive it. `then`: the signal that ends it. Linux:
 * /proc says who stands still. */
function takeSnapshot({ at: call, side: atSide, call: name }, then) {
  const takenAt = Date.now();
  const line = JSON.stringify({ at: call, side: atSide, call: name, takenAt });
  appendFileSync(`${snapshots}/index`, `${line}\n`);
  const to = `${snapshots}/${call}-${atSide}`;
  execFileSync('sh', ['-c', STOP_AND_COPY, 'sh', String(process.pid), dataFolder, to, then]);
  const stoodStillMs = Date.now() - takenAt;
  if (stoodStillMs > longestMs) writeFileSync(`${snapshots}/longest`, String((longestMs = stoodStillMs)));
}
let longestMs = 0;
const STOP_AND_COPY = `
kill -STOP $1
while grep -L '^State:.T' /proc/$1/task/*/status | grep -q .; do :; done
cp -a "$2" "$3"
failed=$?
kill -$4 $1
exit $failed`;

function fillDisk() {
  execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=0:']);
}

function goAway() {
  goneUntil = performance.now() + goneMs;
}

/** Date only: what measures durations is not moved when a machine's clock is set. */
function shiftClock(ms) {
  clockShiftMs += ms;
}
const RealDate = Date;
const shiftedNow = () => RealDate.now() + clockShiftMs;
globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [shiftedNow()] : args));
  }
  static now() {
    return shiftedNow();
  }
};
shiftClock(Number(process.env.CLOCK_SHIFT_SECONDS ?? '0') * 1000);

/** Undefined for what is no call of the product's to table, queue or vCenter. */
function nameOf(options) {
  const headers = Object.fromEntries(
    Object.entries(options?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  const target = headers['x-amz-target'];
  if (target !== undefined) return target;
  return options?.path === '/sdk' || 'soapaction' in headers ? 'vCenter' : undefined;
}

/** Reads of the table are left out: a death there is a death before the next call. */
const isCounted = (name) => name === 'vCenter' || WRITES.test(name);

function isGone(name) {
  if (performance.now() >= goneUntil) return false;
  return (how.startsWith('table-') && OF_TABLE.test(name)) || (how.startsWith('queue-') && OF_QUEUE.test(name));
}

// Takes connections and never says a word. A port that nobody listens on refuses them.
let silentPort = 0;
if (how.endsWith('-hangs')) {
  const silent = net.createServer(() => undefined).listen(0, '127.0.0.1');
  silent.unref();
  silent.on('listening', () => {
    silentPort = silent.address().port;
  });
}
const REFUSING_PORT = 1;

/** What happens at a point: nothing, mostly. */
function pass(point) {
  const isNow = point.at === at && point.side === side;
  if (snapshots !== undefined) takeSnapshot(point, isNow ? 'KILL' : 'CONT');
  else if (isNow) DEEDS[how]();
}

function watch(module) {
  const { request } = module;
  module.request = (...args) => {
    const options = args.find((one) => typeof one === 'object' && one !== null && !(one instanceof URL));
    const name = nameOf(options);
    if (name === undefined) return request(...args);
    const isCall = isCounted(name);
    if (isCall) {
      calls += 1;
      if (countFile !== undefined) appendFileSync(countFile, `${calls} ${name}\n`);
    }
    const call = calls;
    if (isCall) pass({ at: call, side: 'before', call: name });
    if (isGone(name)) options.port = how.endsWith('-hangs') ? silentPort : REFUSING_PORT;
    if (isGone(name)) options.agent = undefined;
    const sent = request(...args);
    if (isCall) sent.prependListener('response', () => pass({ at: call, side: 'after', call: name }));
    return sent;
  };
}

watch(http);
watch(https);
syncBuiltinESMExports();
