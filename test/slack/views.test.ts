import { expect, it } from 'vitest';
import { renderText } from '../../infra/lab/slack/render-text.ts';
import type { Job } from '../../shared/domain/job.ts';
import { renderJob } from '../../shared/slack/views/job.ts';
import { aHostSummary, aJob, aRecord, DIGEST, NOW, someCells } from './a-job.ts';

const shown = (job: Job, seen: Partial<Parameters<typeof renderJob>[1]> = {}) =>
  renderJob(job, { records: [], cells: [], ...seen }, NOW);
const asText = (job: Job, seen: Partial<Parameters<typeof renderJob>[1]> = {}) => renderText(shown(job, seen));

it('prints', () => {
  const job = aJob({ plan: { ...aJob().plan!, findings: [{ code: 'uplink-down', severity: 'warning', host: 'esx02.lab.local', message: 'vmnic3 is down.', remedy: 'Plug it in.' }] } });
  console.log(asText(job, { records: job.hosts.map((host) => aRecord(host)) }));
  const applying = aJob({ state: 'applying', wave: 1, hosts: [aHostSummary(0, { outcome: 'kept', stepsDone: 6 }), aHostSummary(1, { outcome: 'applying', stepsDone: 2 }), aHostSummary(2), aHostSummary(3)] });
  console.log(asText(applying));
  const hosts = ['esx01', 'esx02', 'esx03'];
  const failed = aJob({ state: 'rolled-back', endedAt: '2026-11-21T10:06:12.000Z', hosts: [aHostSummary(0, { outcome: 'kept' }), aHostSummary(1, { outcome: 'put-back', note: 'pinged again' }), aHostSummary(2, { outcome: 'untouched' })],
    failure: { code: 'x', what: 'esx02: 0 of 4 pings at 9000.', remedy: 'Look at the switch port.' },
    matrix: { pairs: 6, ok: 5, failed: 1, unexpected: 1, verdict: ['1 of 6 paths fails.'], failures: [{ from: 'esx01 vmk2', to: 'esx02 vmk2', result: 'does not answer', cause: 'uplink' }] } });
  console.log(asText(failed, { cells: someCells(hosts, (from, to) => (from === 'esx01' && to === 'esx02' ? { kind: 'lost' } : { kind: 'ok', mtuBytes: 9000, roundTripMicros: 100 })) }));
  expect(DIGEST).toBeDefined();
});
