// The grammar of /vmotion.

export const VERBS = [
  'help',
  'version',
  'whoami',
  'status',
  'list',
  'check',
  'plan',
  'enable',
  'repair',
  'apply',
  'test',
  'trial',
  'evidence',
  'audit',
  'revert',
  'approve',
  'reject',
  'withdraw',
  'cancel',
  'pause',
  'resume',
  'abort',
  'retry',
  'show',
  'history',
  'freeze',
  'unfreeze',
  'policy',
  'alarms',
  'alarm',
  'subscribe',
  'unsubscribe',
  'dlq',
  'audit-log',
] as const;
export type Verb = (typeof VERBS)[number];

/** What `plan` can be asked to plan. */
export const PLANNED_CHANGES = ['enable', 'revert', 'repair'] as const;
export type PlannedChange = (typeof PLANNED_CHANGES)[number];

/** What `list` can list. */
export const LISTED = ['clusters', 'jobs', 'locks', 'freezes'] as const;
export type Listed = (typeof LISTED)[number];

/** What a channel can subscribe to. */
export const TOPICS = ['alarms', 'drift'] as const;
export type Topic = (typeof TOPICS)[number];

/** What can be done about an alarm's card. */
export const ALARM_ACTIONS = ['fix', 'plan', 'ignore', 'explain'] as const;
export type AlarmAction = (typeof ALARM_ACTIONS)[number];

export const OUTPUTS = ['text', 'csv', 'json'] as const;
export type Output = (typeof OUTPUTS)[number];

/** A trial as asked for: names as typed, looked for in vCenter later. `isReturning`: move the VM back afterwards. */
export type TrialRequest = { vm: string; from: string; to: string; isReturning: boolean };

/** Why a change is asked for, and under which ticket, as typed. */
export type Grounds = { reason?: string | undefined; ticket?: string | undefined };

/** When a freeze ends, as typed. `at`: 2026-11-23T06:00, with an offset or Z or without; a moment of the calendar. */
export type TypedEnd = { kind: 'after'; minutes: number } | { kind: 'at'; text: string };

/** In place of a cluster's name: every cluster of the channel. */
export const ALL = 'all';

export type Command =
  | { verb: 'help'; about?: Verb | undefined }
  | { verb: 'version' }
  | { verb: 'whoami'; cluster?: string | undefined }
  | { verb: 'status'; cluster?: string | undefined }
  /** `cluster`: only its jobs. */
  | { verb: 'list'; what: Listed; cluster?: string | undefined }
  | { verb: 'check'; cluster: string }
  /** `host`: one host only, by its name as typed. */
  | ({ verb: 'plan'; change: PlannedChange; cluster: string; host?: string | undefined } & Grounds)
  | ({ verb: 'enable'; cluster: string; host?: string | undefined } & Grounds)
  | ({ verb: 'repair'; cluster: string; host?: string | undefined } & Grounds)
  | { verb: 'test'; cluster: string; output?: Output | undefined }
  | ({ verb: 'trial'; cluster: string; trial: TrialRequest } & Grounds)
  | { verb: 'evidence'; cluster: string }
  /** Without a cluster: every cluster of the channel. */
  | { verb: 'audit'; cluster?: string | undefined }
  /** `target` is a cluster or a job id. */
  | ({ verb: 'revert'; target: string } & Grounds)
  | { verb: 'apply'; job: string }
  | { verb: 'approve'; job: string; comment?: string | undefined }
  | { verb: 'reject'; job: string; reason: string }
  | { verb: 'withdraw'; job: string }
  | { verb: 'cancel'; job: string }
  | { verb: 'pause'; job: string }
  | { verb: 'resume'; job: string }
  | { verb: 'abort'; job: string; isPuttingBack: boolean }
  | { verb: 'retry'; job: string }
  | { verb: 'show'; job: string; output?: Output | undefined }
  | { verb: 'history'; cluster?: string | undefined }
  | { verb: 'freeze'; target: string; reason: string; until?: TypedEnd | undefined }
  | { verb: 'unfreeze'; target: string }
  | { verb: 'policy'; action: 'show'; cluster?: string | undefined }
  | { verb: 'policy'; action: 'explain'; alarm: string; host: string }
  | { verb: 'alarms'; cluster?: string | undefined }
  /** `id`: an alarm card's, such as a-7f3k9c. `forMinutes`: how long `ignore` holds. */
  | { verb: 'alarm'; action: AlarmAction; id: string; forMinutes?: number | undefined }
  | { verb: 'subscribe'; cluster: string; topics: Topic[] }
  | { verb: 'unsubscribe'; cluster: string; topics: Topic[] }
  | { verb: 'dlq'; action: 'list' }
  | { verb: 'dlq'; action: 'redrive'; id: string }
  | { verb: 'audit-log'; action: 'verify' | 'export'; cluster?: string | undefined };

export type CommandOf<V extends Verb> = Extract<Command, { verb: V }>;
