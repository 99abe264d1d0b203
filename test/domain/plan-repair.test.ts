import { describe, expect, it } from 'vitest';
import type { Host } from '../../shared/domain/inventory.ts';
import { planCluster } from '../../shared/domain/plan-cluster.ts';
import { planRepair } from '../../shared/domain/plan-repair.ts';
import { applySteps } from '../support/apply-steps.ts';
import { aHost, aNetwork, aProfile, managementVmk, oldVmotionVmk } from '../support/builders.ts';

const hostWith = (number: number, services: string[]): Host =>
  aHost(number, { network: aNetwork({ vmks: [managementVmk(number), oldVmotionVmk(number, { services })] }) });
const kinds = (hosts: Host[]) => planRepair(hosts, aProfile()).map((plan) => plan.steps.map((step) => step.kind));

describe('planRepair on the default stack', () => {
  it('switches vMotion on where the same port group carries it on other hosts', () => {
    const hosts = [hostWith(1, ['vmotion']), hostWith(2, []), hostWith(3, ['vmotion'])];
    const plans = planRepair(hosts, aProfile());
    expect(plans.map((plan) => plan.kind)).toEqual(['in-place', 'change', 'in-place']);
    expect(plans[1]?.steps).toEqual([{ kind: 'select-service', device: 'vmk1', service: 'vmotion' }]);
    expect(plans[1]?.findings).toMatchObject([{ code: 'vmotion-switched-off', severity: 'warning' }]);
    const [first, second, third] = hosts;
    if (first === undefined || second?.network === undefined || third === undefined) throw new Error('no hosts');
    const mended = { ...second, network: applySteps(second.network, plans[1]?.steps ?? []) };
    expect(kinds([first, mended, third])).toEqual([[], [], []]);
  });

  it('keeps the other services of an adapter it switches on', () => {
    const hosts = [hostWith(1, ['vmotion']), hostWith(2, ['faultToleranceLogging'])];
    expect(kinds(hosts)).toEqual([[], ['select-service']]);
  });

  it.each([
    { what: 'every adapter carries it', services: [['vmotion'], ['vmotion']] },
    { what: 'no adapter carries it', services: [[], []] },
    // One host that is unlike the many is more likely the mistake.
    { what: 'only one host of many carries it', services: [['vmotion'], [], []] },
  ])('finds nothing to do where $what', ({ services }) => {
    const hosts = services.map((one, index) => hostWith(index + 1, one));
    expect(kinds(hosts).flat()).toEqual([]);
  });

  it('leaves a host alone that migrates over another adapter of the same port group', () => {
    const twice = [oldVmotionVmk(1), oldVmotionVmk(1, { device: 'vmk2', services: [] })];
    const host = aHost(1, { network: aNetwork({ vmks: [managementVmk(), ...twice] }) });
    expect(kinds([host, hostWith(2, ['vmotion'])]).flat()).toEqual([]);
  });

  it('says of a host that vCenter can not reach that nothing is known', () => {
    const gone = aHost(2, { connection: 'not-responding', network: undefined });
    const [, plan] = planRepair([hostWith(1, ['vmotion']), gone], aProfile());
    expect(plan).toMatchObject({ kind: 'skipped', findings: [{ code: 'host-not-connected' }] });
  });
});

describe('planRepair on the vMotion stack', () => {
  const profile = aProfile();
  const [done, wrong, without] = [1, 2, 3].map((number) => {
    const host = aHost(number);
    const [plan] = planCluster([host], profile);
    return { host, network: applySteps(host.network ?? aNetwork(), plan?.steps ?? []) };
  });
  if (done === undefined || wrong === undefined || without === undefined) throw new Error('no hosts');
  const vmks = wrong.network.vmks.map((vmk) => (vmk.netstack === 'vmotion' ? { ...vmk, mtuBytes: 1500 } : vmk));
  const hosts = [
    { ...done.host, network: done.network },
    { ...wrong.host, network: { ...wrong.network, vmks } },
    without.host,
  ];

  it('mends what is on the stack, and creates nothing on hosts that have nothing there', () => {
    const plans = planRepair(hosts, profile);
    expect(plans.map((plan) => plan.steps.map((step) => step.kind))).toEqual([[], ['update-vmk', 'update-vmk'], []]);
    expect(plans[2]).toMatchObject({ kind: 'in-place', untouched: [{ what: 'the vMotion stack' }] });
  });

  it('is blocked by nothing that concerns only hosts it leaves alone', () => {
    const old = { ...without.host, esxiVersion: '5.5.0' };
    expect(planRepair([...hosts.slice(0, 2), old], profile).map((plan) => plan.kind)).toEqual([
      'in-place',
      'change',
      'in-place',
    ]);
  });
});
