// docs/operations.md says what a month costs: from the prices and the counts that stand in the code.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { costOfJob, costOfMonth, type Fixed, type Job, type Load, sumOf } from '../../infra/aws/cost-model.ts';
import { CALLS_OF_A_CHANGE, CALLS_OF_AN_AUDIT } from '../../infra/aws/counted-calls.ts';
import { renderCosts } from '../../infra/aws/render-costs.ts';
import { PRICES_OF, UNIT_PRICES } from '../../infra/aws/unit-prices.ts';

const operations = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

describe('docs/operations.md', () => {
  it.each(renderCosts().split('\n\n'))('has the table as it is worked out: %#', (table) => {
    expect(operations).toContain(table);
  });

  it('says beside the prices when they were written down, and where from', () => {
    const section = operations.split('## What a month costs')[1] ?? '';
    for (const fact of Object.values(PRICES_OF)) expect(section).toContain(fact);
  });

  it('has the counts that are reckoned with', () => {
    const actions = new Set([...Object.keys(CALLS_OF_A_CHANGE), ...Object.keys(CALLS_OF_AN_AUDIT)]);
    for (const action of actions) {
      const [change, audit] = [CALLS_OF_A_CHANGE[action] ?? 0, CALLS_OF_AN_AUDIT[action] ?? 0];
      expect(operations).toMatch(new RegExp(`\\| \`${action}\` \\| \\d+ \\| ${change} \\| \\d+ \\| ${audit} \\|`));
    }
  });
});

describe('costs', () => {
  const none: Job = { calls: {}, workerSeconds: 0, loggedKb: 0, keptKb: 0 };
  const fixed: Fixed = { alarms: 0, metrics: 0, hasNewNetwork: false, hasTransitGateway: false };
  const load: Load = { clusters: 10, vcenters: 1, changes: 2, others: 8, auditsADay: 0 };
  const priceOf = (job: Partial<Job>) => sumOf(costOfJob({ ...none, ...job }));

  it.each([
    { what: 'a million writes of 5 KB', job: { calls: { 'dynamodb:PutItem': 1e6 } }, usd: 5 * 0.625 },
    { what: 'a million reads of 5 KB', job: { calls: { 'dynamodb:GetItem': 1e6 } }, usd: 2 * 0.125 },
    { what: 'a million seconds of the worker', job: { workerSeconds: 1e6 }, usd: 13.3334 },
    { what: 'two gigabytes of logs', job: { loggedKb: 2e6 }, usd: 1 },
    { what: 'nothing', job: {}, usd: 0 },
  ])('of $what are $usd dollars', ({ job, usd }) => {
    expect(priceOf(job)).toBeCloseTo(usd, 6);
  });

  it('grow with the clusters, but for what is there anyhow', () => {
    const job = { ...none, workerSeconds: 100 };
    const month = (clusters: number) => costOfMonth({ ...load, clusters }, { change: job, audit: none }, fixed);
    const of = (costs: ReturnType<typeof month>, what: string) => costs.find((one) => one.what === what)?.usd ?? 0;
    expect(of(month(1000), 'jobs')).toBeCloseTo(100 * of(month(10), 'jobs'), 6);
    expect(of(month(1000), 'key, secrets')).toBe(of(month(10), 'key, secrets'));
    expect(UNIT_PRICES.key.usd).toBeLessThan(of(month(10), 'key, secrets'));
  });
});
