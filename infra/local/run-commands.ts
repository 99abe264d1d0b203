// Plays commands as a person of the lab's workspace would, one after another.
import { exitCodeOf } from '../../shared/domain/exit-code.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { Reply } from '../../shared/domain/reply.ts';
import { APPROVE_ACTION } from '../../shared/slack/views/approval.ts';
import { LAB_CHANNELS, LAB_USERS, type LabUser } from '../lab/slack/people.ts';
import type { LabSlack } from '../lab/slack/workspace.ts';
import { usage } from './cli-options.ts';
import { followJob } from './follow-job.ts';
import type { LocalPlace } from './local-place.ts';
import type { Transcript } from './transcript.ts';

export type RunCommandsOptions = {
  place: LocalPlace;
  commands: string[];
  user: string;
  approve: boolean;
  transcript: Transcript;
  /** A job has come to its end or waits for people. */
  onJob?: ((job: Job) => Promise<void>) | undefined;
};

/** First follows what an earlier process left open. Resolves with the exit code of the last command: its job's, or its
 * refusal's. Throws `usage` for an unknown user. */
export async function runCommands(options: RunCommandsOptions): Promise<number> {
  const run = { ...options, slack: getSlack(options.place), user: getUser(options.user) };
  let reply: Reply | undefined;
  options.place.onReply((given) => {
    reply = given;
  });
  let exitCode = 0;
  for (const jobId of options.place.resumed) {
    run.transcript.note(`${jobId} goes on`);
    exitCode = await followToCode(run, jobId);
  }
  for (const command of options.commands) {
    reply = undefined;
    run.transcript.typed(run.user.name, command);
    const answer = await run.slack.type({ user: run.user.id, channel: channelId(), text: command });
    run.transcript.answered(run.user.name, answer);
    exitCode = await conclude(run, reply);
  }
  return exitCode;
}

type Run = Omit<RunCommandsOptions, 'user'> & { slack: LabSlack; user: LabUser };

// Where the command was not answered at all, the person has read why.
const UNANSWERED = 1;

async function conclude(run: Run, reply: Reply | undefined): Promise<number> {
  if (reply === undefined) return UNANSWERED;
  if (reply.kind === 'refused') return reply.exitCode;
  const isUnderWay = reply.kind === 'queued' || (reply.kind === 'decided' && reply.remaining === 0);
  if (!isUnderWay) return 0;
  return followToCode(run, reply.job.id);
}

async function followToCode(run: Run, jobId: string): Promise<number> {
  const job = await follow(run, jobId);
  await run.onJob?.(job);
  return exitCodeOf(job.state);
}

async function follow(run: Run, jobId: string): Promise<Job> {
  const { place, slack, transcript } = run;
  const approvers = run.approve ? LAB_USERS.filter((user) => user.id !== run.user.id).map((user) => user.id) : [];
  const messageOf = ({ channel, ts }: { channel: string; ts: string }) =>
    slack.messages(channel).find((message) => message.ts === ts);
  // Each approver presses once, so this ends.
  for (;;) {
    const onProgress = ({ message }: { message: { ts: string; text: string; blocks: unknown[] } }) =>
      transcript.progress(message);
    const { job, message } = await followJob({ store: place.store, jobId, messageOf, onProgress });
    transcript.whole(message);
    const approver = job.state === 'awaiting-approval' ? approvers.shift() : undefined;
    if (approver === undefined) return job;
    await press(run, { approver, channel: message.channel, ts: message.ts });
  }
}

async function press(run: Run, at: { approver: string; channel: string; ts: string }): Promise<void> {
  const { slack, transcript } = run;
  const name = LAB_USERS.find((user) => user.id === at.approver)?.name ?? at.approver;
  transcript.note(`\n${name} presses Approve`);
  const { approver: user, channel, ts } = at;
  const answer = await slack.click({ user, channel, ts, actionId: APPROVE_ACTION });
  if (answer !== undefined) transcript.answered(name, answer);
}

function channelId(): string {
  const [channel] = LAB_CHANNELS;
  if (channel === undefined) throw new Error('the lab has no channel');
  return channel.id;
}

function getUser(name: string): LabUser {
  const user = LAB_USERS.find((one) => one.name === name);
  if (user !== undefined) return user;
  throw usage(`--user is one of ${LAB_USERS.map((one) => one.name).join(', ')}, not ${name}.`);
}

function getSlack(place: LocalPlace): LabSlack {
  if (place.slack !== undefined) return place.slack;
  throw usage(
    'Commands can be typed only into the lab’s Slack, which stands in only where all vCenters are the lab’s.',
  );
}
