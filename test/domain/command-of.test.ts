import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandOf, planCommandOf, withGrounds } from '../../shared/domain/command-of.ts';
import { parseCommand } from '../../shared/domain/parse-command.ts';
import { aJob } from '../support/builders.ts';

const request = { vm: 'web 01', from: 'esx01', to: 'esx02', isReturning: true };
const grounds = { reason: 'new racks', ticket: 'CHG-12' };

const jobs = [
  { what: 'a change', job: aJob(grounds), again: 'enable cluster-a --reason "new racks" --ticket CHG-12' },
  {
    what: 'a repair of one host',
    job: aJob({ kind: 'repair', onlyHost: 'esx01' }),
    again: 'repair cluster-a --host esx01',
  },
  { what: 'a revert of a cluster', job: aJob({ kind: 'revert' }), again: 'revert cluster-a' },
  { what: 'a revert of one job', job: aJob({ kind: 'revert', undoes: 'j-7f3k9c' }), again: 'revert j-7f3k9c' },
  { what: 'a test', job: aJob({ kind: 'test' }), again: 'test cluster-a' },
  {
    what: 'a trial',
    job: aJob({ kind: 'trial', trial: { request }, ...grounds }),
    again: 'trial cluster-a --vm "web 01" --from esx01 --to esx02 --return --reason "new racks" --ticket CHG-12',
  },
];

describe('the command that asks for the same job again', () => {
  it.each(jobs)('$what: $again', ({ job, again }) => {
    expect(commandOf(job)).toBe(`/vmotion ${again}`);
  });

  it.each([
    {
      what: 'a change',
      job: jobs[0]?.job,
      plan: '/vmotion plan enable cluster-a --reason "new racks" --ticket CHG-12',
    },
    { what: 'a repair of one host', job: jobs[1]?.job, plan: '/vmotion plan repair cluster-a --host esx01' },
    { what: 'a revert of a cluster', job: jobs[2]?.job, plan: '/vmotion plan revert cluster-a' },
    { what: 'a revert of one job, which no plan can be asked of', job: jobs[3]?.job, plan: undefined },
    { what: 'a test, which changes nothing', job: jobs[4]?.job, plan: undefined },
  ])('or for its plan: $what', ({ job, plan }) => {
    expect(planCommandOf(job ?? aJob())).toBe(plan);
  });
});

describe('a command with other grounds', () => {
  const name = fc.string({
    unit: fc.constantFrom('a', 'Z', '7', ' ', '-', '.', '_', "'", '(', ':', '*', '<', '@', '=', 'ü'),
  });
  // What was typed has no two spaces in a row.
  const text = name.map((one) => one.replaceAll(/ +/g, ' ').trim()).filter((one) => one !== '');
  const given = fc.record({ reason: fc.option(text, { nil: undefined }), ticket: fc.option(text, { nil: undefined }) });
  const changes = fc.record({
    verb: fc.constantFrom('enable' as const, 'repair' as const),
    cluster: fc.constant('cluster-a'),
    host: fc.option(text, { nil: undefined }),
  });
  const reverts = fc.record({ verb: fc.constant('revert' as const), target: fc.constantFrom('cluster-a', 'j-7f3k9c') });
  const moved = fc.record({ vm: text, from: text, to: text, isReturning: fc.boolean() });
  const trials = moved
    .filter(({ from, to }) => from.toLowerCase() !== to.toLowerCase())
    .map((trial) => ({ verb: 'trial' as const, cluster: 'cluster-a', trial }));

  it('is that command with those grounds when it is typed, whatever stands in its names', () => {
    const property = fc.property(fc.oneof(changes, reverts, trials), given, (command, grounds) => {
      const typed = withGrounds(command, grounds).replace('/vmotion ', '');
      expect(parseCommand(typed, { clusters: ['cluster-a'] })).toEqual({ ...command, ...grounds });
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('keeps the one host that it is about', () => {
    const command = { verb: 'enable', cluster: 'cluster-a', host: 'esx01' } as const;
    expect(withGrounds(command, { reason: 'new racks' })).toBe(
      '/vmotion enable cluster-a --host esx01 --reason "new racks"',
    );
  });
});
