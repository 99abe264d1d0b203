// The grammar of /vmotion.

export const VERBS = [
  'help',
  'status',
  'check',
  'plan',
  'enable',
  'repair',
  'apply',
  'test',
  'trial',
  'evidence',
  'revert',
  'approve',
  'reject',
  'show',
  'history',
] as const;
export type Verb = (typeof VERBS)[number];

/** What `plan` can be asked to plan. */
export const PLANNED_CHANGES = ['enable', 'revert', 'repair'] as const;
export type PlannedChange = (typeof PLANNED_CHANGES)[number];

/** A trial as asked for: names as typed, looked for in vCenter later. `isReturning`: move the VM back afterwards. */
export type TrialRequest = { vm: string; from: string; to: string; isReturning: boolean };

export type Command =
  | { verb: 'help'; about?: Verb | undefined }
  | { verb: 'status'; cluster?: string | undefined }
  | { verb: 'check'; cluster: string }
  | { verb: 'plan'; change: PlannedChange; cluster: string }
  | { verb: 'enable'; cluster: string }
  | { verb: 'repair'; cluster: string }
  | { verb: 'test'; cluster: string }
  | { verb: 'trial'; cluster: string; trial: TrialRequest }
  | { verb: 'evidence'; cluster: string }
  /** `target` is a cluster or a job id. */
  | { verb: 'revert'; target: string }
  | { verb: 'apply'; job: string }
  | { verb: 'approve'; job: string }
  | { verb: 'reject'; job: string; reason: string }
  | { verb: 'show'; job: string }
  | { verb: 'history'; cluster?: string | undefined };
