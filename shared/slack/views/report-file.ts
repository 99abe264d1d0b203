// What became of a job, as one document to keep: who, what, on which hosts, field by field.
import { exitCodeOf } from '../../domain/exit-code.ts';
import type { Job } from '../../domain/job.ts';
import { differences } from '../../domain/network-fields.ts';
import { operationPrefix } from '../../domain/operation-id.ts';
import type { HostRecord } from '../../domain/record.ts';
import { triedSteps } from '../../domain/tried.ts';
import { renderStep } from '../step-text.ts';
import { toText } from './plan-files.ts';

/** report.json. Times are ISO 8601. `changes`: fields of the host's network before and after, as far as both are known. `tried`:
 * every step that was begun, in the order of time; vCenter's and the hosts' logs have its calls under operation ids that
 * begin with `operationPrefix`. */
export function reportJson(job: Job, records: HostRecord[]): string {
  const { id, kind, cluster, vcenter, requestedBy, reason, ticket, undoes, origin } = job;
  const { state, createdAt, endedAt, soapCalls, plan, approval, matrix, trial, evidence, failure } = job;
  const request = { kind, cluster, vcenter, requestedBy, reason, ticket, undoes, origin };
  const durationMs = Date.parse(endedAt ?? job.updatedAt) - Date.parse(createdAt);
  return toText({
    schema: 1,
    job: id,
    ...request,
    state,
    operationPrefix: operationPrefix(job),
    exitCode: exitCodeOf(state),
    createdAt,
    endedAt,
    durationMs,
    soapCalls,
    planDigest: plan?.digest,
    findings: plan?.findings,
    approvedBy: approval?.approvedBy,
    hosts: job.hosts.map((host) => hostReport(host, records)),
    tried: triedSteps(records).map(({ at, host, way, isDone, step, device }) => {
      return { at, host, way, isDone, step: step.kind, device };
    }),
    matrix,
    trial,
    evidence,
    failure,
  });
}

function hostReport({ name, moref, wave, outcome, note }: Job['hosts'][number], records: HostRecord[]) {
  const record = records.find((one) => one.host.moref.value === moref);
  const done = new Set(record?.journal.filter((entry) => entry.state === 'done').map((entry) => entry.index));
  const steps = (record?.plan.steps ?? []).map((step, index) => ({
    text: renderStep(step).map((line) => line.trim()),
    isDone: done.has(index),
  }));
  const { before, after } = record ?? {};
  const changes = before === undefined || after === undefined ? [] : differences(before, after);
  return { name, moref, wave: wave === undefined ? null : wave + 1, outcome, note, steps, changes };
}
