import type { Command } from '../domain/command.ts';
import { isEnded } from '../domain/exit-code.ts';
import type { Job, JobKind } from '../domain/job.ts';
import { parseCommand } from '../domain/parse-command.ts';
import type { ClusterOverview, Refusal, Reply } from '../domain/reply.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { clustersOf, findDenial } from './access.ts';
import { createDecideApproval, unknownJob } from './decide-approval.ts';
import { findBusy } from './find-busy.ts';
import type { EdgeParts } from './parts.ts';

/** `requestId`: the same for every copy of one request (Slack's trigger_id). `text`: what was typed after /vmotion. */
export type CommandRequest = { requestId: string; text: string; user: string; channel: string };

const HISTORY_MAX = 10;
const OVERVIEW_JOBS_MAX = 20;
const JOB_ID_LENGTH = 6;

/** Parses, decides, writes one row, sends one message, answers. Never reaches vCenter or Slack. */
export function createReceiveCommand(parts: EdgeParts): (request: CommandRequest) => Promise<Reply> {
  const decideApproval = createDecideApproval(parts);
  return async function receiveCommand(request) {
    const clusters = clustersOf(parts.settings, request.channel).map((cluster) => cluster.name);
    // A cluster of another channel is known too, so that the answer is "not here" and not "never heard of".
    const command = parseCommand(request.text, { clusters: Object.keys(parts.settings.clusters) });
    if ('kind' in command) return command;
    switch (command.verb) {
      case 'help':
        return { kind: 'help', verb: command.about, clusters };
      case 'status':
        return command.cluster === undefined
          ? overview(parts, request)
          : start(parts, request, command, command.cluster);
      case 'check':
      case 'plan':
      case 'enable':
      case 'repair':
      case 'test':
      case 'trial':
      case 'evidence':
        return start(parts, request, command, command.cluster);
      case 'revert':
        return startRevert(parts, request, command);
      case 'apply':
      case 'approve':
        return decideApproval({ ...request, jobId: command.job, decision: command.verb });
      case 'reject':
        return decideApproval({ ...request, jobId: command.job, decision: 'reject', reason: command.reason });
      case 'show':
        return show(parts, request, command.job);
      case 'history':
        return history(parts, request, command.cluster);
      default:
        throw new Error(`unknown command ${command satisfies never}`);
    }
  };
}

async function startRevert(
  parts: EdgeParts,
  request: CommandRequest,
  command: Extract<Command, { verb: 'revert' }>,
): Promise<Reply> {
  if (parts.settings.clusters[command.target] !== undefined) return start(parts, request, command, command.target);
  const job = await parts.store.jobs.find(command.target);
  if (job === undefined) return unknownJob(command.target);
  if (job.kind !== 'enable' && job.kind !== 'repair') {
    const what = `${job.id} is of kind ${job.kind}; only an enable or a repair can be reverted.`;
    return {
      kind: 'refused',
      code: 'not-revertible',
      what,
      why: 'Nothing else changes hosts, and a trial with --return moves its VM back itself.',
      fix: `/vmotion history ${job.cluster}`,
      exitCode: 2,
    };
  }
  return start(parts, request, command, job.cluster, job.id);
}

type StartCommand = Extract<
  Command,
  { verb: 'status' | 'check' | 'plan' | 'enable' | 'repair' | 'test' | 'trial' | 'evidence' | 'revert' }
>;

/** Verbs whose job writes to vCenter at once after its approval: not beside another such job. */
const CHANGES: ReadonlySet<StartCommand['verb']> = new Set(['enable', 'repair', 'revert', 'trial']);

async function start(
  parts: EdgeParts,
  request: CommandRequest,
  command: StartCommand,
  name: string,
  undoes?: string,
): Promise<Reply> {
  const cluster = parts.settings.clusters[name];
  if (cluster === undefined) throw new Error(`the grammar let an unknown cluster pass: ${name}`);
  const denial = findDenial(cluster, command.verb, request);
  if (denial !== undefined) return denial;
  const kind: JobKind = command.verb === 'plan' ? command.change : command.verb;
  const busy = CHANGES.has(command.verb) ? await findBusy(parts, name) : undefined;
  if (busy !== undefined) return busy;
  const job = await createJob(parts, request, {
    cluster,
    kind,
    undoes,
    start: command.verb === 'plan' ? 'on-apply' : 'on-approval',
    trial: command.verb === 'trial' ? { request: command.trial } : undefined,
  });
  return { kind: 'queued', job };
}

type NewJob = Pick<Job, 'kind' | 'start' | 'undoes' | 'trial'> & { cluster: ClusterSettings };

/** Row first, message second. A second copy of the request finds the row, sends the message again and changes nothing. */
async function createJob(parts: EdgeParts, request: CommandRequest, want: NewJob): Promise<Job> {
  const hash = parts.sha256(request.requestId);
  for (let offset = 0; offset + JOB_ID_LENGTH <= hash.length; offset += JOB_ID_LENGTH) {
    const job = newJob(parts, request, want, `j-${hash.slice(offset, offset + JOB_ID_LENGTH)}`);
    const isNew = await parts.store.jobs.create(job);
    const row = isNew ? job : await parts.store.jobs.find(job.id);
    // Another request may have the same six digits: then the next six are tried.
    if (row === undefined || row.requestId !== request.requestId) continue;
    if (row.state === 'queued') {
      await parts.queue.sendJob({ jobId: row.id, cluster: row.cluster, cursor: row.cursor, attempt: row.attempt });
      await parts.queue.sendNotice({ jobId: row.id, version: row.version, attempt: 0 });
    }
    return row;
  }
  throw new Error('no free job id');
}

function newJob(parts: EdgeParts, request: CommandRequest, want: NewJob, id: string): Job {
  const now = parts.clock.now().toISOString();
  const { cluster, kind, start, undoes, trial } = want;
  return {
    schema: 1,
    id,
    kind,
    cluster: cluster.name,
    vcenter: cluster.vcenter,
    channel: cluster.channel,
    requestedBy: request.user,
    requestId: request.requestId,
    start,
    undoes,
    trial,
    createdAt: now,
    updatedAt: now,
    version: 1,
    cursor: 0,
    attempt: 0,
    state: 'queued',
    wave: 0,
    hosts: [],
    soapCalls: 0,
  };
}

async function overview({ store, settings }: EdgeParts, { channel }: CommandRequest): Promise<Reply> {
  const clusters = await Promise.all(
    clustersOf(settings, channel).map(async (cluster): Promise<ClusterOverview> => {
      const jobs = await store.jobs.listByCluster(cluster.name, OVERVIEW_JOBS_MAX);
      return {
        cluster: cluster.name,
        hosts: jobs.find((job) => job.hosts.length > 0)?.hosts.length,
        lastChange: jobs.find((job) => isChange(job) && job.start === 'on-approval' && isEnded(job.state)),
        lastTest: jobs.find((job) => job.matrix !== undefined),
        lastTrial: jobs.find((job) => job.kind === 'trial' && isEnded(job.state)),
        running: jobs.find((job) => !isEnded(job.state) && job.state !== 'planned'),
      };
    }),
  );
  return { kind: 'overview', clusters };
}

function isChange({ kind }: Job): boolean {
  return kind === 'enable' || kind === 'repair' || kind === 'revert';
}

async function show(parts: EdgeParts, request: CommandRequest, id: string): Promise<Reply> {
  const job = await parts.store.jobs.find(id);
  const cluster = job === undefined ? undefined : parts.settings.clusters[job.cluster];
  if (job === undefined || cluster === undefined) return unknownJob(id);
  const denial = findDenial(cluster, 'show', request);
  if (denial !== undefined) return denial;
  const [records, cells] = await Promise.all([parts.store.records.list(id), parts.store.matrix.list(id)]);
  return { kind: 'job', job, records, cells };
}

async function history(parts: EdgeParts, request: CommandRequest, name: string | undefined): Promise<Reply> {
  const clusters = clustersOf(parts.settings, request.channel);
  const wanted =
    name === undefined ? clusters : Object.values(parts.settings.clusters).filter((cluster) => cluster.name === name);
  const denial = wanted
    .map((cluster): Refusal | undefined => findDenial(cluster, 'history', request))
    .find((one) => one !== undefined);
  if (denial !== undefined) return denial;
  const jobs = (
    await Promise.all(wanted.map((cluster) => parts.store.jobs.listByCluster(cluster.name, HISTORY_MAX)))
  ).flat();
  return {
    kind: 'history',
    cluster: name,
    jobs: jobs.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)).slice(0, HISTORY_MAX),
  };
}
