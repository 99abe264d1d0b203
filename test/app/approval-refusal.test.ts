import { expect, it } from 'vitest';
import { refuseApproval } from '../../shared/app/approval-refusal.ts';
import type { Approval } from '../../shared/domain/approval.ts';
import { aJob } from '../support/builders.ts';

const asked: Approval = {
  digest: 'a'.repeat(64),
  required: 2,
  requestedBy: 'U0ANN',
  expiresAt: '2026-01-05T12:00:00.000Z',
  approvedBy: [],
};
const given = { user: 'U0BOB', at: '2026-01-05T11:00:00.000Z' };

it.each<{ what: string; approval: Approval | undefined; says: string }>([
  { what: 'without a plan', approval: undefined, says: 'It has no plan yet.' },
  { what: 'with nobody’s yes', approval: asked, says: 'It needs 2 more approvals, not from the requester.' },
  {
    what: 'with one yes of two',
    approval: { ...asked, approvedBy: [given] },
    says: 'It needs 1 more approval, not from the requester.',
  },
  {
    what: 'whose requester may approve',
    approval: { ...asked, selfApproval: true },
    says: 'It needs 2 more approvals.',
  },
  {
    what: 'that somebody of the network team has to approve too',
    approval: { ...asked, approvedBy: [given], extra: [{ name: 'net', from: ['U0NET'], why: '' }] },
    says: 'It needs 1 more approval, not from the requester, one of them from <@U0NET>.',
  },
])('a job $what can’t be applied: "$says"', ({ approval, says }) => {
  expect(refuseApproval(aJob({ state: 'planned', approval }), 'not-approved')).toMatchObject({
    code: 'not-approved',
    exitCode: 3,
    why: says,
    fix: '/vmotion approve j-000001',
  });
});

it('a request that has expired says until when it could be approved, and how to ask again', () => {
  expect(refuseApproval(aJob({ approval: asked }), 'expired')).toMatchObject({
    code: 'expired',
    exitCode: 7,
    why: 'It could be approved until 2026-01-05T12:00:00.000Z.',
    fix: '/vmotion enable cluster-a',
  });
});

it.each([
  { because: 'own-request', exitCode: 3, fix: 'Ask somebody else to type: /vmotion approve j-000001' },
  { because: 'already-approved', exitCode: 3, fix: 'Ask somebody else to type: /vmotion approve j-000001' },
  { because: 'digest-differs', exitCode: 6, fix: '/vmotion show j-000001' },
  { because: 'no-approval-given', exitCode: 2, fix: '/vmotion show j-000001' },
] as const)('$because is refused with the way on', ({ because, exitCode, fix }) => {
  expect(refuseApproval(aJob({ approval: asked }), because)).toMatchObject({
    kind: 'refused',
    code: because,
    exitCode,
    fix,
  });
});
