// What watches the product must speak of things that exist: log lines, headings, alarms.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LOG_METRICS } from '../../infra/aws/log-metrics.ts';
import { ALARMS } from '../../infra/aws/render-costs.ts';
import { END_STATES } from '../../shared/domain/exit-code.ts';
import { METRIC_SERVICE, type MetricName } from '../../shared/domain/metric.ts';
import { synthesizeExample } from './example-stack.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8');

/** Errors that are no metric of an alarm: what else tells of them. */
const NO_ALARM_OF_THEIR_OWN = {
  'abandon-failed': 'The message stays where it is: JobsDead, NoticesDead, CardsDead.',
  'blocks-refused': 'The message was posted in a simpler form.',
  bolt: 'The request fails: RequestsFailed.',
  'bolt-listener-failed': 'The person was told; one click of one person.',
  'notice-failed': 'It is tried again, and given up after three times: NoticesGivenUp, CardsGivenUp.',
  'row-unreadable': 'The clock says the same of the row each minute: ClockFailed.',
  'slice-broke': 'It is tried again, and given up after three times: JobsAbandoned.',
  'slice-failed': 'The same; and LoginsFailed for the one that cannot wait.',
  'thread-failed': 'It is owed and tried again; the state itself is shown.',
  'thread-item-failed': 'The thread says that it lacks something.',
  'thread-refused': 'The thread says that it lacks something.',
};

type LogMetric = { of: string | string[]; event: string | string[]; value?: string; field?: [string, string] };
const METRICS = Object.entries<LogMetric>(LOG_METRICS).map(([name, { of, event, value, field }]) => {
  // Of the lines with that event only some are counted.
  const isOfSome = field !== undefined && field[0] !== 'level';
  return { name, functions: [of].flat(), events: [event].flat(), value, isOfSome };
});

type MetricFilter = {
  LogGroupName: string;
  FilterPattern: string;
  MetricTransformations: { MetricName: string; MetricNamespace: string }[];
};

const example = Object.values(synthesizeExample().Resources);
const metricFilters = example
  .filter(({ Type }) => Type === 'AWS::Logs::MetricFilter')
  .flatMap(({ Properties }) => {
    const { LogGroupName, FilterPattern, MetricTransformations } = Properties as MetricFilter;
    const logs = LogGroupName.replace(/[0-9A-F]{8}>$/, '');
    return MetricTransformations.map((metric) => ({ logs, pattern: FilterPattern, metric }));
  });
/** What alarms look at, in the stage's own namespace. */
const watchedMetrics = new Set(
  example
    .filter(({ Type, Properties }) => {
      return Type === 'AWS::CloudWatch::Alarm' && Properties['Namespace'] === 'vmotion-ops-example';
    })
    .map(({ Properties }) => String(Properties['MetricName'])),
);
const idOf = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

describe('metrics of log lines', () => {
  it.each(METRICS)('$name counts a line that the code writes', ({ events }) => {
    const texts = ['shared', 'functions'].flatMap(sourcesOf);
    const isWritten = (event: string) =>
      texts.some((text) => new RegExp(`log\\.(info|warn|error)\\(\\s*'${event}'`).test(text));
    expect(events.filter((event) => !isWritten(event))).toEqual([]);
  });

  it('reads the field that is counted from that very line', () => {
    const texts = ['shared', 'functions'].flatMap(sourcesOf).join('\n');
    for (const { name, events, value } of METRICS.filter((one) => one.value !== undefined)) {
      const [, fields = ''] = new RegExp(`'${events[0] ?? ''}',\\s*\\{([^}]*)\\}`).exec(texts) ?? [];
      const spread = fields.includes('...times()') ? 'soapMs slowestMs' : '';
      expect(`${fields} ${spread}`, name).toContain(value);
    }
  });

  it.each(METRICS)('$name counts exactly its lines, in the stage’s namespace', ({ name, functions, events }) => {
    const filters = metricFilters.filter(({ metric }) => metric.MetricName === name);
    expect(filters.map(({ logs }) => logs)).toEqual(functions.map((one) => `<${idOf(one)}Logs`));
    for (const { metric, pattern } of filters) {
      expect(metric.MetricNamespace).toBe('vmotion-ops-example');
      for (const event of events) expect(pattern).toContain(`$.event = "${event}"`);
    }
  });

  it('or an alarm says so of every error that the functions write', () => {
    const written = ['shared', 'functions'].flatMap(sourcesOf).flatMap((text) => {
      return [...text.matchAll(/log\.error\(\s*'([\w.-]+)'/g)].map(([, event = '']) => event);
    });
    const watched = METRICS.filter(({ name, isOfSome }) => watchedMetrics.has(name) && !isOfSome).flatMap(
      ({ events }) => events,
    );
    const unwatched = [...new Set(written)].filter((event) => !watched.includes(event));
    expect(unwatched.toSorted()).toEqual(Object.keys(NO_ALARM_OF_THEIR_OWN).toSorted());
  });

  it('no line replaces its own event with a field of that name', () => {
    const lines = ['shared', 'functions']
      .flatMap(sourcesOf)
      .flatMap((text) => [...text.matchAll(/log\.(?:info|warn|error)\(\s*'[\w.-]+',\s*\{([^}]*)\}/g)]);
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter(([, fields]) => /(^|[\s,{])(event|level|time)(:|,|\s*$)/.test(fields ?? ''))).toEqual([]);
  });
});

describe('docs/operations.md', () => {
  const alarms = Object.values(synthesizeExample().Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  const links = alarms.map(
    ({ Properties }) => /operations\.md#([a-z-]+)$/.exec(String(Properties['AlarmDescription']))?.[1],
  );
  const runbooks = read('docs/operations.md').split('## Runbooks')[1] ?? '';
  const headings = [...runbooks.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => {
    return heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-');
  });

  it('has a runbook for every alarm, and reckons with their number', () => {
    expect(alarms).toHaveLength(ALARMS);
    expect(links.filter((link) => link === undefined || !headings.includes(link))).toEqual([]);
  });

  it('has no runbook for an alarm that does not exist', () => {
    expect(headings.filter((heading) => !links.includes(heading))).toEqual([]);
  });

  it.each([
    { alarm: 'JobsDead', metric: 'ApproximateNumberOfMessagesVisible', of: 'JobsDead', over: 0, periods: 3 },
    { alarm: 'NoticesDead', metric: 'ApproximateNumberOfMessagesVisible', of: 'NoticesDead', over: 0, periods: 3 },
    { alarm: 'CardsDead', metric: 'ApproximateNumberOfMessagesVisible', of: 'CardsDead', over: 0, periods: 3 },
    { alarm: 'JobsOld', metric: 'ApproximateAgeOfOldestMessage', of: 'Jobs', over: 480, periods: 1 },
    { alarm: 'NoticesOld', metric: 'ApproximateAgeOfOldestMessage', of: 'Notices', over: 300, periods: 1 },
    { alarm: 'CardsOld', metric: 'ApproximateAgeOfOldestMessage', of: 'Cards', over: 900, periods: 1 },
    { alarm: 'CardsGivenUp', metric: 'CardsGivenUp', over: 0, periods: 1 },
    { alarm: 'Errors-worker', metric: 'Errors', of: 'Worker', over: 0, periods: 1 },
    { alarm: 'Throttles-slack', metric: 'Throttles', of: 'Slack', over: 0, periods: 3 },
    { alarm: 'ApiErrors', metric: '5xx', of: 'SlackApi', over: 0, periods: 1 },
    { alarm: 'JobsStalled', metric: 'JobsStalled', over: 0, periods: 1 },
    { alarm: 'LoginsFailed', metric: 'LoginsFailed', over: 0, periods: 1 },
    { alarm: 'LeaseStuck', metric: 'LeasesHeld', over: 5, periods: 3 },
    { alarm: 'AuditLogGaps', metric: 'AuditLogGaps', over: 0, periods: 1 },
  ])('$alarm goes off over $over of $metric, $periods times', ({ alarm, metric, of, over, periods }) => {
    const found = alarms.find(({ Properties }) => Properties['AlarmName'] === `vmotion-ops-example-${alarm}`);
    expect(found?.Properties).toMatchObject({
      MetricName: metric,
      Threshold: over,
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: periods,
      // Where nothing happened nothing is wrong.
      TreatMissingData: 'notBreaching',
    });
    if (of === undefined) return;
    expect(JSON.stringify(found?.Properties['Dimensions']).replaceAll(/[0-9A-F]{8}>/g, '>')).toContain(`<${of}>`);
  });

  it('the clock that does not run is noticed by its silence', () => {
    const clock = alarms.find(({ Properties }) => Properties['AlarmName'] === 'vmotion-ops-example-ClockStopped');
    expect(clock?.Properties).toMatchObject({
      MetricName: 'Invocations',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });

  it('every alarm tells somebody', () => {
    for (const { Properties } of alarms)
      expect(Properties['AlarmActions']).toEqual([expect.stringMatching(/^<Alarms/)]);
  });
});

describe('the dashboard', () => {
  const { Resources } = synthesizeExample();
  const body = JSON.stringify(Resources[Object.keys(Resources).find((id) => id.startsWith('Dashboard')) ?? '']);
  const namespaces = Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => (Properties['Environment'] as { Variables: Record<string, string> }).Variables)
    .map((variables) => variables['METRICS_NAMESPACE'] ?? '');

  it.each<MetricName>([
    'JobsEnded',
    'HostsKept',
    'HostsPutBack',
    'HostsNeedHands',
    'GateFailures',
    'SlackRateLimited',
    'SoapCallsPerSlice',
  ])('shows %s from where the functions put it', (name) => {
    expect(namespaces).toHaveLength(5);
    expect(new Set(namespaces).size).toBe(1);
    const [namespace] = namespaces;
    expect(body.replaceAll('\\', '')).toContain(`["${namespace}","${name}","service","${METRIC_SERVICE.service}"`);
  });

  it('shows each state that a job can end in', () => {
    for (const state of END_STATES) expect(body.replaceAll('\\', '')).toContain(`"state","${state}"`);
  });
});

function sourcesOf(room: string): string[] {
  const files = readdirSync(`${ROOT}${room}`, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.ts')).map((file) => read(`${room}/${file}`));
}
