import type { DeadContent, DeadLetter } from '../domain/dead-letter.ts';
import type { JobFailure } from '../domain/job.ts';
import type { EdgeParts } from './parts.ts';
import type { Tick } from './tick.ts';

/** `messageId`: the queue's own, the same for every delivery of one message. */
export type TakenLetter = {
  messageId: string;
  queue: DeadLetter['queue'];
  content: DeadContent;
  body: string;
  receives: number;
};

const ID_LENGTH = 6;
const BODY_CHARS_MAX = 2_000;

type TakeParts = Pick<EdgeParts, 'store' | 'clock' | 'sha256' | 'log'> & { tick: Pick<Tick, 'abandon'> };

/** Keeps what the dead-letter queue gave, so that people see it, and ends its job. The second delivery finds its row. */
export function createTakeDeadLetter({ store, clock, sha256, log, tick }: TakeParts) {
  return async function takeDeadLetter({ messageId, queue, content, body, receives }: TakenLetter): Promise<void> {
    const id = `d-${sha256(`${queue} ${messageId}`).slice(0, ID_LENGTH)}`;
    const known = await store.deadLetters.find(id);
    const why = known?.why ?? (await explain(content));
    const at = known?.at ?? clock.now().toISOString();
    const letter: DeadLetter = { id, queue, content, body: body.slice(0, BODY_CHARS_MAX), why, at, receives };
    await store.deadLetters.put({ ...letter, redriven: known?.redriven });
    log.warn('dead-letter', { id, queue, content });
    if (content.kind !== 'job') return;
    await tick.abandon({ jobId: content.jobId, cluster: content.cluster, cursor: content.cursor, attempt: 0 });
  };

  /** What the job last said of itself; a notice has nobody who could tell. */
  async function explain(content: DeadContent): Promise<string> {
    switch (content.kind) {
      case 'unreadable':
        return 'It could not be read: sender and receiver are of different versions.';
      case 'notice':
      case 'card':
        return "Slack did not take it. The notifier's log has the reason under notice-failed.";
      case 'job':
        return toSentence((await store.jobs.find(content.jobId))?.trouble);
      default:
        throw new Error(`unknown content ${String(content satisfies never)}`);
    }
  }
}

function toSentence(trouble: JobFailure | undefined): string {
  return trouble?.what ?? 'The worker died each time it tried. Its log has the reason under slice-broke.';
}
