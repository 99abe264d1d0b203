import type { Job } from '../../domain/job.ts';
import type { HostRecord } from '../../domain/record.ts';

/** Records in the order in which the job treats their hosts. */
export function inOrder(job: Job, records: HostRecord[]): HostRecord[] {
  const position = new Map(job.hosts.map((host, index) => [host.moref, (host.wave ?? 10_000) * 10_000 + index]));
  const at = (record: HostRecord) => position.get(record.host.moref.value) ?? Number.MAX_SAFE_INTEGER;
  return records.toSorted((left, right) => at(left) - at(right));
}
