import { OpsError } from '../../shared/errors.ts';
import type { Chat, ChatFile, ChatMessage, FileState } from '../../shared/ports.ts';
import { copyRow } from './copy-row.ts';

export type PostedMessage = ChatMessage & { ts: string; edits: number };
export type SharedFile = ChatFile & { fileId: string };

/** A channel that keeps its messages, newest state each, and the files in its threads. `remove` deletes a message as a
 * person might. `fileStates`: what is answered for files, one call after another; `ready` once it is empty. */
export type MemoryChat = Chat & {
  /** Those of the channel itself. */
  messages(): PostedMessage[];
  replies(threadTs?: string): PostedMessage[];
  files(): SharedFile[];
  remove(ts: string): void;
  fileStates: FileState[];
};

export function createMemoryChat(): MemoryChat {
  const messages = new Map<string, PostedMessage>();
  const files: SharedFile[] = [];
  let count = 0;
  const fileStates: FileState[] = [];
  const all = () => [...messages.values()];
  const findThread = (threadTs: string | undefined) => {
    if (threadTs !== undefined && !messages.has(threadTs)) throw refused('thread_not_found');
  };
  return {
    async post(message) {
      findThread(message.threadTs);
      count += 1;
      const ts = `1767323045.${String(count).padStart(6, '0')}`;
      messages.set(ts, copyRow({ ...message, ts, edits: 0 }));
      return { ts };
    },
    async update(ts, message) {
      const found = messages.get(ts);
      if (found === undefined) return { kind: 'gone' };
      messages.set(ts, copyRow({ ...message, ts, edits: found.edits + 1 }));
      return { kind: 'updated' };
    },
    async upload(file) {
      findThread(file.threadTs);
      const fileId = `F${String(files.length + 1).padStart(4, '0')}`;
      files.push({ ...structuredClone(file), fileId });
      return { fileId };
    },
    async fileState(fileId) {
      if (!files.some((file) => file.fileId === fileId)) throw refused('file_not_found');
      return fileStates.shift() ?? 'ready';
    },
    messages: () => all().filter((message) => message.threadTs === undefined),
    replies: (threadTs) =>
      all().filter((one) => (threadTs === undefined ? one.threadTs !== undefined : one.threadTs === threadTs)),
    files: () => structuredClone(files),
    remove: (ts) => void messages.delete(ts),
    fileStates,
  };
}

function refused(word: string): OpsError {
  return new OpsError('slack-refused', `Slack refused the message: ${word}.`, {
    retry: 'never',
    remedy: 'Look it up.',
    fault: word,
  });
}
