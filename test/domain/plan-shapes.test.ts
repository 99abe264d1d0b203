// Plan, apply, restore: over every shape of host and profile.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostNetwork } from '../../shared/domain/inventory.ts';
import { differences } from '../../shared/domain/network-fields.ts';
import type { HostPlan } from '../../shared/domain/plan.ts';
import { planCluster } from '../../shared/domain/plan-cluster.ts';
import { planRestore } from '../../shared/domain/plan-restore.ts';
import type { Profile } from '../../shared/domain/profile.ts';
import type { Step } from '../../shared/domain/step.ts';
import { isInEffect } from '../../shared/domain/step-effect.ts';
import { applySteps } from '../support/apply-steps.ts';
import { aHost } from '../support/builders.ts';
import { networkOf, networkShapes, profileOf, profileShapes } from './network-shapes.ts';

const planOf = (network: HostNetwork, profile: Profile): HostPlan => {
  const [plan] = planCluster([aHost(1, { network })], profile);
  if (plan === undefined) throw new Error('no plan');
  return plan;
};
const restoreOf = (now: HostNetwork, before: HostNetwork, applied: Step[]) =>
  planRestore(aHost(1, { network: now }), { before, applied });
/** An adapter under another number is all that may be left, and the plan has said which. */
const isTold = (plan: HostPlan, field: string) =>
  plan.findings.some(
    (one) => one.code === 'cannot-restore' && new RegExp(`\\b${field.split(' ')[0]}\\b`).test(one.message),
  );
const RUNS = { numRuns: 1000 };

describe('whatever the host and the profile look like', () => {
  it('a plan leaves nothing to do, and each step has its effect at once', () => {
    fc.assert(
      fc.property(networkShapes, profileShapes, (networkShape, profileShape) => {
        const before = networkOf(networkShape);
        const profile = profileOf(profileShape);
        const plan = planOf(before, profile);
        // What is somebody else's stays: an adapter without vMotion that has the address, a port group on another switch.
        const blocking = plan.findings.filter((finding) => finding.severity === 'blocking');
        expect(blocking.every(({ code }) => ['address-in-use', 'port-group-differs'].includes(code))).toBe(true);
        if (blocking.length > 0) return;
        let network = before;
        for (const step of plan.steps) {
          expect(isInEffect(step, network), `${step.kind} before`).toBe(false);
          network = applySteps(network, [step]);
          expect(isInEffect(step, network), `${step.kind} after`).toBe(true);
        }
        expect(planOf(network, profile)).toMatchObject({ kind: 'in-place', steps: [] });
      }),
      RUNS,
    );
  });

  it('a restore returns to the before-image field by field from wherever the plan was broken off', () => {
    fc.assert(
      fc.property(networkShapes, profileShapes, fc.nat(24), (networkShape, profileShape, cut) => {
        const before = networkOf(networkShape);
        const applied = planOf(before, profileOf(profileShape)).steps;
        const now = applySteps(before, applied.slice(0, cut));
        const plan = restoreOf(now, before, applied);
        expect(plan.kind).not.toBe('blocked');
        const after = applySteps(now, plan.steps);
        expect(differences(before, after)).toEqual([]);
        expect(restoreOf(after, before, applied).kind).toBe('in-place');
      }),
      RUNS,
    );
  });

  it('a restore can be broken off and planned again at any step', () => {
    fc.assert(
      fc.property(networkShapes, profileShapes, fc.nat(24), (networkShape, profileShape, cut) => {
        const before = networkOf(networkShape);
        const applied = planOf(before, profileOf(profileShape)).steps;
        const changed = applySteps(before, applied);
        const half = applySteps(changed, restoreOf(changed, before, applied).steps.slice(0, cut));
        const after = applySteps(half, restoreOf(half, before, applied).steps);
        expect(differences(before, after)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('a change from one profile to another is undone as a whole', () => {
    fc.assert(
      fc.property(networkShapes, profileShapes, profileShapes, (networkShape, first, second) => {
        const before = networkOf(networkShape);
        const steps = planOf(before, profileOf(first)).steps;
        const between = applySteps(before, steps);
        const plan = planOf(between, profileOf(second));
        if (plan.kind === 'blocked') return;
        const changed = applySteps(between, plan.steps);
        const back = restoreOf(changed, before, [...plan.steps, ...steps]);
        expect(back.kind).not.toBe('blocked');
        const left = differences(before, applySteps(changed, back.steps)).filter(({ field }) => !isTold(back, field));
        expect(left).toEqual([]);
      }),
      RUNS,
    );
  });

  it('no address of an adapter that carries another service is touched', () => {
    fc.assert(
      fc.property(networkShapes, profileShapes, (networkShape, profileShape) => {
        const before = networkOf(networkShape);
        const after = applySteps(before, planOf(before, profileOf(profileShape)).steps);
        const kept = before.vmks.filter((vmk) => vmk.services.some((service) => service !== 'vmotion'));
        for (const vmk of kept) {
          const same = after.vmks.find((one) => one.device === vmk.device);
          expect(same).toEqual({ ...vmk, services: expect.arrayContaining([]) as string[] });
          expect(same?.services).toEqual(expect.arrayContaining(vmk.services.filter((one) => one !== 'vmotion')));
        }
      }),
      RUNS,
    );
  });
});
