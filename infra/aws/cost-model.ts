// What a stage costs in a month, from counted calls and unit prices.
import type { Calls } from './counted-calls.ts';
import { UNIT_PRICES } from './unit-prices.ts';

/** What a job needs beside its calls. `workerSeconds`: mostly waiting for vCenter, and the first to replace by what your
 * own functions take. */
export type Job = { calls: Calls; workerSeconds: number; loggedKb: number; keptKb: number };

/** What is there whether or not anybody works. */
export type Fixed = { alarms: number; metrics: number; hasNewNetwork: boolean; hasTransitGateway: boolean };

export type Load = { clusters: number; vcenters: number; changes: number; others: number; auditsADay: number };

/** A line of the reckoning, in US dollars. */
export type Cost = { what: string; usd: number };

const HOURS = 730;
const MINUTES = HOURS * 60;
const DAYS = HOURS / 24;
/** Most rows are smaller; the job's own grows with its hosts. */
const ROW_KB = 5;
/** A message is sent, received and deleted. */
const CALLS_OF_A_MESSAGE = 3;
/** Lambda's pollers ask an idle queue again every twenty seconds, five of them for each of six queues. */
const IDLE_POLLS = 6 * 5 * 3 * MINUTES;
const ZONES = 2;
const ENDPOINTS = 2;
const SLACK_AND_ALARMS = 2;

const WORKER_GB = 1;
const NOTIFIER = { gb: 0.5, seconds: 2.5 };
const CLOCK = { gb: 0.5, seconds: 0.2, secondsACluster: 0.005 };

const { writeUnit, readUnit, queueCall, computed, invocation, trace, logged } = UNIT_PRICES;

/** Of one job, by what it is for. */
export function costOfJob({ calls, workerSeconds, loggedKb }: Job): Cost[] {
  const of = (...actions: string[]) => actions.reduce((sum, action) => sum + (calls[action] ?? 0), 0);
  const writes = of('dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem');
  const reads = of('dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query');
  const messages = of('sqs:SendMessage');
  return [
    { what: 'table, writes', usd: writes * ROW_KB * writeUnit.usd },
    { what: 'table, consistent reads', usd: reads * Math.ceil(ROW_KB / 4) * readUnit.usd },
    { what: 'queues', usd: messages * CALLS_OF_A_MESSAGE * queueCall.usd },
    { what: 'worker', usd: workerSeconds * WORKER_GB * computed.usd },
    { what: 'notifier', usd: messages * NOTIFIER.seconds * NOTIFIER.gb * computed.usd },
    { what: 'calls of functions, traces', usd: messages * (invocation.usd + trace.usd) },
    { what: 'logs', usd: (loggedKb / 1_000_000) * logged.usd },
  ];
}

/** Of a month, fixed part included. `others`: jobs a cluster and month that change nothing, each as dear as a change. */
export function costOfMonth(load: Load, { change, audit }: { change: Job; audit: Job }, fixed: Fixed): Cost[] {
  const { clusters, vcenters } = load;
  const jobs = clusters * (load.changes + load.others);
  const audits = clusters * load.auditsADay * DAYS;
  const keptGb = (jobs * change.keptKb + audits * audit.keptKb) / 1_000_000;
  const clockSeconds = CLOCK.seconds + clusters * (load.auditsADay > 0 ? CLOCK.secondsACluster : 0);
  const network = fixed.hasNewNetwork ? ENDPOINTS * ZONES * HOURS * UNIT_PRICES.endpoint.usd : 0;
  const looks = load.auditsADay > 0 ? MINUTES * clusters * Math.ceil(ROW_KB / 4) * readUnit.usd : 0;
  return [
    { what: 'jobs', usd: jobs * sumOf(costOfJob(change)) },
    { what: 'audits', usd: audits * sumOf(costOfJob(audit)) + looks },
    { what: 'rows kept', usd: keptGb * UNIT_PRICES.rowsKept.usd },
    { what: 'clock', usd: MINUTES * (clockSeconds * CLOCK.gb * computed.usd + invocation.usd + trace.usd) },
    { what: 'polling of idle queues by Lambda', usd: IDLE_POLLS * queueCall.usd },
    { what: 'key, secrets', usd: UNIT_PRICES.key.usd + (SLACK_AND_ALARMS + vcenters) * UNIT_PRICES.secret.usd },
    { what: 'alarms, dashboard', usd: fixed.alarms * UNIT_PRICES.alarm.usd + UNIT_PRICES.dashboard.usd },
    { what: 'metrics', usd: fixed.metrics * UNIT_PRICES.metric.usd },
    { what: 'interface endpoints', usd: network },
    { what: 'transit gateway attachment', usd: fixed.hasTransitGateway ? HOURS * UNIT_PRICES.attachment.usd : 0 },
  ];
}

export const sumOf = (costs: Cost[]): number => costs.reduce((sum, { usd }) => sum + usd, 0);
