// The validated content of vmotion.yaml.
import type { AlarmPolicy } from './alarm-policy.ts';
import type { Verb } from './command.ts';
import type { Profile } from './profile.ts';

/** How vCenter's certificate is trusted: by the system's authorities, a CA file, or the leaf's SHA-256. */
export type Trust = { kind: 'system' } | { kind: 'ca'; pem: string } | { kind: 'sha256'; fingerprint: string };

/** `secret` names where user and password are kept; they are never in this file. */
export type VcenterSettings = {
  name: string;
  url: string;
  secret: string;
  trust: Trust;
  /** Of one session, at the same moment. */
  concurrentCalls: number;
  /** How many slices may have a session at the same moment, over all workers. */
  workers: number;
  /** As vCenter calls itself in alarms of other products. */
  instanceUuid?: string | undefined;
};

/** Slack ids of members (U…, W…) and of user groups (S…). `any`: everyone in the cluster's channel. */
export type People = 'any' | string[];

/** Kinds of jobs that change something. */
export const CHANGE_KINDS = ['enable', 'repair', 'revert', 'trial'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** What makes a plan worth another pair of eyes: see risk.ts. */
export const RISKS = ['removes-adapters', 'distributed-switch', 'new-switch', 'moves-vm', 'no-gate'] as const;
export type Risk = (typeof RISKS)[number];

/** One of those who approve must be among `from` where the plan changes more hosts than `hostsAbove` or has one of the
 * risks; with neither of them given, always. `name`: how messages call the rule. */
export type ExtraApprover = {
  name: string;
  from: People;
  hostsAbove?: number | undefined;
  risks?: Risk[] | undefined;
};

export type KindPolicy = { required?: number | undefined; approvers?: People | undefined };

/** `required` distinct people before `expiresMinutes` have passed. */
export type ApprovalPolicy = {
  required: number;
  expiresMinutes: number;
  /** Whether the requester may approve, and counts. */
  selfApproval?: boolean | undefined;
  /** Whether a change needs a reason. */
  reason?: boolean | undefined;
  /** Whether a change needs a ticket: the whole of it must fit the regular expression. */
  ticket?: { pattern: string } | undefined;
  /** Other numbers and other people for single kinds of change. */
  kinds?: { [K in ChangeKind]?: KindPolicy | undefined } | undefined;
  extra?: ExtraApprover[] | undefined;
};

/** Who may do what. Whoever is named nowhere may read. */
export type AccessPolicy = {
  operators: People;
  approvers: People;
  admins?: People | undefined;
  /** Instead of the role, for single verbs. */
  verbs?: { [V in Verb]?: People | undefined } | undefined;
  /** Ids of other channels where the cluster may be named to read. */
  readChannels?: string[] | undefined;
};

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** When changes may start. `days`: those on which it opens. `from` and `to`: "22:00", in `timeZone` (IANA); past
 * midnight where `to` is not later than `from`. */
export type ChangeWindow = { days: Weekday[]; from: string; to: string; timeZone: string };

export type ClusterSettings = {
  name: string;
  vcenter: string;
  /** Inventory path: /Datacenter/host/Folder/Cluster. */
  path: string;
  /** Slack channel id whose members may name this cluster, and where its jobs are reported. */
  channel: string;
  profile: Profile;
  approval: ApprovalPolicy;
  access: AccessPolicy;
  /** Changes start only inside of one of them; without any, always. */
  windows?: ChangeWindow[] | undefined;
  /** How often it is compared with its profile and with what it was. Absent: only when somebody asks. */
  audit?: { everyMinutes: number } | undefined;
};

export type Settings = {
  /** `teams`: other workspaces whose people count as the app's own (Slack Connect). */
  slack?: { teams: string[] } | undefined;
  vcenters: Record<string, VcenterSettings>;
  clusters: Record<string, ClusterSettings>;
  /** What is done about alarms. Absent: they are only shown. */
  alarms?: AlarmPolicy | undefined;
};
