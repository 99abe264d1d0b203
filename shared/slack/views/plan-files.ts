// A plan as files: every step of every host, for people who compare and for scripts.
import type { Job } from '../../domain/job.ts';
import type { HostRecord } from '../../domain/record.ts';
import { toOneLine } from '../escape-mrkdwn.ts';
import { counted, renderStep } from '../step-text.ts';
import { inOrder } from './in-order.ts';
import { plannedHosts, title } from './headline.ts';

/** plan.diff: + comes, ~ changes, - goes, host by host in the order of the job. */
export function planDiff(job: Job, records: HostRecord[]): string {
  const hosts = changing(job, records);
  const size = `${counted(hosts.length, 'host')} in ${counted(job.plan?.waves ?? 1, 'wave')}`;
  const head = [`# ${toOneLine(title(job))}, ${size}`, `# job ${job.id}, plan ${job.plan?.digest ?? ''}`];
  const bodies = hosts.flatMap((record) => [
    '',
    `@@ ${toOneLine(record.host.name)}, wave ${waveOf(job, record)}, digest ${record.digest.slice(0, 12)} @@`,
    ...record.plan.steps.flatMap((step) => renderStep(step, record.observed)).map(toOneLine),
  ]);
  return `${[...head, ...bodies].join('\n')}\n`;
}

/** plan.json: what the digest was made from, and what was found. */
export function planJson(job: Job, records: HostRecord[]): string {
  const { id, kind, cluster, vcenter, requestedBy, reason, ticket, plan } = job;
  const hosts = inOrder(job, records).map((record) => ({
    name: record.host.name,
    moref: record.host.moref.value,
    wave: waveOf(job, record),
    kind: record.plan.kind,
    digest: record.digest,
    steps: record.plan.steps,
    findings: record.plan.findings,
    untouched: record.plan.untouched,
  }));
  const about = { schema: 1, job: id, kind, cluster, vcenter, requestedBy, reason, ticket };
  return toText({ ...about, digest: plan?.digest, counts: plan?.counts, waves: plan?.waves, hosts });
}

/** Whether there are steps to write into a file. */
export function hasSteps(job: Job, records: HostRecord[]): boolean {
  return job.plan !== undefined && plannedHosts(job).length > 0 && changing(job, records).length > 0;
}

/** The value as an indented JSON file. */
export function toText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function changing(job: Job, records: HostRecord[]): HostRecord[] {
  return inOrder(job, records).filter((record) => record.plan.steps.length > 0);
}

/** From 1, as people count; null where nothing is planned for the host. */
function waveOf(job: Job, { host }: HostRecord): number | null {
  const wave = job.hosts.find((one) => one.moref === host.moref.value)?.wave;
  return wave === undefined ? null : wave + 1;
}
