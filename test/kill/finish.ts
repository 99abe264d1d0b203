// Starts the place again on what was left, lets it go on to its end, and judges what is there then.
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { LAB_CLUSTERS } from '../../infra/lab/vcenter/topology.ts';
import { createLabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { keepHosts } from '../../infra/local/lab-hosts-file.ts';
import type { Job } from '../../shared/domain/job.ts';
import { inFolder } from './in-folder.ts';
import { compareVcenter, readLeftovers, readVcenter } from './leftovers.ts';
import type { Disturbance, Played } from './process.ts';
import { type Acted, HOSTS, playOn } from './stories.ts';

/** So often a command is typed that got no answer. */
export const ROUNDS_MAX = 3;

/** Goes on until the hosts are as they were. A command that took longer than Slack waits is typed again, as a person
 * would: what counts is what the rows and vCenter say. */
export async function finish(folder: string, commands: string[], disturbance: Disturbance = {}): Promise<string[]> {
  let problems: string[] = [];
  let told: string[] = [];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const jobs = await readJobs(folder);
    // Nothing but a person lets a paused job go on.
    const paused = jobs.filter(({ state }) => state === 'paused').map(({ id }) => `/vmotion resume ${id}`);
    const played = await playOn(folder, [...paused, ...commands], disturbance);
    if (played.answers.length === 0) return [`exit code ${played.code}: ${played.err.slice(-300)}`];
    problems = [...judgeHosts(played), ...(await judgeFolder(folder))];
    told = played.answers.map(({ user, said, text }) => `${user} ${said}: ${text}`);
    // Where the wish to pause was all that the disturbed process had left, the job has come to rest only now. A press
    // that took too long is pressed again; and what was asked for after a command without an answer was planned too early.
    const isToBeAsked = problems.some((problem) =>
      / (is still (paused|awaiting-approval)$|ended stale:)/.test(problem),
    );
    if (!isToBeAsked && !problems.includes(UNFINISHED)) break;
  }
  return problems.length > 0 ? [...problems, ...told] : problems;
}

/** From a copy: the place itself is to find the folder as it was left. */
function readJobs(folder: string): Promise<Job[]> {
  return inFolder(async (root) => {
    const copy = join(root, 'copy');
    await cp(folder, copy, { recursive: true });
    return (await readLeftovers(copy)).jobs;
  });
}

const UNFINISHED = 'nothing was answered';

/** Jobs that ended otherwise than well, and hosts that an enable left with too little or twice. */
function judgeHosts({ jobs, answers }: Played): string[] {
  const problems: string[] = [];
  for (const { id, kind, state, hosts, failure } of jobs) {
    // What the disturbed process had asked for has been carried out meanwhile.
    const isOver = failure?.code === 'nothing-to-revert';
    // One that came to rest and goes on stands here twice; what became of it in the end the rows say.
    if (state === 'paused') continue;
    if (!['done', 'in-place'].includes(state) && !isOver)
      problems.push(`${kind} ${id} ended ${state}: ${failure?.code} ${failure?.what}`);
    if (kind !== 'enable') continue;
    for (const host of hosts) {
      const groups = host.after?.vmks.filter(({ netstack }) => netstack === 'vmotion').map((vmk) => vmk.portGroup);
      if (groups?.toSorted().join() !== 'vMotion-A,vMotion-B')
        problems.push(`${host.name} has ${groups?.join() ?? 'nothing'} after ${id}`);
    }
  }
  // Too much to do for this machine: the command is typed again.
  return isUnanswered({ answers }) ? [UNFINISHED, ...problems] : problems;
}

async function judgeFolder(folder: string): Promise<string[]> {
  const { problems } = await readLeftovers(folder);
  return [...problems, ...compareVcenter(await untouchedHosts(), await readVcenter(folder))];
}

let untouched: ReturnType<typeof readVcenter> | undefined;

/** The lab's hosts as every lab of this size has them at first. */
function untouchedHosts(): ReturnType<typeof readVcenter> {
  untouched ??= inFolder(async (folder) => {
    const { model } = createLabVcenter({ hosts: HOSTS, clusters: LAB_CLUSTERS, scenarios: [], latency: 'none' });
    keepHosts(model, join(folder, 'lab-hosts.json'));
    return readVcenter(folder);
  });
  return untouched;
}

/** Slack, or the product itself, gave up on an answer. */
export function isUnanswered({ answers }: Pick<Acted, 'answers'>): boolean {
  return answers.some(({ text }) => /timeout|timed out|longer than Slack waits/i.test(text));
}
