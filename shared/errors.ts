/** `later`: the same call may succeed. `outcome-unknown`: observe vCenter again before anything is repeated. */
export type Retry = 'never' | 'later' | 'outcome-unknown';

/** Every code stands in docs/errors.md with its remedy. */
export const ERROR_CODES = [
  // configuration and messages
  'config-invalid',
  'config-missing',
  'environment-invalid',
  'message-invalid',
  'row-invalid',
  'secret-missing',
  // vCenter
  'vcenter-unreachable',
  'vcenter-untrusted',
  'vcenter-login-failed',
  'vcenter-not-a-vcenter',
  'vcenter-version',
  'vcenter-reply-invalid',
  'vcenter-session-lost',
  'vcenter-no-permission',
  'vcenter-object-gone',
  'vcenter-busy',
  'vcenter-fault',
  'vcenter-timeout',
  'host-not-connected',
  'cluster-not-found',
  'cluster-ambiguous',
  'port-group-busy',
  'stack-not-dormant',
  'no-lease',
  'not-as-planned',
  // jobs
  'job-not-found',
  'lease-held',
  'lease-lost',
  'write-conflict',
  'out-of-time',
  // Slack
  'slack-refused',
  'slack-rate-limited',
  'slack-unreachable',
  'slack-unsigned',
  'answer-late',
  'groups-unknown',
  'installation-unknown',
  // alarms
  'alarm-invalid',
  // queue and table
  'queue-failed',
  'table-failed',
  // the local place
  'usage',
  'data-folder-in-use',
  'data-folder-failed',
  'port-in-use',
  'node-too-old',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** A failure somebody can act on: `message` says what happened, `remedy` what to do about it. */
export class OpsError extends Error {
  readonly code: ErrorCode;
  readonly retry: Retry;
  readonly remedy: string;
  /** vCenter's fault type where one was answered, for example "ResourceInUse". */
  readonly fault: string | undefined;
  /** How long the other side asks to wait, where it says so. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    detail: {
      retry: Retry;
      remedy: string;
      fault?: string | undefined;
      retryAfterMs?: number | undefined;
      cause?: unknown;
    },
  ) {
    super(message, { cause: detail.cause });
    this.name = 'OpsError';
    this.code = code;
    this.retry = detail.retry;
    this.remedy = detail.remedy;
    this.fault = detail.fault;
    this.retryAfterMs = detail.retryAfterMs;
  }
}
