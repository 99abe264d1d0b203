import { describe, expect, it } from 'vitest';
import type { Host } from '../../shared/domain/inventory.ts';
import { findOnlyHost, limitToHost } from '../../shared/domain/limit-to-host.ts';
import type { HostPlan } from '../../shared/domain/plan.ts';
import { toWaves } from '../../shared/domain/rollout.ts';
import { aHost, aNetwork, aVmk, managementVmk } from '../support/builders.ts';

const named = (name: string): Host => aHost(1, { name });

describe('the one host that is meant', () => {
  const hosts = ['esx01.lab.local', 'esx02.lab.local', 'esx02.dmz.local', 'esx03'].map(named);
  it.each([
    { typed: 'esx01.lab.local', found: 'esx01.lab.local' },
    { typed: 'ESX01.Lab.Local', found: 'esx01.lab.local' },
    { typed: 'esx01', found: 'esx01.lab.local' },
    { typed: 'esx02.dmz.local', found: 'esx02.dmz.local' },
    { typed: 'esx02', found: undefined },
    { typed: 'esx0', found: undefined },
    { typed: 'esx09', found: undefined },
  ])('$typed is $found', ({ typed, found }) => {
    expect(findOnlyHost(hosts, typed)?.name).toBe(found);
  });

  it('is the one of exactly that name, also where it is the first part of another’s', () => {
    expect(findOnlyHost(['esx03.lab.local', 'esx03'].map(named), 'ESX03')?.name).toBe('esx03');
  });
});

describe('a plan for one host of a cluster', () => {
  const onStack = (number: number) =>
    aHost(number, { network: aNetwork({ vmks: [managementVmk(number), aVmk('vmk2', { netstack: 'vmotion' })] }) });
  const planOf = ({ moref, name }: Host, kind: HostPlan['kind']): HostPlan => ({
    host: { moref, name },
    kind,
    steps: kind === 'change' ? [{ kind: 'await-dormant', netstack: 'vmotion' }] : [],
    findings: [],
    untouched: [],
  });
  const kindsOf = (plans: HostPlan[]) => plans.map(({ kind, steps }) => [kind, steps.length]);

  it('leaves all others as they are, and says why', () => {
    const hosts = [1, 2, 3, 4].map((number) => aHost(number));
    const [only, second, third, fourth] = hosts;
    if (!only || !second || !third || !fourth) throw new Error('four hosts');
    const plans = [
      planOf(only, 'change'),
      planOf(second, 'change'),
      planOf(third, 'in-place'),
      planOf(fourth, 'blocked'),
    ];
    const limited = limitToHost(hosts, plans, only);
    expect(kindsOf(limited.plans)).toEqual([
      ['change', 1],
      ['in-place', 0],
      ['in-place', 0],
      ['in-place', 0],
    ]);
    expect([...limited.leftOut]).toEqual([second.name, fourth.name]);
    const untouched = [{ what: 'the host', why: `this job is about ${only.name} only` }];
    expect(limited.plans[1]).toEqual({ ...planOf(second, 'in-place'), untouched });
    expect(limited.plans[2]).toBe(plans[2]);
  });

  it.each([
    { what: 'one is as it should be', others: ['in-place', 'change'] as const, peers: [] },
    { what: 'none is as it should be', others: ['change', 'change'] as const, peers: [2, 3] },
  ])('is proven against left-out hosts on the stack only where $what: $peers', ({ others, peers }) => {
    const hosts = [onStack(1), onStack(2), onStack(3)];
    const [only] = hosts;
    if (only === undefined) throw new Error('three hosts');
    const plans = hosts.map((host, index) => planOf(host, others[index - 1] ?? 'change'));
    expect([...limitToHost(hosts, plans, only).peers]).toEqual(peers.map((number) => aHost(number).name));
  });

  it('has no peers where no other host has an adapter on the stack, or shows its network', () => {
    const hosts = [onStack(1), aHost(2), aHost(3, { network: undefined })];
    const [only] = hosts;
    if (only === undefined) throw new Error('three hosts');
    const plans = hosts.map((host) => planOf(host, 'change'));
    expect([...limitToHost(hosts, plans, only).peers]).toEqual([]);
  });
});

describe('waves', () => {
  const rollout = { canary: 1, wave: 3, pingGateway: true };
  it.each([
    { hosts: 0, sizes: [] },
    { hosts: 1, sizes: [1] },
    { hosts: 4, sizes: [1, 3] },
    { hosts: 6, sizes: [1, 3, 2] },
  ])('of $hosts hosts are $sizes: each host once, in order', ({ hosts, sizes }) => {
    const waves = toWaves(hosts, rollout);
    expect(waves.map((wave) => wave.length)).toEqual(sizes);
    expect(waves.flat()).toEqual(Array.from({ length: hosts }, (_, index) => index));
  });

  it('have a host at least', () => {
    expect(toWaves(3, { ...rollout, canary: 0, wave: 0 })).toEqual([[0], [1], [2]]);
  });

  it('begin with as many canaries as are wanted', () => {
    expect(toWaves(5, { ...rollout, canary: 2 })).toEqual([
      [0, 1],
      [2, 3, 4],
    ]);
  });
});
