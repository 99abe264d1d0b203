import type { Chat, ChatMessage } from '../../shared/ports.ts';

/** A channel that keeps its messages, newest state each. `remove` deletes one as a person might. */
export type MemoryChat = Chat & {
  messages(): (ChatMessage & { ts: string; edits: number })[];
  remove(ts: string): void;
};

export function createMemoryChat(): MemoryChat {
  const messages = new Map<string, ChatMessage & { ts: string; edits: number }>();
  let count = 0;
  return {
    async post(message) {
      count += 1;
      const ts = `1767323045.${String(count).padStart(6, '0')}`;
      messages.set(ts, { ...structuredClone(message), ts, edits: 0 });
      return { ts };
    },
    async update(ts, message) {
      const found = messages.get(ts);
      if (found === undefined) return { kind: 'gone' };
      messages.set(ts, { ...structuredClone(message), ts, edits: found.edits + 1 });
      return { kind: 'updated' };
    },
    messages: () => structuredClone([...messages.values()]),
    remove: (ts) => void messages.delete(ts),
  };
}
