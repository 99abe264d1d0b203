import { OpsError } from '../../shared/errors.ts';

/** The exit code of a process that could not do what it was asked: wrong input is 2, a world that is away is 10. */
export function exitCodeOfError(error: unknown): number {
  if (!(error instanceof OpsError)) return 1;
  return error.retry === 'never' ? 2 : 10;
}

/** What went wrong and what to do about it, for a person at a terminal. */
export function renderError(error: unknown): string {
  if (error instanceof OpsError) return `${error.message}\n${error.remedy}\n`;
  return `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
}
