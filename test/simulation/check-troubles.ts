// One cluster's trouble is its own, and a job that shows no sign of life is shown as stalled.
import { RUNNING } from '../../shared/domain/decide.ts';
import type { Job } from '../../shared/domain/job.ts';
import { violate } from './violation.ts';
import type { Run, Site } from './run.ts';

/** Ends that only a trouble of vCenter, or of the way to it, may bring about. */
const OF_VCENTER: ReadonlySet<string> = new Set([
  'vcenter-unreachable',
  'vcenter-timeout',
  'vcenter-login-failed',
  'vcenter-reply-invalid',
]);
const STALLED_MS = 120_000;
/** Clocks may be so far from each other, with the one jump that they make. */
const JUMPS = 11;

/** Something did go wrong at the job's own vCenter, after the job was made. */
export function checkTrouble({ setting }: Run, site: Site, job: Job): void {
  const code = job.failure?.code ?? '';
  if (!OF_VCENTER.has(code)) return;
  const since = Date.parse(job.createdAt) - setting.weather.skewMs * JUMPS;
  // A refused login keeps others from trying for a while.
  const isRecent = site.troubledAt !== undefined && (code === 'vcenter-login-failed' || site.troubledAt >= since);
  if (!isRecent)
    violate(
      "one vCenter's trouble is its own",
      `${job.id} ended with ${code}, and nothing was wrong at ${site.vcenter}`,
    );
}

/** Asked right after the clock has looked at all jobs. */
export async function checkStalled({ world, setting, stored }: Run): Promise<void> {
  const now = world.clock.now().getTime();
  const most = STALLED_MS + setting.weather.skewMs * JUMPS;
  for (const job of await world.parts.store.jobs.listOpen()) {
    const silentMs = now - (stored.jobs.get(job.id)?.at ?? now);
    if (RUNNING.includes(job.state) && silentMs >= most && job.stalledSince === undefined)
      violate('a silent job is shown as stalled', `${job.id} is ${job.state} and silent for ${silentMs} ms`);
  }
}

/** DRS is what it was, however the jobs ended that had held it: the lab begins with it fully automated. */
export function checkDrs({ sites }: Run): void {
  const held = sites
    .flatMap(({ lab }) => lab.model.clusters)
    .find(({ drs }) => !drs.enabled || drs.behavior !== 'fullyAutomated');
  if (held !== undefined) violate('DRS is put back', `${held.name} is ${held.drs.behavior}`);
}
