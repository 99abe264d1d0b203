import { END_STATES } from '../../shared/domain/exit-code.ts';
import { type Cost, costOfJob, costOfMonth, type Fixed, type Job, type Load, sumOf } from './cost-model.ts';
import { CALLS_OF_A_CHANGE, CALLS_OF_AN_AUDIT } from './counted-calls.ts';
import { LOG_METRICS } from './log-metrics.ts';
import { UNIT_PRICES } from './unit-prices.ts';

const CHANGE: Job = { calls: CALLS_OF_A_CHANGE, workerSeconds: 180, loggedKb: 200, keptKb: 60 };
const AUDIT: Job = { calls: CALLS_OF_AN_AUDIT, workerSeconds: 10, loggedKb: 20, keptKb: 10 };

/** The alarms of a stage; a test counts them in the template. */
export const ALARMS = 32;
/** Beside those of log lines, what the functions count themselves: one by end of a job, six others. */
const OWN_METRICS = END_STATES.length + 6;
const FIXED: Fixed = {
  alarms: ALARMS,
  metrics: Object.keys(LOG_METRICS).length + OWN_METRICS,
  hasNewNetwork: true,
  hasTransitGateway: true,
};

const SMALL: Load = { clusters: 10, vcenters: 1, changes: 2, others: 8, auditsADay: 0 };
const LARGE: Load = { ...SMALL, clusters: 1000, vcenters: 20 };
const LOADS: { title: string; load: Load }[] = [
  { title: '10 clusters, 1 vCenter', load: SMALL },
  { title: 'with an audit each hour', load: { ...SMALL, auditsADay: 24 } },
  { title: '1,000 clusters, 20 vCenters', load: LARGE },
  { title: 'with an audit each day', load: { ...LARGE, auditsADay: 1 } },
  { title: 'with an audit each hour', load: { ...LARGE, auditsADay: 24 } },
];

/** Three tables in Markdown: unit prices, a change and an audit, and the month. */
export function renderCosts(): string {
  return [renderPrices(), renderJobs(), renderMonth()].join('\n\n');
}

function renderPrices(): string {
  const rows = Object.values(UNIT_PRICES).map(({ usd, unit, where }) => [unit, plain(usd), where]);
  return table(['unit', 'price assumed, $', 'where to check'], rows);
}

function renderJobs(): string {
  const audit = costOfJob(AUDIT);
  const rows = costOfJob(CHANGE).map(({ what, usd }, index) => [what, cents(usd), cents(audit[index]?.usd ?? 0)]);
  const sums = [cents(sumOf(costOfJob(CHANGE))), cents(sumOf(audit))].map(bold);
  return table(['of one job', 'change of 4 hosts, $', 'audit of 4 hosts, $'], [...rows, [bold('together'), ...sums]]);
}

function renderMonth(): string {
  const months = LOADS.map(({ load }) => costOfMonth(load, { change: CHANGE, audit: AUDIT }, FIXED));
  const [first = []] = months;
  const rows = first.map(({ what }, index) => [what, ...months.map((month) => dollars(month[index]))]);
  const sums = months.map((month) => bold(sumOf(month).toFixed(0)));
  return table(['a month, $', ...LOADS.map(({ title }) => title)], [...rows, [bold('together'), ...sums]]);
}

const dollars = (cost: Cost | undefined) => (cost?.usd ?? 0).toFixed(2);
const cents = (usd: number) => usd.toFixed(4);
const bold = (text: string) => `**${text}**`;

/** Without an exponent, and as few digits as say it. */
function plain(usd: number): string {
  return usd.toFixed(10).replace(/\.?0+$/, '');
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
