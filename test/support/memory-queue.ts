import type { CardNotice, JobMessage, NoticeMessage, Queue } from '../../shared/ports.ts';

/** A queue that keeps what was sent, in order. `take` removes the oldest; `peek` shows all without removing. */
export type MemoryQueue = Queue & {
  takeJob(): JobMessage | undefined;
  takeNotice(): NoticeMessage | undefined;
  takeCardNotice(): CardNotice | undefined;
  peekJobs(): JobMessage[];
  peekNotices(): NoticeMessage[];
  peekCardNotices(): CardNotice[];
};

/** Keeps every message, duplicates too: what deduplicates is the row's cursor, not the queue. */
export function createMemoryQueue(): MemoryQueue {
  const jobs: JobMessage[] = [];
  const notices: NoticeMessage[] = [];
  const cards: CardNotice[] = [];
  return {
    async sendJob(message) {
      jobs.push({ ...message });
    },
    async sendNotice(message) {
      if ('card' in message) cards.push({ ...message });
      else notices.push({ ...message });
    },
    takeJob: () => jobs.shift(),
    takeNotice: () => notices.shift(),
    takeCardNotice: () => cards.shift(),
    peekJobs: () => jobs.map((message) => ({ ...message })),
    peekNotices: () => notices.map((message) => ({ ...message })),
    peekCardNotices: () => cards.map((message) => ({ ...message })),
  };
}
