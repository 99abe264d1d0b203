// A trial: one VM moved between two hosts to see that vMotion works, and over which adapters.
import type { TrialRequest } from './command.ts';
import type { MigrationEvidence } from './judge-evidence.ts';
import type { Moref } from './inventory.ts';

export type Named = { name: string; moref: Moref };

/** `begun` is written before the call to vCenter: after a crash only vCenter knows what became of it. Times are vCenter's
 * where it gave them, ours where the move was seen afterwards. */
export type TrialMove = {
  state: 'begun' | 'moved' | 'failed';
  /** How often vCenter was asked to. */
  attempts: number;
  begunAt: string;
  startedAt?: string | undefined;
  completedAt?: string | undefined;
};

export type Trial = {
  request: TrialRequest;
  /** What the names mean at vCenter; absent before planning. */
  found?: { vm: Named; from: Named; to: Named } | undefined;
  there?: TrialMove | undefined;
  back?: TrialMove | undefined;
  /** What both hosts' logs say about the move there; or why they say nothing. */
  evidence?: MigrationEvidence | undefined;
  evidenceMissing?: string | undefined;
};

/** How long the VM was on its way, as far as it is known. */
export function moveMs(move: TrialMove | undefined): number | undefined {
  if (move?.startedAt === undefined || move.completedAt === undefined) return undefined;
  return Math.max(0, Date.parse(move.completedAt) - Date.parse(move.startedAt));
}
