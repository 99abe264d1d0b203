// What must be true at the end of a job, asked once the channel shows it.
import { allHosts } from '../../infra/lab/vcenter/model.ts';
import { isEnded } from '../../shared/domain/exit-code.ts';
import type { Job } from '../../shared/domain/job.ts';
import { checkChannel, checkThread } from './check-channel.ts';
import { checkExplained, checkHosts, checkOutcomes } from './check-hosts.ts';
import { checkKept } from './check-kept.ts';
import { checkQuiet } from './check-quiet.ts';
import { checkPlanned, checkStale, checkTurns } from './check-writes.ts';
import { checkTrouble } from './check-troubles.ts';
import { checkMachines, checkTrial, type Machines } from './check-machines.ts';
import { pictureOf } from './lab-picture.ts';
import type { Run } from './run.ts';
import { isOther, isUnshown, type Tale } from './tale.ts';
import { toldHosts } from './told-hosts.ts';
import { violate } from './violation.ts';

/** `machines`: where they were before the job; absent where nobody looked. */
export async function endOf(tale: Tale, job: Job, machines: Machines | undefined): Promise<void> {
  const { run, place } = tale;
  run.states.push(`${job.kind}:${job.state}`);
  const outcomes = job.hosts.map((host) => `${host.name.split('.')[0]} ${host.outcome}`).join(', ');
  run.say(`${job.id} is ${job.state}: ${outcomes}`);
  if (machines !== undefined) {
    checkMachines(place, machines, job);
    if (job.kind === 'trial') checkTrial(run, place, { job, before: machines });
  }
  await checkEnd(tale, job);
}

async function checkEnd(tale: Tale, job: Job): Promise<void> {
  const { run, place } = tale;
  const { world } = run;
  const now = pictureOf(place.site.lab.model, place.cluster);
  checkHosts(tale.first, now);
  const era = place.eras.of(job.id);
  const { before, after } = era ?? { before: now, after: now };
  if (['enable', 'repair', 'revert'].includes(job.kind)) {
    const message = run.channel.ends(job.id).at(-1);
    // Hosts that have left since are named too, and those that were in the cluster for a while.
    const known = [...tale.first.hosts, ...after.hosts, ...allHosts(place.site.lab.model)];
    const names = [...new Set(known.map(({ name }) => name))];
    if (message !== undefined) checkOutcomes(job, toldHosts(message, names), before, after);
    else if (!isUnshown(run, job)) violate('the channel shows every end', `${job.id} ended, and no message says so`);
    // What is planned later knows of it.
    const later = tale.meddlings.filter(({ at }) => at > job.createdAt);
    const plans = run.channel.plans(job.id);
    // What Slack will never take stands in the log only.
    const isRefused = plans.length === 0 && run.lost('refused') > 0;
    if (plans.length !== 1 && era !== undefined && !isRefused)
      violate('people see the plan that is carried out', `${job.id} has shown ${plans.length}`);
    for (const plan of plans) {
      checkExplained(job, plan, [tale.first, before, after], changedByOthers(run, job));
      checkPlanned(run.writes, job.id, plan);
      checkStale(run.writes, job.id, plan, later);
    }
  }
  checkTrouble(run, place.site, job);
  checkTurns(run.writes);
  // What broke after it was proven is no lie of the job's.
  const isBroken = (place.site.brokenAt ?? 0) > Date.parse(job.createdAt);
  if (era?.isLast !== false && !isBroken) checkKept(run, place.site, job);
  // A plan that was left for later may expire at any minute.
  // An earlier end may be looked after once more by the clock; at the very end all are told.
  const isLeft = (one: Job) =>
    one.cluster !== place.cluster ||
    (one.id !== job.id && isEnded(one.state)) ||
    (isOther(run, job) ? one.id !== job.id : isOther(run, one) || tale.plans.includes(one.id));
  await checkQuiet(world, run.counts.overtaken, isLeft);
  if (job.isQuiet === true) return;
  if (!isUnshown(run, job)) await checkChannel(world, [job]);
  await checkThread(world, job, { repeats: run.repeats('notices', 'chat'), isOvertaken: run.counts.overtaken > 0 });
}

/** Distributed port groups that jobs for other clusters have changed since this job's first write. */
function changedByOthers({ writes }: Run, { id, cluster }: Job): Set<string> {
  const since = writes.slice(writes.findIndex(({ job }) => job === id));
  const others = since.filter((one) => one.cluster !== cluster && one.operation === 'ReconfigureDVPortgroup_Task');
  return new Set(others.map(({ target = '' }) => target));
}
