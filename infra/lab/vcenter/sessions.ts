// Who is logged in, known by the cookie that every answer may set.
import { createHash } from 'node:crypto';
import type { Moref } from '../../../shared/domain/inventory.ts';
import type { EventCollector } from './event-manager.ts';
import type { PropertyFilter } from './update-set.ts';
import type { Selected } from './property-selection.ts';

export type ContainerView = { container: Moref; types: string[]; isRecursive: boolean };

/** Tokens, views, collectors and filters die with their session. */
export type LabSession = {
  key: string;
  user: string;
  loginTime: Date;
  lastActive: Date;
  calls: number;
  pages: Map<string, Selected[]>;
  views: Map<string, ContainerView>;
  collectors: Set<string>;
  filters: Map<string, PropertyFilter>;
  histories: Map<string, EventCollector>;
  /** Counts everything that got an id in this session. */
  made: number;
};

export type Sessions = {
  open(user: string, now: Date): LabSession;
  find(cookie: string | undefined): LabSession | undefined;
  close(session: LabSession): void;
  closeAll(): void;
  count(): number;
};

/** Keys follow from the seed, so that a run can be repeated. */
export function createSessions(seed: number): Sessions {
  const open = new Map<string, LabSession>();
  let made = 0;
  return {
    open(user, now) {
      made += 1;
      const hex = createHash('sha256').update(`${seed} session ${made}`).digest('hex');
      const key = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
        '-',
      );
      const session: LabSession = {
        key,
        user,
        loginTime: now,
        lastActive: now,
        calls: 0,
        pages: new Map(),
        views: new Map(),
        collectors: new Set(),
        filters: new Map(),
        histories: new Map(),
        made: 0,
      };
      open.set(key, session);
      return session;
    },
    find: (cookie) => (cookie === undefined ? undefined : open.get(cookie)),
    close: (session) => void open.delete(session.key),
    closeAll: () => open.clear(),
    count: () => open.size,
  };
}

/** An id that is new in the session, in the form that vCenter gives to a session's own objects. */
export function newSessionId(session: LabSession, what: string): string {
  session.made += 1;
  return `session[${session.key}]${what}-${session.made}`;
}
