// vCenter's own asynchronous jobs: started by an operation whose name ends in _Task, followed to their end here.
import type { Moref } from '../domain/inventory.ts';
import { OpsError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { type VimFault, vimFaultToError } from './faults.ts';
import { retrieveProperties } from './property-collector.ts';
import type { Session } from './session.ts';
import type { Vim } from './vim.ts';

/** What following needs. */
export type TaskCalls = { session: Session; clock: Clock };

/** `operation` and `about`: for messages. `isWrite`: whether a lost end leaves something changed behind. */
export type TaskContext = { operation: string; about: string; isWrite: boolean };

/** How a vCenter task ended. Times are vCenter's. `vanished`: it is over, and vCenter no longer says how. `running`: the
 * time to wait for it was over first. */
export type TaskEnd =
  | { kind: 'succeeded'; result: unknown; startedAt: string; completedAt: string }
  | { kind: 'failed'; fault: VimFault | undefined; message: string }
  | { kind: 'vanished'; startedAt: string | undefined }
  | { kind: 'running' };

type Info = Partial<Pick<Vim<'TaskInfo'>, 'state' | 'error' | 'result' | 'queueTime' | 'startTime' | 'completeTime'>>;

const POLL_MS = 1_000;
const POLLS_MAX = 3_600;
/** Longer than any change of a setting takes, on a vCenter that has other work too. */
const SHORT_MS = 60_000;
const PATHS = ['state', 'error', 'result', 'queueTime', 'startTime', 'completeTime'] as const;

/**
 * Asks for the task's state each second until it has ended, or it is `until`. Of a write, whatever hides its end throws
 * `outcome-unknown`.
 */
export async function followTask(
  calls: TaskCalls,
  task: Moref,
  { context, until }: { context: TaskContext; until: Date },
): Promise<TaskEnd> {
  let startedAt: string | undefined;
  for (let poll = 0; poll < POLLS_MAX; poll += 1) {
    const info = await readInfo(calls, task, context);
    if (info === undefined) return { kind: 'vanished', startedAt };
    startedAt = info.startTime ?? info.queueTime ?? startedAt;
    const end = toEnd(info);
    if (end !== undefined) return end;
    if (calls.clock.now().getTime() + POLL_MS > until.getTime()) break;
    await calls.clock.sleep(POLL_MS);
  }
  return { kind: 'running' };
}

/** Follows a short task of which only success is of any use, and answers its result. Throws for every other end. */
export async function awaitTask(calls: TaskCalls, task: Moref, context: TaskContext): Promise<unknown> {
  const until = new Date(calls.clock.now().getTime() + SHORT_MS);
  const end = await followTask(calls, task, { context, until });
  switch (end.kind) {
    case 'succeeded':
      return end.result;
    case 'failed':
      throw vimFaultToError(end.fault, end.message, context);
    case 'vanished':
      throw taskVanished(task, context);
    case 'running':
      throw new OpsError(
        'vcenter-timeout',
        `${nameOf(context)}: the task ${task.value} has not ended after ${SHORT_MS / 1000} seconds.`,
        { retry: lostRetry(context), remedy: "Look at it among vCenter's recent tasks." },
      );
    default:
      throw new Error('unknown end of a task', { cause: end satisfies never });
  }
}

/** The failure for a task that is over without anybody having seen how. */
export function taskVanished(task: Moref, context: TaskContext): OpsError {
  return new OpsError('vcenter-object-gone', `${nameOf(context)}: vCenter no longer knows the task ${task.value}.`, {
    retry: lostRetry(context),
    remedy: "Look at the object's events in vCenter; they show how the task ended.",
    fault: 'ManagedObjectNotFound',
  });
}

/** `undefined` for a task that is gone: vCenter forgets them some minutes after their end. */
async function readInfo({ session }: TaskCalls, task: Moref, context: TaskContext): Promise<Info | undefined> {
  const spec = {
    propSet: [{ type: 'Task', pathSet: PATHS.map((path) => `info.${path}`) }],
    objectSet: [{ obj: task }],
  };
  try {
    const [row] = await retrieveProperties(session, spec, { about: context.about });
    if (row === undefined) return undefined;
    return Object.fromEntries(PATHS.map((path) => [path, row.properties.get(`info.${path}`)]));
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    if (error.fault === 'ManagedObjectNotFound') return undefined;
    if (!context.isWrite) throw error;
    const { code, message, remedy, fault } = error;
    throw new OpsError(code, message, { retry: 'outcome-unknown', remedy, fault, cause: error });
  }
}

/** A task may say success and carry an error all the same: migrations of several parts do. */
function toEnd(info: Info): TaskEnd | undefined {
  if (info.state === 'error' || (info.state === 'success' && info.error !== undefined)) {
    return {
      kind: 'failed',
      fault: info.error?.fault as VimFault | undefined,
      message: info.error?.localizedMessage ?? '',
    };
  }
  if (info.state !== 'success') return undefined;
  const startedAt = info.startTime ?? info.queueTime ?? '';
  return { kind: 'succeeded', result: info.result, startedAt, completedAt: info.completeTime ?? startedAt };
}

const lostRetry = ({ isWrite }: TaskContext) => (isWrite ? 'outcome-unknown' : 'later');

const nameOf = ({ operation, about }: TaskContext) => `${operation} on ${about}`;
