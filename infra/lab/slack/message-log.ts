// What stands in the channels of the lab's workspace, in memory.

export type LabMessage = {
  channel: string;
  ts: string;
  text: string;
  blocks: unknown[];
  user: string;
  /** How often it was updated. */
  edited: number;
};

/** `to`: only this person sees it. */
export type PrivateMessage = LabMessage & { to: string };

export type ChangeKind = 'posted' | 'updated' | 'deleted' | 'ephemeral';
export type ChangeListener = (message: LabMessage | PrivateMessage, kind: ChangeKind) => void;

export type MessageContent = { text: string; blocks: unknown[] };

export type MessageLog = {
  all(channel?: string): LabMessage[];
  privateOf(user: string): PrivateMessage[];
  find(channel: string, ts: string): LabMessage | PrivateMessage | undefined;
  post(message: { channel: string; user: string } & MessageContent): LabMessage;
  postPrivate(message: { channel: string; user: string; to: string } & MessageContent): PrivateMessage;
  /** Undefined when there is no such message. */
  update(at: { channel: string; ts: string }, content: MessageContent): LabMessage | undefined;
  remove(at: { channel: string; ts: string }): boolean;
  onChange(listener: ChangeListener): () => void;
  /** How many changes there were so far; inside a listener, the number of the change it is told. */
  changes(): number;
};

const PRIVATE_MAX = 200;

/** Messages in the order they were posted. What goes out is a copy. */
export function createMessageLog(): MessageLog {
  const messages: LabMessage[] = [];
  const privates: PrivateMessage[] = [];
  const listeners = new Set<ChangeListener>();
  const nextTs = createTimestamps();
  let changes = 0;
  const tell = (message: LabMessage, kind: ChangeKind) => {
    changes += 1;
    for (const listener of listeners) listener(structuredClone(message), kind);
  };
  const at = (channel: string, ts: string) => messages.findIndex((one) => one.channel === channel && one.ts === ts);
  return {
    all: (channel) => structuredClone(messages.filter((one) => channel === undefined || one.channel === channel)),
    privateOf: (user) => structuredClone(privates.filter((one) => one.to === user)),
    find: (channel, ts) =>
      structuredClone([...messages, ...privates].find((one) => one.channel === channel && one.ts === ts)),
    post(message) {
      const posted = { ...message, ts: nextTs(), edited: 0 };
      messages.push(posted);
      tell(posted, 'posted');
      return posted;
    },
    postPrivate(message) {
      const posted = { ...message, ts: nextTs(), edited: 0 };
      privates.push(posted);
      if (privates.length > PRIVATE_MAX) privates.shift();
      tell(posted, 'ephemeral');
      return posted;
    },
    update({ channel, ts }, content) {
      const message = messages[at(channel, ts)];
      if (message === undefined) return undefined;
      Object.assign(message, content, { edited: message.edited + 1 });
      tell(message, 'updated');
      return message;
    },
    remove({ channel, ts }) {
      const index = at(channel, ts);
      if (index < 0) return false;
      const [removed] = messages.splice(index, 1);
      if (removed !== undefined) tell(removed, 'deleted');
      return true;
    },
    changes: () => changes,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

// A message's id is its time with a counter behind it, so that two in one second differ and sort.
function createTimestamps(): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Date.now() * 1000);
    const text = String(last);
    return `${text.slice(0, -6)}.${text.slice(-6)}`;
  };
}
