import { describe, expect, it } from 'vitest';
import { parseHostRecordRow, parseJobRow } from '../../shared/contracts/rows.ts';
import { aHostRecord, aJob } from '../ports/rows.ts';

const parse = (row: unknown) => () => parseJobRow(row, 'job#job1');

describe('a saved row', () => {
  it('keeps what only newer code knows, at any depth', () => {
    const host = { name: 'esx1', moref: 'host-1', outcome: 'pending' as const, steps: 0, stepsDone: 0, rack: 'r7' };
    const row = { ...aJob({ hosts: [host] }), weather: 'fine' };
    expect(parseJobRow(row, 'job#job1')).toEqual(row);
  });

  it.each([
    { what: 'of a newer schema', row: { ...aJob(), schema: 2 }, says: 'schema' },
    { what: 'in an unknown state', row: { ...aJob(), state: 'dreaming' }, says: 'state' },
    { what: 'without a version', row: { ...aJob(), version: undefined }, says: 'version' },
    { what: 'that is no object', row: 'done', says: 'job#job1' },
  ])('$what is refused, and the error says where', ({ row, says }) => {
    expect(parse(row)).toThrow(says);
    expect(parse(row)).toThrow(expect.objectContaining({ code: 'row-invalid', retry: 'never' }));
  });

  it('with a step that this version does not know is refused: steps are carried out', () => {
    const record = aHostRecord();
    const plan = { ...record.plan, steps: [{ kind: 'reboot-host' }] };
    expect(() => parseHostRecordRow({ ...record, plan }, 'job#job1 host#host-1')).toThrow('steps[0]');
  });

  it('with a finding that this version does not know is read: findings are shown', () => {
    const record = aHostRecord();
    const findings = [{ code: 'from-the-future', severity: 'note', message: 'Something new.' }];
    const row = { ...record, plan: { ...record.plan, findings } };
    expect(parseHostRecordRow(row, 'job#job1 host#host-1').plan.findings).toEqual(findings);
  });

  it('of a trial is what it was, and refused where it can not be carried on', () => {
    const moref = { type: 'VirtualMachine', value: 'vm-1' };
    const trial = {
      request: { vm: 'web01', from: 'esx01', to: 'esx02', isReturning: true },
      found: { vm: { name: 'web01', moref }, from: { name: 'esx01', moref }, to: { name: 'esx02', moref } },
      there: { state: 'begun' as const, attempts: 1, begunAt: '2026-01-05T08:00:00.000Z' },
    };
    const row = aJob({ kind: 'trial', trial, evidence: { migrations: [], gaps: ['The log of esx03 is away.'] } });
    expect(parseJobRow(row, 'job#job1')).toEqual(row);
    expect(parse({ ...row, trial: { ...trial, there: { ...trial.there, state: 'perhaps' } } })).toThrow('state');
  });
});
