import { expect, it } from 'vitest';
import { triedSteps } from '../../shared/domain/tried.ts';
import { aHostSummary, aRecord } from '../slack/a-job.ts';

const AT = (second: number) => `2026-11-21T10:00:${String(second).padStart(2, '0')}.000Z`;

it('tells the steps of all hosts in the order of time, and which had no outcome', () => {
  const one = aRecord(aHostSummary(0), {
    journal: [
      { index: 0, state: 'done', at: AT(1) },
      { index: 1, state: 'intended', at: AT(4) },
    ],
  });
  const other = aRecord(aHostSummary(1), { journal: [{ index: 1, state: 'done', at: AT(3), device: 'vmk2' }] });
  expect(
    triedSteps([one, other]).map(({ at, host, isDone, step }) => [at.slice(17, 19), host, step.kind, isDone]),
  ).toEqual([
    ['01', 'esx01.lab.local', 'add-port-group', true],
    ['03', 'esx02.lab.local', 'add-vmk', true],
    ['04', 'esx01.lab.local', 'add-vmk', false],
  ]);
});

it('tells the way back after the way there, by the steps that led back', () => {
  const record = aRecord(aHostSummary(0));
  const [, add] = record.plan.steps;
  if (add?.kind !== 'add-vmk') throw new Error('no adapter is added');
  const remove = { kind: 'remove-vmk' as const, device: 'vmk2', spec: add.spec, services: [] };
  const back = { ...record, journal: [{ index: 1, state: 'done' as const, at: AT(2) }] };
  const restore = { steps: [remove], journal: [{ index: 0, state: 'done' as const, at: AT(5) }], reason: 'x' };
  expect(triedSteps([{ ...back, restore }]).map(({ way, step }) => [way, step.kind])).toEqual([
    ['there', 'add-vmk'],
    ['back', 'remove-vmk'],
  ]);
});

it('leaves out what no step of the plan explains', () => {
  expect(triedSteps([aRecord(aHostSummary(0), { journal: [{ index: 99, state: 'done', at: AT(1) }] })])).toEqual([]);
});
