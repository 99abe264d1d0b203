import { describe, expect, it } from 'vitest';
import { withFirstUplinks } from '../../shared/domain/first-uplinks.ts';
import type { Step } from '../../shared/domain/step.ts';
import { aNetwork } from '../support/builders.ts';
import { aDistributedGroup, aWideNetwork } from './network-shapes.ts';

const narrowed = (letter: 'A' | 'B', from: string[], to: string): Step => {
  const withActive = (active: string[]) => aDistributedGroup(letter, { uplinks: { active, standby: [] } });
  return { kind: 'update-distributed-port-group', from: withActive(from), to: withActive([to]) };
};
const activeOf = (changes: Step[]) =>
  withFirstUplinks(aWideNetwork(), changes).distributedPortGroups?.map((group) => group.uplinks.active);

describe('the image of a host with the first uplinks of each distributed port group', () => {
  const asRead = ['Uplink 1', 'Uplink 2'];
  it.each([
    { what: 'nothing was changed', changes: [], active: [asRead, asRead] },
    { what: 'one was changed', changes: [narrowed('B', ['Uplink 3'], 'Uplink 1')], active: [asRead, ['Uplink 3']] },
    {
      what: 'one was changed twice',
      changes: [narrowed('A', ['Uplink 3'], 'Uplink 1'), narrowed('A', ['Uplink 1'], 'Uplink 2')],
      active: [['Uplink 3'], asRead],
    },
    {
      what: 'other steps were made too',
      changes: [{ kind: 'await-dormant', netstack: 'vmotion' } as const, narrowed('A', ['Uplink 4'], 'Uplink 1')],
      active: [['Uplink 4'], asRead],
    },
  ])('where $what', ({ changes, active }) => {
    expect(activeOf(changes)).toEqual(active);
  });

  it('tells whose the order was before the first change', () => {
    const [change] = [narrowed('A', ['Uplink 3'], 'Uplink 1')];
    if (change.kind !== 'update-distributed-port-group') throw new Error('another step');
    const first = { ...change, from: { ...change.from, overridesUplinks: false } };
    const image = aWideNetwork({ distributedPortGroups: [aDistributedGroup('A', { overridesUplinks: true })] });
    expect(withFirstUplinks(image, [first]).distributedPortGroups?.[0]?.overridesUplinks).toBe(false);
    expect(withFirstUplinks(image, [change]).distributedPortGroups?.[0]?.overridesUplinks).toBeUndefined();
  });

  it('is the image itself where no distributed port group was read', () => {
    const before = aNetwork();
    expect(withFirstUplinks(before, [narrowed('A', ['Uplink 3'], 'Uplink 1')])).toBe(before);
  });
});
