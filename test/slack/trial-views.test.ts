import { describe, expect, it } from 'vitest';
import { renderText } from '../../infra/lab/slack/render-text.ts';
import { validateBlocks } from '../../infra/lab/slack/validate-blocks.ts';
import type { Finding } from '../../shared/domain/finding.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { MigrationEvidence } from '../../shared/domain/judge-evidence.ts';
import type { Trial } from '../../shared/domain/trial.ts';
import { renderJob } from '../../shared/slack/views/job.ts';
import { renderReply } from '../../shared/slack/views/reply.ts';
import { aJob, DIGEST, NOW } from './a-job.ts';

const read = (job: Job) => renderText(renderJob(job, { records: [], cells: [] }, NOW));
const moref = (value: string) => ({ type: 'HostSystem', value });

const TRIAL: Trial = {
  request: { vm: 'web01', from: 'esx01', to: 'esx02', isReturning: true },
  found: {
    vm: { name: 'web01', moref: moref('vm-1') },
    from: { name: 'esx01.lab.local', moref: moref('host-1') },
    to: { name: 'esx02.lab.local', moref: moref('host-2') },
  },
};

const EVIDENCE: MigrationEvidence = {
  id: '1767323045000000',
  at: '2026-01-02T03:04:05.000Z',
  from: 'esx01.lab.local',
  to: 'esx02.lab.local',
  verdict: 'proven',
  sentences: ['Proven: the migration used every vMotion adapter of both hosts, and no other.', '2 streams.'],
  bound: [
    { host: 'esx01.lab.local', device: 'vmk2', address: '172.16.1.51', connections: 2, isPlanned: true },
    { host: 'esx02.lab.local', address: '10.0.0.52', connections: 1, isPlanned: false },
  ],
  streams: 2,
};

function aTrial(change: Partial<Job> = {}, trial: Partial<Trial> = {}): Job {
  const plan = { digest: DIGEST, counts: {}, findings: [], waves: 1 };
  return aJob({ kind: 'trial', hosts: [], plan, trial: { ...TRIAL, ...trial }, ...change });
}

const moved = { state: 'moved' as const, attempts: 1, begunAt: '2026-01-02T03:04:05.000Z' };
const timed = { ...moved, startedAt: '2026-01-02T03:04:05.000Z', completedAt: '2026-01-02T03:04:09.000Z' };

describe('a trial', () => {
  it('is shown for approval with VM, hosts and what vCenter says', () => {
    const text = read(aTrial());
    expect(text).toContain('WAITING 0/1 - Trial: web01 on cluster-a');
    for (const part of ['web01', 'esx01.lab.local', 'esx02.lab.local', 'it is moved back', 'has nothing against it'])
      expect(text).toContain(part);
    expect(text).toContain('[Approve] [Reject]');
  });

  it('shows a warning of vCenter before it is approved', () => {
    const findings: Finding[] = [
      { code: 'relocate-warning', severity: 'warning', message: 'vCenter says: snapshots.' },
    ];
    const text = read(aTrial({ plan: { digest: DIGEST, counts: {}, findings, waves: 1 } }));
    expect(text).toContain('vCenter would move it, with the warnings below.');
    expect(text).toContain('WARNING vCenter says: snapshots.');
  });

  it('under way shows its steps', () => {
    const text = read(aTrial({ state: 'applying' }, { there: timed, evidence: EVIDENCE }));
    expect(text).toContain('MOVING - ');
    expect(text).toMatch(/OK\s+move web01 from esx01\.lab\.local to esx02\.lab\.local\s+4\.0 s/);
    expect(text).toMatch(/WAIT\s+move it back to esx01\.lab\.local/);
  });

  it('at its end shows what the logs prove, adapter by adapter', () => {
    const ended = { state: 'done' as const, endedAt: '2026-11-21T10:00:41.000Z' };
    const text = read(aTrial(ended, { there: timed, back: timed, evidence: EVIDENCE }));
    expect(text).toContain('PROVEN - Trial: web01');
    expect(text).toContain('web01 moved from esx01.lab.local to esx02.lab.local in 4.0 s, and back again.');
    expect(text).toMatch(/OK\s+esx01\.lab\.local\s+vmk2\s+172\.16\.1\.51\s+2 connections/);
    expect(text).toMatch(/FOREIGN\s+esx02\.lab\.local\s+vmk\?\s+10\.0\.0\.52\s+1 connection/);
  });

  it('without evidence says why there is none', () => {
    const ended = { state: 'done' as const, endedAt: '2026-11-21T10:00:41.000Z' };
    const text = read(aTrial(ended, { there: moved, evidenceMissing: 'The logs of both hosts do not show it.' }));
    expect(text).toContain('The logs of both hosts do not show it.');
    expect(text).toMatch(/NOTHING\s+read vmkernel\.log/);
  });

  it('keeps within what Slack takes, whatever its names', () => {
    const name = '`<@U1>&|*'.repeat(40);
    const found = {
      vm: { name, moref: moref('1') },
      from: { name, moref: moref('2') },
      to: { name, moref: moref('3') },
    };
    const evidence = {
      ...EVIDENCE,
      sentences: Array.from({ length: 40 }, () => name),
      bound: Array.from({ length: 60 }, () => ({ host: name, address: name, connections: 1, isPlanned: true })),
    };
    for (const state of ['awaiting-approval', 'applying', 'done', 'partial', 'aborted'] as const) {
      const { blocks } = renderJob(
        aTrial({ state }, { found, there: timed, evidence }),
        { records: [], cells: [] },
        NOW,
      );
      expect(validateBlocks(blocks)).toEqual([]);
      expect(JSON.stringify(blocks)).not.toContain('<@U1>');
    }
  });
});

describe('evidence', () => {
  const job = (change: Partial<Job>) =>
    aJob({ kind: 'evidence', hosts: [], state: 'done', plan: undefined, ...change });

  it('gives the last migration in full and the older ones a line each', () => {
    const older = { ...EVIDENCE, verdict: 'contradicted' as const, sentences: ['Not as planned: an older one.'] };
    const text = read(
      job({ evidence: { migrations: [EVIDENCE, older], gaps: ['The log of esx03 can not be read.'] } }),
    );
    expect(text).toContain('1 of the last 2 migrations used every vMotion adapter of both hosts.');
    expect(text).toContain('1 used an adapter that should not carry vMotion.');
    expect(text).toContain('Not as planned: an older one.');
    expect(text).toContain('The log of esx03 can not be read.');
  });

  it('says how to make one where there is none', () => {
    expect(read(job({ evidence: { migrations: [], gaps: [] } }))).toContain('/vmotion help trial');
  });
});

describe('a check', () => {
  const finding: Finding = { code: 'drs-automated', severity: 'warning', message: 'DRS moves VMs by itself.' };
  const check = (change: Partial<Job>, findings: Finding[]) =>
    aJob({ kind: 'check', ...change, plan: { digest: DIGEST, counts: { 'add-vmk': 8 }, findings, waves: 0 } });

  it.each([
    { state: 'done' as const, findings: [], begins: 'OK - vMotion check of cluster-a' },
    { state: 'done' as const, findings: [finding], begins: 'WARNINGS - vMotion check' },
    { state: 'invalid' as const, findings: [{ ...finding, severity: 'blocking' as const }], begins: 'NOT READY - ' },
  ])('begins with $begins', ({ state, findings, begins }) => {
    const text = read(check({ state }, findings));
    expect(text).toContain(begins);
    for (const one of findings) expect(text).toContain(one.message);
  });

  it('says what an enable would take', () => {
    expect(read(check({ state: 'done' }, []))).toContain('An enable would take 8 steps over all hosts.');
  });
});

it.each(['check', 'repair', 'trial', 'evidence'] as const)('help explains %s', (verb) => {
  const { blocks } = renderReply({ kind: 'help', verb, clusters: ['cluster-a'] });
  expect(renderText({ text: '', blocks })).toContain(`/vmotion ${verb} cluster`);
});
