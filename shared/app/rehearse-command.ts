import type { Reply } from '../domain/reply.ts';
import type { Queue, Store } from '../ports.ts';
import { createDecideApproval, type DecisionRequest } from './decide-approval.ts';
import type { EdgeParts } from './parts.ts';
import type { CommandRequest } from './command-request.ts';
import { createReceiveCommand } from './receive-command.ts';

export type Rehearsal = {
  /** What the command would be answered now. */
  command(request: Omit<CommandRequest, 'requestId'>): Promise<Reply>;
  /** What the decision would be answered now. */
  decision(request: Omit<DecisionRequest, 'requestId'>): Promise<Reply>;
};

/** The very use cases, on a store that keeps nothing and a queue that sends nothing: what is said before somebody sends
 * a command can't differ from what is said when they do. */
export function createRehearsal(parts: EdgeParts): Rehearsal {
  // What moves in a rehearsal has not moved: a log that said so would mislead whoever reads it afterwards.
  const log = { ...parts.log, info: () => undefined };
  const dry = { ...parts, store: readOnly(parts.store), queue: silentQueue, log };
  const receiveCommand = createReceiveCommand(dry);
  const decideApproval = createDecideApproval(dry);
  // Its own id, so that a job which a real request has made is never taken for this one's.
  const requestId = 'rehearsal';
  return {
    command: (request) => receiveCommand({ ...request, requestId }),
    decision: (request) => decideApproval({ ...request, requestId }),
  };
}

const silentQueue: Queue = { sendJob: async () => undefined, sendNotice: async () => undefined };

/** Reads what is there; a write succeeds and is forgotten. What takes a cluster or a message is never asked of it, and
 * who is in a user group is read from Slack and kept whoever asks. */
function readOnly(store: Store): Store {
  const forget = async () => undefined;
  const yes = async () => true;
  return {
    ...store,
    jobs: { ...store.jobs, create: yes, save: forget },
    records: { ...store.records, put: forget, save: forget },
    auditLog: { ...store.auditLog, add: yes },
    freezes: { ...store.freezes, put: forget },
    cards: { ...store.cards, create: yes, save: forget, putShown: forget },
    automation: { ...store.automation, save: forget },
    subscriptions: { ...store.subscriptions, put: forget },
  };
}
