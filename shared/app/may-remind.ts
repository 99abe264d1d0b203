import { reminderSeconds } from '../domain/nudges.ts';
import type { EdgeParts } from './parts.ts';

/** Whether the clock may send a message once more, asked right before it does. The one before may be lost, or wait with many
 * others for somebody who takes it: the longer it is owed, the longer nobody may send the next one. `owedSince`: the newest
 * of these times counts. */
export async function mayRemind(
  { store, clock }: Pick<EdgeParts, 'store' | 'clock'>,
  { of, owedSince }: { of: string; owedSince: (string | undefined)[] },
): Promise<boolean> {
  const now = clock.now();
  const owedMs = now.getTime() - Math.max(...owedSince.map((at) => (at === undefined ? 0 : Date.parse(at))));
  return store.once.claim(`reminder ${of}`, now, reminderSeconds(owedMs));
}
