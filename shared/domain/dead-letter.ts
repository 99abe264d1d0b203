// A message that could not be delivered, as it is kept until somebody has looked at it.

/** The queues that have dead letters, by their names. */
export const DEAD_LETTER_QUEUES = ['jobs', 'notices', 'cards'] as const;

/** What the message asked for. `unreadable`: sender and receiver came from different versions. */
export type DeadContent =
  | { kind: 'job'; jobId: string; cluster: string; cursor: number }
  | { kind: 'notice'; jobId: string; version: number }
  | { kind: 'card'; card: string; version: number }
  | { kind: 'unreadable' };

/** `why`: one sentence, as far as it is known. `receives`: how often it was delivered in vain. `body`: as it came. */
export type DeadLetter = {
  id: string;
  queue: (typeof DEAD_LETTER_QUEUES)[number];
  content: DeadContent;
  body: string;
  why: string;
  at: string;
  receives: number;
  /** The last time that somebody had it sent again. */
  redriven?: { by: string; at: string } | undefined;
};

/** The job that the letter is about. */
export function jobOfLetter({ content }: Pick<DeadLetter, 'content'>): string | undefined {
  return content.kind === 'job' || content.kind === 'notice' ? content.jobId : undefined;
}
