// What the simulated vCenter was asked, by whom, and how long each call took there: bounds are computed from it.
import type { HookCall, LabHooks, LabVcenter } from '../../infra/lab/vcenter/vcenter.ts';

/** `operationId` names the session: one slice of a job. Times are of the lab's clock. */
export type RecordedCall = {
  operationId: string;
  operation: string;
  host: string | undefined;
  beginMs: number;
  endMs: number;
};

export type CallRecorder = {
  hooks: LabHooks;
  /** To be called with the lab that has these hooks, before its first call. */
  attach(lab: LabVcenter, clock: { now(): Date }): void;
  /** Calls that came to their end, in the order of their ends. */
  calls(): RecordedCall[];
};

export function createCallRecorder(): CallRecorder {
  const calls: RecordedCall[] = [];
  const begun = new WeakMap<HookCall, { operationId: string; beginMs: number }>();
  let attached: { lab: LabVcenter; clock: { now(): Date } } | undefined;
  const nowMs = () => attached?.clock.now().getTime() ?? 0;
  return {
    hooks: {
      before(call) {
        // The lab writes each call down at the moment it runs this hook for it.
        begun.set(call, { operationId: attached?.lab.calls().at(-1)?.opId ?? '', beginMs: nowMs() });
      },
      after(call) {
        const one = begun.get(call);
        if (one !== undefined) calls.push({ ...one, operation: call.operation, host: call.host, endMs: nowMs() });
      },
    },
    attach(lab, clock) {
      attached = { lab, clock };
    },
    calls: () => [...calls],
  };
}

export const durationOf = (call: RecordedCall): number => call.endMs - call.beginMs;
export const isPing = ({ operation }: RecordedCall): boolean => operation === 'ExecuteSoap';
/** Asks for what a ping is sent through: once for each host and session. */
export const isForPings = ({ operation }: RecordedCall): boolean => operation === 'RetrieveManagedMethodExecuter';
export const isOfSession = ({ operation }: RecordedCall): boolean =>
  ['RetrieveServiceContent', 'Login', 'Logout'].includes(operation);
export const isWrite = ({ operation }: RecordedCall): boolean =>
  /^(Add|Update|Remove)|^(Select|Deselect)Vnic/.test(operation);

/** The calls of one job by its slices, in their order. */
export function slicesOf(calls: RecordedCall[], jobId: string): RecordedCall[][] {
  const mine = calls.filter((call) => call.operationId.startsWith(`vmotion-ops-${jobId}-`));
  return [...Map.groupBy(mine, (call) => call.operationId).values()];
}

/** The most that one host has to do one after another: the sum of its calls' durations. */
export function longestHostMs(calls: RecordedCall[]): number {
  const byHost = Map.groupBy(calls, (call) => call.host ?? '');
  return Math.max(0, ...[...byHost.values()].map((ones) => ones.reduce((sum, call) => sum + durationOf(call), 0)));
}
