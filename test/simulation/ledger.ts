// What people really did, as they did it: who asked for which job, and who pressed what. The checkers count from here,
// not from what the product has written down about it.
import type { JobKind } from '../../shared/domain/job.ts';
import type { Reply } from '../../shared/domain/reply.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import type { World } from '../support/world.ts';

/** As the person typed it, or as it was with the job that they named. `vm`: the machine of a trial. */
export type Request = { by: string; cluster: string; kind: JobKind; vm?: string | undefined };
/** `groups`: the user groups that the person was in, as Slack would have told at that moment. */
export type Approver = { user: string; groups: string[] };

export type Ledger = {
  /** Nothing for a job that no person asked for. */
  request(job: string): Request | undefined;
  /** Whose approval counts now: accepted, and not taken back. */
  approvers(job: string): Approver[];
};

/** What is refused because it has been done. */
const DONE_ALREADY: ReadonlySet<string> = new Set(['already-approved', 'not-waiting']);

/** `unsure`: replies to presses that may have had their effect when nobody answered the first time. */
export function keepLedger(world: World, unsure: WeakSet<Reply>): Ledger {
  const requests = new Map<string, Request>();
  const approvers = new Map<string, Approver[]>();
  const { type, press } = world;
  world.type = async (text, user = 'U0ANN', channel) => {
    const reply = await (channel === undefined ? type(text, user) : type(text, user, channel));
    if (reply.kind === 'queued') {
      const asked = requestOf(text, requests, world.parts.settings);
      // Another person may have asked for the very same before: then they are told of that job.
      if (asked !== undefined && !requests.has(reply.job.id)) requests.set(reply.job.id, { ...asked, by: user });
    }
    return reply;
  };
  world.press = async (one) => {
    const groups = [...world.groups].filter(([, users]) => users.includes(one.user)).map(([group]) => group);
    const reply = await press(one);
    const others = (approvers.get(one.jobId) ?? []).filter(({ user }) => user !== one.user);
    const isDone = reply.kind === 'refused' && DONE_ALREADY.has(reply.code) && unsure.has(reply);
    if (reply.kind !== 'decided' && !(isDone && one.decision === 'approve')) return reply;
    if (one.decision === 'approve') approvers.set(one.jobId, [...others, { user: one.user, groups }]);
    if (one.decision === 'withdraw') approvers.set(one.jobId, others);
    return reply;
  };
  return { request: (job) => requests.get(job), approvers: (job) => approvers.get(job) ?? [] };
}

/** "enable cluster-a", "plan enable cluster-a", or a word about an earlier job: "revert j-1", "retry j-1". */
function requestOf(
  text: string,
  earlier: ReadonlyMap<string, Request>,
  { clusters }: Settings,
): Omit<Request, 'by'> | undefined {
  const words = text.split(' ');
  const of = words.map((word) => earlier.get(word)).find((one) => one !== undefined);
  const cluster = words.find((word) => word in clusters) ?? of?.cluster;
  const kind = KINDS.find((one) => words.includes(one)) ?? of?.kind;
  const vm = /--vm (\S+)/.exec(text)?.[1] ?? of?.vm;
  return cluster === undefined || kind === undefined ? undefined : { cluster, kind, vm };
}

const KINDS: readonly JobKind[] = [
  'status',
  'check',
  'enable',
  'repair',
  'test',
  'trial',
  'evidence',
  'audit',
  'revert',
];
