// What AWS asks for, in one place: put in what your region and contract say, and run `node infra/aws/costs.ts`.

/** When these were written down, and where from: list prices of us-east-1 in US dollars, without free tiers, as
 * remembered and not looked up. */
export const PRICES_OF = { date: '2026-11-21', region: 'us-east-1', source: 'memory' } as const;

/** `usd`: of one unit. `where`: the page to check it on. */
export type UnitPrice = { usd: number; unit: string; where: string };

const MILLION = 1_000_000;

export const UNIT_PRICES = {
  writeUnit: { usd: 0.625 / MILLION, unit: 'write of 1 KB', where: 'aws.amazon.com/dynamodb/pricing/on-demand' },
  readUnit: {
    usd: 0.125 / MILLION,
    unit: 'consistent read of 4 KB',
    where: 'aws.amazon.com/dynamodb/pricing/on-demand',
  },
  rowsKept: { usd: 0.45, unit: 'GB a month, with recovery', where: 'aws.amazon.com/dynamodb/pricing/on-demand' },
  queueCall: { usd: 0.5 / MILLION, unit: 'request to a FIFO queue', where: 'aws.amazon.com/sqs/pricing' },
  computed: { usd: 0.0000133334, unit: 'GB-second, arm64', where: 'aws.amazon.com/lambda/pricing' },
  invocation: { usd: 0.2 / MILLION, unit: 'call of a function', where: 'aws.amazon.com/lambda/pricing' },
  trace: { usd: 5 / MILLION, unit: 'trace', where: 'aws.amazon.com/xray/pricing' },
  logged: { usd: 0.5, unit: 'GB of logs', where: 'aws.amazon.com/cloudwatch/pricing' },
  alarm: { usd: 0.1, unit: 'alarm a month', where: 'aws.amazon.com/cloudwatch/pricing' },
  metric: { usd: 0.3, unit: 'metric a month', where: 'aws.amazon.com/cloudwatch/pricing' },
  dashboard: { usd: 3, unit: 'dashboard a month', where: 'aws.amazon.com/cloudwatch/pricing' },
  key: { usd: 1, unit: 'key a month', where: 'aws.amazon.com/kms/pricing' },
  secret: { usd: 0.4, unit: 'secret a month', where: 'aws.amazon.com/secrets-manager/pricing' },
  endpoint: { usd: 0.01, unit: 'interface endpoint an hour and zone', where: 'aws.amazon.com/privatelink/pricing' },
  attachment: { usd: 0.05, unit: 'attachment an hour', where: 'aws.amazon.com/transit-gateway/pricing' },
} satisfies Record<string, UnitPrice>;
