// Plays commands as a person of the lab's workspace would, one after another.
import { exitCodeOf, isEnded } from '../../shared/domain/exit-code.ts';
import type { Job } from '../../shared/domain/job.ts';
import type { Refusal, Reply } from '../../shared/domain/reply.ts';
import { APPROVE_ACTION } from '../../shared/slack/views/approval.ts';
import { LAB_CHANNELS, LAB_USERS, type LabUser } from '../lab/slack/people.ts';
import type { LabSlack } from '../lab/slack/workspace.ts';
import { usage } from './cli-options.ts';
import { followJob, untilTold } from './follow-job.ts';
import type { LocalPlace } from './local-place.ts';
import { playAlarms } from './play-alarms.ts';
import type { Transcript } from './transcript.ts';

/** What a person typed or pressed, what only they were told, and why not, where it was refused. */
export type PlayedAnswer = {
  user: string;
  said: string;
  text: string;
  refusal?: Pick<Refusal, 'code' | 'what' | 'why' | 'fix' | 'exitCode'>;
};

export type RunCommandsOptions = {
  place: LocalPlace;
  commands: string[];
  /** Texts of recorded alarms, and names of faults: what follows the commands. */
  alarms?: string[] | undefined;
  breaks?: string[] | undefined;
  user: string;
  approve: boolean;
  transcript: Transcript;
  /** A person was answered in private. */
  onAnswer?: ((answer: PlayedAnswer) => void) | undefined;
  /** A job has come to its end or waits for people. */
  onJob?: ((job: Job) => Promise<void>) | undefined;
};

/** First follows what an earlier process left open. Resolves with the exit code of the last command: its job's, or its
 * refusal's. Throws `usage` for an unknown user. */
export async function runCommands(options: RunCommandsOptions): Promise<number> {
  let reply: Reply | undefined;
  options.place.onReply((given) => {
    reply = given;
  });
  const lastReply = () => reply;
  const run = { ...options, slack: getSlack(options.place), user: getUser(options.user), lastReply };
  run.slack.onChange((message, kind) => {
    if (kind !== 'posted' || message.threadTs === undefined) return;
    const { channel, threadTs } = message;
    run.transcript.reply(
      message,
      run.slack.messages(channel).find(({ ts }) => ts === threadTs),
    );
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
    noteAnswer(run, { user: run.user.name, said: command, text: answer.text });
    exitCode = await conclude(run, reply);
  }
  const { place, transcript, alarms = [], breaks = [] } = options;
  if (alarms.length + breaks.length === 0) return exitCode;
  return playAlarms({ place, transcript, alarms, breaks, follow: (jobId) => followToCode(run, jobId) });
}

/** `lastReply`: what the last command or click was answered. */
type Run = Omit<RunCommandsOptions, 'user'> & { slack: LabSlack; user: LabUser; lastReply: () => Reply | undefined };

// Where the command was not answered at all, the person has read why.
const UNANSWERED = 1;

async function conclude(run: Run, reply: Reply | undefined): Promise<number> {
  if (reply === undefined) return UNANSWERED;
  if (reply.kind === 'refused') return reply.exitCode;
  return isUnderWay(reply) ? followToCode(run, reply.job.id) : 0;
}

type UnderWay = Extract<Reply, { kind: 'queued' | 'decided' | 'controlled' }>;

/** The job goes on by what the person said. */
function isUnderWay(reply: Reply): reply is UnderWay {
  if (reply.kind === 'decided') return reply.remaining === 0;
  return reply.kind === 'queued' || (reply.kind === 'controlled' && reply.verb === 'resume');
}

async function followToCode(run: Run, jobId: string): Promise<number> {
  const { job, refusal } = await follow(run, jobId);
  if (isEnded(job.state)) await untilTold(run.place.store, job.id);
  await run.onJob?.(job);
  // It still waits although everybody was asked: the first who was refused says why.
  if (!isEnded(job.state) && refusal !== undefined) return refusal.exitCode;
  return exitCodeOf(job.state);
}

type Followed = { job: Job; refusal: Refusal | undefined };

async function follow(run: Run, jobId: string): Promise<Followed> {
  const { place, slack, transcript } = run;
  const approvers = run.approve ? LAB_USERS.filter((user) => user.id !== run.user.id).map((user) => user.id) : [];
  const messageOf = ({ channel, ts }: { channel: string; ts: string }) =>
    slack.messages(channel).find((message) => message.ts === ts);
  let refusal: Refusal | undefined;
  // Each approver presses once, so this ends.
  for (;;) {
    const onProgress = ({ message }: { message: { ts: string; text: string; blocks: unknown[] } }) =>
      transcript.progress(message);
    const { job, message } = await followJob({ store: place.store, jobId, messageOf, onProgress });
    transcript.whole(message);
    const approver = job.state === 'awaiting-approval' ? approvers.shift() : undefined;
    if (approver === undefined) return { job, refusal };
    await press(run, { approver, channel: message.channel, ts: message.ts });
    const answer = run.lastReply();
    if (answer?.kind === 'refused') refusal ??= answer;
  }
}

async function press(run: Run, at: { approver: string; channel: string; ts: string }): Promise<void> {
  const { slack, transcript } = run;
  const name = LAB_USERS.find((user) => user.id === at.approver)?.name ?? at.approver;
  transcript.note(`\n${name} presses Approve`);
  const { approver: user, channel, ts } = at;
  const answer = await slack.click({ user, channel, ts, actionId: APPROVE_ACTION });
  if (answer === undefined) return;
  transcript.answered(name, answer);
  noteAnswer(run, { user: name, said: 'presses Approve', text: answer.text });
}

function noteAnswer({ onAnswer, lastReply }: Run, answer: Omit<PlayedAnswer, 'refusal'>): void {
  const reply = lastReply();
  if (reply?.kind !== 'refused') {
    onAnswer?.(answer);
    return;
  }
  const { code, what, why, fix, exitCode } = reply;
  onAnswer?.({ ...answer, refusal: { code, what, why, fix, exitCode } });
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
