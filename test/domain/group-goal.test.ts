import { describe, expect, it } from 'vitest';
import { changedGroups, findOriginals, isSameDistributed } from '../../shared/domain/group-goal.ts';
import type { DistributedPortGroup } from '../../shared/domain/inventory.ts';
import type { Step } from '../../shared/domain/step.ts';
import { toSpec } from '../../shared/domain/vmk-spec.ts';
import { aGroup, aVmk } from '../support/builders.ts';
import { aDistributedGroup, aWideNetwork, distributed } from './network-shapes.ts';

const narrowed = (group: DistributedPortGroup): Step => ({
  kind: 'update-distributed-port-group',
  from: group,
  to: { ...group, uplinks: { active: ['Uplink 1'], standby: [] } },
});
const plugged = (letter: 'A' | 'B'): Step => ({
  kind: 'add-vmk',
  spec: toSpec(aVmk('vmk2', { netstack: 'vmotion', attachment: distributed(letter) })),
});
const [A, B] = [aDistributedGroup('A'), aDistributedGroup('B')];
/** As it was before the first change of all, unlike what the hosts' own images show. */
const FIRST_A = aDistributedGroup('A', { configVersion: '0', uplinks: { active: ['Uplink 2'], standby: [] } });
const elsewhere = { switchUuid: '50 2a 00 00 00 00 00 02' };
const goal = (...applied: Step[]) => ({ before: aWideNetwork(), applied });

describe('distributed port groups that go back to what they were', () => {
  it.each<{
    what: string;
    goals: ReturnType<typeof goal>[];
    kept: DistributedPortGroup[];
    back: DistributedPortGroup[];
  }>([
    { what: 'are those that a host’s steps have changed', goals: [goal(narrowed(A))], kept: [], back: [A] },
    {
      what: 'as they were before the first change of all',
      goals: [goal(narrowed(A))],
      kept: [B, FIRST_A],
      back: [FIRST_A],
    },
    {
      what: 'also where another host’s steps have changed them',
      goals: [goal(plugged('A'))],
      kept: [FIRST_A],
      back: [FIRST_A],
    },
    {
      what: 'not where nobody has changed what a host is plugged into',
      goals: [goal(plugged('A'))],
      kept: [B],
      back: [],
    },
    {
      what: 'each once',
      goals: [goal(narrowed(A), plugged('A')), goal(narrowed(A))],
      kept: [FIRST_A],
      back: [FIRST_A],
    },
    { what: 'all that they are', goals: [goal(narrowed(A)), goal(narrowed(B))], kept: [], back: [A, B] },
    {
      what: 'not those that no image has',
      goals: [{ before: aWideNetwork({ distributedPortGroups: undefined }), applied: [narrowed(A)] }],
      kept: [],
      back: [],
    },
    {
      what: 'not one of another switch that has the same key',
      goals: [goal(plugged('A'))],
      kept: [{ ...FIRST_A, ...elsewhere }],
      back: [],
    },
    {
      what: 'and both of two switches that have the same key',
      goals: [
        goal(narrowed(A)),
        {
          before: aWideNetwork({ distributedPortGroups: [{ ...A, ...elsewhere }] }),
          applied: [narrowed({ ...A, ...elsewhere })],
        },
      ],
      kept: [],
      back: [A, { ...A, ...elsewhere }],
    },
  ])('$what', ({ goals, kept, back }) => {
    expect(findOriginals(goals, kept)).toEqual(back);
  });

  it('are the same by key and switch, whatever their name', () => {
    expect(isSameDistributed(A, { ...A })).toBe(true);
    expect(isSameDistributed(A, { ...A, ...elsewhere })).toBe(false);
    expect(isSameDistributed(A, B)).toBe(false);
  });

  it('are known by the steps that change them, as they are before', () => {
    const own: Step = { kind: 'add-port-group', portGroup: aGroup('vMotion-A') };
    expect(changedGroups([own, narrowed(A), plugged('B'), narrowed(B)])).toEqual([A, B]);
  });
});
