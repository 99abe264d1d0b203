import type { JobEvent } from '../domain/job-event.ts';
import type { Job } from '../domain/job.ts';
import { judgeMigrations, toEvidencePlan } from '../domain/judge-evidence.ts';
import { compareNaturally } from '../domain/natural-order.ts';
import type { ClusterSettings } from '../domain/settings.ts';
import type { VsphereSession } from '../ports.ts';
import { isReadable, keepObserved } from './observed-hosts.ts';
import type { Parts } from './parts.ts';
import { readEvidence } from './read-evidence.ts';

type Reading = { parts: Parts; settings: ClusterSettings; session: VsphereSession; job: Job };

/** Migrations shown. */
const MIGRATIONS_MAX = 10;
const GAPS_MAX = 10;

/** What the logs of all hosts say about the last migrations, against the adapters as they are now. Moves nothing. */
export async function evidenceJob({ parts, settings, session, job }: Reading): Promise<JobEvent> {
  const cluster = await session.readCluster(settings.path);
  const readable = cluster.hosts.filter(isReadable);
  const hosts = await keepObserved(parts, job, cluster.hosts);
  const { traces, gaps, short } = await readEvidence(session, readable);
  const plans = readable.flatMap((host) =>
    host.network === undefined ? [] : [toEvidencePlan(host.name, host.network)],
  );
  const migrations = judgeMigrations(traces, plans).slice(0, MIGRATIONS_MAX);
  return {
    kind: 'evidence-read',
    hosts,
    evidence: { migrations, gaps: [...gaps.toSorted(compareNaturally).slice(0, GAPS_MAX), ...shortText(short)] },
  };
}

function shortText(hosts: string[]): string[] {
  const [first] = hosts.toSorted(compareNaturally);
  if (first === undefined) return [];
  const others = hosts.length > 1 ? ` and ${hosts.length - 1} more` : '';
  return [`The logs of ${first}${others} were read from their beginning: what was before is not in them.`];
}
