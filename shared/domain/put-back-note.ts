// What is said of a host that went back: all of it, or but for what nobody could bring back.
import type { HostSummary } from './job.ts';

const BUT_FOR = 'put back, but for: ';
const NOT_RESTORED = 'could not restore ';

/** After a change that failed. `unrestored`: the fields that differ from the before-image. */
export function putBackNote(unrestored: readonly string[]): string {
  return unrestored.length > 0 ? `${BUT_FOR}${unrestored.join('; ')}` : 'every field as before';
}

/** After a revert; nothing where all fields are as they were. */
export function revertedNote(host: string, unrestored: readonly string[]): string | undefined {
  return unrestored.length > 0 ? `${host}: ${NOT_RESTORED}${unrestored.join('; ')}` : undefined;
}

/** Whether something of the host is not what it was, though it was put back. */
export function isPartlyBack({ outcome, note = '' }: Pick<HostSummary, 'outcome' | 'note'>): boolean {
  return outcome === 'put-back' && (note.startsWith(BUT_FOR) || note.includes(`: ${NOT_RESTORED}`));
}
