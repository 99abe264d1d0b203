// What stands in the channels of the lab's workspace, in memory.

/** A file as a message carries it. `url` is a path of the workspace's own address. */
export type MessageFile = {
  id: string;
  name: string;
  title: string;
  mimetype: string;
  size: number;
  altText?: string;
  url: string;
};

export type LabMessage = {
  channel: string;
  ts: string;
  text: string;
  blocks: unknown[];
  user: string;
  /** How often it was updated. */
  edited: number;
  /** Of the message that it replies to. A message with replies does not carry its own ts here. */
  threadTs?: string;
  /** A reply that stands in the channel too. */
  isBroadcast?: boolean;
  metadata?: unknown;
  files?: MessageFile[];
  /** It was deleted, and stands only because it has replies. */
  isTombstone?: boolean;
};

/** `to`: only this person sees it. */
export type PrivateMessage = LabMessage & { to: string };

export type ChangeKind = 'posted' | 'updated' | 'deleted' | 'ephemeral';
export type ChangeListener = (message: LabMessage | PrivateMessage, kind: ChangeKind) => void;

export type MessageContent = { text: string; blocks: unknown[] };
export type NewMessage = { channel: string; user: string } & MessageContent &
  Pick<LabMessage, 'threadTs' | 'isBroadcast' | 'metadata' | 'files'>;

export type MessageLog = {
  /** Everything, replies too, in the order in which it was posted. */
  all(channel?: string): LabMessage[];
  /** What stands in a channel: replies only where they were broadcast. */
  inChannel(channel?: string): LabMessage[];
  replies(channel: string, ts: string): LabMessage[];
  privateOf(user: string): PrivateMessage[];
  find(channel: string, ts: string): LabMessage | PrivateMessage | undefined;
  post(message: NewMessage): LabMessage;
  /** `ts`: one that was taken before, so that an answer stands where its question was asked. */
  postPrivate(message: NewMessage & { to: string; ts?: string | undefined }): PrivateMessage;
  /** Takes a place in the order of messages, to be filled later. */
  takeTs(): string;
  /** Undefined when there is no such message. */
  update(at: { channel: string; ts: string }, content: MessageContent & { metadata?: unknown }): LabMessage | undefined;
  /** A message with replies stays as a tombstone, so that its thread can still be read. */
  remove(at: { channel: string; ts: string }): boolean;
  /** As update, for what only one person sees. */
  updatePrivate(at: { channel: string; ts: string }, content: MessageContent): PrivateMessage | undefined;
  /** Takes away what only one person sees. */
  removePrivate(at: { channel: string; ts: string }): boolean;
  onChange(listener: ChangeListener): () => void;
  /** How many changes there were so far; inside a listener, the number of the change it is told. */
  changes(): number;
};

const PRIVATE_MAX = 200;
const TOMBSTONE = 'This message was deleted.';

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
  const isIn = (channel: string | undefined) => (one: LabMessage) => channel === undefined || one.channel === channel;
  const repliesTo = (channel: string, ts: string) =>
    messages.filter((one) => one.channel === channel && one.threadTs === ts);
  return {
    all: (channel) => structuredClone(messages.filter(isIn(channel))),
    inChannel: (channel) =>
      structuredClone(
        messages.filter(isIn(channel)).filter((one) => one.threadTs === undefined || one.isBroadcast === true),
      ),
    replies: (channel, ts) => structuredClone(repliesTo(channel, ts)),
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
      const posted = { ...message, ts: message.ts ?? nextTs(), edited: 0 };
      privates.push(posted);
      if (privates.length > PRIVATE_MAX) privates.shift();
      tell(posted, 'ephemeral');
      return posted;
    },
    update({ channel, ts }, content) {
      const message = messages[at(channel, ts)];
      if (message === undefined || message.isTombstone === true) return undefined;
      Object.assign(message, content, { edited: message.edited + 1 });
      tell(message, 'updated');
      return message;
    },
    remove({ channel, ts }) {
      const message = messages[at(channel, ts)];
      if (message === undefined || message.isTombstone === true) return false;
      if (repliesTo(channel, ts).length > 0) {
        for (const key of ['files', 'metadata'] as const) delete message[key];
        Object.assign(message, { text: TOMBSTONE, blocks: [], isTombstone: true, edited: message.edited + 1 });
        tell(message, 'updated');
      } else {
        messages.splice(at(channel, ts), 1);
        tell(message, 'deleted');
      }
      return true;
    },
    updatePrivate({ channel, ts }, content) {
      const message = privates.find((one) => one.channel === channel && one.ts === ts);
      if (message === undefined) return undefined;
      Object.assign(message, content, { edited: message.edited + 1 });
      tell(message, 'ephemeral');
      return message;
    },
    removePrivate({ channel, ts }) {
      const index = privates.findIndex((one) => one.channel === channel && one.ts === ts);
      const [removed] = index < 0 ? [] : privates.splice(index, 1);
      if (removed !== undefined) tell(removed, 'deleted');
      return removed !== undefined;
    },
    takeTs: nextTs,
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
