// What the policy looks at beside the alarm: freezes, windows, the last test, and what was enabled before.
import { findFreeze } from '../domain/freeze.ts';
import { isOpen } from '../domain/windows.ts';
import { isSameHost, type AlarmPlace } from '../domain/alarm-place.ts';
import type { AlarmRule } from '../domain/alarm-policy.ts';
import type { AlarmCard } from '../domain/card.ts';
import type { Job } from '../domain/job.ts';
import type { PolicyState } from '../domain/policy-explain.ts';
import type { EdgeParts } from './parts.ts';
import { listTold } from './told-jobs.ts';

type Asked = {
  place: AlarmPlace;
  rule: AlarmRule | undefined;
  card?: Pick<AlarmCard, 'state' | 'ignored'> | undefined;
};

const JOBS_LOOKED_AT = 30;
const TEST_KEPT_MS = 24 * 3_600_000;

/** Everything but the automation's row, which decides in the same moment as it is written. */
export async function readPolicyState(
  parts: EdgeParts,
  { place, rule, card }: Asked,
): Promise<Omit<PolicyState, 'automation'>> {
  const now = parts.clock.now();
  const own = { isSuppressed: card?.state === 'suppressed', ignoredUntil: card?.ignored?.until };
  if (place.kind === 'unplaced' || rule === undefined) {
    return { ...own, isInWindow: true, lastTest: 'none', wasEnabled: false };
  }
  const { store } = parts;
  const cluster = parts.settings.clusters[place.cluster];
  if (cluster === undefined) throw new Error(`no settings of ${place.cluster}`);
  const freeze = findFreeze(await store.freezes.list(), cluster, now);
  const host = place.host?.name;
  const needsTest = rule.needsPassingTest && rule.action !== 'test';
  const baselines = rule.action === 'repair' ? await store.baselines.list(place.cluster) : [];
  return {
    ...own,
    frozen: freeze === undefined ? undefined : { id: freeze.id, by: freeze.by, reason: freeze.reason },
    isInWindow: isOpen(rule.windows, now) && isOpen(cluster.windows, now),
    lastTest: needsTest ? judgeTests(await listTold(store, place.cluster, JOBS_LOOKED_AT), host, now) : 'none',
    wasEnabled: baselines.some((one) => host === undefined || isSameHost(one.name, host)),
  };
}

/** The newest matrix of the last day. Paths from and to the host concerned may fail: that is what the alarm is about. */
function judgeTests(jobs: Job[], host: string | undefined, now: Date): PolicyState['lastTest'] {
  const isFresh = (job: Job) => now.getTime() - Date.parse(job.endedAt ?? job.createdAt) < TEST_KEPT_MS;
  const matrix = jobs.find((job) => job.matrix !== undefined && job.endedAt !== undefined && isFresh(job))?.matrix;
  if (matrix === undefined) return 'none';
  if (matrix.unexpected === 0) return 'passing';
  if (host === undefined) return 'failing';
  if (matrix.atEveryFailure !== undefined) {
    return matrix.atEveryFailure.some((one) => isSameHost(one, host)) ? 'passing' : 'failing';
  }
  // Of a gate that asked only gateways, the failures are all there is.
  const isOfHost = (end: string) => isSameHost(end.split(' ')[0] ?? '', host);
  const isExplained = matrix.failures.every(({ from, to }) => isOfHost(from) || isOfHost(to));
  return isExplained && matrix.failures.length >= matrix.unexpected ? 'passing' : 'failing';
}
