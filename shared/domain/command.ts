// The grammar of /vmotion.

export const VERBS = [
  'help',
  'status',
  'plan',
  'enable',
  'apply',
  'test',
  'revert',
  'approve',
  'reject',
  'show',
  'history',
] as const;
export type Verb = (typeof VERBS)[number];

export type Command =
  | { verb: 'help'; about?: Verb | undefined }
  | { verb: 'status'; cluster?: string | undefined }
  | { verb: 'plan'; change: 'enable' | 'revert'; cluster: string }
  | { verb: 'enable'; cluster: string }
  | { verb: 'test'; cluster: string }
  /** `target` is a cluster or a job id. */
  | { verb: 'revert'; target: string }
  | { verb: 'apply'; job: string }
  | { verb: 'approve'; job: string }
  | { verb: 'reject'; job: string; reason: string }
  | { verb: 'show'; job: string }
  | { verb: 'history'; cluster?: string | undefined };
