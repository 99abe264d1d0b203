// Puts a wave's hosts back, proves that their old network works, and says how the job ends.
import { withActualDevice } from '../domain/actual-device.ts';
import { changedGroups, type GroupGoal, isSameDistributed } from '../domain/group-goal.ts';
import { handCommands } from '../domain/hand-commands.ts';
import type { JobEvent } from '../domain/job-event.ts';
import type { DistributedPortGroup, HostNetwork } from '../domain/inventory.ts';
import type { JobFailure } from '../domain/job.ts';
import { isAsExpected } from '../domain/cell.ts';
import type { MatrixSummary } from '../domain/matrix.ts';
import { toEndpoints, toWavePaths } from '../domain/paths.ts';
import { putBackNote } from '../domain/put-back-note.ts';
import { forgetBaseline } from './forget-baseline.ts';
import { findGroupGoals, forgetOriginals } from './group-originals.ts';
import { readKnown } from './host-work.ts';
import { getRecord, showHost, toRefs, type Wave, type WaveHost } from './load-wave.ts';
import { mapLimited } from './map-limited.ts';
import { probeMatrix } from './probe-matrix.ts';
import { type PutBack, putBackHost } from './put-back-host.ts';
import { recallReverted } from './reverted-baseline.ts';

const HOSTS_MAX = 8;

/** `given`: names of distributed port groups that went back with it beside its own plan. */
type Restored = { one: WaveHost; network: HostNetwork; unrestored: string[]; given: string[] };
type Stuck = { one: WaveHost; why: string };

/** Records in these phases are on their way back, or were when their worker died. */
export const GOING_BACK: ReadonlySet<string> = new Set(['restoring', 'restored', 'needs-hands']);

/** Ends as rolled back, or as needing hands where a host could not be restored. Safe to begin again after a crash. */
export async function rollBack(
  wave: Wave,
  hosts: WaveHost[],
  failure: JobFailure,
  matrix?: MatrixSummary,
): Promise<JobEvent> {
  const [untouched, touched] = split(hosts, ({ keeper }) => keeper.current.before === undefined);
  const [again, fresh] = split(touched, ({ keeper }) => GOING_BACK.has(keeper.current.phase));
  // All are marked before any is put back, so that a crash in between leaves no host behind.
  for (const { keeper } of fresh)
    await keeper.save({ phase: 'restoring', restore: { steps: [], journal: [], reason: failure.what } });
  for (const { summary } of untouched)
    await showHost(wave, summary, { outcome: 'untouched', stepsDone: 0, note: 'nothing was written to it' });
  const restored: Restored[] = [];
  const stuck: Stuck[] = [];
  const groupsOf = await shareOutGroups(wave, touched);
  await mapLimited([...again, ...fresh], HOSTS_MAX, async (one) => {
    const groups = groupsOf(one);
    const outcome = await putBack(wave, one, { reason: failure.what, groups });
    if (outcome.kind === 'needs-hands') stuck.push({ one, why: outcome.why });
    else {
      const { after: network, unrestored } = outcome;
      restored.push({ one, network, unrestored, given: givenBack(one, groups ?? [], network) });
    }
  });
  await showRestored(wave, restored);
  for (const { one, why } of stuck)
    await showHost(wave, one.summary, { outcome: 'needs-hands', stepsDone: one.summary.stepsDone, note: why });
  if (stuck.length === 0) return { kind: 'stopped', state: 'rolled-back', failure, matrix };
  return { kind: 'stopped', state: 'needs-hands', failure: { ...failure, ...needsHands(stuck) }, matrix };
}

function split<T>(items: T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

/** Which distributed port groups go back with which host: with one of them. What this job has changed itself becomes what
 * the job found, unless hosts of it stay changed: others have lived with that, and it may be the change that they can't
 * live with. What an earlier job has changed becomes what it was at first, where nobody else needs it. */
async function shareOutGroups(
  { slice, settings, done, hosts: own }: Wave,
  touched: WaveHost[],
): Promise<(one: WaveHost) => GroupGoal[] | undefined> {
  // Undoing a revert, its host gets the port groups that its image shows.
  if (slice.job.kind === 'revert') return () => undefined;
  const { parts, session } = slice;
  const goals = touched.flatMap(({ keeper: { current } }) =>
    current.before === undefined ? [] : [{ before: current.before, applied: current.plan.steps }],
  );
  const isShared = goals.some(({ before }) => (before.distributedPortGroups ?? []).length > 0);
  if (!isShared) return () => undefined;
  const { hosts } = await session.readCluster(settings.path);
  const leaving = new Set(touched.map(({ host }) => host.moref.value));
  const stays = ({ keeper, host }: WaveHost) => keeper.current.before !== undefined && !leaving.has(host.moref.value);
  // Those of this wave that are kept beside the one that failed, too.
  const found = [...done, ...own].some(stays)
    ? []
    : touched.flatMap(({ keeper }) => changedGroups(keeper.current.plan.steps));
  const known = await findGroupGoals({ parts, settings, session }, goals, { hosts, leaving });
  const groups = known.map((goal): GroupGoal => {
    const before = found.find((one) => isSameDistributed(one, goal.original));
    return before === undefined ? goal : { original: before, neededBy: [] };
  });
  const isOwner = ({ keeper }: WaveHost) => changedGroups(keeper.current.plan.steps).length > 0;
  const owner = touched.find(isOwner) ?? touched[0];
  return (one) => (one === owner ? groups : []);
}

/** Of an earlier job, whose change nobody needs any more: the plan does not name them, so that they are told. */
function givenBack({ keeper }: WaveHost, groups: GroupGoal[], after: HostNetwork): string[] {
  const { before, plan } = keeper.current;
  const own = changedGroups(plan.steps);
  const versionIn = (network: HostNetwork | undefined, group: DistributedPortGroup) =>
    network?.distributedPortGroups?.find((one) => isSameDistributed(one, group))?.configVersion;
  return groups
    .filter(({ original }) => !own.some((one) => isSameDistributed(one, original)))
    .filter(({ original }) => versionIn(before, original) !== versionIn(after, original))
    .map(({ original }) => original.name);
}

async function putBack(
  wave: Wave,
  { keeper }: WaveHost,
  { reason, groups }: { reason: string; groups: GroupGoal[] | undefined },
): Promise<PutBack> {
  await recallReverted(wave.slice, keeper);
  const outcome = await putBackHost(wave.slice, keeper, reason, groups);
  if (outcome.kind !== 'restored') return outcome;
  await forgetOriginals(wave.slice, outcome.after);
  await forgetBaseline(wave.slice.parts, wave.slice.job.cluster, keeper.current);
  return outcome;
}

async function showRestored(wave: Wave, restored: Restored[]): Promise<void> {
  const pings = await pingOldNetwork(wave, restored);
  const outcome = wave.slice.job.kind === 'revert' ? 'kept' : 'put-back';
  for (const { one, unrestored, given } of restored) {
    const beside =
      given.length === 0
        ? []
        : [`what an earlier job had changed in ${given.join(', ')} went back too, since nobody needs it any more`];
    const notes = [putBackNote(unrestored), ...beside, pings.get(one.host.name)].filter((note) => note !== undefined);
    await showHost(wave, one.summary, { outcome, stepsDone: 0, note: notes.join('; ') });
  }
}

/** What each host's old network answers: from the hosts put back to each other and to those not yet changed. */
async function pingOldNetwork(wave: Wave, restored: Restored[]): Promise<Map<string, string>> {
  const { slice, settings, records } = wave;
  const isFresh = (moref: string) =>
    wave.hosts.some(({ summary, keeper }) => summary.moref === moref && keeper.current.phase === 'planned');
  const pending = slice.job.hosts.filter(
    (host) => host.wave !== undefined && (host.wave > slice.job.wave || isFresh(host.moref)),
  );
  const others = await readKnown(
    slice.session,
    pending.map((host) => getRecord(records, host).host),
  );
  const ends = [
    ...restored.flatMap(({ one, network }) => toEndpoints(one.host.name, network)),
    ...others.flatMap((host) =>
      host.network === undefined || host.connection !== 'connected' ? [] : toEndpoints(host.name, host.network),
    ),
  ];
  const names = new Set(restored.map(({ one }) => one.host.name));
  const paths = toWavePaths(ends, names, settings.profile.reach).filter((path) => path.expected === 'reachable');
  const hosts = toRefs([...restored.map(({ one }) => one), ...others.map((host) => ({ host }))]);
  const cells = await probeMatrix({ session: slice.session, hosts, clock: slice.parts.clock }, paths, slice.deadline);
  return new Map(
    [...names].flatMap((name) => {
      const mine = cells.filter((cell) => cell.from.host === name || cell.to.host === name);
      const ok = mine.filter(isAsExpected).length;
      return mine.length === 0 ? [] : [[name, `${ok} of ${mine.length} pings on its old network answer`] as const];
    }),
  );
}

function needsHands(stuck: Stuck[]): Pick<JobFailure, 'why' | 'remedy' | 'commands'> {
  return {
    why: stuck.map(({ one, why }) => `${one.host.name} could not be put back: ${why}`).join(' '),
    remedy: 'Put the host back by hand with the commands below, then look at it with /vmotion status.',
    commands: stuck.flatMap(({ one }) => toFinish(one)),
  };
}

/** What the host had, and what a person can type there to finish what was left. */
function toFinish({ keeper, host }: WaveHost): string[] {
  const { restore, before } = keeper.current;
  const { steps = [], journal = [] } = restore ?? {};
  const isDone = (index: number) => journal.some((entry) => entry.index === index && entry.state === 'done');
  const left = steps
    .filter((_, index) => !isDone(index))
    .flatMap((step) => handCommands(withActualDevice(step, steps, journal)));
  const had = before?.vmks
    .map((vmk) => `${vmk.device} ${vmk.ipv4.address ?? 'without address'} on ${vmk.netstack}`)
    .join(', ');
  return [`# ${host.name} had ${had ?? 'no known adapters'}`, 'esxcli network ip interface list', ...left];
}
