// Ports that count what goes through them. The local place uses them bare: nobody looks at its metrics.
import { isEnded } from '../domain/exit-code.ts';
import type { HostOutcome, Job } from '../domain/job.ts';
import type { MetricName } from '../domain/metric.ts';
import { OpsError } from '../errors.ts';
import type { Chat, JobStore, Metrics, Vsphere } from '../ports.ts';

/** Counts each job once, when the row that ends it is written: its state, what became of its hosts, a failed gate. */
export function measuredJobs(jobs: JobStore, metrics: Metrics): JobStore {
  // Who moves a job reads its row first, so this knows whether a write ends the job or only notes something after it.
  const open = new Set<string>();
  return {
    ...jobs,
    async find(id) {
      const job = await jobs.find(id);
      if (job === undefined || isEnded(job.state)) open.delete(id);
      else open.add(id);
      return job;
    },
    async save(job) {
      await jobs.save(job);
      if (isEnded(job.state) && open.delete(job.id)) countEnd(job, metrics);
    },
  };
}

const HOST_METRICS: [HostOutcome, MetricName][] = [
  ['kept', 'HostsKept'],
  ['put-back', 'HostsPutBack'],
  ['needs-hands', 'HostsNeedHands'],
];

function countEnd(job: Job, metrics: Metrics): void {
  metrics.count('JobsEnded', 1, { state: job.state });
  for (const [outcome, name] of HOST_METRICS) {
    const hosts = job.hosts.filter((host) => host.outcome === outcome).length;
    if (hosts > 0) metrics.count(name, hosts);
  }
  if (job.failure?.code === 'gate-failed') metrics.count('GateFailures', 1);
}

/** Counts the messages for which Slack asked to wait. */
export function measuredChat(chat: Chat, metrics: Metrics): Chat {
  async function counted<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof OpsError && error.code === 'slack-rate-limited') metrics.count('SlackRateLimited', 1);
      throw error;
    }
  }
  return {
    post: (message) => counted(chat.post(message)),
    update: (ts, message) => counted(chat.update(ts, message)),
    upload: (file) => counted(chat.upload(file)),
    fileState: (fileId) => counted(chat.fileState(fileId)),
  };
}

/** Counts the SOAP calls of each session, also of one that failed; a slice has one session. */
export function measuredVsphere(vsphere: Vsphere, metrics: Metrics): Vsphere {
  return {
    withSession: (vcenter, operation, use) =>
      vsphere.withSession(vcenter, operation, async (session) => {
        try {
          return await use(session);
        } finally {
          metrics.count('SoapCallsPerSlice', session.calls);
        }
      }),
  };
}
