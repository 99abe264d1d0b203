import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Approval,
  approve,
  countMissing,
  isComplete,
  missingExtra,
  requestApproval,
  withdraw,
} from '../../shared/domain/approval.ts';
import type { HostSummary, JobKind, PlanSummary } from '../../shared/domain/job.ts';
import { risksOf } from '../../shared/domain/risk.ts';
import type { ApprovalPolicy, Risk } from '../../shared/domain/settings.ts';

const DIGEST = 'a'.repeat(64);
const NOW = new Date('2026-01-05T08:00:00.000Z');

const hosts = (count: number, over: Partial<HostSummary> = {}): HostSummary[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `esx${index}`,
    moref: `host-${index}`,
    wave: 0,
    outcome: 'pending',
    steps: 1,
    stepsDone: 0,
    ...over,
  }));

const planOf = (counts: PlanSummary['counts'] = {}): PlanSummary => ({
  digest: DIGEST,
  counts,
  findings: [],
  waves: 1,
});

function request(
  policy: Partial<ApprovalPolicy>,
  over: { kind?: JobKind; plan?: PlanSummary; hosts?: HostSummary[] } = {},
) {
  const change = { kind: 'enable' as const, plan: planOf(), hosts: hosts(4), requestedBy: 'U0ANN', at: NOW, ...over };
  return requestApproval({ required: 1, expiresMinutes: 60, ...policy }, change);
}

describe('the risks of a plan', () => {
  const none: Risk[] = [];
  it.each([
    { what: 'nothing special', kind: 'enable', counts: { 'add-vmk': 4 }, count: 4, risks: none },
    { what: 'adapters removed', kind: 'enable', counts: { 'remove-vmk': 1 }, count: 4, risks: ['removes-adapters'] },
    {
      what: 'a distributed port group',
      kind: 'enable',
      counts: { 'update-distributed-port-group': 1 },
      count: 4,
      risks: ['distributed-switch'],
    },
    { what: 'a new switch', kind: 'enable', counts: { 'add-switch': 4 }, count: 4, risks: ['new-switch'] },
    { what: 'a trial', kind: 'trial', counts: {}, count: 2, risks: ['moves-vm'] },
    { what: 'a revert', kind: 'revert', counts: { 'remove-vmk': 8 }, count: 4, risks: ['removes-adapters', 'no-gate'] },
    { what: 'a single host', kind: 'repair', counts: {}, count: 1, risks: ['no-gate'] },
  ] as const)('$what: $risks', ({ kind, counts, count, risks }) => {
    expect(risksOf({ kind, plan: planOf(counts), hosts: hosts(count) })).toEqual(risks);
  });

  it('a single host that others can ping is proven', () => {
    const all = [...hosts(1), ...hosts(3, { wave: undefined, outcome: 'in-place' })];
    expect(risksOf({ kind: 'enable', plan: planOf(), hosts: all })).toEqual([]);
  });
});

describe('what a plan needs', () => {
  it('is the policy’s own number, or that of its kind', () => {
    const policy = { required: 2, kinds: { revert: { required: 3 }, trial: {} } };
    expect(request(policy).required).toBe(2);
    expect(request(policy, { kind: 'revert' }).required).toBe(3);
    expect(request(policy, { kind: 'trial' }).required).toBe(2);
  });

  it('is an extra approver where one of its conditions fits', () => {
    const extra = [{ name: 'net', from: ['S1'], hostsAbove: 8, risks: ['new-switch' as const] }];
    expect(request({ extra }).extra).toBeUndefined();
    expect(request({ extra }, { hosts: hosts(9) }).extra).toMatchObject([{ why: 'changes 9 hosts, more than 8' }]);
    expect(request({ extra }, { plan: planOf({ 'add-switch': 1 }) }).extra).toMatchObject([
      { why: 'makes a new switch' },
    ]);
    const both = request({ extra }, { hosts: hosts(9), plan: planOf({ 'add-switch': 1 }) });
    expect(both.extra).toMatchObject([{ why: 'changes 9 hosts, more than 8 and makes a new switch' }]);
  });
});

describe('an extra approver', () => {
  const manyHosts = { hosts: hosts(9) };
  const newSwitch = { plan: planOf({ 'add-switch': 1 }) };

  it('without a condition is always needed, and no reason is told', () => {
    expect(request({ extra: [{ name: 'net', from: ['S1'] }] }).extra).toEqual([{ name: 'net', from: ['S1'], why: '' }]);
  });

  it('for many hosts is not needed for as many as the rule says, nor for a risk it does not name', () => {
    const extra = [{ name: 'net', from: ['S1'], hostsAbove: 8 }];
    expect(request({ extra }, { hosts: hosts(8) }).extra).toBeUndefined();
    expect(request({ extra }, newSwitch).extra).toBeUndefined();
    expect(request({ extra }, manyHosts).extra).toHaveLength(1);
  });

  it('for a risk is not needed for another risk, nor for many hosts', () => {
    const extra = [{ name: 'net', from: ['S1'], risks: ['new-switch' as const] }];
    expect(request({ extra }, { plan: planOf({ 'remove-vmk': 1 }) }).extra).toBeUndefined();
    expect(request({ extra }, manyHosts).extra).toBeUndefined();
    expect(request({ extra }, newSwitch).extra).toHaveLength(1);
  });
});

describe('a press', () => {
  const press = { by: 'U0BOB', digest: DIGEST.slice(0, 12), at: NOW };

  it.each([
    { what: 'too late', over: { at: new Date(NOW.getTime() + 3_600_000) }, reason: 'expired' },
    { what: 'for another plan', over: { digest: 'b'.repeat(12) }, reason: 'digest-differs' },
    { what: 'for too few digits', over: { digest: 'aaaa' }, reason: 'digest-differs' },
    { what: 'of the requester', over: { by: 'U0ANN' }, reason: 'own-request' },
  ])('$what is refused as $reason', ({ over, reason }) => {
    expect(approve(request({}), { ...press, ...over })).toEqual({ kind: 'refused', reason });
  });

  it('of the requester counts where the policy says so', () => {
    expect(approve(request({ selfApproval: true }), { ...press, by: 'U0ANN' })).toMatchObject({ isComplete: true });
  });

  it('counts until the moment at which the request expires, and no longer', () => {
    const lastMoment = { ...press, at: new Date(NOW.getTime() + 3_599_999) };
    expect(approve(request({}), lastMoment)).toMatchObject({ kind: 'accepted', isComplete: true });
    expect(approve(request({}), { ...press, at: new Date(NOW.getTime() + 3_600_000) }).kind).toBe('refused');
  });

  it('counts with twelve digits of the digest, not with eleven, nor with digits from its middle', () => {
    const plan = { ...planOf(), digest: '0123456789abcdef'.repeat(4) };
    const of = (digest: string) => approve(request({}, { plan }), { ...press, digest }).kind;
    expect(['0123456789ab', '0123456789a', '123456789abc'].map(of)).toEqual(['accepted', 'refused', 'refused']);
  });

  it('without a word and without a group leaves nothing but who and when', () => {
    const decision = approve(request({}), press);
    expect(decision.kind === 'accepted' && decision.approval.approvedBy).toStrictEqual([
      { user: 'U0BOB', at: NOW.toISOString() },
    ]);
  });

  it('keeps what was said with it', () => {
    const decision = approve(request({}), { ...press, as: ['net'], comment: 'after the backup' });
    expect(decision).toMatchObject({
      approval: { approvedBy: [{ user: 'U0BOB', as: ['net'], comment: 'after the backup' }] },
    });
  });
});

it('a row of an earlier version, without extra rules, is counted as ever', () => {
  const old: Approval = {
    digest: DIGEST,
    required: 1,
    requestedBy: 'U0ANN',
    expiresAt: '2026-01-05T12:00:00.000Z',
    approvedBy: [],
  };
  expect(isComplete(old)).toBe(false);
  expect(approve(old, { by: 'U0BOB', digest: DIGEST, at: NOW })).toMatchObject({ isComplete: true });
});

it('whatever is pressed and withdrawn, only enough distinct others complete it', () => {
  const people = ['U0ANN', 'U0BOB', 'U0DAN', 'U0EVE'];
  const step = fc.record({
    user: fc.constantFrom(...people),
    does: fc.constantFrom('approve', 'approve', 'withdraw'),
    as: fc.subarray(['net', 'storage']),
  });
  const policy = fc.record({
    required: fc.integer({ min: 1, max: 3 }),
    extra: fc.subarray([
      { name: 'net', from: 'any' as const },
      { name: 'storage', from: 'any' as const },
    ]),
  });
  fc.assert(
    fc.property(policy, fc.array(step, { maxLength: 12 }), (wanted, steps) => {
      let approval = request(wanted);
      // The same by hand: who stands for it now, and as what.
      const standing = new Map<string, string[]>();
      for (const { user, does, as } of steps) {
        if (does === 'withdraw') {
          const after = withdraw(approval, user);
          expect(after === undefined).toBe(!standing.has(user));
          approval = after ?? approval;
          standing.delete(user);
          continue;
        }
        const decision = approve(approval, { by: user, digest: DIGEST, at: NOW, as });
        const counts = user !== 'U0ANN' && !standing.has(user);
        expect(decision.kind).toBe(counts ? 'accepted' : 'refused');
        if (decision.kind !== 'accepted') continue;
        approval = decision.approval;
        standing.set(user, as);
      }
      const met = wanted.extra.filter(({ name }) => [...standing.values()].some((as) => as.includes(name)));
      expect(isComplete(approval)).toBe(standing.size >= wanted.required && met.length === wanted.extra.length);
      expect(missingExtra(approval)).toHaveLength(wanted.extra.length - met.length);
      expect(countMissing(approval) === 0).toBe(isComplete(approval));
    }),
  );
});
