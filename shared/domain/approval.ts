// Who has approved which plan. Counted from the row, whatever a button says.
import type { ApprovalPolicy } from './settings.ts';

/** `digest`: SHA-256 of the plan that was shown. An approval is for that plan and no other. */
export type Approval = {
  digest: string;
  required: number;
  requestedBy: string;
  expiresAt: string;
  approvedBy: { user: string; at: string }[];
};

export type Decision =
  | { kind: 'accepted'; approval: Approval; isComplete: boolean }
  | { kind: 'refused'; reason: 'own-request' | 'already-approved' | 'digest-differs' | 'expired' };

export function requestApproval(
  policy: ApprovalPolicy,
  plan: { digest: string; requestedBy: string; at: Date },
): Approval {
  const expiresAt = new Date(plan.at.getTime() + policy.expiresMinutes * 60_000).toISOString();
  return { digest: plan.digest, required: policy.required, requestedBy: plan.requestedBy, expiresAt, approvedBy: [] };
}

/** Adds one person's approval. The same person counts once, and never for their own request. */
export function approve(approval: Approval, press: { by: string; digest: string; at: Date }): Decision {
  if (press.at.toISOString() >= approval.expiresAt) return { kind: 'refused', reason: 'expired' };
  // Prefixes are what buttons and people carry; twelve hex digits are enough to name one plan of one job.
  if (press.digest.length < 12 || !approval.digest.startsWith(press.digest))
    return { kind: 'refused', reason: 'digest-differs' };
  if (press.by === approval.requestedBy) return { kind: 'refused', reason: 'own-request' };
  if (approval.approvedBy.some((one) => one.user === press.by)) return { kind: 'refused', reason: 'already-approved' };
  const approvedBy = [...approval.approvedBy, { user: press.by, at: press.at.toISOString() }];
  return {
    kind: 'accepted',
    approval: { ...approval, approvedBy },
    isComplete: approvedBy.length >= approval.required,
  };
}
