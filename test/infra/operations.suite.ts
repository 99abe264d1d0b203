// What watches the product must speak of things that exist: log lines, headings, alarms.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LOG_METRICS } from '../../infra/aws/log-metrics.ts';
import { END_STATES } from '../../shared/domain/exit-code.ts';
import { METRIC_SERVICE, type MetricName } from '../../shared/domain/metric.ts';
import { synthesizeExample } from './example-stack.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8');

describe('metrics of log lines', () => {
  it.each(Object.entries(LOG_METRICS))('%s counts a line that the code writes', (_, { event }) => {
    const written = ['shared', 'functions'].flatMap(sourcesOf).filter((text) => {
      return new RegExp(`log\\.(info|warn|error)\\(\\s*'${event}'`).test(text);
    });
    expect(written).not.toEqual([]);
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

  it('has a runbook for every alarm', () => {
    expect(alarms.length).toBeGreaterThan(15);
    expect(links.filter((link) => link === undefined || !headings.includes(link))).toEqual([]);
  });

  it('has no runbook for an alarm that does not exist', () => {
    expect(headings.filter((heading) => !links.includes(heading))).toEqual([]);
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

describe('docs/security.md', () => {
  const tests = [...read('docs/security.md').matchAll(/`(test\/[\w/.-]+\.(?:test|suite)\.ts)`: “([^”]+)”/g)];

  it('names tests that exist', () => {
    expect(tests.length).toBeGreaterThan(10);
    const missing = tests.filter(([, path = '', name = '']) => !read(path).includes(name));
    expect(missing.map(([, path, name]) => `${path}: ${name}`)).toEqual([]);
  });
});

function sourcesOf(room: string): string[] {
  const files = readdirSync(`${ROOT}${room}`, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.ts')).map((file) => read(`${room}/${file}`));
}
