import { OpsError } from '../../../shared/errors.ts';

/** One thing that was looked at. `remedy`: what to do about it, where there is something. */
export type Check = { about: string; state: 'ok' | 'warn' | 'fail'; what: string; remedy?: string | undefined };

export const ok = (about: string, what: string): Check => ({ about, state: 'ok', what });
export const warn = (about: string, what: string, remedy: string): Check => ({ about, state: 'warn', what, remedy });
export const fail = (about: string, what: string, remedy: string): Check => ({ about, state: 'fail', what, remedy });

/** What was found, or the failure to find it. Only a defect of the doctor's own is thrown. */
export async function checked(about: string, look: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof OpsError) return [fail(about, error.message, error.remedy)];
    throw error;
  }
}

// Requests are refused from five minutes on.
const SKEW_WARN_SECONDS = 30;
const SKEW_FAIL_SECONDS = 240;

/** How far this machine's clock is from the other's Date header. `tookMs`: of the request, which blurs it. */
export function checkSkew(about: string, answer: { date: string | undefined; now: Date; tookMs: number }): Check {
  const theirs = Date.parse(answer.date ?? '');
  if (Number.isNaN(theirs)) return warn(about, 'It tells no time.', 'Compare its clock with this one by hand.');
  // The header's seconds are cut off, so on average it is half of one behind.
  const seconds = Math.round((answer.now.getTime() - answer.tookMs / 2 - theirs - 500) / 1000);
  const what = `This clock is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead'}.`;
  const remedy = 'Let both machines follow a time server (NTP).';
  if (Math.abs(seconds) >= SKEW_FAIL_SECONDS) return fail(about, what, remedy);
  return Math.abs(seconds) >= SKEW_WARN_SECONDS ? warn(about, what, remedy) : ok(about, what);
}
