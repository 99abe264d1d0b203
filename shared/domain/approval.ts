// Who has approved which plan. Counted from the row, whatever a button says.
import type { HostSummary, JobKind, PlanSummary } from './job.ts';
import { countChanged, RISKS_IN_WORDS, risksOf } from './risk.ts';
import { type ApprovalPolicy, CHANGE_KINDS, type ExtraApprover, type KindPolicy, type People } from './settings.ts';

/** `as`: the extra rules that this person satisfied when they approved. */
export type Press = { user: string; at: string; as?: string[] | undefined; comment?: string | undefined };

/** One of those who approve must be among `from`. `why` continues "because it ..."; empty: always. */
export type NeededExtra = { name: string; why: string; from: People };

/** `digest`: SHA-256 of the plan that was shown. An approval is for that plan and no other. */
export type Approval = {
  digest: string;
  required: number;
  requestedBy: string;
  expiresAt: string;
  approvedBy: Press[];
  extra?: NeededExtra[] | undefined;
  /** Who may approve, as it was declared when the plan was made: to be shown, and asked anew at each approval. */
  approvers?: People | undefined;
  /** When the change may start, in words; any time where absent. */
  windows?: string[] | undefined;
  /** The requester may approve, and counts. */
  selfApproval?: boolean | undefined;
};

export type Decision =
  | { kind: 'accepted'; approval: Approval; isComplete: boolean }
  | { kind: 'refused'; reason: 'own-request' | 'already-approved' | 'digest-differs' | 'expired' };

/** The plan that is to be approved. */
export type PlannedChange = {
  kind: JobKind;
  plan: PlanSummary;
  hosts: HostSummary[];
  requestedBy: string;
  at: Date;
};

/** What has to happen before this plan is carried out. The policy is taken as it is now: a later one changes nothing
 * about what is asked for already. */
export function requestApproval(policy: ApprovalPolicy, change: PlannedChange): Approval {
  const expiresAt = new Date(change.at.getTime() + policy.expiresMinutes * 60_000).toISOString();
  const { plan, requestedBy } = change;
  const extra = (policy.extra ?? []).flatMap((rule) => needExtra(rule, change));
  return {
    digest: plan.digest,
    required: ofKind(policy, change.kind)?.required ?? policy.required,
    requestedBy,
    expiresAt,
    approvedBy: [],
    ...(extra.length === 0 ? {} : { extra }),
    ...(policy.selfApproval === true ? { selfApproval: true } : {}),
  };
}

/** What the policy says about this kind of change alone. */
export function ofKind(policy: ApprovalPolicy, kind: JobKind): KindPolicy | undefined {
  const change = CHANGE_KINDS.find((one) => one === kind);
  return change === undefined ? undefined : policy.kinds?.[change];
}

function needExtra({ name, from, hostsAbove, risks }: ExtraApprover, change: PlannedChange): NeededExtra[] {
  if (hostsAbove === undefined && risks === undefined) return [{ name, from, why: '' }];
  const hosts = countChanged(change.hosts);
  const found = risksOf(change).filter((risk) => risks?.includes(risk) === true);
  const isLarge = hosts > (hostsAbove ?? Number.POSITIVE_INFINITY);
  if (!isLarge && found.length === 0) return [];
  const why = [
    ...(isLarge ? [`changes ${hosts} hosts, more than ${hostsAbove}`] : []),
    ...found.map((risk) => RISKS_IN_WORDS[risk]),
  ].join(' and ');
  return [{ name, from, why }];
}

/** `as`: the names of the extra rules whose people the person is among, established now. */
export type ApprovePress = {
  by: string;
  digest: string;
  at: Date;
  as?: string[] | undefined;
  comment?: string | undefined;
};

/** Adds one person's approval. The same person counts once, and for their own request only where the policy says so. */
export function approve(approval: Approval, press: ApprovePress): Decision {
  const at = press.at.toISOString();
  if (at >= approval.expiresAt) return { kind: 'refused', reason: 'expired' };
  // Prefixes are what buttons and people carry; twelve hex digits are enough to name one plan of one job.
  if (press.digest.length < 12 || !approval.digest.startsWith(press.digest))
    return { kind: 'refused', reason: 'digest-differs' };
  if (press.by === approval.requestedBy && approval.selfApproval !== true)
    return { kind: 'refused', reason: 'own-request' };
  if (approval.approvedBy.some((one) => one.user === press.by)) return { kind: 'refused', reason: 'already-approved' };
  const { as = [], comment } = press;
  const one: Press = {
    user: press.by,
    at,
    ...(as.length === 0 ? {} : { as }),
    ...(comment === undefined ? {} : { comment }),
  };
  const counted = { ...approval, approvedBy: [...approval.approvedBy, one] };
  return { kind: 'accepted', approval: counted, isComplete: isComplete(counted) };
}

/** Without one person's approval; `undefined` when they have given none. */
export function withdraw(approval: Approval, by: string): Approval | undefined {
  const approvedBy = approval.approvedBy.filter((one) => one.user !== by);
  return approvedBy.length === approval.approvedBy.length ? undefined : { ...approval, approvedBy };
}

/** Whether nobody else has to approve. */
export function isComplete(approval: Approval): boolean {
  return approval.approvedBy.length >= approval.required && missingExtra(approval).length === 0;
}

/** Extra rules that nobody of those who approved satisfies. */
export function missingExtra({ extra = [], approvedBy }: Approval): NeededExtra[] {
  return extra.filter(({ name }) => !approvedBy.some((one) => one.as?.includes(name) === true));
}

/** How many more people have to approve, at least. */
export function countMissing(approval: Approval): number {
  const people = Math.max(0, approval.required - approval.approvedBy.length);
  return Math.max(people, missingExtra(approval).length === 0 ? 0 : 1);
}
