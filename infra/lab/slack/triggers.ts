// What lets an app open a view: an id that came with something a person did. It lives three seconds and opens one view.
import { randomBytes } from 'node:crypto';

export type Triggers = {
  create(user: string): string;
  /** Takes the id's one use. Answers Slack's word where it has none. */
  take(id: string): { user: string } | { error: 'expired_trigger_id' | 'exchanged_trigger_id' | 'invalid_trigger_id' };
};

const TRIGGER_LIVES_MS = 3000;

export function createTriggers({
  now = Date.now,
  livesMs = TRIGGER_LIVES_MS,
}: {
  now?: () => number;
  livesMs?: number | undefined;
} = {}): Triggers {
  const known = new Map<string, { user: string; at: number; isTaken: boolean }>();
  return {
    create(user) {
      const id = `${now()}.${randomBytes(4).readUInt32BE()}.${randomBytes(16).toString('hex')}`;
      known.set(id, { user, at: now(), isTaken: false });
      return id;
    },
    take(id) {
      const trigger = known.get(id);
      if (trigger === undefined) return { error: 'invalid_trigger_id' };
      if (trigger.isTaken) return { error: 'exchanged_trigger_id' };
      if (now() - trigger.at > livesMs) return { error: 'expired_trigger_id' };
      trigger.isTaken = true;
      return { user: trigger.user };
    },
  };
}
