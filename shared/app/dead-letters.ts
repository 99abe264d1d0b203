// What could not be delivered: shown to the admins of its cluster, and sent again where that still means something.
import type { CommandOf } from '../domain/command.ts';
import { type DeadLetter, jobOfLetter } from '../domain/dead-letter.ts';
import { isEnded } from '../domain/exit-code.ts';
import type { Job } from '../domain/job.ts';
import type { Refusal, Reply } from '../domain/reply.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import { denied, findDenial, ownClustersOf } from './access.ts';
import type { CommandRequest } from './command-request.ts';
import type { EdgeParts } from './parts.ts';

/** Lists the messages that could not be delivered, or tries one of them again. */
export async function deadLetters(
  parts: EdgeParts,
  request: CommandRequest,
  command: CommandOf<'dlq'>,
): Promise<Reply> {
  const own = ownClustersOf(parts.settings, request.channel);
  const allowed: ClusterSettings[] = [];
  let denial: Refusal | undefined;
  for (const cluster of own) {
    const refusal = await findDenial(parts, cluster, 'dlq', request);
    if (refusal === undefined) allowed.push(cluster);
    else denial ??= refusal;
  }
  if (allowed.length === 0) return denial ?? nowhere();
  const about = await readLetters(parts, new Set(allowed.map(({ name }) => name)));
  if (command.action === 'list') return { kind: 'dead-letters', letters: about.map(({ letter }) => letter) };
  const found = about.find(({ letter }) => letter.id === command.id);
  return found === undefined ? unknownLetter(command.id) : redrive(parts, request, found);
}

type Letter = { letter: DeadLetter; job?: Job | undefined };

/** Letters of these clusters; what names no job, or a card, is for the admins of any. */
async function readLetters({ store }: EdgeParts, clusters: Set<string>): Promise<Letter[]> {
  const read = await Promise.all(
    (await store.deadLetters.list()).map(async (letter): Promise<Letter> => {
      const jobId = jobOfLetter(letter);
      return { letter, job: jobId === undefined ? undefined : await store.jobs.find(jobId) };
    }),
  );
  return read.filter(({ job }) => job === undefined || clusters.has(job.cluster));
}

async function redrive(parts: EdgeParts, { user }: CommandRequest, { letter, job }: Letter): Promise<Reply> {
  const { content } = letter;
  const at = parts.clock.now();
  // The second of the clock makes it another message: a queue swallows what it has just seen.
  const attempt = Math.floor(at.getTime() / 1000);
  switch (content.kind) {
    case 'unreadable':
      return refuseRedrive(letter, 'Nobody can read it.', '/vmotion dlq list');
    case 'notice':
      await parts.queue.sendNotice({ jobId: content.jobId, version: content.version, attempt });
      break;
    case 'card':
      await parts.queue.sendNotice({ card: content.card, version: content.version, attempt });
      break;
    case 'job': {
      if (job === undefined) return refuseRedrive(letter, 'Its job is gone.', '/vmotion dlq list');
      if (isEnded(job.state)) {
        const why = `${job.id} has ended, ${job.state}: a message can't bring it back.`;
        return refuseRedrive(letter, why, `/vmotion retry ${job.id}`);
      }
      if (job.cursor !== content.cursor) {
        return refuseRedrive(letter, `${job.id} has gone on without it.`, `/vmotion show ${job.id}`);
      }
      await parts.queue.sendJob({ jobId: job.id, cluster: job.cluster, cursor: job.cursor, attempt });
      break;
    }
    default:
      throw new Error(`unknown content ${String(content satisfies never)}`);
  }
  const redriven = { ...letter, redriven: { by: user, at: at.toISOString() } };
  await parts.store.deadLetters.put(redriven);
  return { kind: 'redriven', letter: redriven };
}

function nowhere(): Refusal {
  return denied({
    what: 'No cluster is changed from this channel.',
    why: "Messages are shown in the channel of their job's cluster.",
    fix: '/vmotion list clusters',
  });
}

function unknownLetter(id: string): Refusal {
  return {
    kind: 'refused',
    code: 'letter-not-found',
    what: `There is no message ${id} here.`,
    why: 'It was never undeliverable, it belongs to a cluster of another channel, or it is older than two weeks.',
    fix: '/vmotion dlq list',
    exitCode: 2,
  };
}

function refuseRedrive({ id }: DeadLetter, why: string, fix: string): Refusal {
  return { kind: 'refused', code: 'not-redrivable', what: `${id} can't be sent again.`, why, fix, exitCode: 2 };
}
