// Files of the lab's workspace, in memory. As with Slack, a file that was uploaded is processed for a while: until then
// it is shared nowhere and no image block may show it.
import { randomBytes } from 'node:crypto';
import type { LabFaults } from './lab-faults.ts';
import type { MessageFile } from './message-log.ts';

export type FileShare = { channel: string; ts: string; threadTs?: string };

export type LabFile = {
  id: string;
  name: string;
  title: string;
  altText: string | undefined;
  bytes: Buffer;
  /** Empty until it was processed. */
  mimetype: string;
  shares: FileShare[];
};

export type FileStore = {
  all(): LabFile[];
  find(id: string): LabFile | undefined;
  /** Makes a place for the bytes. `token` is the secret part of its upload URL. */
  begin(file: { name: string; length: number; altText: string | undefined }): { id: string; token: string };
  /** Answers false for a URL that is not known, or bytes that are not as many as was said. */
  receive(token: string, bytes: Buffer): boolean;
  /** False when the bytes never came, or it was completed before. `onReady` runs once it is processed. */
  complete(id: string, done: { title: string | undefined; onReady: (file: LabFile) => void }): boolean;
  /** Whether blocks may show it: processed, and an image. */
  isImage(id: string): boolean;
  /** files.info was asked: processing may hang on that. */
  asked(id: string): void;
};

type Entry = {
  file: LabFile;
  token: string;
  length: number;
  state: 'begun' | 'received' | 'processing' | 'ready';
  asked: number;
  isDue: boolean;
  onReady: (file: LabFile) => void;
};

const TYPES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  csv: 'text/csv',
  diff: 'text/x-diff',
  md: 'text/markdown',
  txt: 'text/plain',
  log: 'text/plain',
  zip: 'application/zip',
};
// They are kept in memory; who plays for days has seen the oldest.
const FILES_MAX = 1000;
// What Slack's image blocks take.
const SHOWN = ['image/png', 'image/jpeg', 'image/gif'];

export function createFileStore(faults: LabFaults): FileStore {
  const entries = new Map<string, Entry>();
  const forgetOldest = () => {
    const [oldest] = entries.keys();
    if (entries.size > FILES_MAX && oldest !== undefined) entries.delete(oldest);
  };

  const proceed = (entry: Entry) => {
    if (entry.state !== 'processing' || !entry.isDue || entry.asked < faults.fileReadyAfterCalls) return;
    entry.state = 'ready';
    entry.file.mimetype = typeOf(entry.file);
    entry.onReady(entry.file);
  };

  return {
    all: () => [...entries.values()].filter(({ state }) => state === 'ready').map(({ file }) => file),
    find: (id) => entries.get(id)?.file,
    begin({ name, length, altText }) {
      const id = `F${randomBytes(5).toString('hex').toUpperCase()}`;
      const token = randomBytes(16).toString('hex');
      const file = { id, name, title: name, altText, bytes: Buffer.alloc(0), mimetype: '', shares: [] };
      entries.set(id, { file, token, length, state: 'begun', asked: 0, isDue: false, onReady: () => undefined });
      forgetOldest();
      return { id, token };
    },
    receive(token, bytes) {
      const entry = [...entries.values()].find((one) => one.token === token);
      if (entry === undefined || entry.state !== 'begun' || bytes.length !== entry.length) return false;
      entry.file.bytes = bytes;
      entry.state = 'received';
      return true;
    },
    complete(id, { title, onReady }) {
      const entry = entries.get(id);
      if (entry === undefined || entry.state !== 'received') return false;
      Object.assign(entry, { state: 'processing', onReady });
      if (title !== undefined) entry.file.title = title;
      const finish = () => {
        entry.isDue = true;
        proceed(entry);
      };
      if (faults.fileReadyAfterMs === 0) finish();
      else setTimeout(finish, faults.fileReadyAfterMs).unref();
      return true;
    },
    isImage: (id) => SHOWN.includes(entries.get(id)?.file.mimetype ?? ''),
    asked(id) {
      const entry = entries.get(id);
      if (entry === undefined) return;
      entry.asked += 1;
      proceed(entry);
    },
  };
}

/** As a message carries it. */
export function toMessageFile(file: LabFile): MessageFile {
  const { id, name, title, mimetype, altText } = file;
  const url = `/files/${id}/${encodeURIComponent(name)}`;
  return { id, name, title, mimetype, size: file.bytes.length, ...(altText === undefined ? {} : { altText }), url };
}

/** Width and height of a PNG, in pixels; undefined for everything else. */
export function pngSize(bytes: Buffer): { width: number; height: number } | undefined {
  const isPng = bytes.length > 24 && bytes.subarray(1, 4).toString('latin1') === 'PNG';
  return isPng ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) } : undefined;
}

// An image must be one: Slack looks at the bytes, not at the name.
function typeOf({ name, bytes }: LabFile): string {
  const type = TYPES[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
  if (type === 'image/png' && pngSize(bytes) === undefined) return 'application/octet-stream';
  return type;
}
