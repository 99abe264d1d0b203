import type { KnownBlock } from '@slack/types';
import type { Look } from '../../app/report-show.ts';
import type { Job } from '../../domain/job.ts';
import type { ChatMessage } from '../../ports.ts';
import { escapeMrkdwn } from '../escape-mrkdwn.ts';
import { cutMrkdwn } from '../fit.ts';
import { fitBlocks } from '../fit-blocks.ts';
import { LIMITS } from '../limits.ts';
import { headline } from './headline.ts';
import type { JobSeen } from './job-seen.ts';
import { outcomeBlocks } from './outcome.ts';
import { planBlocks } from './plan.ts';
import { progressBlocks, stalledBlocks } from './progress.ts';

// An answer to a command takes more than a posted message.
const FULL_CHARS = 30_000;

const CLASSIC: Look = { style: 'classic' };

/** The job's one message as its row stands. Always within Slack's limits, whatever the names and numbers. */
export function renderJob(job: Job, seen: JobSeen, now: Date, look: Look = CLASSIC): ChatMessage {
  const text = cutMrkdwn(escapeMrkdwn(notificationText(job)), LIMITS.messageTextChars);
  return {
    channel: job.channel,
    text,
    blocks: fitBlocks(jobBlocks(job, seen, now, look), seen.isFull ? FULL_CHARS : LIMITS.blocksTextChars),
  };
}

function jobBlocks(job: Job, seen: JobSeen, now: Date, look: Look): KnownBlock[] {
  switch (job.state) {
    case 'queued':
    case 'planning':
    case 'applying':
    case 'paused':
    case 'verifying':
      return progressBlocks(job, now, look.style);
    case 'planned':
    case 'awaiting-approval':
    case 'approved':
      return [...planBlocks(job, seen, look.style), ...stalledBlocks(job, look.style)];
    case 'done':
    case 'in-place':
    case 'invalid':
    case 'rejected':
    case 'expired':
    case 'cancelled':
    case 'stale':
    case 'aborted':
    case 'rolled-back':
    case 'partial':
    case 'needs-hands':
    case 'unreachable':
      return outcomeBlocks(job, seen, look);
    default:
      throw new Error(`unknown state ${job.state satisfies never}`);
  }
}

/** A full sentence, for notifications and screen readers. Raw: mrkdwn is read in it too, so the caller escapes. */
function notificationText(job: Job): string {
  const what = job.failure?.what ?? job.matrix?.verdict[0];
  return what === undefined ? `${headline(job)}. Job ${job.id}.` : `${headline(job)}. ${what}`;
}
