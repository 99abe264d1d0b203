import { isEnded } from '../domain/exit-code.ts';
import type { Job } from '../domain/job.ts';
import type { ClusterOverview, ListedCluster, Reply } from '../domain/reply.ts';
import type { Membership } from '../ports.ts';
import type { EdgeParts } from './parts.ts';
import { createRehearsal, type Rehearsal } from './rehearse-command.ts';

export type HomeCluster = ClusterOverview & Pick<ListedCluster, 'heldBy' | 'freeze' | 'hours'> & { channel: string };

/** `pending`: plans that this person could approve. `running`: jobs that have not ended, but for those that wait. */
export type Home = { clusters: HomeCluster[]; pending: Job[]; running: Job[] };

export type HomeReader = {
  /** What the person may see in any of the channels that they are in. Throws as Membership does. */
  readHome(user: string): Promise<Home>;
  /** A job as `show` would answer it in its cluster's channel, or a refusal; with that channel. */
  readJob(user: string, jobId: string): Promise<{ reply: Reply; channel: string }>;
};

/** Plans of a channel that are asked about, the newest: each costs some reads. */
const WAITING_MAX = 100;

/** Refusals that pass by themselves, or that the press itself explains: the plan still waits for this person. */
const PASSING: ReadonlySet<string> = new Set(['cluster-busy', 'frozen', 'outside-window']);

/** A person sees in the Home tab what the commands would answer them in the channels that they are in, and no more:
 * each cluster is asked about with that person's rights, in that cluster's channel. Writes nothing. */
export function createHomeReader(parts: EdgeParts & { membership: Membership }): HomeReader {
  const rehearsal = createRehearsal(parts);
  return {
    async readHome(user) {
      const channels = await channelsOf(parts, user);
      const open = channels.length === 0 ? [] : await listOpen(parts);
      const all = await Promise.all(channels.map((channel) => readChannel({ parts, rehearsal, open }, user, channel)));
      return {
        clusters: all.flatMap((one) => one.clusters),
        pending: all.flatMap((one) => one.pending),
        running: all.flatMap((one) => one.running),
      };
    },
    async readJob(user, jobId) {
      const job = await parts.store.jobs.find(jobId);
      const channel = job === undefined ? undefined : parts.settings.clusters[job.cluster]?.channel;
      const isIn = channel !== undefined && (await channelsOf(parts, user)).includes(channel);
      // In no channel at all: the answer is what somebody gets who is not in the cluster's.
      const reply = await rehearsal.command({ text: `show ${jobId}`, user, channel: isIn ? channel : '' });
      return { reply, channel: isIn ? channel : '' };
    },
  };
}

/** The channels of clusters that the person is in, in the order of vmotion.yaml. */
async function channelsOf({ settings, membership }: EdgeParts & { membership: Membership }, user: string) {
  const joined = new Set(await membership.channelsOf(user));
  const channels = Object.values(settings.clusters).map((cluster) => cluster.channel);
  return [...new Set(channels)].filter((channel) => joined.has(channel));
}

/** The newest first. Of all open jobs, not of the newest: a plan or a paused change may be older than any number of audits. */
async function listOpen({ store, log }: EdgeParts): Promise<Job[]> {
  const open = await store.jobs.listOpen((error) => log.error('row-unreadable', { error }));
  return open.filter((job) => !isEnded(job.state)).toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

type Reading = { parts: EdgeParts; rehearsal: Rehearsal; open: Job[] };
type Actor = { user: string; channel: string };

async function readChannel({ parts, rehearsal, open }: Reading, user: string, channel: string): Promise<Home> {
  const actor = { user, channel };
  const [overview, listed] = await Promise.all([
    rehearsal.command({ text: 'status', ...actor }),
    rehearsal.command({ text: 'list clusters', ...actor }),
  ]);
  const own = (overview.kind === 'overview' ? overview.clusters : []).filter(({ cluster }) =>
    isOwn(parts, cluster, actor),
  );
  const listedClusters = listed.kind === 'list' && listed.what === 'clusters' ? listed.clusters : [];
  const names = own.map((one) => one.cluster);
  const jobs = open.filter((job) => names.includes(job.cluster));
  const waits = (job: Job) => job.state === 'awaiting-approval' || job.state === 'planned';
  const waiting = jobs.filter(waits).slice(0, WAITING_MAX);
  const mine = await Promise.all(waiting.map((job) => couldApprove(rehearsal, job, actor)));
  return {
    clusters: own.map((one) => ({
      ...listedClusters.find(({ cluster }) => cluster === one.cluster),
      ...one,
      channel,
    })),
    pending: waiting.filter((_, index) => mine[index]),
    running: jobs.filter((job) => !waits(job)),
  };
}

/** Shown once: in the channel where everything about it happens, not in those that may read it too. */
function isOwn({ settings }: EdgeParts, cluster: string, { channel }: Actor): boolean {
  return settings.clusters[cluster]?.channel === channel;
}

async function couldApprove(rehearsal: Rehearsal, job: Job, actor: Actor): Promise<boolean> {
  const digest = job.approval?.digest;
  if (digest === undefined) return false;
  const reply = await rehearsal.decision({ ...actor, jobId: job.id, decision: 'approve', digest });
  return reply.kind === 'decided' || (reply.kind === 'refused' && PASSING.has(reply.code));
}
