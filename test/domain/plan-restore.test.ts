import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostNetwork } from '../../shared/domain/inventory.ts';
import { differences } from '../../shared/domain/network-fields.ts';
import { planCluster } from '../../shared/domain/plan-cluster.ts';
import { planRestore } from '../../shared/domain/plan-restore.ts';
import type { Profile } from '../../shared/domain/profile.ts';
import type { Step } from '../../shared/domain/step.ts';
import { applySteps } from '../support/apply-steps.ts';
import { aGroup, aHost, aNetwork, aProfile, aVmk, managementVmk, oldVmotionVmk } from '../support/builders.ts';

const stepsFor = (network: HostNetwork, profile: Profile): Step[] =>
  planCluster([aHost(1, { network })], profile)[0]?.steps ?? [];
const restoreOf = (now: HostNetwork, before: HostNetwork, applied: Step[]) =>
  planRestore(aHost(1, { network: now }), { before, applied });

/** Hosts as people leave them: with and without vMotion, half done by hand, with services on shared adapters. */
const networks = fc.record({
  old: fc.constantFrom('none', 'vmotion', 'shared', 'same-address', 'in-the-port-group', 'after-a-gap'),
  isHalfDone: fc.boolean(),
  isGroupThere: fc.boolean(),
  hasVsan: fc.boolean(),
});
const profiles = fc.record({
  oldAdapters: fc.constantFrom('remove' as const, 'keep' as const),
  hasGateway: fc.boolean(),
  connections: fc.constantFrom(undefined, 8000),
});

function networkOf(shape: { old: string; isHalfDone: boolean; isGroupThere: boolean; hasVsan: boolean }): HostNetwork {
  const vmks = [managementVmk()];
  if (shape.old === 'vmotion') vmks.push(oldVmotionVmk());
  if (shape.old === 'shared') vmks.push(oldVmotionVmk(1, { services: ['faultToleranceLogging', 'vmotion'] }));
  if (shape.old === 'same-address')
    vmks.push(oldVmotionVmk(1, { ipv4: { dhcp: false, address: '172.16.1.51', prefixLength: 24 } }));
  if (shape.old === 'in-the-port-group')
    vmks.push(oldVmotionVmk(1, { attachment: { kind: 'standard', portGroup: 'vMotion-A' } }));
  if (shape.old === 'after-a-gap') vmks.push(oldVmotionVmk(1, { device: 'vmk2' }));
  if (shape.hasVsan)
    vmks.push(aVmk('vmk3', { services: ['vsan'], ipv4: { dhcp: false, address: '10.9.0.51', prefixLength: 24 } }));
  const base = aNetwork({ vmks });
  if (shape.isGroupThere || shape.old === 'in-the-port-group')
    base.portGroups.push(aGroup('vMotion-A', { vlanId: 101 }));
  if (!shape.isHalfDone || shape.old === 'in-the-port-group') return base;
  // Somebody began by hand: one adapter on the stack with the wrong MTU, in a port group with every uplink.
  const added = aGroup('vMotion-B', { vlanId: 102 });
  const spec = {
    netstack: 'vmotion',
    attachment: { kind: 'standard', portGroup: 'vMotion-B' },
    ipv4: { dhcp: false, address: '172.16.2.51', prefixLength: 24 },
    mtuBytes: 1500,
  } as const;
  return applySteps(base, [
    { kind: 'add-port-group', portGroup: added },
    { kind: 'add-vmk', spec },
  ]);
}

function profileOf(shape: {
  oldAdapters: 'remove' | 'keep';
  hasGateway: boolean;
  connections: number | undefined;
}): Profile {
  const gateway = shape.hasGateway ? ({ kind: 'first-address' } as const) : ({ kind: 'none' } as const);
  return aProfile({ oldAdapters: shape.oldAdapters, stack: { gateway, connections: shape.connections } });
}

describe('planRestore', () => {
  it('returns to the before-image field by field from wherever a plan was broken off', () => {
    fc.assert(
      fc.property(networks, profiles, fc.nat(20), (shape, profileShape, cut) => {
        const before = networkOf(shape);
        const applied = stepsFor(before, profileOf(profileShape));
        const now = applySteps(before, applied.slice(0, cut));
        const plan = restoreOf(now, before, applied);
        expect(plan.kind).not.toBe('blocked');
        const after = applySteps(now, plan.steps);
        expect(differences(before, after)).toEqual([]);
        expect(restoreOf(after, before, applied).kind).toBe('in-place');
      }),
      { numRuns: 500 },
    );
  });

  it('can be broken off and planned again at any step', () => {
    fc.assert(
      fc.property(networks, profiles, fc.nat(20), (shape, profileShape, cut) => {
        const before = networkOf(shape);
        const applied = stepsFor(before, profileOf(profileShape));
        const changed = applySteps(before, applied);
        const half = applySteps(changed, restoreOf(changed, before, applied).steps.slice(0, cut));
        const after = applySteps(half, restoreOf(half, before, applied).steps);
        expect(differences(before, after)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('goes back to the new stack when a revert itself has to be undone', () => {
    const before = aNetwork();
    const enabled = applySteps(before, stepsFor(before, aProfile()));
    const reverting = restoreOf(enabled, before, stepsFor(before, aProfile())).steps;
    for (let cut = 0; cut <= reverting.length; cut += 1) {
      const half = applySteps(enabled, reverting.slice(0, cut));
      const back = applySteps(half, restoreOf(half, enabled, reverting).steps);
      // With every adapter gone, the lowest free number is not the one it had; then the plan says so.
      const isTold = restoreOf(half, enabled, reverting).findings.some((finding) => finding.code === 'cannot-restore');
      expect(differences(enabled, back).length > 0).toBe(isTold);
      expect(back.vmks.filter((vmk) => vmk.netstack === 'vmotion')).toHaveLength(2);
    }
  });

  it("clears the stack's gateway while the stack still has an adapter", () => {
    const before = aNetwork();
    const applied = stepsFor(before, aProfile({ stack: { gateway: { kind: 'first-address' } } }));
    const kinds = restoreOf(applySteps(before, applied), before, applied).steps.map((step) => step.kind);
    expect(kinds[0]).toBe('set-netstack');
    expect(kinds.indexOf('await-dormant')).toBeLessThan(kinds.indexOf('select-service'));
  });

  it('removes a port group once, also when several jobs made it one after the other', () => {
    const before = aNetwork();
    const applied = stepsFor(before, aProfile());
    const plan = restoreOf(applySteps(before, applied), before, [...applied, ...applied]);
    const removed = plan.steps.flatMap((step) => (step.kind === 'remove-port-group' ? [step.portGroup.name] : []));
    expect(removed).toEqual(['vMotion-A', 'vMotion-B']);
  });

  it('is blocked by an adapter on the stack that somebody else made', () => {
    const before = aNetwork();
    const applied = stepsFor(before, aProfile());
    const now = applySteps(before, applied);
    now.vmks.push(
      aVmk('vmk9', { netstack: 'vmotion', ipv4: { dhcp: false, address: '172.16.9.9', prefixLength: 24 } }),
    );
    const plan = restoreOf(now, before, applied);
    expect(plan).toMatchObject({ kind: 'blocked', findings: [{ code: 'adapter-not-explained' }] });
  });

  it('says so when an adapter comes back under another number', () => {
    const before = aNetwork();
    const applied = stepsFor(before, aProfile());
    const now = applySteps(before, applied);
    now.vmks.push(
      aVmk('vmk1', {
        attachment: { kind: 'standard', portGroup: 'new' },
        ipv4: { dhcp: false, address: '10.7.0.1', prefixLength: 24 },
      }),
    );
    now.vmks = now.vmks.filter((vmk) => vmk.netstack !== 'vmotion' || vmk.device !== 'vmk1');
    const plan = restoreOf(now, before, applied);
    expect(plan.findings.map((finding) => finding.code)).toContain('cannot-restore');
  });
});
